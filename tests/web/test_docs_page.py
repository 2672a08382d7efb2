"""The page of the API: whole, true, and in need of nothing from anywhere."""

import re
import shlex
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.api import OPERATIONS, breaches_of
from tests.web.conftest import MakeClient
from toppicks.web.docs_page import prose


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.fixture(scope="module")
def client(make_client: MakeClient) -> FlaskClient:
    return make_client(TOPPICKS_DEMO="1")


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/docs").text


@pytest.fixture(scope="module")
def elements(page: str) -> list[tuple[str, dict[str, str]]]:
    return Elements(page).found


Found = list[tuple[str, dict[str, str]]]


def test_it_has_no_script_of_its_own_and_needs_no_other_site(elements: Found) -> None:
    assert {tag for tag, _ in elements}.isdisjoint({"iframe", "object", "embed", "style"})
    assert all(given.get("src") for tag, given in elements if tag == "script")
    for _, given in elements:
        assert not [name for name in given if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "srcset", "poster", "data"):
            assert not urlsplit(given.get(name, "")).netloc


def test_every_place_that_is_linked_is_there_once(elements: Found) -> None:
    places = [given["id"] for _, given in elements if "id" in given]
    assert len(places) == len(set(places))
    linked = {given["href"][1:] for _, given in elements if given.get("href", "").startswith("#")}
    assert linked <= set(places)


def test_every_call_is_on_it(page: str) -> None:
    for operation in OPERATIONS:
        assert f'id="{operation.name}"' in page
        assert operation.summary in unescape(page)


def commands(page: str) -> list[list[str]]:
    """The words of every call that can be pasted."""
    blocks = re.findall(r"<code>(curl .*?)</code>", page, re.DOTALL)
    return [shlex.split(unescape(block).replace("\\\n", " ")) for block in blocks]


def run(client: FlaskClient, words: list[str]) -> TestResponse:
    """What curl would do."""
    method, url, headers, body = "GET", "", {}, None
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value.replace("$TOPPICKS_API_KEY", "sesame")
        elif word == "-d":
            body = next(rest)
        else:
            url = word
    address = urlsplit(url)
    assert address.netloc == "localhost"
    return client.open(f"{address.path}?{address.query}", method=method, headers=headers, data=body)


@pytest.mark.parametrize("settings", [{"TOPPICKS_DEMO": "1"}, {"TOPPICKS_API_KEY": "sesame"}])
def test_what_is_pasted_answers_as_described(
    make_client: MakeClient, settings: dict[str, str]
) -> None:
    client = make_client(**settings)
    found = commands(client.get("/docs").text)
    assert len(found) == len(OPERATIONS)
    for operation, words in zip(OPERATIONS, found, strict=True):
        response = run(client, words)
        assert response.status_code == operation.status, words
        assert breaches_of(operation, response) == []


def test_it_tells_nobody_of_a_person_outside_demo_mode(make_client: MakeClient) -> None:
    assert "/api/users/u0/" in make_client(TOPPICKS_DEMO="1").get("/docs").text
    assert "/api/users/u0" not in make_client().get("/docs").text


def test_a_host_that_is_made_up_does_no_harm(client: FlaskClient) -> None:
    page = client.get("/docs", headers={"Host": "a'$(id)<b>"}).text
    assert "<b>" not in page.replace("<b>Top</b>", "")


def test_words_between_backticks_are_code_and_nothing_else_is_markup() -> None:
    assert prose("a `b<` & c\n\nd") == "<p>a <code>b&lt;</code> &amp; c</p><p>d</p>"
    assert prose("") == ""
