"""A person's page: rows, in an order that makes sense, and reasons that are true."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import ClientOfModel, MakeClient
from tests.web.pages import Element, Row, button, cards_in, page_of, rows
from tests.web.visiting import send
from toppicks.scoring.meaning import Meaning
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel

# As the issue has it; one or two rows are about something that the person likes.
ORDER = (
    "top picks",
    "because you liked ",
    "recent releases",
    "people like you enjoyed",
    "hidden gems",
    "rate more",
    "popular now",
)
LISTS = (
    "picks",
    "picks?list=recent",
    "picks?list=people",
    "picks?list=gems",
    "picks?list=rate",
    "picks?list=popular",
)
PEOPLE = ("u0", "u1", "u2", "nobody")


def place(row: Row) -> int:
    return next(at for at, heading in enumerate(ORDER) if row.heading.startswith(heading))


def rows_of(client: FlaskClient, address: str) -> list[Row]:
    return rows(page_of(client, address))


def history_of(client: FlaskClient, user_id: str) -> set[str]:
    told = client.get(f"/api/users/{user_id}?n=100").get_json()
    return {one["item_id"] for one in told["history"]}


def every_reason(client: FlaskClient, user_id: str) -> list[str]:
    """What is said on any card of somebody's page and lists, and headings that name something."""
    told = []
    for address in ("", *(f"/{path}" for path in LISTS)):
        page = page_of(client, f"/users/{user_id}{address}")
        told += [one.text for one in page.all("p", "why")]
        told += [row.heading for row in rows(page)]
    return told


@pytest.mark.parametrize("user_id", PEOPLE)
def test_rows_stand_in_order_each_with_a_line_that_says_what_it_is(
    client: FlaskClient, user_id: str
) -> None:
    found = rows_of(client, f"/users/{user_id}")
    places = [place(row) for row in found]
    assert places == sorted(places)
    assert places[0] == 0
    once = [at for at in places if at != 1]
    assert len(set(once)) == len(once)
    assert places.count(1) <= 2
    assert all(row.line for row in found)
    assert len({row.id for row in found}) == len(found)


@pytest.mark.parametrize("most", [1, 3, 6, 10])
def test_no_item_is_in_two_rows_and_no_row_has_too_many(make_client: MakeClient, most: int) -> None:
    client = make_client(TOPPICKS_DEMO="1", TOPPICKS_PICKS=str(most))
    for user_id in PEOPLE:
        found = rows_of(client, f"/users/{user_id}")
        items = [item for row in found for item in row.items]
        assert len(set(items)) == len(items)
        assert all(0 < len(row.items) <= most for row in found)
        assert len(found[0].items) == most
        assert not history_of(client, user_id) & set(items)


@pytest.mark.parametrize("user_id", PEOPLE)
def test_the_first_row_is_what_the_api_picks(client: FlaskClient, user_id: str) -> None:
    answer = client.get(f"/api/users/{user_id}/picks?explain=true").get_json()
    first = page_of(client, f"/users/{user_id}").one("section", id="picks")
    assert cards_in(first) == [pick["item_id"] for pick in answer["picks"]]
    shown = [one.text.partition("%")[0].strip() for one in first.all("span", "match")]
    if answer["source"] == "personal":
        assert shown == [f"{round(100 * pick['match'])}" for pick in answer["picks"]]
    else:
        assert shown == []


@pytest.mark.parametrize("user_id", PEOPLE)
def test_see_more_leads_to_the_whole_of_the_row(client: FlaskClient, user_id: str) -> None:
    for row in rows_of(client, f"/users/{user_id}"):
        address, whole = row.more, list[str]()
        while address:
            page = page_of(client, address)
            assert page.one("h1").text == row.heading
            whole += cards_in(page)
            address = "".join(one["href"] for one in page.all("a", rel="next"))
        assert set(row.items) <= set(whole)
        assert len(whole) >= len(row.items)


def test_every_card_can_be_rated_and_hidden_from_where_it_is(client: FlaskClient) -> None:
    page = page_of(client, "/users/u0")
    form = page.one("form", id="say")
    assert form["method"] == "post"
    assert form.one("input", name="back")["value"] == "/users/u0"
    for section in page.all("section", "row"):
        for card in section.all("li", "card"):
            item_id = card["data-item"]
            stars = card.all("button", "star")
            assert [star["value"] for star in stars] == ["1", "2", "3", "4", "5"]
            address = f"/users/u0/ratings/{item_id}?at={section['id']}"
            assert {star["formaction"] for star in stars} == {address}
            hide = button(card, f"/users/u0/hidden/{item_id}", "hide")
            assert {one["form"] for one in [*stars, hide]} == {"say"}
            assert card.one("a", "card-link")["href"] == f"/items/{item_id}?as=u0"


def test_a_stranger_gets_rows_that_need_no_history(client: FlaskClient) -> None:
    page = page_of(client, "/users/nobody")
    assert "We have not met this person yet" in page.text
    assert {place(row) for row in rows(page)} <= {0, 2, 5, 6}
    assert "because you" not in page.text
    assert page.all("span", "match") == []


