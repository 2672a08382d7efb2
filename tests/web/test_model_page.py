"""The page that says how good the model is."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from tests.reports import sample_report, shop_report
from tests.web.conftest import ClientOfModel, MakeClient
from tests.web.pages import Links, status
from toppicks import artifact
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel
from toppicks.web.cards.cards import Cards
from toppicks.web.model.report import MapPlaces, ModelReport
from toppicks.web.model.taste_map import Dot, TasteMap, draw_map
from toppicks.web.site import House, Site

HOSTILE = '<script>alert("1")</script>&\''
PLOTS = ("curves", "lengths", "reliability", "coverage", "bias", "worth")

ClientOf = Callable[..., FlaskClient]


def full_report(n_items: int = 60) -> dict[str, Any]:
    """With plots, and a map of the small model's items."""
    places = [item_idx / n_items for item_idx in range(n_items)]
    return sample_report() | {
        "plots": {name: f"<svg><title>{name}</title></svg>" for name in PLOTS},
        "map": {"item_idx": list(range(n_items)), "x": places, "y": places[::-1]},
    }


@pytest.fixture(scope="session")
def client_of(
    make_client: MakeClient, tiny_model: TrainedModel, tmp_path_factory: pytest.TempPathFactory
) -> ClientOf:
    """A client of a model that says this about itself, perhaps with other metadata."""

    def make(report: Any, **fields: list[Any]) -> FlaskClient:
        path = tmp_path_factory.mktemp("reported") / "model.pkl"
        about = {**tiny_model.about, "report": report}
        model = replace(tiny_model, about=about, fields={**tiny_model.fields, **fields})
        artifact.save(model.to_artifact(), path)
        return make_client(MODEL_PATH=str(path), TOPPICKS_DEMO="1")

    return make


@pytest.fixture(scope="session")
def reported(client_of: ClientOf) -> FlaskClient:
    return client_of(full_report())


@pytest.fixture(scope="session")
def page(reported: FlaskClient) -> str:
    return reported.get("/model").text


