"""Everything that somebody said: to change, to take back, to take along, to erase."""

import json

import pytest
from flask.testing import FlaskClient

from tests.web.pages import Element, button, page_of
from tests.web.visiting import HERE, Kept, send, token

DAY = 86_400
START = 1_700_000_000


def lines(page: Element) -> list[str]:
    return [line["data-item"] for line in page.all("li", "line")]


def line_of(client: FlaskClient, address: str, item_id: str) -> Element:
    return page_of(client, address).one("li", "line", data_item=item_id)


def rated(client: FlaskClient, user_id: str, n: int) -> list[str]:
    """Somebody of the data rates so many items, one a day; the newest first."""
    events = [
        {
            "user_id": user_id,
            "item_id": f"{item:02}",
            "kind": "rating",
            "value": 1 + item % 5,
            "timestamp": START + item * DAY,
        }
        for item in range(n)
    ]
    assert client.post("/api/events", json=events).status_code == 200
    return [f"{item:02}" for item in reversed(range(n))]


def test_what_was_said_stands_there_the_newest_first(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/05", rating="4.5")
    send(visitor, "/me/ratings/01", rating="2")
    send(visitor, "/me/hidden/03", hide="1")
    send(visitor, "/me/ratings/02", like="1")
    page = page_of(visitor, "/me/history")
    assert lines(page) == ["02", "03", "01", "05"]
    said = [line.one("span", "said").text for line in page.all("li", "line")]
    assert said == ["liked", "hidden", "2", "4.5"]
    assert page.one("p", "lead").text.startswith("4 items, the newest first.")
    send(visitor, "/me/ratings/05", rating="5")
    assert lines(page_of(visitor, "/me/history")) == ["05", "02", "03", "01"]


def test_it_has_pages(demo: FlaskClient) -> None:
    expected = rated(demo, "somebody", 60)
    first = page_of(demo, "/users/somebody/history")
    second = page_of(demo, first.one("a", rel="next")["href"])
    assert lines(first) + lines(second) == expected
    assert second.all("a", rel="next") == []
    assert page_of(demo, second.one("a", rel="prev")["href"]).text
    days = [one["datetime"] for one in first.all("time")]
    assert days == sorted(days, reverse=True)
    assert days[0] == "2024-01-12"
    for wrong in ("0", "3", "x"):
        page_of(demo, f"/users/somebody/history?page={wrong}", 404)


def test_there_it_can_be_changed_and_removed_and_shown_again(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    send(visitor, "/me/hidden/01", hide="1")
    line = line_of(visitor, "/me/history", "00")
    stars = line.all("button", "star")
    assert [star["value"] for star in stars if star.get("aria-pressed")] == ["4"]
    button(line, "/me/ratings/00", "remove")
    button(line_of(visitor, "/me/history", "01"), "/me/hidden/01", "show")
    send(visitor, "/me/ratings/00", rating="2")
    assert line_of(visitor, "/me/history", "00").one("span", "said").text == "2"
    back = send(visitor, "/me/ratings/00?at=main", remove="1", back="/me/history")
    assert back.location == "/me/history?changed=00&was=2#main"
    send(visitor, "/me/hidden/01", show="1")
    page = page_of(visitor, "/me/history")
    assert lines(page) == []
    assert "Nothing yet" in page.text


def test_what_the_files_hold_can_be_taken_back_too(demo: FlaskClient) -> None:
    before = lines(page_of(demo, "/users/u0/history"))
    assert len(before) == 20
    send(demo, f"/users/u0/ratings/{before[0]}", remove="1")
    assert lines(page_of(demo, "/users/u0/history")) == before[1:]
    assert lines(page_of(demo, "/users/u2/history"))


def test_it_is_all_of_a_persons_history_as_the_api_has_it(demo: FlaskClient) -> None:
    send(demo, "/users/u1/ratings/60", rating="3")
    told = demo.get("/api/users/u1?n=100").get_json()["history"]
    page = page_of(demo, "/users/u1/history")
    assert lines(page) == [one["item_id"] for one in told]
    said = [float(line.one("span", "said").text) for line in page.all("li", "line")]
    assert said == [one["rating"] for one in told]


def test_a_person_of_the_data_has_no_export_and_no_erasing(demo: FlaskClient) -> None:
    page = page_of(demo, "/users/u0/history")
    assert page.all("details", "erase") == []
    assert not [one for one in page.walk() if "/me/" in one.get("href") + one.get("formaction")]
    assert demo.get("/users/u0/export").status_code == 404
    sent = {"csrf_token": token(demo)}
    assert demo.post("/users/u0/erase", data=sent, headers=HERE).status_code == 404
    assert Kept(demo).said == {}
    assert lines(page_of(demo, "/users/u0/history"))


def test_who_said_nothing_has_nothing_to_take_along(visitor: FlaskClient) -> None:
    page = page_of(visitor, "/me/history")
    assert lines(page) == []
    assert page.all("details", "erase") == []
    assert [one for one in page.all("a") if one["href"] == "/me/export"] == []
    assert visitor.get("/me/export").status_code == 404


def test_it_can_be_taken_along_and_erased(visitor: FlaskClient, kept: Kept) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    send(visitor, "/me/hidden/01", hide="1")
    page = page_of(visitor, "/me/history")
    told = visitor.get(page.one("a", "button", href="/me/export")["href"])
    assert told.headers["Content-Disposition"] == "attachment; filename=my-ratings.json"
    assert [one["item_id"] for one in json.loads(told.data)["events"]] == ["00", "01"]
    erase = button(page, "/me/erase")
    form = page.one("form", id=erase["form"])
    sent = {given["name"]: given["value"] for given in form.all("input")}
    erased = visitor.post(erase["formaction"], data=sent, headers=HERE)
    assert (erased.status_code, erased.location) == (303, "/")
    assert visitor.get_cookie("visitor") is None
    assert kept.said == {}
    assert lines(page_of(visitor, "/me/history")) == []
    assert visitor.get("/me/export").status_code == 404


def test_nobody_else_sees_it(demo: FlaskClient) -> None:
    send(demo, "/me/ratings/00", rating="4")
    ((user_id, _),) = Kept(demo).said.items()
    other = demo.application.test_client()
    assert lines(page_of(other, "/me/history")) == []
    for path in ("", "/history", "/picks"):
        page_of(other, f"/users/{user_id}{path}", 404)
    page_of(other, f"/items/00?as={user_id}", 404)
    assert lines(page_of(demo, "/me/history")) == ["00"]


@pytest.mark.parametrize("user_id", ["u0", "nobody"])
def test_outside_demo_mode_peoples_histories_are_closed(site: FlaskClient, user_id: str) -> None:
    page_of(site, f"/users/{user_id}/history", 403)


def test_while_the_store_is_away_it_does_not_say_that_there_is_nothing(
    visitor: FlaskClient, kept: Kept
) -> None:
    send(visitor, "/me/ratings/00", rating="4")
    kept.go_away()
    page = page_of(visitor, "/me/history")
    assert "Ratings are resting" in page.text
    assert "Nothing yet" not in page.text
    kept.come_back()
    assert lines(page_of(visitor, "/me/history")) == ["00"]


def test_a_deleted_item_is_not_in_it(demo: FlaskClient) -> None:
    rated(demo, "somebody", 3)
    assert demo.delete("/api/items/01").status_code == 204
    page = page_of(demo, "/users/somebody/history")
    assert lines(page) == ["02", "00"]
    assert page.one("p", "lead").text.startswith("2 items")
