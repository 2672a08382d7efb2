"""See more: whole lists, filtered and turned, with all of it in the address."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import ClientOfModel
from tests.web.pages import Element, cards_in, page_of, rows
from tests.web.visiting import send
from toppicks.serving.lists import KINDS
from toppicks.trained import TrainedModel

LISTS = ("picks", "recent", "people", "gems", "rate", "popular", "because")


def address_of(kind: str, **more: str) -> str:
    query = {} if kind == "picks" else {"list": kind}
    query |= {"about": "00"} if kind == "because" else {}
    return "/users/u0/picks?" + "&".join(
        f"{name}={value}" for name, value in (query | more).items()
    )


def walk(client: FlaskClient, address: str) -> tuple[list[str], list[Element]]:
    """All items of a list, and its pages."""
    items, pages = list[str](), list[Element]()
    while address:
        page = page_of(client, address)
        pages.append(page)
        items += cards_in(page)
        address = "".join(link["href"] for link in page.all("a", rel="next"))
    return items, pages


def from_api(client: FlaskClient, query: str = "", user_id: str = "u0") -> list[str]:
    answer = client.get(f"/api/users/{user_id}/picks?n=100&{query}").get_json()
    return [pick["item_id"] for pick in answer["picks"]]


@pytest.mark.parametrize("kind", LISTS)
def test_paging_through_a_list_gives_every_item_once(client: FlaskClient, kind: str) -> None:
    items, pages = walk(client, address_of(kind))
    assert len(set(items)) == len(items)
    assert set(items) <= set(from_api(client))
    if kind in {"picks", "rate", "popular", "recent"}:
        assert set(items) == set(from_api(client))
        assert len(pages) == 2
    if not items:
        assert "Nothing here yet" in pages[0].text
        return
    first = 1
    for page in pages:
        last = first + len(cards_in(page)) - 1
        numbers = re.findall(r"\d+", page.one("p", "list-count").text)
        assert numbers == [str(first), str(last), str(len(items))]
        first = last + 1
    back = page_of(client, pages[-1].one("a", rel="prev")["href"]) if len(pages) > 1 else pages[0]
    assert cards_in(back) == items[: len(cards_in(back))]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_goes_on_as_its_row_begins(client: FlaskClient, kind: str) -> None:
    items, pages = walk(client, address_of(kind))
    found = [row for row in rows(page_of(client, "/users/u0")) if row.more == address_of(kind)]
    if found:
        assert found[0].heading == pages[0].one("h1").text
        assert [item for item in items if item in found[0].items] == found[0].items


def test_recent_is_the_newest_first(client: FlaskClient) -> None:
    years = {
        one["item_id"]: one["item"]["year"]
        for one in client.get("/api/items?n=100").get_json()["items"]
    }
    items, _ = walk(client, address_of("recent"))
    found = [years[item] for item in items]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) > 3


@pytest.fixture(scope="module")
def described(client_of_model: ClientOfModel, tiny_model: TrainedModel) -> FlaskClient:
    """Every kind of field to choose by: lists, texts, numbers, yes and no."""
    n_items = len(tiny_model.items)
    makers = ["A & B", "<i>C</i>", "D"]
    fields = {
        **tiny_model.fields,
        "maker": [makers[n % 3] for n in range(n_items)],
        "fun": [n % 2 == 0 for n in range(n_items)],
        "price": [n / 4 for n in range(n_items)],
    }
    return client_of_model(replace(tiny_model, fields=fields))


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("f.genres=Red", "where=genres:Red"),
        ("f.genres=red", "where=genres:Red"),
        ("f.genres=Blue&f.genres=All", "where=genres:Blue&where=genres:All"),
        ("f.genres=Red&f.genres=Blue", "where=genres:Red&where=genres:Blue"),
        ("f.maker=A+%26+B", "where=maker:A+%26+B"),
        ("f.maker=%3Ci%3EC%3C/i%3E", "where=maker:%3Ci%3EC%3C/i%3E"),
        ("f.fun=yes", "where=fun:yes"),
        ("f.fun=no", "where=fun:no"),
        ("f.year.from=1982&f.year.to=2012", "where=year:1982..2012"),
        ("f.year.from=1985", "where=year:1985.."),
        ("f.year.to=1981", "where=year:..1981"),
        ("f.price.from=2.5&f.price.to=7.25", "where=price:2.5..7.25"),
        (
            "f.genres=Red&f.fun=no&f.year.from=1983",
            "where=genres:Red&where=fun:no&where=year:1983..",
        ),
        ("novelty=0.5", "novelty=0.5"),
        ("diversity=1", "diversity=1"),
        ("novelty=0.7&diversity=0.3&f.genres=Red", "novelty=0.7&diversity=0.3&where=genres:Red"),
        ("f.unheard=1", ""),
    ],
)
def test_filters_and_sliders_mean_what_they_mean_to_the_api(
    described: FlaskClient, asked: str, where: str
) -> None:
    items, pages = walk(described, f"/users/u0/picks?{asked}")
    assert items == from_api(described, where)
    if not items:
        assert "Nothing fits all of this" in pages[0].text
        pages[0].one("a", "button", href="/users/u0/picks")


def test_the_sliders_change_something(described: FlaskClient) -> None:
    plain = from_api(described)
    assert walk(described, "/users/u0/picks?novelty=1")[0] != plain
    assert walk(described, "/users/u0/picks?diversity=1")[0] != plain


@pytest.mark.parametrize("kind", [kind for kind in LISTS if kind != "picks"])
def test_every_list_can_be_filtered(described: FlaskClient, kind: str) -> None:
    everything, _ = walk(described, address_of(kind))
    even, _ = walk(described, address_of(kind, **{"f.fun": "yes"}))
    odd, _ = walk(described, address_of(kind, **{"f.fun": "no"}))
    assert set(even) == {item for item in everything if int(item) % 2 == 0}
    assert set(odd) == set(everything) - set(even)


def test_the_form_stands_as_it_was_asked(described: FlaskClient) -> None:
    page = page_of(
        described,
        "/users/u0/picks?f.genres=Red&f.genres=Odd&f.maker=D&f.fun=no&f.year.from=1981"
        "&f.price.to=9.5&novelty=0.4",
    )
    form = page.one("form", "filters")
    assert form["method"] == "get"
    assert form["action"] == "/users/u0/picks"
    chosen = [
        one["value"] for one in form.all("input", type="checkbox") if "checked" in one.attributes
    ]
    # What nothing has stays in the form, to be taken out again.
    assert chosen == ["Red", "Odd"]
    selected = [one["value"] for one in form.all("option") if "selected" in one.attributes]
    assert sorted(selected) == ["D", "no"]
    values = {
        one["name"]: one.get("value") for one in form.all("input") if one.get("type") != "checkbox"
    }
    assert values["f.year.from"] == "1981"
    assert values["f.year.to"] == ""
    assert values["f.price.to"] == "9.5"
    assert values["novelty"] == "0.4"
    assert values["diversity"] == "0"


def test_the_address_of_the_next_page_keeps_all_of_it(described: FlaskClient) -> None:
    asked = {
        "f.genres": ["All", "Red"],
        "f.year.from": ["1980"],
        "f.price.to": ["99"],
        "novelty": ["0.4"],
        "diversity": ["0.2"],
    }
    query = "&".join(f"{name}={value}" for name, values in asked.items() for value in values)
    page = page_of(described, f"/users/nobody/picks?{query}&changed=00")
    address = page.one("a", rel="next")["href"]
    assert urlsplit(address).path == "/users/nobody/picks"
    assert parse_qs(urlsplit(address).query) == asked | {"page": ["2"]}
    second = page_of(described, address)
    assert parse_qs(urlsplit(second.one("a", rel="prev")["href"]).query) == asked | {"page": ["1"]}
    assert cards_in(page) + cards_in(second) == from_api(
        described,
        "where=genres:All&where=genres:Red&where=year:1980..&where=price:..99&novelty=0.4&diversity=0.2",
        "nobody",
    )
    assert page.one("form", "filters").one("a", "more")["href"] == "/users/nobody/picks"


@pytest.mark.parametrize(("kind", "left"), [("popular", {"list": ["popular"]}), ("picks", {})])
def test_what_clears_the_filters_keeps_the_list(
    described: FlaskClient, kind: str, left: dict[str, list[str]]
) -> None:
    page = page_of(described, address_of(kind, **{"f.genres": "Red"}))
    clear = page.one("form", "filters").one("a", "more")
    assert parse_qs(urlsplit(clear["href"]).query) == left
    cleared = page_of(described, clear["href"])
    assert cleared.one("form", "filters").all("a", "more") == []
    assert walk(described, clear["href"])[0] == walk(described, address_of(kind))[0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("novelty=2", "novelty: “2” is no number from 0 to 1"),
        ("novelty=x", "novelty: “x” is no number from 0 to 1"),
        ("novelty=nan", "is no number from 0 to 1"),
        ("diversity=-0.1", "diversity: “-0.1” is no number from 0 to 1"),
        ("diversity=1e999", "is no number from 0 to 1"),
        ("f.year.from=abc", "year: “abc” is no number"),
        ("f.year.to=1e999", "year: “1e999” is no number"),
        ("f.year.from=nan", "year: “nan” is no number"),
        ("f.year.from=2000&f.year.to=1990", "year: from 2000 to 1990 there is nothing"),
        ("f.year.from=a&f.price.to=b", "year: “a” is no number; price: “b” is no number"),
        ("f.fun=maybe", "'maybe' is neither yes nor no"),
    ],
)
def test_a_slip_is_named_beside_the_form_that_it_was_made_in(
    described: FlaskClient, query: str, said: str
) -> None:
    page = page_of(described, f"/users/u0/picks?{query}", 422)
    assert said in page.one("p", data_problem="").text
    assert cards_in(page) == []
    form = page.one("form", "filters")
    name, _, value = query.partition("&")[0].partition("=")
    fields = [*form.all("input", name=name), *form.all("option", value=value)]
    assert fields


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("list=nope", "There is no list 'nope'"),
        ("list=", "There is no list ''"),
        ("list=because&about=unknown", "There is no item with the id 'unknown'"),
        ("list=because", "There is no item with the id ''"),
        ("page=0", "There is no page '0'"),
        ("page=-1", "There is no page '-1'"),
        ("page=x", "There is no page 'x'"),
        ("page=3", "There is no page 3; the list ends before it"),
        ("f.genres=Nothing&page=2", "There is no page 2"),
    ],
)
def test_what_is_not_there_is_named_in_the_sites_own_look(
    described: FlaskClient, query: str, said: str
) -> None:
    page = page_of(described, f"/users/u0/picks?{query}", 404)
    assert said in page.one("p", data_problem="").text
    page.one("link", rel="stylesheet")
    page.one("a", "button", href="/")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"picks", "because"}])
def test_a_list_without_sliders_is_not_turned_by_them(described: FlaskClient, kind: str) -> None:
    plain = page_of(described, f"/users/u0/picks?list={kind}")
    turned = page_of(described, f"/users/u0/picks?list={kind}&novelty=0.9&diversity=1")
    assert cards_in(turned) == cards_in(plain)
    assert "in use" not in turned.one("details", "filters-fold").text


def test_a_value_in_another_case_is_the_one_that_is_offered(described: FlaskClient) -> None:
    page = page_of(described, "/users/u0/picks?f.genres=rED")
    boxes = page.all("input", name="f.genres")
    assert [box["value"] for box in boxes if "checked" in box.attributes] == ["Red"]


def test_a_page_that_went_away_by_what_was_said_is_the_last_one(demo: FlaskClient) -> None:
    items, pages = walk(demo, "/users/u0/picks?f.genres=Red")
    query = f"?f.genres=Red&page={len(pages) + 1}"
    page_of(demo, f"/users/u0/picks{query}", 404)
    led = demo.get(f"/users/u0/picks{query}&changed={items[0]}")
    assert led.status_code == 302
    assert f"page={len(pages)}" in led.location
    assert cards_in(page_of(demo, led.location)) == cards_in(pages[-1])


def test_a_row_about_what_somebody_does_not_like_is_not_told(demo: FlaskClient) -> None:
    """u0 likes 00, dislikes what is Blue, and has said nothing of 60."""
    assert page_of(demo, "/users/u0/picks?list=because&about=00").one("h1").text == (
        "because you liked Red Café 0"
    )
    history = demo.get("/api/users/u0?n=100").get_json()["history"]
    disliked = next(one["item_id"] for one in history if int(one["item_id"]) >= 30)
    for item_id in (disliked, "60"):
        page = page_of(demo, f"/users/u0/picks?list=because&about={item_id}", 404)
        assert "because you liked" not in page.text
    send(demo, "/users/u0/ratings/00", rating="1")
    page_of(demo, "/users/u0/picks?list=because&about=00", 404)


def test_a_visitors_own_list_needs_no_demo(visitor: FlaskClient) -> None:
    send(visitor, "/me/ratings/00", rating="5")
    items, _ = walk(visitor, "/me/picks?f.genres=Red")
    assert items
    assert "00" not in items
    links = [link["href"] for link in page_of(visitor, "/me/picks").all("a")]
    assert not any(re.search(r"/users/|[?&]as=", link) for link in links)


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ("f.maker=", ""),
        ("f.year.from=&f.year.to=+&novelty=&diversity=0", ""),
        ("f.year.from=&f.year.to=1981&f.genres=&novelty=0.4", "?f.year.to=1981&novelty=0.4"),
        ("f.genres=Red&f.genres=&f.fun=yes", "?f.genres=Red&f.fun=yes"),
        ("list=recent&f.maker=", "?list=recent"),
        ("list=because&about=00&f.price.from=", "?list=because&about=00"),
    ],
)
def test_a_form_sent_without_scripts_comes_to_an_address_that_says_what_was_asked_alone(
    described: FlaskClient, sent: str, asked: str
) -> None:
    answer = described.get(f"/users/u0/picks?{sent}")
    assert (answer.status_code, answer.location) == (302, f"/users/u0/picks{asked}")
    page_of(described, answer.location)


def test_a_slip_is_shown_in_the_form_as_it_was_sent(described: FlaskClient) -> None:
    page_of(described, "/users/u0/picks?f.year.from=soon&f.year.to=", 422)
