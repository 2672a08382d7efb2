"""Saying something on a page: whose word it is, where it leads back to, and that it is kept."""

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import MakeClient
from tests.web.pages import Element, button, page_of, read, rows
from tests.web.visiting import HERE, Kept, send, token
from toppicks.scoring.reactions import Reaction

STRANGER = "~AAAAAAAAAAAAAAAAAAAAAA"
# Each with a form that is right.
WAYS = [
    ("/me/ratings/00", {"rating": "4"}),
    ("/me/ratings/00", {"like": "1"}),
    ("/me/hidden/00", {"hide": "1"}),
    ("/me/likes?item=00&item=01", {"like": "1"}),
]
PEOPLES = [("/users/u0/ratings/60", {"rating": "4"}), ("/users/u0/hidden/60", {"hide": "1"})]


def opinions(kept: Kept) -> list[dict[str, Reaction]]:
    return list(kept.said.values())


def pressed(client: FlaskClient, page: Element, one: Element) -> TestResponse:
    """As a browser sends the form of the page with this button."""
    form = page.one("form", id="say")
    fields = {given["name"]: given["value"] for given in form.all("input")}
    return client.post(one["formaction"], data=fields | {one["name"]: one["value"]}, headers=HERE)


@pytest.mark.parametrize(("path", "form"), WAYS)
def test_what_is_said_is_kept_of_the_visitor(
    visitor: FlaskClient, kept: Kept, path: str, form: dict[str, str]
) -> None:
    response = send(visitor, path, **form)
    assert response.status_code == 303
    (user_id,) = kept.said
    assert user_id.startswith("~")
    said = kept.said[user_id]["00"]
    assert (said.opinion, said.hidden) == {
        "rating": ("rating", False),
        "like": ("like", False),
        "hide": (None, True),
    }[next(iter(form))]


@pytest.mark.parametrize(("path", "form"), PEOPLES)
def test_in_demo_mode_anybody_speaks_as_a_person_of_the_data(
    demo: FlaskClient, path: str, form: dict[str, str]
) -> None:
    response = send(demo, path, **form)
    assert (response.status_code, response.location) == (303, "/items/60?as=u0")
    assert list(Kept(demo).said) == ["u0"]
    assert list(Kept(demo).said["u0"]) == ["60"]
    assert demo.get_cookie("visitor") is None
    picks = demo.get("/api/users/u0/picks?n=100").get_json()["picks"]
    assert "60" not in [pick["item_id"] for pick in picks]


@pytest.mark.parametrize(("path", "form"), PEOPLES)
def test_in_no_other_mode_does_anybody(
    site: FlaskClient, kept: Kept, path: str, form: dict[str, str]
) -> None:
    response = send(site, path, **form)
    assert (response.status_code, response.mimetype) == (403, "text/html")
    assert kept.said == {}


@pytest.mark.parametrize(("path", "form"), PEOPLES)
def test_with_a_key_nobody_speaks_for_people_without_it(
    make_client: MakeClient, path: str, form: dict[str, str]
) -> None:
    client = make_client(TOPPICKS_DEMO="1", TOPPICKS_API_KEY="of the tests")
    assert send(client, path, **form).status_code == 403
    assert Kept(client).said == {}
    page = page_of(client, "/users/u0")
    assert [one for one in page.all("button") if "/users/" in one.get("formaction")] == []


@pytest.mark.parametrize("rest", ["ratings/00", "hidden/00"])
@pytest.mark.parametrize("name", ["rating", "remove", "hide", "show"])
def test_a_visitor_is_nobodys_to_speak_as(demo: FlaskClient, rest: str, name: str) -> None:
    send(demo, "/me/ratings/01", rating="4")
    before = Kept(demo).said
    (visitor_id,) = before
    for user_id in (visitor_id, STRANGER, "~"):
        response = send(demo, f"/users/{user_id}/{rest}", **{name: "4"})
        assert response.status_code == 404
    assert Kept(demo).said == before


