"""Home: what one likes is said in a few touches, and the picks follow."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from tests.web.pages import Element, page_of, rows
from tests.web.visiting import HERE, Kept, send


def groups(page: Element) -> list[Element]:
    return page.one("ul", "groups").all("li", "group")


def items_of(group: Element) -> list[str]:
    return re.findall(r"[?&]item=([^&]+)", group.one("button")["formaction"])


def press(client: FlaskClient, page: Element, group: Element) -> str:
    """Its button; where it leads."""
    one = group.one("button")
    fields = {given["name"]: given["value"] for given in page.one("form", id="say").all("input")}
    answer = client.post(one["formaction"], data=fields | {one["name"]: one["value"]}, headers=HERE)
    assert answer.status_code == 303
    return str(answer.location)


def test_there_are_groups_of_three_that_go_together(site: FlaskClient) -> None:
    page = page_of(site, "/")
    found = groups(page)
    assert len(found) == 8
    items = [item for group in found for item in items_of(group)]
    assert len(set(items)) == len(items) == 24
    for group in found:
        halves = {int(item) // 30 for item in items_of(group) if int(item) < 60}
        assert len(halves) == 1  # of one taste
        assert len(group.one("ul", "group-titles").all("li")) == 3
        assert len(group.all("img")) == 3
    shared = [group.one("p", "group-shared").text for group in found]
    assert {"Red" in text for text in shared} == {True, False}


def test_liking_one_changes_the_picks_and_undo_brings_them_back(
    visitor: FlaskClient, kept: Kept
) -> None:
    page = page_of(visitor, "/")
    before = rows(page)[0]
    assert before.heading == "popular now"
    chosen = items_of(groups(page)[0])
    location = press(visitor, page, groups(page)[0])
    query = "&".join(f"changed={item}" for item in chosen)
    assert location == f"/?{query}#like"
    (said,) = kept.said.values()
    assert {item: one.opinion for item, one in said.items()} == dict.fromkeys(chosen, "like")

    page = page_of(visitor, location)
    liked = [items_of(one) for one in groups(page) if one.one("button")["name"] == "remove"]
    assert liked == [chosen]
    assert [items_of(one) for one in page.all("li", "group-liked")] == [chosen]
    assert "You like these 3 items" in page.one("div", id="notice").text
    picks = rows(page)[0]
    assert picks.heading == "your picks so far"
    assert "3 things you told us" in picks.line
    assert picks.items != before.items
    assert not set(chosen) & set(picks.items)
    assert all(why.startswith("because you liked") for why in picks.whys)
    assert picks.items == rows(page_of(visitor, "/me"))[0].items

    press(visitor, page, page.one("li", "group-liked"))
    page = page_of(visitor, "/")
    assert rows(page)[0].items == before.items
    assert page.all("li", "group-liked") == []


def test_the_second_choice_sharpens_what_the_first_began(visitor: FlaskClient) -> None:
    page = page_of(visitor, "/")
    one, other = (
        next(group for group in groups(page) if items_of(group)[0] in half)
        for half in ([f"{n:02}" for n in range(30)], [f"{n:02}" for n in range(30, 60)])
    )
    press(visitor, page, one)
    first = rows(page_of(visitor, "/"))[0].items
    press(visitor, page_of(visitor, "/"), other)
    page = page_of(visitor, "/")
    assert len(page.all("li", "group-liked")) == 2
    assert rows(page)[0].items != first


def test_a_group_is_liked_only_if_all_of_it_is(visitor: FlaskClient) -> None:
    chosen = items_of(groups(page_of(visitor, "/"))[0])
    for item in chosen[:2]:
        send(visitor, f"/me/ratings/{item}", rating="5")
    assert page_of(visitor, "/").all("li", "group-liked") == []
    send(visitor, f"/me/ratings/{chosen[2]}", rating="5")
    assert len(page_of(visitor, "/").all("li", "group-liked")) == 1
    send(visitor, f"/me/ratings/{chosen[2]}", rating="1")
    assert page_of(visitor, "/").all("li", "group-liked") == []


def test_people_are_offered_in_demo_mode_alone(make_client: MakeClient) -> None:
    page = page_of(make_client(TOPPICKS_DEMO="1"), "/")
    people = page.one("section", id="people").all("a", "person")
    assert len({one["href"] for one in people}) == len(people) > 3
    assert {"/users/u" in one["href"] for one in people} == {True}
    assert page.one("form", "find-person")["action"] == "/users"
    closed = page_of(make_client(), "/")
    assert closed.all(id="people") == []
    assert "/users" not in "".join(one.get("href") + one.get("action") for one in closed.walk())


def test_the_page_has_search_and_works_without_script(site: FlaskClient) -> None:
    page = page_of(site, "/")
    assert page.one("form", role="search")["action"] == "/search"
    assert [script["type"] for script in page.all("script")] == ["module"]


@pytest.mark.parametrize("path", ["/", "/?changed=00", "/try?like=00", "/suggest?q=red"])
def test_who_only_looks_is_not_marked(visitor: FlaskClient, kept: Kept, path: str) -> None:
    assert "Set-Cookie" not in visitor.get(path).headers
    assert kept.said == {}


def test_a_catalogue_too_small_for_groups_has_none(demo: FlaskClient) -> None:
    for item in range(62):
        assert demo.delete(f"/api/items/{item:02}").status_code == 204
    page = page_of(demo, "/")
    assert page.all("ul", "groups") == []
    assert set(rows(page)[0].items) == {"62", "63"}


def test_what_is_hidden_is_not_offered(visitor: FlaskClient) -> None:
    hidden = items_of(groups(page_of(visitor, "/"))[0])[0]
    send(visitor, f"/me/hidden/{hidden}", hide="1")
    assert not any(hidden in items_of(group) for group in groups(page_of(visitor, "/")))


def test_what_was_rated_one_by_one_needs_no_undo_at_once(visitor: FlaskClient) -> None:
    items = items_of(groups(page_of(visitor, "/"))[0])
    for item_id in items:
        send(visitor, f"/me/ratings/{item_id}", rating="5")
    group = groups(page_of(visitor, "/"))[0]
    assert "you like these" in group.text
    assert group.all("button") == []
