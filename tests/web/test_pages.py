"""The site's own pages, without a browser."""

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from toppicks.trained import TrainedModel

PAGES = (
    "/",
    "/users/u0",
    "/users/u1",
    "/users/nobody",
    "/users/u0/picks",
    "/users/u0/picks?page=2",
    "/items/00",
    "/items/60",
    "/search",
    "/search?q=red",
    "/search?q=zzz",
    "/model",
    "/me",
)


class Links(HTMLParser):
    """Collects every address that a page names, but for those of forms that write something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("method", "post") not in attrs:
            self.found += [
                value for name, value in attrs if name in {"href", "src", "action"} and value
            ]


def cards(page: str) -> list[str]:
    return re.findall(r'class="card-link" href="/items/([^"]+)"', page)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_and_ask_no_other_site(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert response.text.count("<h1") == 1
    assert "None" not in response.text
    assert "undefined" not in response.text
    assert " style=" not in response.text
    links = Links(response.text).found
    assert links
    assert [link for link in links if not link.startswith(("/", "#"))] == []
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def status(client: FlaskClient, address: str) -> int:
    return client.get(address).status_code


@pytest.mark.parametrize("path", PAGES)
def test_every_address_on_a_page_answers(client: FlaskClient, path: str) -> None:
    addresses = {link.partition("#")[0] for link in Links(client.get(path).text).found} - {""}
    redirects = {"/users"}
    assert len(addresses) > 2
    assert [a for a in addresses - redirects if status(client, a) != 200] == []


def test_a_persons_page_shows_six_picks_of_theirs_and_see_more(client: FlaskClient) -> None:
    page = client.get("/users/u0").text
    picks = client.get("/api/users/u0/picks").get_json()["picks"]
    assert cards(page) == [pick["item_id"] for pick in picks]
    assert "top picks" in page
    assert "based on your ratings, we recommend these items" in page
    assert 'href="/users/u0/picks"' in page


def test_the_number_of_picks_is_a_setting(make_client: MakeClient) -> None:
    page = make_client(TOPPICKS_DEMO="1", TOPPICKS_PICKS="3").get("/users/u0").text
    assert len(cards(page)) == 3


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


@pytest.mark.parametrize("path", ["/users/u0", "/users/u0/picks", "/users?user_id=u0"])
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
