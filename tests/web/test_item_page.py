"""An item's page: why it suits somebody, to the last point; what is like it; how it was rated."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import ClientOfModel, MakeClient
from tests.web.pages import Element, button, cards_in, page_of, rows
from tests.web.visiting import send
from tests.worlds import TwoTastes, trained, write_csv
from toppicks.trained import TrainedModel

# Half of what the last of two decimals stands for.
ROUNDED = 0.005


def points(element: Element) -> list[float]:
    return [float(one.text.replace("\N{MINUS SIGN}", "-")) for one in element.all("span", "points")]


def sums(page: Element) -> dict[str, float]:
    return {
        line.one("dt").text.partition(":")[0]: points(line)[0]
        for line in page.one("dl", "sums").all("div")
    }


def check_sums(page: Element) -> float:
    """What is seen adds up to the score, and what is folded away to its own sum; the score."""
    why = page.one("section", id="why")
    shown = [number for part in why.all("ul", "parts")[0].all("li") for number in points(part)]
    folded = why.all("details", "fold")
    if folded:
        (more,) = points(folded[0].one("summary"))
        inside = [number for part in folded[0].all("li", "part") for number in points(part)]
        assert re.match(rf"{len(inside)} more", folded[0].one("summary").text)
        assert abs(sum(inside) - more) <= ROUNDED * (len(inside) + 1)
        shown.append(more)
    *rest, score = sums(page).values()
    assert abs(sum(shown) + sum(rest) - score) <= ROUNDED * (len(shown) + len(rest) + 1)
    return score


@pytest.mark.parametrize("user_id", ["u0", "u1"])
@pytest.mark.parametrize("item_id", ["00", "30", "29", "60"])
def test_what_is_shown_adds_up_to_the_score(
    client: FlaskClient, user_id: str, item_id: str
) -> None:
    check_sums(page_of(client, f"/items/{item_id}?as={user_id}"))


def test_score_and_match_are_those_of_the_api(client: FlaskClient) -> None:
    picks = client.get("/api/users/u0/picks?n=100").get_json()["picks"]
    for pick in picks[::5]:
        page = page_of(client, f"/items/{pick['item_id']}?as=u0")
        assert abs(check_sums(page) - pick["score"]) <= ROUNDED + 1e-6
        heading = page.one("h2", id="why-heading").text
        assert heading == f"your match: {round(100 * pick['match'])} %"


def test_every_item_of_the_history_has_its_part(client: FlaskClient) -> None:
    page = page_of(client, "/items/60?as=u0")
    told = client.get("/api/users/u0?n=100").get_json()["history"]
    liked = {f"/items/{one['item_id']}?as=u0" for one in told if one["rating"] >= 4}
    links = [one["href"] for one in page.one("section", id="why").all("a", "part-title")]
    assert liked <= set(links)
    assert len(set(links)) == len(links)
    shown = [abs(number) for part in page.all("li", "part") for number in points(part)]
    assert shown == sorted(shown, reverse=True)
    ratings = {f"/items/{one['item_id']}?as=u0": one["rating"] for one in told}
    for part in page.all("li", "part"):
        rating = ratings[part.one("a", "part-title")["href"]]
        assert f"you gave it {rating:g}" in part.one("span", "part-what").text


def test_what_is_known_of_a_person_is_a_part_too(
    client_of_model: ClientOfModel, tmp_path: Path
) -> None:
    world = TwoTastes()
    rows = [(f"u{n}", ("even", "odd")[n % 2]) for n in range(world.people)]
    users = write_csv(tmp_path / "users.csv", ("user", "group"), rows)
    ratings, items = world.write_ratings(tmp_path / "r.csv"), world.write_items(tmp_path / "i.csv")
    client = client_of_model(trained(ratings, items, users=users))
    page = page_of(client, "/items/60?as=u0")
    assert "what we know about you" in sums(page)
    check_sums(page)


def test_a_low_rating_is_part_of_it_and_not_called_liked(demo: FlaskClient) -> None:
    for rating in ("1", "2", "5"):
        send(demo, "/users/u0/ratings/00", rating=rating)
        page = page_of(demo, "/items/60?as=u0")
        check_sums(page)
        parts = [part for part in page.all("li", "part") if part.one("a").text == "Red Café 0"]
        assert all(f"you gave it {rating}" in part.text for part in parts)
        assert "liked it" not in page.one("section", id="why").text
    assert parts


def test_a_stranger_is_asked_what_they_like(visitor: FlaskClient) -> None:
    page = page_of(visitor, "/items/00")
    why = page.one("section", id="why")
    assert why.all("span", "points") == []
    assert why.one("a", "button")["href"] == "/#like"
    send(visitor, "/me/ratings/01", rating="5")
    assert check_sums(page_of(visitor, "/items/00"))


@pytest.mark.parametrize("item_id", ["00", "15", "30", "59"])
def test_the_histogram_counts_everybody_who_rated(
    client: FlaskClient, tiny_model: TrainedModel, item_id: str
) -> None:
    page = page_of(client, f"/items/{item_id}")
    lines = page.one("table", "histogram").one("tbody").all("tr")
    levels = {line.one("th").text: int(line.one("td", "figure").text) for line in lines}
    assert list(levels) == ["5", "4", "2", "1"]
    row = tiny_model.items.idx(item_id)
    assert sum(levels.values()) == tiny_model.n_ratings[row]
    assert levels["4"] + levels["5"] == tiny_model.n_likes[row]
    longest = max(levels.values())
    for line in lines:
        width = float(line.one("rect", "bar-part")["width"])
        assert width == pytest.approx(100 * levels[line.one("th").text] / longest, abs=0.051)
    mean = sum(int(level) * n for level, n in levels.items()) / sum(levels.values())
    assert f"{mean:.1f} on average" in page.one("section", id="ratings").text


def test_ones_own_rating_is_marked_in_it(demo: FlaskClient) -> None:
    assert page_of(demo, "/items/00").all("tr", "histogram-mine") == []
    send(demo, "/me/ratings/00", rating="4")
    (mine,) = page_of(demo, "/items/00").all("tr", "histogram-mine")
    assert mine.one("th").text == "4"


def test_what_nobody_rated_says_so(client: FlaskClient) -> None:
    page = page_of(client, "/items/60")
    assert page.all("table", "histogram") == []
    assert "nobody has rated it yet" in page.text


@pytest.mark.parametrize("query", ["", "?as=u0", "?as=nobody"])
def test_similar_items_are_those_of_the_api_and_never_the_item_itself(
    client: FlaskClient, query: str
) -> None:
    for item_id in ("00", "31", "60"):
        (similar,) = [
            row for row in rows(page_of(client, f"/items/{item_id}{query}")) if row.id == "similar"
        ]
        told = client.get(f"/api/items/{item_id}/similar?n=6").get_json()["similar"]
        assert similar.items == [one["item_id"] for one in told]
        assert item_id not in similar.items


@pytest.mark.parametrize("path", ["/items/00", "/search?q=red"])
def test_one_looks_as_somebody_in_demo_mode_alone(make_client: MakeClient, path: str) -> None:
    join = "&" if "?" in path else "?"
    demo = make_client(TOPPICKS_DEMO="1")
    page = page_of(demo, f"{path}{join}as=u0")
    assert page.one("p", "looking-as").one("bdi").text == "u0"
    assert page_of(demo, f"{path}{join}as=").all("p", "looking-as") == []
    page_of(demo, f"{path}{join}as=~AAAAAAAAAAAAAAAAAAAAAA", 404)
    page_of(demo, f"{path}{join}as=a%00b", 404)
    page_of(demo, f"{path}{join}as={'x' * 201}", 404)
    for user_id in ("u0", "nobody", "~AAAAAAAAAAAAAAAAAAAAAA"):
        closed = page_of(make_client(), f"{path}{join}as={user_id}", 403)
        assert "TOPPICKS_DEMO" in closed.text


def test_what_is_said_there_is_said_by_whom_one_looks_as(demo: FlaskClient) -> None:
    page = page_of(demo, "/items/60?as=u0")
    button(page, "/users/u0/ratings/60", "rating")
    button(page, "/users/u0/hidden/60", "hide")
    exactly = page.one("form", id="say-exactly")
    assert exactly["action"] == "/users/u0/ratings/60"
    assert exactly.one("input", name="back")["value"] == "/items/60?as=u0"
    send(demo, "/users/u0/ratings/60", rating="3.5")
    assert page_of(demo, "/items/60?as=u0").one("input", id="rating")["value"] == "3.5"
    assert page_of(demo, "/items/60").one("input", id="rating").get("value") == ""


def test_what_is_hidden_can_be_shown_again_there(visitor: FlaskClient) -> None:
    send(visitor, "/me/hidden/00", hide="1")
    page = page_of(visitor, "/items/00")
    assert "hidden from your picks" in page.text
    button(page, "/me/hidden/00", "show")
    send(visitor, "/me/hidden/00", show="1")
    button(page_of(visitor, "/items/00"), "/me/hidden/00", "hide")


def test_a_deleted_item_has_no_page(demo: FlaskClient) -> None:
    send(demo, "/users/u0/ratings/00", rating="5")
    assert demo.delete("/api/items/00").status_code == 204
    page_of(demo, "/items/00", 404)
    assert "Red Café 0" not in [
        one.text for one in page_of(demo, "/items/01?as=u0").all("span", "card-title")
    ]


def test_what_is_hidden_is_not_among_the_similar(visitor: FlaskClient) -> None:
    before = cards_in(page_of(visitor, "/items/00"))
    send(visitor, f"/me/hidden/{before[0]}", hide="1")
    after = cards_in(page_of(visitor, "/items/00"))
    assert after[:-1] == before[1:]
    assert len(after) == len(before)


def test_of_a_long_history_the_rest_is_shown_to_who_asks(
    demo: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.web.pages.items.PARTS_FOLDED", 3)
    page = page_of(demo, "/items/60?as=u0")
    n = len(demo.get("/api/users/u0?n=100").get_json()["history"])
    parts = page.one("section", id="why").all("li", "part")
    assert len(parts) == 8 + 3 < n
    check_sums_of_shortened(page)
    (link,) = (one for one in page.all("a") if one.text == "Show all of them")
    assert len(page_of(demo, link["href"]).all("li", "part")) > len(parts)


def check_sums_of_shortened(page: Element) -> None:
    """What is added up but not shown is in the folded sum."""
    why = page.one("section", id="why")
    shown = [number for part in why.all("ul", "parts")[0].all("li") for number in points(part)]
    (more,) = points(why.one("details", "fold").one("summary"))
    *rest, score = (points(line)[0] for line in why.one("dl", "sums").all("div"))
    assert abs(sum(shown) + more + sum(rest) - score) <= ROUNDED * (len(shown) + 4)
