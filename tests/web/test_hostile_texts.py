"""Texts that mean something to HTML, URLs, templates or readers' eyes: unharmed, and harmless."""

import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.commands import write
from tests.web.conftest import ClientOfModel
from tests.web.pages import Links, page_of, status
from tests.web.visiting import HERE
from tests.worlds import TwoTastes, quick_trainer, write_csv
from toppicks.materials import Source, gather
from toppicks.trained import TrainedModel
from toppicks.training import train

TEXTS = (
    "<script>alert(1)</script>",
    "\"'&amp;&",
    "'\"><img src=x onerror=alert(1)>",
    "</title></bdi></a><h1>",
    "owner/repo",
    "../../etc/passwd",
    "a%2Fb",
    "%",
    "?q=1#x",
    "a b+c;d=e,f",
    "back\\slash",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "🍬👩\u200d🍳",
    "\u202etxt.exe",
    "\u2069\u202e\u2066",
    "مرحبا 123 بالعالم",
    "Ünï\u0301códe".replace("\u0301", ""),
    "長い題名",
    "w" * 200,
)
LONG = "A title without an end. " * 300
COLUMN = "<b>\"'&\u202e/a|b"
NAME, ONE, MANY = "</title><script>", 'أ"<b>', "{{ x }}&amp;"


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the text within each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "img", "input", "rect", "circle", "line"}:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    """Two tastes among people and items that are called as badly as can be."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    world = TwoTastes()
    lines = world.write_ratings(folder / "plain.csv").read_text().splitlines()[1:]
    names = {f"{n:02}": text for n, text in enumerate(TEXTS)}
    people = {f"u{n}": text for n, text in enumerate(TEXTS)}
    rows = [line.split(",") for line in lines]
    columns = ("user", "item", "rating", "timestamp")
    renamed = [(people.get(u, u), names.get(i, i), r, t) for u, i, r, t in rows]
    ratings = write_csv(folder / "ratings.csv", columns, renamed)
    texts = cycle(TEXTS)
    items = write_csv(
        folder / "items.csv",
        ("item", "title", "genres", COLUMN),
        [(id_, id_, f"{next(texts)}|{next(texts)}", next(texts)) for id_ in names.values()]
        + [("long", LONG, "x", LONG), ("blank", "", "", "")],
    )
    site = write(
        folder / "site.toml",
        f"name = '''{NAME}'''\none = '''{ONE}'''\nmany = '''{MANY}'''\n"
        f"facts = ['''{COLUMN}''']\nlabels = {{genres = '''{NAME}'''}}\n",
    )
    trained, _ = train(gather(Source((ratings,), items, site=site)), quick_trainer())
    return trained


@pytest.fixture(scope="module")
def hostile(client_of_model: ClientOfModel, model: TrainedModel) -> FlaskClient:
    return client_of_model(model)


def address(kind: str, id_: str, rest: str = "") -> str:
    return f"/{kind}/{quote(id_, safe='')}{rest}"


def check(html: str) -> Page:
    """Nothing in a page but what the templates put there."""
    page = Page(html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"b-", "iframe", "object", "style"}
    scripts = [attributes.get("src") or "" for tag, attributes in page.elements if tag == "script"]
    assert [script.startswith("/static/") for script in scripts] == [True]
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        if tag == "img":
            assert (attributes["src"] or "").startswith("/")
    assert [link for link in Links(html).found if not link.startswith(("/", "#"))] == []
    assert html.count("<h1") == 1
    assert html.partition("</head>")[0].count("<title") == 1
    assert "49" not in page.texts["title"][0]
    return page


@pytest.mark.parametrize("text", TEXTS)
def test_an_items_page_shows_it_as_it_is(hostile: FlaskClient, text: str) -> None:
    response = hostile.get(address("items", text))
    assert response.status_code == 200
    page = check(response.text)
    assert page.texts["h1"][-1] == text
    assert (
        page.texts["title"][-1]
        .replace("\u2068", "")
        .startswith(
            "".join(c for c in text if unicodedata.category(c) != "Cf" or c == "\u200d")[:20]
        )
    )
    known = hostile.get("/api/users/nobody/picks?n=100").get_json()["picks"]
    item = next(pick["item"] for pick in known if pick["item_id"] == text)
    chips = [chip for chip in page.texts["li"] if chip in item["genres"]]
    assert chips == item["genres"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_persons_pages_show_them_as_they_are(hostile: FlaskClient, text: str) -> None:
    for rest in ("", "/picks", "/picks?page=2"):
        response = hostile.get(address("users", text, rest))
        assert response.status_code == 200
        page = check(response.text)
        assert any(text in shown for tag in ("h1", "p") for shown in page.texts[tag])
    missing = hostile.get(address("users", text, "/picks?page=9"))
    assert missing.status_code == 404
    check(missing.text)


@pytest.mark.parametrize("text", TEXTS)
def test_json_has_every_text_exactly(hostile: FlaskClient, text: str) -> None:
    answer = hostile.get(f"/api/users/{quote(text, safe='')}/picks?n=100").get_json()
    assert (answer["user_id"], answer["known"]) == (text, True)
    shown = {pick["item_id"]: pick for pick in answer["picks"]}
    own = {rest for rest in TEXTS if rest not in shown}
    assert own  # what they have rated
    for id_, pick in shown.items():
        if id_ in TEXTS:
            assert pick["title"] == id_
            assert set(pick["item"]) == {"genres", COLUMN}
    assert shown["long"]["title"] == LONG.strip()
    excluded = next(rest for rest in TEXTS if rest in shown)
    query = f"?n=100&exclude={quote(excluded, safe='')}"
    rest = hostile.get(f"/api/users/{quote(text, safe='')}/picks{query}").get_json()
    assert rest["total"] == answer["total"] - 1


@pytest.mark.parametrize("text", TEXTS)
def test_a_search_for_it_shows_it_and_finds_it(hostile: FlaskClient, text: str) -> None:
    response = hostile.get("/search", query_string={"q": text})
    page = check(response.text)
    asked = [given["value"] for tag, given in page.elements if given.get("name") == "q"]
    assert asked == [text]
    found = [given["href"] for _, given in page.elements if given.get("class") == "card-link"]
    if any(char.isalnum() for char in text):
        assert address("items", text) in found
    assert all(status(hostile, str(link)) == 200 for link in found)


@pytest.mark.parametrize("path", ["/", "/users/u63", "/users/u63/picks", "/items/long", "/model"])
def test_every_link_leads_somewhere(hostile: FlaskClient, path: str) -> None:
    html = hostile.get(path).text
    check(html)
    links = {link.partition("#")[0] for link in Links(html).found} - {"", "/users"}
    assert [link for link in links if status(hostile, link) != 200] == []


def test_home_names_people_and_their_likes(hostile: FlaskClient) -> None:
    page = check(hostile.get("/").text)
    people = [str(given["href"]) for _, given in page.elements if given.get("class") == "person"]
    shown = page.texts["bdi"]
    assert people
    assert all(unquote(link.removeprefix("/users/")) in shown for link in people)


def test_a_sites_own_words_are_texts_too(hostile: FlaskClient) -> None:
    page = check(hostile.get("/").text)
    assert page.texts["a"][1] == NAME
    assert NAME in page.texts["title"][0]
    assert any(MANY in line for line in page.texts["p"])
    item = check(hostile.get("/items/blank").text)
    assert item.texts["h1"] == ["blank"]
    text = page_of(hostile, "/items/blank").one("div", "item-text")
    assert text.all("p", "facts") == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_cover_is_a_well_formed_picture(hostile: FlaskClient, text: str) -> None:
    response = hostile.get(address("items", text, "/cover.svg"))
    root = ElementTree.fromstring(response.text)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not names & {"script", "image", "a", "style", "foreignObject"}


def test_text_around_a_title_from_the_right_stays_in_order(hostile: FlaskClient) -> None:
    """Each title is in an element of its own direction; titles of pages are isolated by letters."""
    arabic, turning = "مرحبا 123 بالعالم", "\u202etxt.exe"
    html = hostile.get("/search", query_string={"q": arabic}).text
    assert f"<bdi>{arabic}</bdi>" in html
    assert f"<title>“\u2068{arabic}\u2069” " in html
    html = hostile.get(address("items", turning)).text
    assert f"<h1><bdi>{turning}</bdi></h1>" in html
    assert "<title>txt.exe " in html


def fields_of(page: Page, tag: str, **given: str) -> list[dict[str, str | None]]:
    """Attributes of the elements of this tag that have these."""
    return [
        attributes
        for found, attributes in page.elements
        if found == tag and given.items() <= attributes.items()
    ]


@pytest.fixture(scope="module")
def filtered(client_of_model: ClientOfModel, model: TrainedModel) -> FlaskClient:
    """Columns that are called as badly as their values, of every kind that can be chosen by."""
    n_items = len(model.items)
    fields = {
        **model.fields,
        COLUMN: [TEXTS[n % len(TEXTS)] for n in range(n_items)],
        "'><script>": [[TEXTS[n % 5], TEXTS[5 + n % 3]] for n in range(n_items)],
        "a.from": list(range(n_items)),
        "x:y..z": [n % 2 == 0 for n in range(n_items)],
    }
    words = replace(model.words, facts=(COLUMN, "a.from"))
    return client_of_model(replace(model, fields=fields, words=words))


@pytest.mark.parametrize("text", TEXTS)
def test_rows_lists_and_histories_of_who_is_called_so(hostile: FlaskClient, text: str) -> None:
    rows = check(hostile.get(address("users", text)).text)
    assert len(fields_of(rows, "ul", **{"class": "cards"})) > 2
    addresses = [str(one["formaction"]) for one in fields_of(rows, "button", form="say")]
    assert addresses
    # Of the person, not of another whose name is a part of it.
    assert all(one.startswith(address("users", text) + "/") for one in addresses)
    more = [str(one["href"]) for one in fields_of(rows, "a", **{"class": "more"})]
    for link in more:
        response = hostile.get(link)
        assert response.status_code == 200, link
        check(response.text)
    history = hostile.get(address("users", text, "/history"))
    assert history.status_code == 200
    assert text in " ".join(check(history.text).texts["bdi"])


@pytest.mark.parametrize("text", TEXTS)
def test_an_item_seen_by_who_is_called_so(hostile: FlaskClient, text: str) -> None:
    response = hostile.get(address("items", "long"), query_string={"as": text})
    assert response.status_code == 200
    page = check(response.text)
    assert text in page.texts["bdi"]
    links = [str(one["href"]) for one in fields_of(page, "a", **{"class": "part-title"})]
    assert links
    assert [link for link in links if status(hostile, link) != 200] == []


@pytest.mark.parametrize("text", TEXTS)
def test_to_try_it_with_what_is_called_so(hostile: FlaskClient, text: str) -> None:
    response = hostile.get("/try", query_string={"like": text, "q": text})
    assert response.status_code == 200
    page = check(response.text)
    assert fields_of(page, "input", name="like", value=text)
    assert fields_of(page, "input", name="q", value=text)
    links = [str(one["href"]) for one in fields_of(page, "a", **{"class": "like"})]
    assert links
    assert status(hostile, links[0]) == 200
    titles = [one["title"] for one in hostile.get("/suggest", query_string={"q": text}).get_json()]
    if any(char.isalnum() for char in text):
        assert text in titles


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_said_of_what_is_called_so(hostile: FlaskClient, text: str) -> None:
    """And taken back at once: the others find the site as it was."""
    client = hostile.application.test_client()
    item_url = address("items", text)
    for form in ({"rating": "4"}, {"remove": "1"}):
        sent = form | {"csrf_token": token(client), "back": item_url}
        response = client.post(address("me/ratings", text), data=sent, headers=HERE)
        assert response.status_code == 303
        assert response.location.partition("?")[0] == item_url
        page = check(client.get(response.location).text)
        shown = "".join(char for char in text if unicodedata.category(char) != "Cf")[:20]
        (notice,) = [line for line in page.texts["div"] if re.search("our picks", line)][-1:]
        plain = "".join(char for char in notice if unicodedata.category(char) != "Cf")
        assert shown in plain


def token(client: FlaskClient) -> str:
    page = Page(client.get("/items/long").text)
    return str(fields_of(page, "input", name="csrf_token")[0]["value"])


@pytest.mark.parametrize("text", TEXTS)
def test_filters_by_what_is_called_so(filtered: FlaskClient, text: str) -> None:
    for name in (COLUMN, "'><script>"):
        query = {f"f.{name}": text}
        response = filtered.get("/users/u63/picks", query_string=query)
        assert response.status_code == 200
        page = check(response.text)
        assert fields_of(page, "input", name=f"f.{name}", value=text) or [
            one for one in fields_of(page, "option", value=text) if "selected" in one
        ]
        told = filtered.get(
            "/api/users/u63/picks", query_string={"where": f"{name}:{text}", "n": 24}
        ).get_json()["picks"]
        shown = [one["data-item"] for one in fields_of(page, "li", **{"class": "card"})]
        assert shown == [pick["item_id"] for pick in told]


def test_a_form_of_columns_that_are_called_so_means_each_of_them(filtered: FlaskClient) -> None:
    page = check(filtered.get("/users/u63/picks").text)
    names = {one.get("name") for tag in ("input", "select") for one in fields_of(page, tag)}
    assert {f"f.{COLUMN}", "f.'><script>", "f.a.from.from", "f.a.from.to", "f.x:y..z"} <= names
    for query, where in (
        ({"f.a.from.from": "10", "f.a.from.to": "20"}, "a.from:10..20"),
        ({"f.x:y..z": "yes"}, "x:y..z:yes"),
    ):
        page = check(filtered.get("/users/u63/picks", query_string=query).text)
        told = filtered.get("/api/users/u63/picks", query_string={"where": where, "n": 24})
        shown = [one["data-item"] for one in fields_of(page, "li", **{"class": "card"})]
        assert shown == [pick["item_id"] for pick in told.get_json()["picks"]]
        assert shown
    wrong = filtered.get("/users/u63/picks", query_string={"f.a.from.from": "<script>"})
    assert wrong.status_code == 422
    check(wrong.text)