@pytest.mark.parametrize("path", [path for path, _ in WAYS + PEOPLES])
@pytest.mark.parametrize(
    ("right", "headers"),
    [
        (False, HERE),
        (False, {}),
        (True, {"Sec-Fetch-Site": "cross-site"}),
        (True, {"Sec-Fetch-Site": "same-site"}),
        (True, {"Origin": "https://evil.example"}),
    ],
)
def test_a_forged_form_is_refused(
    demo: FlaskClient, path: str, right: bool, headers: dict[str, str]
) -> None:
    form = {"rating": "4", "hide": "1", "like": "1"}
    form |= {"csrf_token": token(demo)} if right else {}
    response = demo.post(path, data=form, headers=headers)
    assert response.status_code == 400
    assert Kept(demo).said == {}


# The way back


@pytest.mark.parametrize(
    ("back", "at", "location"),
    [
        ("/me", "picks", "/me?changed=00#picks"),
        ("/me?page=2", "row-3", "/me?page=2&changed=00#row-3"),
        ("/me/picks?page=2&f.genres=Red&novelty=0.4", "", None),
        ("/me?changed=01&changed=02", "main", "/me?changed=00#main"),
        ("/items/00?as=u0", "", "/items/00?as=u0&changed=00"),
        ("/try?like=00&like=01&q=", "", "/try?like=00&like=01&q=&changed=00"),
        ("/me#there", "main", "/me?changed=00#main"),
        ("/me", "Not a place", "/me?changed=00"),
        ("/me", "x%0d%0aSet-Cookie:a=b", "/me?changed=00"),
        ("/users/a%2Fb", "", "/users/a%2Fb?changed=00"),
    ],
)
def test_it_leads_back_to_where_it_was_said(
    visitor: FlaskClient, back: str, at: str, location: str | None
) -> None:
    response = send(visitor, f"/me/ratings/00?at={at}", rating="4", back=back)
    assert response.status_code == 303
    assert response.location == (location or f"{back}&changed=00")


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/me\\..\\evil",
        "https://evil.example",
        "HTTPS:evil.example",
        "https:/me",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example/me",
        "/\tevil",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        " /me",
        "/me me",
        "/mé",
        "?x",
        "#x",
        "",
        "/" + "a" * 10_000,
        "/me?" + "a" * 10_000,
    ],
)
def test_it_leads_nowhere_else(visitor: FlaskClient, kept: Kept, back: str) -> None:
    response = send(visitor, "/me/ratings/00?at=picks", rating="4", back=back)
    assert (response.status_code, response.location) == (303, "/items/00")
    assert len(kept.said) == 1


def test_what_is_encoded_stays_so(visitor: FlaskClient) -> None:
    response = send(visitor, "/me/ratings/00", rating="4", back="/%0d%0aX:%20y//evil")
    assert response.location == "/%0d%0aX:%20y//evil?changed=00"
    assert "X" not in response.headers


def test_without_a_way_back_it_leads_to_the_item(visitor: FlaskClient) -> None:
    assert send(visitor, "/me/hidden/01", hide="1").location == "/items/01"
    assert send(visitor, "/me/likes?item=02&item=01", like="1").location == "/items/02"


# What is wrong


@pytest.mark.parametrize(
    "path",
    [
        "/me/ratings/unheard-of",
        "/me/hidden/unheard-of",
        "/me/likes?item=00&item=unheard-of&item=01",
        "/me/likes?item=",
        "/users/u0/ratings/unheard-of",
        "/users/u0/hidden/unheard-of",
    ],
)
def test_of_an_unknown_item_nothing_is_kept(demo: FlaskClient, path: str) -> None:
    response = send(demo, path, rating="4")
    assert response.status_code == 404
    assert "There is no item with the id" in response.text
    assert Kept(demo).said == {}
    assert demo.get_cookie("visitor") is None


@pytest.mark.parametrize("path", ["/me/ratings/00", "/users/u0/ratings/00"])
@pytest.mark.parametrize(
    "rating", ["nan", "inf", "-inf", "1e999", "four", "0.99", "5.01", "", "٤a"]
)
def test_what_is_no_rating_is_named(demo: FlaskClient, path: str, rating: str) -> None:
    response = send(demo, path, rating=rating)
    assert response.status_code == 422
    assert "expected a number from 1 to 5" in response.text
    assert Kept(demo).said == {}


