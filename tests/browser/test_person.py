"""A person's page: rows of cards that change with what is said of them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def rows_of(visitor: Visitor) -> dict[str, list[str]]:
    """Heading -> items, row by row."""
    found: dict[str, list[str]] = {}
    for row in visitor.page.locator("main > section.row:has(.cards)").all():
        heading = row.get_by_role("heading", level=2).inner_text()
        found[heading] = row.locator("[data-item]").evaluate_all(
            "cards => cards.map(card => card.dataset.item)"
        )
    return found


def likes_something(visitor: Visitor) -> None:
    visitor.goto("/")
    with visitor.hears("You like"):
        visitor.page.get_by_role("button", name="I like these").nth(1).click()


@pytest.mark.parametrize("scripted", [False], indirect=True)
@pytest.mark.parametrize("path", ["/me", "/users/15"])
def test_rows_are_of_six_and_no_item_is_in_two(visitor: Visitor, path: str) -> None:
    likes_something(visitor)
    visitor.goto(path)
    rows = rows_of(visitor)
    assert next(iter(rows)) == "top picks"
    assert len(rows) >= 4
    assert any(heading.startswith("because you liked ") for heading in rows)
    assert all(0 < len(items) <= 6 for items in rows.values())
    everything = [item for items in rows.values() for item in items]
    assert len(everything) == len(set(everything))
    for row in visitor.page.locator("main > section.row:has(.cards)").all():
        expect(row.locator(".row-head > p")).not_to_be_empty()


def test_what_is_rated_leaves_its_row_and_another_comes(visitor: Visitor) -> None:
    likes_something(visitor)
    visitor.goto("/me")
    before = visitor.items("picks")
    with visitor.hears(re.compile("You gave .* 4. Your picks have changed")):
        visitor.star(before[1], 4, "picks").click()
    after = visitor.items("picks")
    assert before[1] not in visitor.items("main")
    assert len(after) == 6
    assert set(after) - set(before)

    visitor.goto("/me/history")
    expect(visitor.page.locator(".line").first).to_have_attribute("data-item", before[1])
    expect(visitor.card(before[1]).locator(".said")).to_have_text("4")
    with visitor.hears("You say nothing about"):
        visitor.card(before[1]).get_by_role("button", name="Remove").click()
    visitor.goto("/me")
    assert visitor.items("picks") == before


def test_what_is_hidden_goes_and_comes_back_by_undo(visitor: Visitor) -> None:
    likes_something(visitor)
    visitor.goto("/me")
    before = visitor.items("picks")
    with visitor.hears("stays out of your picks"):
        visitor.hide(before[0], "picks").click()
    assert before[0] not in visitor.items("main")
    with visitor.hears("may be among your picks again"):
        visitor.notice.get_by_role("button", name="Undo").click()
    assert visitor.items("picks") == before


def test_somebodys_page_is_no_other(visitor: Visitor) -> None:
    """In demo mode: the same is said there, of them and not of who says it."""
    whose = "/users/21" if visitor.scripted else "/users/22"
    visitor.goto(whose)
    before = visitor.items("picks")
    with visitor.hears(re.compile("4.*picks have changed")):
        visitor.star(before[1], 4, "picks").click()
    with visitor.hears("stays out of your picks"):
        visitor.hide(before[0], "picks").click()
    assert not set(before[:2]) & set(visitor.items("main"))
    with visitor.hears("may be among your picks again"):
        visitor.notice.get_by_role("button", name="Undo").click()
    assert before[0] in visitor.items("main")
    visitor.goto(f"{whose}/history")
    expect(visitor.page.locator(".line").first).to_have_attribute("data-item", before[1])
    assert visitor.page.context.cookies() == []


def test_a_notice_is_closed_by_its_cross_and_with_scripts_by_escape(visitor: Visitor) -> None:
    visitor.goto("/me")
    with visitor.hears("stays out of your picks"):
        visitor.hide(visitor.items("main")[0], "main").click()
    with visitor.stays():
        visitor.notice.get_by_role("link", name="Close this message").click()
        expect(visitor.notice).to_be_empty()
    if visitor.scripted:
        with visitor.hears("stays out of your picks"):
            visitor.hide(visitor.items("main")[0], "main").click()
        with visitor.stays():
            visitor.page.keyboard.press("Escape")
            expect(visitor.notice).to_be_empty()


@pytest.mark.parametrize("scripted", [False], indirect=True)
def test_each_row_goes_on_where_it_ends(visitor: Visitor) -> None:
    likes_something(visitor)
    visitor.goto("/me")
    rows = rows_of(visitor)
    more = visitor.page.get_by_role("link", name=re.compile("^see more"))
    addresses = more.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(addresses) == len(rows)
    # Rows leave out what stands in a row above; the whole lists do not.
    for address, (heading, items) in zip(addresses, rows.items(), strict=True):
        visitor.goto(address)
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(heading)
        assert len(visitor.items("main")) > len(items)
        assert set(items) <= set(visitor.items("main"))


def test_from_home_to_somebodys_picks_and_all_of_them(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto("/")
    page.get_by_role("link", name=re.compile("^person")).first.click()
    expect(page.get_by_role("heading", name="top picks")).to_be_visible()
    expect(page.get_by_text("based on your ratings, we recommend these films")).to_be_visible()
    six = visitor.items("picks")
    for cover in page.locator("#picks img.cover").all():
        cover.scroll_into_view_if_needed()
        expect(cover).to_have_js_property("complete", value=True)
        assert cover.evaluate("image => image.naturalWidth") > 0
    page.get_by_role("link", name="see more top picks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("top picks")
    more = visitor.items("main")
    assert more[:6] == six
    assert len(set(more)) == 24


def test_items_open_as_that_person_sees_them(visitor: Visitor) -> None:
    visitor.goto("/users/15")
    visitor.page.locator("#picks .card-link").first.click()
    visitor.page.wait_for_url("**/items/*")
    expect(visitor.page.locator(".looking-as")).to_contain_text("person 15")
    assert visitor.asked == {"as": ["15"]}
    expect(visitor.page.get_by_role("heading", name=re.compile(r"your match: \d+"))).to_be_visible()
    first = visitor.page.url
    visitor.page.locator("#similar .card-link").first.click()
    expect(visitor.page).not_to_have_url(first)
    expect(visitor.page.locator(".looking-as")).to_contain_text("person 15")
