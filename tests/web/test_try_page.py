"""Tell me what you like: picks for a few things in the address, and nothing is kept."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from tests.web.pages import Element, cards_in, page_of
from tests.web.visiting import Kept, send

LIKES = ["00", "04", "31"]


def address(*likes: str, q: str = "") -> str:
    return "/try?" + "&".join([f"like={one}" for one in likes] + ([f"q={q}"] if q else []))


def likes_in(link: str) -> list[str]:
    parts = urlsplit(link)
    assert parts.path == "/try"
    return parse_qs(parts.query).get("like", [])


def named(page: Element) -> list[str]:
    return [one.one("bdi").text for one in page.all("ul", "likes") for one in one.all("li")]


def test_picks_are_those_for_a_history_of_likes(client: FlaskClient) -> None:
    page = page_of(client, address(*LIKES))
    history = [{"item_id": one, "kind": "like"} for one in LIKES]
    told = client.post("/api/picks", json={"history": history, "n": 12}).get_json()["picks"]
    assert cards_in(page) == [pick["item_id"] for pick in told]
    assert len(cards_in(page)) == 12
    assert named(page) == ["Red Café 0", "Red Café 4", "Blue Café 31"]


def test_in_any_order_and_for_anybody_it_is_the_same(make_client: MakeClient) -> None:
    first, second = make_client(), make_client(TOPPICKS_DEMO="1")
    send(second, "/me/ratings/45", rating="1")
    send(second, "/me/hidden/03", hide="1")
    expected = cards_in(page_of(first, address(*LIKES)))
    assert expected
    for client in (first, second):
        for order in (LIKES, LIKES[::-1], [LIKES[1], LIKES[0], LIKES[2]]):
            assert cards_in(page_of(client, address(*order))) == expected


def test_nothing_is_stored_and_no_cookie_is_set(visitor: FlaskClient, kept: Kept) -> None:
    for path in ("/try", address("00"), address("00", q="red"), address("unheard-of")):
        response = visitor.get(path)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
    assert kept.said == {}
    assert len(kept.store.users()) == 0


def test_a_visitors_own_history_is_left_as_it_is(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/45", rating="5")
    before = kept.said
    assert "Set-Cookie" not in visitor.get(address("00")).headers
    assert kept.said == before
    assert "Blue Café 45" not in named(page_of(visitor, address("00")))


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (["unheard-of"], []),
        (["unheard-of", "00", ""], ["00"]),
        (["00", "00", "00"], ["00"]),
        (["%3Cscript%3E", "00", "a%00b", "x" * 300], ["00"]),
        ([], []),
    ],
)
def test_what_is_unknown_or_said_twice_does_not_count(
    client: FlaskClient, asked: list[str], known: list[str]
) -> None:
    page, plain = page_of(client, address(*asked)), page_of(client, address(*known))
    assert named(page) == named(plain)
    assert cards_in(page) == cards_in(plain)
    if not known:
        assert "What do you like?" in page.text


def test_twenty_are_plenty(client: FlaskClient) -> None:
    twenty = [f"{item:02}" for item in range(20)]
    page = page_of(client, address(*twenty))
    assert len(named(page)) == 20
    assert "That is plenty" in page.text
    assert "disabled" in page.one("input", id="try-q").attributes
    assert page.all("a", "like") == []
    more = page_of(client, address(*twenty, "20", "21"))
    assert named(more) == named(page)
    assert cards_in(more) == cards_in(page)
    fewer = page_of(client, address(*twenty[:19]))
    assert "That is plenty" not in fewer.text
    assert all(len(likes_in(one["href"])) == 20 for one in fewer.all("a", "like"))


def test_each_can_be_taken_away_again(client: FlaskClient) -> None:
    page = page_of(client, address(*LIKES))
    links = [one["href"] for one in page.all("a", "remove")]
    assert [likes_in(link) for link in links] == [
        [one for one in LIKES if one != gone] for gone in LIKES
    ]
    assert cards_in(page_of(client, links[2])) == cards_in(page_of(client, address("00", "04")))
    (last,) = page_of(client, address("00")).all("a", "remove")
    assert last["href"] == "/try"


def test_a_pick_can_be_liked_too(client: FlaskClient) -> None:
    page = page_of(client, address(*LIKES))
    for card in page.all("li", "card"):
        link = card.one("a", "like")["href"]
        assert likes_in(link) == [*LIKES, card["data-item"]]
    further = page_of(client, page.one("a", "like")["href"])
    assert len(named(further)) == 4
    assert page.all("form", id="say")[0].all("button") == []


def test_what_is_looked_for_leads_to_one_more_like(client: FlaskClient) -> None:
    page = page_of(client, address("00", q="red cafe"))
    hidden = page.one("form", "find-large").all("input", name="like")
    assert [one["value"] for one in hidden] == ["00"]
    links = [one["href"] for one in page.one("ul", "found").all("a", "mini")]
    assert 0 < len(links) <= 8
    assert all(likes_in(link)[0] == "00" and len(likes_in(link)) == 2 for link in links)
    assert "q" not in parse_qs(urlsplit(links[0]).query)
    assert len(named(page_of(client, links[0]))) == 2
    # What is liked already is not offered again.
    page = page_of(client, address("00", q="red"))
    found = [one.text for one in page.all("span", "mini-title")]
    assert found
    assert "Red Café 0" not in found
    nothing = page_of(client, address("00", q="zzzzzz"))
    assert "nothing found" in nothing.text
    assert cards_in(nothing) == cards_in(page_of(client, address("00")))


@pytest.mark.parametrize("likes", [["00"], ["31"], LIKES])
def test_reasons_name_only_what_was_told(client: FlaskClient, likes: list[str]) -> None:
    page = page_of(client, address(*likes))
    whys = " ".join(one.text for one in page.all("p", "why"))
    titles = set(re.findall(r"(?:Red|Blue) Café \d+", whys))
    assert titles
    assert titles <= set(named(page))


def test_a_hidden_or_deleted_like_is_gone(demo: FlaskClient) -> None:
    assert demo.delete("/api/items/00").status_code == 204
    page = page_of(demo, address("00", "04"))
    assert named(page) == ["Red Café 4"]
    assert "00" not in cards_in(page)