def test_a_few_are_liked_at_once_and_not_too_many(visitor: FlaskClient, kept: Kept) -> None:
    items = [f"item={item:02}" for item in range(21)]
    for query in ("", "?" + "&".join(items), "?" + "&".join(["item=00"] * 21)):
        response = send(visitor, f"/me/likes{query}", like="1")
        assert response.status_code == 422
        assert "expected 1 to 20" in response.text
    assert kept.said == {}
    assert send(visitor, "/me/likes?" + "&".join(items[:20]), like="1").status_code == 303
    (said,) = opinions(kept)
    assert {(item, one.opinion) for item, one in said.items()} == {
        (f"{item:02}", "like") for item in range(20)
    }
    send(visitor, "/me/likes?item=03&item=04", remove="1")
    (said,) = opinions(kept)
    assert len(said) == 18


# What the next page says of it


def notice(client: FlaskClient, address: str) -> str:
    return page_of(client, address).one("div", id="notice").text


@pytest.mark.parametrize(
    "address", ["/", "/me", "/me/picks", "/me/history", "/items/00", "/search"]
)
def test_the_notice_says_what_holds_whatever_the_address_claims(
    visitor: FlaskClient, address: str
) -> None:
    one, two = f"{address}?changed=00", f"{address}?changed=00&changed=01"
    assert notice(visitor, one) == notice(visitor, two) == ""
    send(visitor, "/me/ratings/02", rating="5")
    assert "You say nothing about Red Café 0" in notice(visitor, one)
    send(visitor, "/me/ratings/00", rating="4.5")
    assert "You gave Red Café 0 4.5" in notice(visitor, one)
    for mixed in (two, f"{address}?changed=01&changed=00"):
        assert not re.search(r"You say nothing|You like", notice(visitor, mixed))
    send(visitor, "/me/hidden/00", hide="1")
    assert "Red Café 0 stays out of your picks" in notice(visitor, one)
    send(visitor, "/me/hidden/00", show="1")
    send(visitor, "/me/likes?item=00&item=01", like="1")
    assert "You like these 2 items" in notice(visitor, two)
    assert "You gave Red Café 0 4.5" in notice(visitor, one)
    send(visitor, "/me/likes?item=00&item=01", remove="1")
    assert "you like or rated some" in notice(visitor, two)
    send(visitor, "/me/ratings/00", remove="1")
    assert "You say nothing about these 2 items" in notice(visitor, two)


@pytest.mark.parametrize("query", ["", "?changed=", "?changed=unheard-of", "?changed=%3Cb%3E"])
def test_of_nothing_there_is_no_notice(visitor: FlaskClient, query: str) -> None:
    assert notice(visitor, f"/me{query}") == ""


