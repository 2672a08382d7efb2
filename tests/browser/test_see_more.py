"""See more: filters, sliders and pages, all of it in the address."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeVisitor
from tests.browser.visitor import Visitor

PICKS = "/users/15/picks"


def shows(visitor: Visitor) -> None:
    """Send the form where no script sends it with every change."""
    if not visitor.scripted:
        visitor.page.get_by_role("button", name="Show", exact=True).click()


def unfolds(visitor: Visitor) -> None:
    """Open the form where a narrow window has it folded."""
    summary = visitor.page.locator(".filters-fold > summary")
    if summary.is_visible() and not visitor.page.locator(".filters-fold[open]").count():
        summary.click()


def total(page: Page) -> int:
    """How many the list has, as the page says."""
    text = page.locator(".list-count").inner_text()
    return int(text.rpartition(" ")[2].replace(",", ""))


def turn(page: Page, name: str, steps: int) -> None:
    """Turn a slider by the keyboard; the change is told once the key is let go."""
    page.locator(f"input[name={name}]").focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")


def test_filters_narrow_the_list_and_the_address_alone_gives_it_again(
    visitor: Visitor, make_visitor: MakeVisitor
) -> None:
    page = visitor.page
    visitor.goto(PICKS)
    unfolds(visitor)
    everything = total(page)
    with visitor.stays():
        page.locator(".toggle", has_text=re.compile("^Drama$")).click()
        shows(visitor)
        expect(page.locator(".list-count")).not_to_contain_text(f"{everything:,}")
    dramas = total(page)
    assert visitor.asked["f.genres"] == ["Drama"]
    unfolds(visitor)
    with visitor.stays():
        page.get_by_label("MPAA").select_option("PG")
        shows(visitor)
        expect(page.locator(".list-count")).not_to_contain_text(f" {dramas:,}")
    unfolds(visitor)
    with visitor.stays():
        page.get_by_label("year from").fill("1990")
        page.get_by_label("year to").fill("1994")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"f\.year\.to=1994"))
    assert 0 < total(page) < dramas
    for facts in page.locator(".card .facts").all_inner_texts():
        assert re.match(r"199[0-4]\s", facts), facts

    asked = {"f.genres": "Drama", "f.mpaa": "PG", "f.year.from": "1990", "f.year.to": "1994"}
    assert visitor.asked == {name: [value] for name, value in asked.items()}
    found = visitor.items("main")
    with make_visitor(visitor.scripted) as other:
        other.goto(visitor.address)
        assert other.items("main") == found
        unfolds(other)
        expect(other.page.get_by_role("checkbox", name="Drama")).to_be_checked()
        expect(other.page.get_by_label("MPAA")).to_have_value("PG")
        expect(other.page.get_by_label("year from")).to_have_value("1990")

    unfolds(visitor)
    with visitor.stays():
        page.get_by_role("link", name="clear all").click()
        expect(page.locator(".list-count")).to_contain_text(f"{everything:,}")
    assert visitor.address == PICKS
    unfolds(visitor)
    expect(page.get_by_role("checkbox", name="Drama")).not_to_be_checked()
    expect(page.get_by_label("MPAA")).to_have_value("")
    expect(page.get_by_label("year from")).to_have_value("")


@pytest.mark.parametrize("name", ["novelty", "diversity"])
def test_a_slider_turns_the_list(visitor: Visitor, name: str) -> None:
    visitor.goto(PICKS)
    before = visitor.items("main")
    unfolds(visitor)
    with visitor.stays():
        turn(visitor.page, name, 8)
        shows(visitor)
        expect(visitor.page).to_have_url(re.compile(f"{name}=0.8"))
    assert visitor.asked == {name: ["0.8"]}
    assert visitor.items("main") != before
    expect(visitor.page.locator(f"input[name={name}]")).to_have_value("0.8")


def test_pages_follow_each_other_and_the_way_back_works(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto(f"{PICKS}?f.genres=Drama")
    first = visitor.items("main")
    page.get_by_role("link", name="next page").click()
    expect(page.locator(".pager-place")).to_contain_text("page 2 of")
    second = visitor.items("main")
    assert len(second) == 24
    assert not set(first) & set(second)
    assert visitor.asked == {"f.genres": ["Drama"], "page": ["2"]}
    visitor.back()
    expect(page.locator(".pager-place")).to_contain_text("page 1 of")
    assert visitor.items("main") == first
    page.go_forward()
    expect(page.locator(".pager-place")).to_contain_text("page 2 of")
    assert visitor.items("main") == second


def test_back_undoes_a_filter(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto(PICKS)
    before = visitor.items("main")
    unfolds(visitor)
    with visitor.stays():
        page.locator(".toggle", has_text=re.compile("^Western$")).click()
        shows(visitor)
        expect(page).to_have_url(re.compile(r"f\.genres=Western"))
    assert visitor.items("main") != before
    visitor.back()
    unfolds(visitor)
    expect(page.get_by_role("checkbox", name="Western")).not_to_be_checked()
    assert visitor.items("main") == before


def test_where_nothing_fits_there_is_a_way_on(visitor: Visitor) -> None:
    visitor.goto(f"{PICKS}?f.genres=Western&f.genres={quote('Musical')}&f.year.from=2016")
    expect(visitor.page.get_by_role("heading", name="Nothing fits all of this")).to_be_visible()
    with visitor.stays():
        visitor.page.get_by_role("link", name="Clear the filters").click()
        expect(visitor.page.locator(".card").first).to_be_visible()
    assert visitor.address == PICKS


def test_what_is_rated_in_a_list_leaves_it(visitor: Visitor) -> None:
    whose = "/users/25" if visitor.scripted else "/users/26"
    visitor.goto(f"{whose}/picks?f.genres=Drama&page=2")
    before = visitor.items("main")
    with visitor.hears("You gave"):
        visitor.star(before[3], 3).click()
    after = visitor.items("main")
    assert before[3] not in after
    assert len(after) == 24
    assert visitor.asked == {"f.genres": ["Drama"], "page": ["2"]}
