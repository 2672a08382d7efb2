"""Every page in every size, light and dark."""

import pytest
from playwright.sync_api import StorageState

from tests.browser.conftest import MakeVisitor
from tests.browser.kinds import MORE_PAGES, PAGES, SCHEMES, Scheme
from tests.browser.soundness import check_markup


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 360, 768, 1440, 2560])
def test_nothing_sticks_out_and_nothing_complains(
    make_visitor: MakeVisitor, somebody: StorageState, scripted: bool, width: int, scheme: Scheme
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with make_visitor(scripted, storage_state=somebody, **options) as visitor:
        for path in (*PAGES, *MORE_PAGES):
            visitor.goto(path)
            visitor.page.wait_for_load_state("networkidle")
            check_markup(visitor.page)


def test_nothing_sticks_out_on_a_narrow_phone(
    make_visitor: MakeVisitor, somebody: StorageState
) -> None:
    window = {"width": 320, "height": 640}
    with make_visitor(storage_state=somebody, viewport=window) as visitor:
        for path in ("/", "/me", "/me/picks", "/me/history", "/items/318", "/try?like=318"):
            visitor.goto(path)
            check_markup(visitor.page)
