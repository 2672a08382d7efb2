"""Search by title, and suggestions while somebody types."""

import pytest
from flask.testing import FlaskClient

from tests.web.pages import button, cards_in, page_of
from tests.web.visiting import send


@pytest.mark.parametrize(
    "q", ["Red Café 7", "red cafe 7", "RED CAFE 7", "  red   café 7 ", "7 red"]
)
def test_case_and_accents_are_forgiven(client: FlaskClient, q: str) -> None:
    assert cards_in(page_of(client, f"/search?q={q}"))[0] == "07"
    suggested = client.get("/suggest", query_string={"q": q}).get_json()
    assert suggested[0]["item_id"] == "07"


@pytest.mark.parametrize("q", ["blu cafe 45", "bleu cafe 45", "blue caffe 45"])
def test_small_mistakes_are_forgiven(client: FlaskClient, q: str) -> None:
    assert cards_in(page_of(client, f"/search?q={q}"))[0] == "45"
    assert client.get("/suggest", query_string={"q": q}).get_json()[0]["item_id"] == "45"


def test_suggestions_are_a_few_of_what_the_search_finds(client: FlaskClient) -> None:
    response = client.get("/suggest?q=red")
    assert response.mimetype == "application/json"
    assert "Set-Cookie" not in response.headers
    suggested = response.get_json()
    assert len(suggested) == 8
    found = cards_in(page_of(client, "/search?q=red"))
    assert [one["item_id"] for one in suggested] == found[:8]
    for one in suggested:
        assert set(one) == {"item_id", "title", "fact", "cover", "url"}
        assert one["title"].startswith("Red Café ")
        assert one["fact"].isdigit()
        assert client.get(one["url"]).status_code == 200
        assert client.get(one["cover"]).mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=%20%20", "?q=zzzzzzzz", "?q=%21%3F", "?q=" + "x" * 5_000, "?q=%00%FF"]
)
def test_where_there_is_nothing_to_suggest_the_list_is_empty(
    client: FlaskClient, query: str
) -> None:
    response = client.get(f"/suggest{query}")
    assert (response.status_code, response.get_json()) == (200, [])
    assert page_of(client, f"/search{query}").all("li", "card") == []


def test_a_search_shows_how_much_it_found(client: FlaskClient) -> None:
    page = page_of(client, "/search?q=cafe")
    assert "The first 48 of 64 items" in page.one("p", role="status").text
    assert len(cards_in(page)) == 48
    assert "1 item for" in page_of(client, "/search?q=red cafe 17").one("p", role="status").text


def test_what_was_said_of_what_is_found_stands_there(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/07", rating="4")
    send(visitor, "/me/hidden/17", hide="1")
    page = page_of(visitor, "/search?q=red")
    card = page.one("li", data_item="07")
    stars = card.all("button", "star")
    assert [one["value"] for one in stars if one.get("aria-pressed")] == ["4"]
    assert page.one("li", data_item="17").one("span", "said").text == "hidden"
    button(page.one("li", data_item="06"), "/me/ratings/06", "rating")
    # What the other browser said is not there.
    other = visitor.application.test_client()
    assert page_of(other, "/search?q=red").all("button", aria_pressed="true") == []


def test_a_deleted_item_is_not_found(demo: FlaskClient) -> None:
    assert demo.delete("/api/items/07").status_code == 204
    assert "07" not in cards_in(page_of(demo, "/search?q=red cafe 7"))
    found = demo.get("/suggest?q=red cafe 7").get_json()
    assert "07" not in [one["item_id"] for one in found]


def test_searching_as_somebody_stays_so(client: FlaskClient) -> None:
    page = page_of(client, "/search?q=red&as=u0")
    assert page.one("form", role="search").one("input", name="as")["value"] == "u0"
    assert all(
        card.one("a", "card-link")["href"].endswith("?as=u0") for card in page.all("li", "card")
    )
