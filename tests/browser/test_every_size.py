"""Every page in every size, light and dark."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from bench.rig import RunningSite
from tests.browser.conftest import no_complaints

PAGES = (
    "/",
    "/users/1",
    "/users/547",
    "/users/nobody",
    "/users/1/picks",
    "/users/1/picks?page=377",
    "/items/318",
    "/items/161944",
    "/search",
    "/search?q=star",
    "/search?q=zzzzzz",
    "/model",
    "/docs",
)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 360, 768, 1440, 2560])
def test_nothing_sticks_out_and_nothing_complains(
    site: RunningSite, chromium: Browser, width: int, scheme: Scheme
) -> None:
    page = chromium.new_page(
        base_url=site.url, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    with no_complaints(page):
        for path in PAGES:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            text = page.inner_text("body")
            assert "None" not in text
            assert "undefined" not in text
    page.close()