def text_of(html: str) -> str:
    """What a reader gets, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def contest_rows(page: str) -> list[str]:
    table = re.search(r'<table class="figures contest">.*?</table>', page, re.DOTALL)
    assert table
    return re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)[1:]


def test_the_page_is_whole_and_every_address_on_it_answers(
    reported: FlaskClient, page: str
) -> None:
    assert page.count("<h1") == 1
    assert "None" not in page
    assert "undefined" not in page
    assert " style=" not in page
    assert "<script>" not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    addresses = {link.partition("#")[0] for link in Links(page).found} - {""}
    assert [one for one in addresses if not one.startswith("/")] == []
    assert len([one for one in addresses if one.startswith("/items/")]) == 60
    assert [one for one in addresses if status(reported, one) != 200] == []


def test_it_is_linked_from_every_page_and_open_outside_demo_mode(
    client: FlaskClient, make_client: MakeClient
) -> None:
    for path in ("/", "/items/00", "/search", "/model"):
        assert 'href="/model"' in client.get(path).text
    closed = make_client()
    assert closed.get("/model").status_code == 200
    assert 'href="/model"' in closed.get("/").text


def test_rows_of_people_are_shown_in_demo_mode_alone(
    page: str, tiny_model: TrainedModel, make_client: MakeClient, tmp_path: Path
) -> None:
    path = tmp_path / "model.pkl"
    about = {**tiny_model.about, "report": full_report()}
    artifact.save(replace(tiny_model, about=about).to_artifact(), path)
    closed = make_client(MODEL_PATH=str(path)).get("/model").text
    (removed, *_) = sample_report()["account"]["removed"]
    assert removed["example"] in text_of(page)
    assert removed["reason"] in text_of(closed)
    assert removed["example"] not in text_of(closed)


def test_the_contest_has_popularity_on_top_and_marks_what_is_served(page: str) -> None:
    rows = contest_rows(page)
    assert [text_of(row).split()[0] for row in rows] == [
        one["name"].split()[0] for one in sample_report()["holdout"]
    ]
    assert text_of(rows[0]).startswith("popularity 0.0686 , 95 % interval 0.0586 to 0.0786")
    assert ['class="served"' in row for row in rows] == [False] * 9 + [True]
    roles = [one["role"] == "reference" for one in sample_report()["holdout"]]
    assert ["reference</span>" in row for row in rows] == roles


def test_intervals_are_drawn_to_one_scale(page: str) -> None:
    ends = []
    for row, one in zip(contest_rows(page), sample_report()["holdout"], strict=True):
        bar = re.search(r'<rect class="interval-range" x="([\d.]+)%" width="([\d.]+)%"', row)
        dot = re.search(r'<circle class="interval-mean" cx="([\d.]+)%"', row)
        assert bar
        assert dot
        assert float(dot[1]) == pytest.approx(float(bar[1]) + float(bar[2]) / 2, abs=0.02)
        assert float(dot[1]) - 2 == pytest.approx(one["ndcg"] / 0.1319 * 96, abs=0.02)
        ends.append(float(bar[1]) + float(bar[2]))
    assert max(ends) == pytest.approx(98)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {},
            "What is served and the best contender, EASE, are level: the difference may be chance",
        ),
        (
            {},
            "person by person; 95 % interval \N{MINUS SIGN}0.0010 to +0.0072; p = 0.12",
        ),
        (
            {"verdict": "better", "p": 0.0002, "low": None},
            "What is served is better than the best contender, EASE "
            "(+0.0031 in nDCG@10, person by person; p < 0.001).",
        ),
        (
            {"verdict": "worse", "gain": -0.02, "low": None, "p": None},
            "The best contender, EASE, is better here than what is served (\N{MINUS SIGN}0.0200 in",
        ),
    ],
)
def test_the_verdict_is_the_reports(
    client_of: ClientOf, changed: dict[str, Any], said: str
) -> None:
    report = sample_report()
    report["comparison"] |= changed
    text = text_of(client_of(report).get("/model").text)
    assert said in text
    assert "1.8 times the nDCG@10 of popularity" in text


def test_it_says_so_where_popularity_is_as_good_and_where_a_corner_is_served(
    client_of: ClientOf,
) -> None:
    report = sample_report()
    report["holdout"][-1]["ndcg"] = 0.06
    report["choice"]["corner"] = "EASE"
    report["people"][3]["served"] = 0.05
    text = text_of(client_of(report).get("/model").text)
    assert "What is served is no better than popularity here." in text
    assert "No blend was clearly better on validation than EASE alone, so that is served." in text
    assert "worse than popularity where 3 likes are known" in text
    assert "never worse" not in text


@pytest.mark.parametrize(
    "said",
    [
        "Of what 658 people rated, the last 20 % by time was hidden.",
        "(a like is 4 or more) among all 64 items",
        "best after 25 epochs",
        "never worse than popularity",
        "chance 0.011, content k-NN 0.066 and as served 0.113",
        "906 items were left out of the training",
        "off by 1.6 % on average",
        "better known than what they rate themselves, for everybody",
        "below 3 counts 0, 3 to below 4 counts 0.42 and 4 or more counts 1",
        "EASE: ridge 312.5",
        "100,004 rows read, 99,990 used",
        "no rating 11 7,318,,1112484727 ratings.csv, line 318 left out",
        "3 15,1,2.0,997938310 ratings.csv, line 997 the latest counts",
        "ratings.csv: CSV, UTF-8; user = userId , item; not used: colour",
        "times in milliseconds 100,004 read as such",
        "an odd thing such",
        "items: 9,125 rows read, 9,125 used Every row that was read is used.",
        "in 81 seconds with 143 trials and seed 1",
    ],
)
def test_what_training_found_out_is_there(page: str, said: str) -> None:
    assert said in text_of(page)


def test_what_novelty_and_diversity_cost_and_give_is_told(page: str) -> None:
    text = text_of(page)
    assert "turned half up, of nDCG@10 they cost: novelty nothing and diversity 2.3 %" in text
    assert (
        "Novelty turned half up costs nothing of nDCG@10, and all the way up 14 %; instead of "
        "5.4 % of the catalogue, somebody is shown 8.2 % and 14 % of it."
    ) in text
    assert (
        "Diversity turned half up costs 2.3 % of nDCG@10, and all the way up 36 %; the diversity "
        "of a list goes from 0.50 to 0.55 and 0.79."
    ) in text
    assert "neither 0.1219 5.4 % 2.40 0.50 novelty 0.25 0.1224 6.7 % 2.53 0.50" in text
    assert "14 % 3.70 0.51 diversity 0.25 0.1215 5.4 % 2.40 0.52" in text
    assert "Measured with 658 people of the contest." in text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], False),
        ([{"turned": "novelty", "by": 0.5, "ndcg": 0.1}], True),
        ([{}, {"turned": "novelty", "by": 0.5}], True),
        ([{"ndcg": 0.1, "people": "x"}, {"turned": "diversity", "by": "x", "ndcg": 0.1}], True),
        ({"turned": 3}, False),
    ],
)
def test_tradeoffs_that_are_not_whole_have_no_sentence(
    client_of: ClientOf, rows: Any, said: bool
) -> None:
    response = client_of(full_report() | {"tradeoffs": rows}).get("/model")
    text = text_of(response.text)
    assert response.status_code == 200
    assert ("novelty and diversity" in text) == said
    assert "costs" not in text
    assert "they cost:" not in text
    assert "None" not in response.text


def test_a_model_without_tradeoffs_has_no_table_of_them(client_of: ClientOf) -> None:
    report = full_report()
    del report["tradeoffs"]
    page = client_of(report).get("/model").text
    assert 'id="tradeoffs"' not in page
    assert "turned up" not in text_of(page)


@pytest.mark.parametrize(
    "said",
    [
        "Of what 658 people chose, the last 20 % by time was hidden.",
        "find the best of it (a positive is a purchase) among all 64 repos",
        "what each choice is worth",
        "by kind: against counts 0, view counts 0.25 and purchase counts 1",
        "worth half 90 days later, counted back from the newest of the same person",
    ],
)
def test_of_events_their_names_and_what_is_driven_at_are_told(
    client_of_model: ClientOfModel, tiny_model: TrainedModel, said: str
) -> None:
    shop = replace(
        tiny_model,
        words=SiteWords("repo", "repos", feedback="event"),
        about={**tiny_model.about, "report": full_report() | shop_report()},
    )
    html = client_of_model(shop).get("/model").text
    page = " ".join([text_of(html), *re.findall(r'alt="([^"]*)"', html)])
    assert said in page
    assert "a like is" not in page
    assert "0 or more" not in page


def test_a_half_life_that_is_not_there_is_not_told(page: str) -> None:
    assert "worth half" not in text_of(page)
    assert "what each rating is worth" in text_of(page)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("curves", "AUC on hidden rows goes from 0.916 to 0.918"),
        ("lengths", "1: 0.081 against 0.069"),
        ("reliability", "53% said, 52% liked (2,210 ratings)"),
        ("coverage", "EASE 6.5 % and 0.119"),
        ("bias", "niche: 22 and 80"),
        ("worth", "4 or more counts 1"),
    ],
)
def test_a_plots_alternative_tells_its_numbers(page: str, name: str, told: str) -> None:
    picture = re.search(
        rf'<img class="plot" src="/model/plots/{name}\.svg\?v=\w+" alt="(.*?)"', page
    )
    assert picture
    assert told in text_of(picture[1])


def test_a_plot_is_a_picture_to_keep(reported: FlaskClient, page: str) -> None:
    for name in PLOTS:
        address = re.search(rf'src="(/model/plots/{name}\.svg\?v=\w{{12}})"', page)
        assert address
        response = reported.get(address[1])
        assert response.mimetype == "image/svg+xml"
        assert response.text == f"<svg><title>{name}</title></svg>"
        assert response.cache_control.public
        assert response.cache_control.max_age
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_what_the_metadata_says_is_told_by_column(client_of: ClientOf, page: str) -> None:
    text = text_of(page)
    assert "what the metadata says 1,021 features from 2 columns" in text
    assert "genres list 1,019 9,049 Drama 4,328 , Comedy 3,307 imdb_id" in text
    assert "imdb_id not used all different, as codes are" in text
    assert "of people it is features known of for example country categories 2 658" in text
    report = full_report()
    report["features"]["users"] = []
    del report["features"]["items"][1]
    text = text_of(client_of(report).get("/model").text)
    assert "1,019 features from 1 column " in text
    assert "of people it is" not in text


def test_metadata_that_says_nothing_and_none_at_all(client_of: ClientOf) -> None:
    report = full_report()
    report["features"]["users"] = []
    report["features"]["items"] = report["features"]["items"][1:]
    text = text_of(client_of(report).get("/model").text)
    assert "what the metadata says no column says anything" in text
    nothing: list[Any] = [{}, {"items": [], "users": None}, {"items": [3]}, None]
    for features in nothing:
        page = client_of(full_report() | {"features": features}).get("/model").text
        assert "what the metadata says" not in page


def test_a_plot_that_is_missing_is_told_in_words(client_of: ClientOf) -> None:
    report = full_report()
    del report["plots"]["worth"]
    client = client_of(report)
    page = client.get("/model").text
    assert "/model/plots/worth.svg" not in page
    assert "<p>As a sign of taste, a rating of below 3 counts 0" in page
    assert client.get("/model/plots/worth.svg").status_code == 404
    for name in ("nothing", "__class__", "..%2Fcurves", "%3Cu%3E"):
        response = client.get(f"/model/plots/{name}.svg")
        assert (response.status_code, response.mimetype) == (404, "text/html")
        assert "<u>" not in response.text


@pytest.mark.parametrize(
    "report",
    [
        {},
        None,
        "a report",
        {"k": None, "holdout": None, "choice": 3, "map": [], "plots": {"curves": None}},
        {
            "holdout": [{"name": 5, "ndcg": "high"}, {}],
            "people": [{"length": "x", "served": float("-inf")}],
            "worth": [{"from": {}}],
            "account": {"removed": [None]},
            "map": {"item_idx": [-1, 10**6], "x": [0.5, 0.5], "y": [0.5, float("inf")]},
        },
        {key: type(value)() for key, value in full_report().items()},
        dict.fromkeys(full_report()),
    ],
    ids=["empty", "none", "text", "nulls", "wrong values", "empty parts", "every part none"],
)
def test_a_page_without_a_part_is_better_than_none(client_of: ClientOf, report: Any) -> None:
    response = client_of(report).get("/model")
    assert response.status_code == 200
    assert "None" not in response.text
    assert "nan" not in text_of(response.text)
    assert '<svg class="map"' not in response.text
    assert "<img" not in response.text


def test_a_model_of_the_first_version_still_has_its_page(client_of: ClientOf) -> None:
    old = {
        "k": 10,
        "holdout": [
            {"name": "popularity", "ndcg": 0.07, "recall": 0.05, "coverage": 0.01},
            {"name": "as served: fold-in and popularity", "ndcg": 0.14, "recall": 0.1},
        ],
        "people": [{"length": None, "people": 9, "popularity": 0.07, "served": 0.12}],
        "calibration_error": 0.02,
    }
    text = text_of(client_of(old).get("/model").text)
    assert "2 times the nDCG@10 of popularity" in text
    assert "all 9 0.0700 0.1200" in text
    assert "the taste map" not in text


def hostile(value: Any) -> Any:
    """The same with every text replaced."""
    if isinstance(value, dict):
        return {key: hostile(one) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return HOSTILE if isinstance(value, str) else value


def test_everything_that_is_text_is_escaped(client_of: ClientOf) -> None:
    report = hostile(full_report())
    report["comparison"]["verdict"] = "level"
    report["choice"]["settings"] = {HOSTILE: HOSTILE}
    report["choice"]["corner"] = HOSTILE
    report["plots"] = {"curves": "<svg/>", HOSTILE: "<svg/>"}
    client = client_of(report, title=[HOSTILE] * 64, genres=[[HOSTILE], ["b"], ["c"], []] * 16)
    page = client.get("/model").text
    assert "<script>" not in page
    assert 'alert("1")' not in re.sub(r"<[^<>]*>", "", page)
    assert page.count("&lt;script&gt;") > 100
    assert HOSTILE in text_of(page)


def map_of(model: TrainedModel, site: Site, n: int = 60) -> TasteMap:
    drawn = draw_map(ModelReport.of(full_report(n)).map, site.cards)
    assert drawn is not None
    return drawn


@pytest.fixture
def site(reported: FlaskClient) -> Site:
    return House.of(reported.application).site("")


def all_dots(drawn: TasteMap) -> list[Dot]:
    return drawn.dots + drawn.linked


def test_the_map_has_every_item_once_where_the_report_puts_it(
    tiny_model: TrainedModel, site: Site
) -> None:
    drawn = map_of(tiny_model, site)
    assert sorted(dot.item_id for dot in all_dots(drawn)) == sorted(
        tiny_model.items[i] for i in range(60)
    )
    by_id = {dot.item_id: dot for dot in all_dots(drawn)}
    assert by_id["00"].x < by_id["01"].x < by_id["59"].x
    # y is from the bottom up in the report, from the top down in a picture
    assert by_id["00"].y < by_id["01"].y < by_id["59"].y
    assert all(dot.x >= dot.radius and dot.x + dot.radius <= drawn.width for dot in by_id.values())
    ratings = {
        dot.item_id: tiny_model.n_ratings[tiny_model.items.get(dot.item_id) or 0]
        for dot in by_id.values()
    }
    known = [ratings[dot.item_id] for dot in drawn.linked]
    assert known == sorted(known)  # the best known on top
    largest = max(by_id.values(), key=lambda dot: dot.radius)
    assert ratings[largest.item_id] == max(ratings.values())


def test_colours_are_the_first_genre_and_the_legend_counts_them(
    tiny_model: TrainedModel, site: Site
) -> None:
    drawn = map_of(tiny_model, site)
    assert {(kind.name, kind.n) for kind in drawn.kinds} == {("Red", 30), ("Blue", 30)}
    hues = {kind.name: kind.hue for kind in drawn.kinds}
    assert all(dot.hue == hues[dot.title.split()[0]] for dot in all_dots(drawn))
    assert "Red Café 7 (1987), Red" in {dot.name for dot in all_dots(drawn)}


def test_kinds_beyond_eight_share_the_last_colour(client_of: ClientOf) -> None:
    genres = [[f"kind {min(row % 13, 9)}"] for row in range(60)] + [[]] * 4
    client = client_of(full_report(), genres=genres)
    cards = House.of(client.application).site("").cards
    drawn = draw_map(ModelReport.of(full_report()).map, cards)
    assert drawn is not None
    assert [kind.hue for kind in drawn.kinds] == [1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert drawn.kinds[0].name == "kind 9"
    assert drawn.kinds[-1].name == "other"
    assert sum(kind.n for kind in drawn.kinds) == 60


def test_a_catalogue_without_kinds_has_a_map_of_one_colour(client_of: ClientOf) -> None:
    page = client_of(full_report(), genres=[[]] * 64, year=[None] * 64).get("/model").text
    assert '<svg class="map"' in page
    assert "map-legend" not in page
    assert page.count('class="hue-1"') == 60


def test_labels_collide_neither_with_one_another_nor_with_the_border(
    tiny_model: TrainedModel, site: Site
) -> None:
    labels = map_of(tiny_model, site).labels
    assert 10 <= len(labels) <= 40

    def box(one: Any) -> tuple[float, float, float, float]:
        width = 8.9 * len(one.text)
        x0 = one.x - width * {"start": 0, "middle": 0.5, "end": 1}[one.anchor]
        return x0, one.y - 8.5, x0 + width, one.y + 8.5

    boxes = [box(one) for one in labels]
    assert all(x0 >= 0 and y0 >= 0 and x1 <= 1000 and y1 <= 640 for x0, y0, x1, y1 in boxes)
    for at, (ax0, ay0, ax1, ay1) in enumerate(boxes):
        for bx0, by0, bx1, by1 in boxes[:at]:
            assert ax1 <= bx0 + 0.2 or bx1 <= ax0 + 0.2 or ay1 <= by0 + 0.2 or by1 <= ay0 + 0.2


def test_the_maps_links_are_no_tab_stops_and_all_are_listed_beneath(page: str) -> None:
    drawn = re.search(r'<svg class="map".*?</svg>', page, re.DOTALL)
    assert drawn
    links = re.findall(r"<a [^>]*>", drawn[0])
    assert len(links) > 60
    assert all('tabindex="-1"' in link for link in links)
    named = re.findall(
        r'<a href="/items/([^"]+)" tabindex="-1"><title>([^<]+)</title><circle', drawn[0]
    )
    assert len(named) == 60
    listed = re.search(r'class="fold map-index">.*?</details>', page, re.DOTALL)
    assert listed
    assert {unquote(item_id) for item_id, _ in named} == set(
        re.findall(r'<a href="/items/([^"]+)">', listed[0])
    )


def test_long_titles_are_cut_between_words(client_of: ClientOf) -> None:
    titles = ["The Extraordinary Voyage of Nobody in Particular"] * 32 + [
        "Independence of the Days (a.k.a. ID4 in all the world)"
    ] * 32
    page = client_of(full_report(), title=titles).get("/model").text
    labels = set(re.findall(r"<text [^>]*>([^<]*)</text>", page))
    assert labels == {"The Extraordinary Voyage of…", "Independence of the Days"}


def test_places_that_are_no_items_are_left_out(tiny_model: TrainedModel, site: Site) -> None:
    places = MapPlaces(item_idx=(0, -1, 64, 3), x=(0.1, 0.2, 0.3, 7.0), y=(0.1, 0.2, 0.3, 0.4))
    drawn = draw_map(places, Cards(site.recommender, site.cards.facts))
    assert drawn is not None
    assert [dot.item_id for dot in all_dots(drawn)] == ["00"]
    assert draw_map(MapPlaces(), site.cards) is None
