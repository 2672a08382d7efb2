"""The site's own pages, without a browser."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from tests.web.pages import Links, cards, page_of, read, rows, status
from toppicks.trained import TrainedModel

PAGES = (
    "/",
    "/users/u0",
    "/users/u1",
    "/users/nobody",
    "/users/u0/picks",
    "/users/u0/picks?page=2",
    "/users/u0/picks?list=recent&f.genres=Red&f.year.from=1981",
    "/users/u0/picks?novelty=0.5&diversity=1",
    "/users/u0/history",
    "/users/u0?changed=00",
    "/items/00",
    "/items/00?as=u0",
    "/items/60?as=u0",
    "/items/60",
    "/search",
    "/search?q=red",
    "/search?q=zzz",
    "/model",
    "/search?q=red&as=u0",
    "/try",
    "/try?q=red",
    "/try?like=00&like=31",
    "/me",
    "/me/picks",
    "/me/history",
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_and_ask_no_other_site(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert len(read(response.text).all("h1")) == 1
    assert "None" not in response.text
    assert "undefined" not in response.text
    assert " style=" not in response.text
    links = Links(response.text).found
    assert links
    assert [link for link in links if not link.startswith(("/", "#"))] == []
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_every_address_on_a_page_answers(client: FlaskClient, path: str) -> None:
    addresses = {link.partition("#")[0] for link in Links(client.get(path).text).found} - {""}
    redirects = {"/users"}
    assert len(addresses) > 2
    assert [a for a in addresses - redirects if status(client, a) != 200] == []


def test_a_persons_page_shows_six_picks_of_theirs_and_see_more(client: FlaskClient) -> None:
    first = rows(page_of(client, "/users/u0"))[0]
    picks = client.get("/api/users/u0/picks").get_json()["picks"]
    assert first.items == [pick["item_id"] for pick in picks]
    assert first.heading == "top picks"
    assert first.line == "based on your ratings, we recommend these items"
    assert first.more == "/users/u0/picks"


def test_the_number_of_picks_is_a_setting(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_DEMO="1", TOPPICKS_PICKS="3")
    assert len(rows(page_of(client, "/users/u0"))[0].items) == 3
    assert {len(row.items) for row in rows(page_of(client, "/users/u0"))} <= {2, 3}
    assert len(rows(page_of(client, "/items/00"))[0].items) == 3


def test_see_more_pages_hold_every_pick_once_in_the_order_of_the_api(
    client: FlaskClient, tiny_model: TrainedModel
) -> None:
    first = client.get("/users/u0/picks").text
    second = client.get("/users/u0/picks?page=2").text
    answer = client.get("/api/users/u0/picks?n=100").get_json()
    assert cards(first) + cards(second) == [pick["item_id"] for pick in answer["picks"]]
    assert client.get("/users/u0/picks?page=3").status_code == 404


def test_a_stranger_is_told_that_it_is_popularity(client: FlaskClient) -> None:
    page = client.get("/users/nobody").text
    assert "no likes yet to go by" in page
    assert "based on your ratings" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/items/unheard-of",
        "/items/unheard-of/cover.svg",
        "/users/u0/picks?page=0",
        "/users/u0/picks?page=x",
        "/users/u0/picks?page=99999999999999999999",
    ],
)
def test_what_is_not_there_is_said_in_the_sites_own_look(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert re.search(r'href="/static/[0-9a-f]{10}/style.css"', response.text)
    assert 'href="/"' in response.text


def test_search_forgives_accents_and_case_and_puts_the_whole_title_first(
    client: FlaskClient,
) -> None:
    assert set(cards(client.get("/search?q=blue+CAFE").text)) > {"30", "31"}
    assert cards(client.get("/search?q=red+cafe+2").text)[0] == "02"
    assert cards(client.get("/search?q=%21%21").text) == []


def test_the_form_at_home_leads_to_the_person(client: FlaskClient) -> None:
    assert client.get("/users?user_id=+u3+").location == "/users/u3"
    assert client.get("/users?user_id=a/b").location == "/users/a%2Fb"
    assert client.get("/users?user_id=").location == "/"


def test_home_offers_people_in_demo_mode_alone(make_client: MakeClient) -> None:
    assert "/users/u" in make_client(TOPPICKS_DEMO="1").get("/").text
    closed = make_client()
    assert "/users/u" not in closed.get("/").text
    assert cards(closed.get("/").text)


@pytest.mark.parametrize(
    "path",
    [
        "/users/u0",
        "/users/u0/picks",
        "/users/u0/history",
        "/users?user_id=u0",
        "/items/00?as=u0",
        "/search?q=red&as=u0",
    ],
)
def test_peoples_pages_are_closed_outside_demo_mode(make_client: MakeClient, path: str) -> None:
    response = make_client().get(path)
    assert response.status_code == 403
    assert "TOPPICKS_DEMO" in response.text


def test_an_items_page_tells_how_many_liked_it(
    client: FlaskClient, tiny_model: TrainedModel
) -> None:
    row = int(tiny_model.n_ratings.argmax())
    likes, ratings = tiny_model.n_likes[row], tiny_model.n_ratings[row]
    assert 0 < likes < ratings
    text = re.sub(r"<[^>]+>|\s+|&nbsp;", " ", client.get(f"/items/{tiny_model.items[row]}").text)
    assert re.search(rf"\b{likes}\b.*\b{ratings}\b people who rated it", text)


def test_titles_are_escaped(client: FlaskClient) -> None:
    page = client.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_covers_are_pictures_to_keep(client: FlaskClient) -> None:
    response = client.get("/items/00/cover.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.text.startswith("<svg")
    assert response.cache_control.public
    assert client.get("/items/00/cover.svg").data == response.data


def test_pages_are_compressed_for_who_can_read_that(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/").headers