def test_a_notice_is_nobodys_but_whose_page_it_is(site: FlaskClient, visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    other = site.application.test_client()
    assert notice(other, "/me?changed=00") == ""
    send(other, "/me/ratings/01", rating="4")
    assert "You say nothing about" in notice(other, "/me?changed=00")


def test_undo_brings_back_what_was_hidden(visitor: FlaskClient, kept: Kept) -> None:
    page = page_of(visitor, "/me")
    first = rows(page)[0].items
    done = pressed(visitor, page, button(page, f"/me/hidden/{first[0]}", "hide"))
    assert done.location == f"/me?changed={first[0]}#picks"
    page = page_of(visitor, done.location.partition("#")[0])
    assert first[0] not in rows(page)[0].items
    undone = pressed(visitor, page, page.one("div", id="notice").one("button"))
    assert urlsplit(undone.location).path == "/me"
    assert rows(page_of(visitor, undone.location))[0].items == first
    assert opinions(kept) == [{}]


@pytest.mark.parametrize("name", ["rating", "like"])
def test_undo_takes_back_what_was_said(visitor: FlaskClient, kept: Kept, name: str) -> None:
    before = rows(page_of(visitor, "/me"))[0].items
    said = send(visitor, "/me/ratings/00", back="/me", **{name: "5"})
    page = page_of(visitor, said.location)
    assert rows(page)[0].items != before
    pressed(visitor, page, page.one("div", id="notice").one("button"))
    assert rows(page_of(visitor, "/me"))[0].items == before
    assert opinions(kept) == [{}]


def test_a_star_of_a_card_changes_the_same_page(visitor: FlaskClient, kept: Kept) -> None:
    page = page_of(visitor, "/me/picks?f.genres=Red")
    card = page.one("li", "card")
    star = card.all("button", "star")[3]
    done = pressed(visitor, page, star)
    assert done.location == f"/me/picks?f.genres=Red&changed={card['data-item']}#main"
    (said,) = opinions(kept)
    assert said[card["data-item"]].rating == 4
    after = read(visitor.get(done.location).text)
    assert after.all("li", "card", data_item=card["data-item"]) == []


# The store away


@pytest.mark.parametrize(("path", "form"), WAYS + PEOPLES)
def test_while_the_store_is_away_nothing_is_lost(
    demo: FlaskClient, path: str, form: dict[str, str]
) -> None:
    kept = Kept(demo)
    send(demo, "/me/ratings/02", rating="4")
    send(demo, "/users/u0/ratings/61", rating="4")
    before = kept.said
    sent = form | {"csrf_token": token(demo)}
    kept.go_away()
    response = demo.post(path, data=sent, headers=HERE)
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert int(response.headers["Retry-After"]) > 0
    kept.come_back()
    assert kept.said == before
    assert demo.post(path, data=sent, headers=HERE).status_code == 303
    assert kept.said != before


def test_undo_goes_back_to_what_was_said_before(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4.5", back="/me")
    for said in ({"rating": "2"}, {"remove": "1"}, {"like": "1"}):
        changed = send(visitor, "/me/ratings/00", back="/me", **said)
        assert changed.location == "/me?changed=00&was=4.5"
        undo = page_of(visitor, changed.location).one("button", "notice-undo")
        assert undo["formaction"] == "/me/ratings/00"
        send(visitor, "/me/ratings/00", **{undo["name"]: undo["value"]})
        ((_, reactions),) = kept.said.items()
        assert reactions["00"].rating == 4.5


def test_undo_of_a_group_leaves_what_was_rated_before(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="5")
    send(visitor, "/me/likes?item=00&item=01", like="1")
    ((_, reactions),) = kept.said.items()
    assert (reactions["00"].rating, reactions["01"].opinion) == (5, "like")
    send(visitor, "/me/likes?item=00&item=01", remove="1")
    ((_, reactions),) = kept.said.items()
    assert (reactions["00"].rating, "01" in reactions) == (5, False)


@pytest.mark.parametrize("was", ["99", "nan", "x", "", "like", "<b>"])
def test_what_was_is_offered_where_it_can_be_alone(visitor: FlaskClient, was: str) -> None:
    send(visitor, "/me/ratings/00", rating="3")
    undo = page_of(visitor, f"/me?changed=00&was={was}").one("button", "notice-undo")
    assert undo["name"] == ("like" if was == "like" else "remove")


def test_who_rates_what_they_hid_sees_it_again(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/hidden/00", hide="1")
    changed = send(visitor, "/me/ratings/00", rating="4", back="/me")
    assert "You gave Red Café 0 4" in notice(visitor, changed.location)
    ((_, reactions),) = kept.said.items()
    assert (reactions["00"].rating, reactions["00"].hidden) == (4, False)


def test_showing_again_is_said_and_can_be_undone(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    send(visitor, "/me/hidden/00", hide="1")
    changed = send(visitor, "/me/hidden/00", show="1", back="/me")
    assert changed.location == "/me?changed=00&was=hidden"
    assert "Red Café 0 may be among your picks again" in notice(visitor, changed.location)
    undo = page_of(visitor, changed.location).one("button", "notice-undo")
    send(visitor, undo["formaction"], **{undo["name"]: undo["value"]})
    ((_, reactions),) = kept.said.items()
    assert (reactions["00"].rating, reactions["00"].hidden) == (4, True)


def test_a_page_that_depends_on_a_visitor_is_not_kept_for_going_back(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    for path in ("/", "/me", "/me/history", "/me/picks", "/items/00", "/search?q=red", "/try"):
        assert visitor.get(path).cache_control.no_store, path
    for path in ("/model", "/items/00/cover.svg"):
        assert not visitor.get(path).cache_control.no_store, path
