"""Every page once: sound, accessible by axe's rules, and quiet."""

from itertools import product

import pytest
from playwright.sync_api import StorageState

from tests.browser.conftest import MakeVisitor
from tests.browser.kinds import ERRORS, MORE_PAGES, OF_STRANGERS, PAGES, SCHEMES, Scheme
from tests.browser.soundness import check
from tests.browser.visitor import Visitor

WIDTHS = (1440, 360)


def looks(visitor: Visitor, path: str, status: int = 200) -> None:
    response = visitor.page.goto(path)
    assert response is not None
    assert response.status == status
    check(visitor.page)


# Each kind in one of the four ways, in turn; in the long run every page in all of them.
WAYS = list(product(SCHEMES, WIDTHS))
CASES = [
    pytest.param(
        path,
        *way,
        marks=() if path in PAGES and at % 4 == n else pytest.mark.long,
        id=f"{path}-{way}",
    )
    for at, path in enumerate((*PAGES, *MORE_PAGES))
    for n, way in enumerate(WAYS)
]


@pytest.mark.parametrize(("path", "scheme", "width"), CASES)
def test_a_page_is_sound_and_accessible(
    make_visitor: MakeVisitor, somebody: StorageState, path: str, scheme: Scheme, width: int
) -> None:
    window = {"width": width, "height": 900}
    with make_visitor(storage_state=somebody, viewport=window, color_scheme=scheme) as visitor:
        looks(visitor, path)


@pytest.mark.parametrize("path", OF_STRANGERS)
def test_a_strangers_page_is_sound_and_accessible(make_visitor: MakeVisitor, path: str) -> None:
    with make_visitor(color_scheme="dark") as visitor:
        looks(visitor, path)


@pytest.mark.parametrize("path", ERRORS)
def test_a_page_of_an_error_is_sound_and_accessible(make_visitor: MakeVisitor, path: str) -> None:
    with make_visitor(allowed=str(ERRORS[path])) as visitor:
        looks(visitor, path, ERRORS[path])


def test_what_scripts_add_is_accessible_too(make_visitor: MakeVisitor) -> None:
    """Suggestions, what comes into a row, and what no page says."""
    # What is on its way in is pale for a moment.
    options = {"allowed": "ERR_INTERNET_DISCONNECTED", "reduced_motion": "reduce"}
    with make_visitor(**options) as visitor:
        visitor.goto("/me")
        with visitor.hears("You gave"):
            visitor.star(visitor.items("main")[0], 3).click()
        check(visitor.page)
        box = visitor.page.get_by_role("combobox").first
        box.press_sequentially("star")
        visitor.page.get_by_role("option").first.wait_for()
        box.press("ArrowDown")
        check(visitor.page)
        box.press("Escape")
        visitor.page.context.set_offline(True)
        with visitor.hears("no connection"):
            visitor.star(visitor.items("main")[0], 3).click()
        check(visitor.page)