def test_who_has_said_nothing_is_led_to_saying_something(visitor: FlaskClient) -> None:
    page = page_of(visitor, "/me")
    assert "You have told us nothing yet" in page.text
    assert "/#like" in [one["href"] for one in page.all("a", "more")]
    send(visitor, "/me/ratings/00", rating="5")
    page = page_of(visitor, "/me")
    assert rows(page)[0].line == "based on your ratings, we recommend these items"
    assert "/me/history" in [one["href"] for one in page.all("a", "more")]


def test_what_was_rated_hidden_bought_or_deleted_is_in_no_row(demo: FlaskClient) -> None:
    shown = [item for row in rows_of(demo, "/users/u0") for item in row.items]
    send(demo, f"/users/u0/ratings/{shown[0]}", rating="1")
    send(demo, f"/users/u0/hidden/{shown[1]}", hide="1")
    event = {"user_id": "u0", "item_id": shown[2], "kind": "purchase"}
    assert demo.post("/api/events", json=[event]).status_code == 200
    assert demo.delete(f"/api/items/{shown[3]}").status_code == 204
    now = [item for row in rows_of(demo, "/users/u0") for item in row.items]
    assert not set(shown[:4]) & set(now)
    assert set(shown[4:6]) <= set(now)


def test_a_reason_names_only_what_the_person_likes(demo: FlaskClient) -> None:
    before = every_reason(demo, "u0")
    assert any("Red Café 0" in reason for reason in before)
    assert not any("Blue" in reason and "because" in reason for reason in before)
    # All of these they liked.
    liked = ["00", "01", "02", "04"]
    assert set(liked) <= history_of(demo, "u0")
    send(demo, "/users/u0/ratings/00", rating="1")
    event = {"user_id": "u0", "item_id": "01", "kind": "dislike"}
    assert demo.post("/api/events", json=[event]).status_code == 200
    send(demo, "/users/u0/hidden/02", hide="1")
    assert demo.delete("/api/items/04").status_code == 204
    now = every_reason(demo, "u0")
    assert any(reason.startswith("because you liked Red Café ") for reason in now)
    named = {found for reason in now for found in re.findall(r"(?:Red|Blue) Café \d+", reason)}
    assert named
    assert not named & {f"Red Café {int(item)}" for item in liked}
    assert not any(name.startswith("Blue") for name in named)


def test_one_low_rating_makes_nothing_liked(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/00", rating="1")
    page = page_of(visitor, "/me")
    assert "because you" not in page.text
    assert "Red Café 0" not in " ".join(why for row in rows(page) for why in row.whys)


def test_where_everything_is_known_the_page_says_so(demo: FlaskClient) -> None:
    events = [
        {"user_id": "all", "item_id": f"{item:02}", "kind": "rating", "value": 4}
        for item in range(64)
    ]
    assert demo.post("/api/events", json=events).status_code == 200
    page = page_of(demo, "/users/all")
    assert rows(page) == []
    assert "Nothing left to recommend" in page.text
    assert "64 ratings" in page.text


UNRATED: dict[str, Meaning] = {
    "count": Meaning("count", 1, 5, 1),
    "event": Meaning("event", 1, 5, 1, drive="like"),
    "presence": Meaning("presence", 1, 1, 0),
}


@pytest.fixture(params=UNRATED)
def unrated(
    request: pytest.FixtureRequest, client_of_model: ClientOfModel, tiny_model: TrainedModel
) -> FlaskClient:
    """A site where nobody rates."""
    feedback: Any = request.param
    words = SiteWords("repo", "repos", feedback=feedback)
    model = replace(tiny_model, words=words, meaning=UNRATED[feedback], calibration=None)
    return client_of_model(model)


def speaks_of_rating(element: Element) -> list[str]:
    labels = [one.get(name) for one in element.walk() for name in ("aria-label", "title")]
    return re.findall(r"\brat\w+\b", " ".join([element.text, *labels]), re.IGNORECASE)


def test_what_somebody_said_that_they_like_is_not_called_a_choice(unrated: FlaskClient) -> None:
    page = page_of(unrated, "/try?like=00")
    whys = [one.text for one in page.all("p", "why") if one.text.startswith("because")]
    assert set(whys) == {"because you liked Red Café 0"}


def test_where_nobody_rates_one_likes_and_chooses(unrated: FlaskClient) -> None:
    page = page_of(unrated, "/users/u0")
    headings = [row.heading for row in rows(page)]
    assert any(heading.startswith("because you chose Red Café") for heading in headings)
    assert "choose more" in headings
    assert rows(page)[0].line == "based on what you chose, we recommend these repos"
    assert page.all("button", "star") == []
    for card in page.all("li", "card"):
        button(card, f"/users/u0/ratings/{card['data-item']}", "like")
    for address in ("/users/u0", "/users/u0/picks", "/users/u0/history", "/me", "/", "/try"):
        assert speaks_of_rating(page_of(unrated, address)) == [], address
    assert page.all("span", "match") == []


def test_where_nobody_rates_a_like_counts_and_can_be_taken_back(unrated: FlaskClient) -> None:
    assert send(unrated, "/users/u0/ratings/60", like="1").status_code == 303
    line = page_of(unrated, "/users/u0/history").one("li", data_item="60")
    assert line.text.startswith("Red Café 60")
    assert send(unrated, "/users/u0/ratings/60", remove="1").status_code == 303
    assert page_of(unrated, "/users/u0/history").all("li", data_item="60") == []
