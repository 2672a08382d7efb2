"""The first minute by the keyboard alone, and the focus in sight all the way."""

import re
from itertools import islice

import pytest
from playwright.sync_api import StorageState, expect

from tests.browser.conftest import MakeVisitor
from tests.browser.focus import focused, stops, tab_to
from tests.browser.visitor import Visitor


def test_the_first_minute_by_keys_alone(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto("/")
    tab_to(page, "I like these", "button")
    with visitor.hears("You like"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="your picks so far")).to_be_visible()
    before = visitor.items("picks")
    tab_to(page, "1 of 5", "button")
    for _ in range(3):
        page.keyboard.press("ArrowRight" if visitor.scripted else "Tab")
        assert focused(page).seen
    assert focused(page).name == "4 of 5"
    with visitor.hears("You gave"):
        page.keyboard.press("Enter")
    assert before[0] not in visitor.items("picks")
    tab_to(page, "Go to your page", "a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("your picks")
    expect(page.locator(".lead")).to_contain_text(re.compile("4.films"))


def test_a_film_is_searched_for_and_rated_by_keys_alone(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto("/")
    for stop in stops(page):
        if stop.tag == "input":
            break
    page.keyboard.type("memento")
    if visitor.scripted:
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    if not visitor.scripted:
        expect(page.get_by_role("status").filter(has_text="for “memento”")).to_be_visible()
        tab_to(page, "Memento", "a")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Memento")
    visitor.settles()
    tab_to(page, "1 of 5", "button")
    with visitor.hears("You gave Memento 1"):
        page.keyboard.press("Space")


LONG = pytest.mark.long


@pytest.mark.parametrize("width", [360, pytest.param(1440, marks=LONG)])
@pytest.mark.parametrize(
    "path",
    [
        "/me?changed=356",
        "/me/history",
        "/try?like=318",
        *(pytest.param(path, marks=LONG) for path in ("/me/picks", "/items/318", "/search?q=war")),
    ],
)
def test_the_focus_is_in_sight_at_every_stop_of_the_way(
    make_visitor: MakeVisitor, somebody: StorageState, path: str, width: int
) -> None:
    """Forth and back, under the notice, too; a row of stars is one stop."""
    window = {"width": width, "height": 700}
    with make_visitor(storage_state=somebody, viewport=window) as visitor:
        visitor.goto(path)
        forth = [stop.markup for stop in stops(visitor.page)]
        assert len(forth) > 10
        assert sum('class="star' in one for one in forth) == visitor.page.locator(".stars").count()
        back = [stop.markup for stop in islice(stops(visitor.page, "Shift+Tab"), len(forth))]
        for first in (forth[0], back[-1]):
            assert first.startswith('<a class="skip"')


def test_the_first_stop_skips_to_what_matters(visitor: Visitor) -> None:
    visitor.goto("/users/1")
    visitor.page.keyboard.press("Tab")
    assert focused(visitor.page).name == "Skip to the content"
    visitor.page.keyboard.press("Enter")
    assert next(stops(visitor.page)).name == "their history"


def test_stars_are_gone_through_by_arrows(make_visitor: MakeVisitor) -> None:
    with make_visitor() as visitor:
        visitor.goto("/items/318")
        tab_to(visitor.page, "1 of 5")
        for key, name in (
            ("ArrowLeft", "1 of 5"),
            ("ArrowRight", "2 of 5"),
            ("ArrowUp", "3 of 5"),
            ("End", "5 of 5"),
            ("ArrowRight", "5 of 5"),
            ("ArrowDown", "4 of 5"),
            ("Home", "1 of 5"),
        ):
            visitor.page.keyboard.press(key)
            assert focused(visitor.page).name == name
