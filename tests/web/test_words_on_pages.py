"""The site speaks of what the data is about."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.reports import sample_report
from tests.web.conftest import ClientOfModel
from tests.web.pages import Links, page_of, read, rows
from tests.web.test_pages import PAGES
from toppicks.evaluation.plots import draw_plots
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel
from toppicks.web.guards.security import content_policy

UNRATED = ("count", "event", "presence")
# Names of a measure and of a setting, which have nothing to do with what people do.
TERMS = re.compile(r"hit rate|learning rate")
RATES = re.compile(r"\b(?:un)?rat(?:e|ed|er|es|ing|ings)\b", re.IGNORECASE)


def text_of(html: str) -> str:
    """All that a reader gets: text, titles, labels and descriptions, on one line."""
    shown = re.findall(r'(?:title|alt|aria-label|placeholder|content)="([^"]*)"', html)
    return " ".join(unescape(" ".join([*shown, re.sub(r"<[^>]+>", " ", html)])).split())


def reporting(model: TrainedModel, words: SiteWords, **fields: list[Any]) -> TrainedModel:
    """The small model with a whole report, in these words and with more metadata."""
    report = sample_report() | {"feedback": {"kind": words.feedback}}
    n_items = len(model.items)
    places = [item_idx / n_items for item_idx in range(n_items)]
    report["account"] = {"rows_in": 1, "rows_used": 1, "removed": []}
    report["plots"] = draw_plots(report)
    report["map"] = {"item_idx": list(range(n_items)), "x": places, "y": places}
    drive = "like" if words.feedback == "event" else None
    return replace(
        model,
        words=words,
        meaning=replace(model.meaning, kind=words.feedback, drive=drive),
        about={**model.about, "report": report, "trained_from": ["plays.csv"]},
        fields={**model.fields, **fields},
        calibration=model.calibration if words.feedback == "rating" else None,
    )


@pytest.mark.parametrize("feedback", UNRATED)
def test_where_nobody_rates_nothing_speaks_of_ratings(
    client_of_model: ClientOfModel, tiny_model: TrainedModel, feedback: Any
) -> None:
    client = client_of_model(reporting(tiny_model, SiteWords("repo", "repos", feedback=feedback)))
    for path in (*PAGES, "/items/unheard-of", "/users/u0/picks?page=9"):
        said = TERMS.sub("", text_of(client.get(path).text))
        assert RATES.findall(said) == [], path
        assert " item " not in said.replace("item-item", ""), path
        assert "match" not in said.replace("the best match first", ""), path
    for name in ("bias", "worth"):
        assert RATES.findall(client.get(f"/model/plots/{name}.svg").text) == []


def test_where_people_rate_the_pages_say_so(
    client_of_model: ClientOfModel, tiny_model: TrainedModel
) -> None:
    client = client_of_model(reporting(tiny_model, SiteWords("film", "films")))
    assert "from what people rated" in text_of(client.get("/").text)
    assert "what each rating is worth" in text_of(client.get("/model").text)
    assert "is a match true?" in text_of(client.get("/model").text)
    person = text_of(client.get("/users/u0").text)
    assert "20 ratings" in person
    assert "based on your ratings, we recommend these films" in person
    assert re.search(r"\brated 5\b", person)


@pytest.mark.parametrize(
    ("feedback", "order", "given"),
    [
        ("count", "the most often first", "5 times"),
        ("event", "the clearest choices first", ""),
        ("presence", "the best-known first", ""),
    ],
)
def test_each_kind_of_feedback_has_its_words(
    client_of_model: ClientOfModel,
    tiny_model: TrainedModel,
    feedback: Any,
    order: str,
    given: str,
) -> None:
    client = client_of_model(reporting(tiny_model, SiteWords("repo", "repos", feedback=feedback)))
    home = text_of(client.get("/").text)
    assert "from what people chose" in home
    assert "learned from 1,280 choices by 64 people which of 64 repos suit whom" in home
    assert "what most people chose;" in home
    said = text_of(client.get("/users/u0").text)
    assert "20 choices" in said
    assert "based on what you chose, we recommend these repos" in said
    history = page_of(client, "/users/u0").one("section", aria_labelledby="history")
    assert history.one("h2").text == "what person u0 chose"
    assert history.one("p").text == order
    assert given in history.text
    assert "chosen by" in text_of(client.get("/items/00").text)
    assert "nobody has chosen it yet" in text_of(client.get("/items/60").text)
    lead = page_of(client, "/users/u0/picks").one("p", "lead")
    assert lead.text == "based on what you chose, we recommend these repos"
    lists = {row.heading: row.line for row in rows(page_of(client, "/users/u0"))}
    assert lists["recent releases"] == "the newest repos that you haven't chosen"
    assert lists["popular now"] == "the repos that most people chose"
    assert lists["choose more"] == "choose what you know of these, and your picks improve"
    model = text_of(client.get("/model").text)
    assert "Of what 658 people chose," in model
    assert ("what each choice is worth" in model) == (feedback != "presence")


def test_nothing_says_film_unless_the_items_are_films(
    client_of_model: ClientOfModel, tiny_model: TrainedModel
) -> None:
    words = SiteWords("candy", "candies", name="Sweet 🍬 & Sour")
    client = client_of_model(reporting(tiny_model, words))
    for path in (*PAGES, "/items/unheard-of"):
        page = client.get(path).text
        assert not re.search(r"film|movie|Top Picks", page, re.IGNORECASE.ASCII), path
        assert re.search(r"<title>[^<]*Sweet 🍬 &amp; Sour[^<]*</title>", page), path
        assert "<b>Sweet</b> 🍬 &amp; Sour</bdi></a>" in page, path
    assert "There is no candy with the id" in text_of(client.get("/items/unheard-of").text)


def test_facts_and_labels_come_from_the_words(
    client_of_model: ClientOfModel, tiny_model: TrainedModel
) -> None:
    n_items = len(tiny_model.items)
    model = replace(
        tiny_model,
        words=SiteWords(
            "repo", "repos", facts=("language", "stargazers"), labels={"stargazers": "stars"}
        ),
        fields={
            **tiny_model.fields,
            "language": ["Python"] * n_items,
            "stargazers": [12_345] * n_items,
            "open_issues": [7] * n_items,
            "tags": [[f"tag {n}" for n in range(20)]] * n_items,
        },
    )
    client = client_of_model(model)
    card = page_of(client, "/").one("li", "card")
    assert card.one("p", "facts").text == "Python 12,345 stars"
    assert "1980" not in card.text
    page = text_of(client.get("/items/00").text)
    assert "open issues 7" in page
    assert "tag 11 and 8 more" in page
    assert "tag 12" not in page
    assert "year 1980" in page
    assert client.get("/api/users/u0/picks").get_json()["picks"][0]["item"]["stargazers"] == 12_345


HOSTS = ("https://img.example", "http://127.0.0.1:9")


@pytest.fixture(scope="module")
def pictured(client_of_model: ClientOfModel, tiny_model: TrainedModel) -> FlaskClient:
    """Items with a picture, and with addresses that are none, by turns."""
    urls = [
        "https://img.example/a.jpg?x=1&y=2",
        "http://127.0.0.1:9/é(1).jpg",
        "https://elsewhere.example/not-in-the-words.jpg",
        "javascript:alert(1)",
        "https://img.example/two words.jpg",
        None,
    ]
    n_items = len(tiny_model.items)
    fields = {**tiny_model.fields, "image_url": [urls[n % len(urls)] for n in range(n_items)]}
    words = SiteWords("repo", "repos", image_hosts=HOSTS)
    return client_of_model(replace(tiny_model, words=words, fields=fields))


def test_the_policy_names_the_hosts_of_pictures_and_no_others(
    pictured: FlaskClient, client: FlaskClient
) -> None:
    rest = (
        "; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    for path in ("/", "/items/00", "/nothing", "/api/health/live", "/items/00/cover.svg"):
        policies = pictured.get(path).headers.getlist("Content-Security-Policy")
        allowed = "default-src 'none'; img-src 'self' https://img.example http://127.0.0.1:9"
        assert policies == [allowed + rest]
        policies = client.get(path).headers.getlist("Content-Security-Policy")
        assert policies == ["default-src 'none'; img-src 'self'" + rest]


@pytest.mark.parametrize("host", ["*", "https://a.b; script-src *", "https://a.b/", "'self'", ""])
def test_nothing_but_origins_enters_the_policy(host: str) -> None:
    with pytest.raises(ValueError, match="expected origins"):
        content_policy(["https://a.b", host])


def test_a_picture_lies_on_the_drawn_cover(pictured: FlaskClient) -> None:
    page = pictured.get("/items/00").text
    stack = re.search(r'<span class="cover cover-stack">(.*?)</span>', page)
    assert stack
    drawn, picture = re.findall("<img[^>]*>", stack[1])
    assert 'src="/items/00/cover.svg' in drawn
    assert 'src="https://img.example/a.jpg?x=1&amp;y=2"' in picture
    for attribute in ('alt=""', 'loading="lazy"', 'referrerpolicy="no-referrer"'):
        assert attribute in picture


@pytest.mark.parametrize("item_id", ["02", "03", "04", "05"])
def test_without_a_usable_address_the_cover_is_drawn(pictured: FlaskClient, item_id: str) -> None:
    page = pictured.get(f"/items/{item_id}").text
    (cover,) = read(page).one("div", "item-cover").all("img")
    assert cover["class"] == "cover"
    assert cover["src"].partition("?")[0] == f"/items/{item_id}/cover.svg"
    # What is similar has pictures, and from nowhere else.
    elsewhere = [link for link in Links(page).found if not link.startswith(("/", "#"))]
    assert set(elsewhere) <= {"https://img.example/a.jpg?x=1&y=2", "http://127.0.0.1:9/é(1).jpg"}
    assert "image url" not in page
    assert "javascript:" not in page


def test_the_foot_of_a_page_says_where_pictures_come_from(
    pictured: FlaskClient, client: FlaskClient
) -> None:
    said = text_of(pictured.get("/").text)
    assert "Pictures come from img.example and 127.0.0.1:9;" in said
    assert "Every cover is drawn" not in said
    said = text_of(client.get("/").text)
    assert (
        "Every cover is drawn from its title and genres. This page loads nothing from any" in said
    )
