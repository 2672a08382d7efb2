"""Whoever goes back sees what holds now, whatever their browser has kept."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from bench.rig import ROOT, RunningSite
from tests.browser.visitor import Visitor

# In a process of its own: Playwright runs one browser's loop in a thread.
KEEPS_PAGES = """
import sys
from bench.rig import browser

with browser(keeps_pages=True) as chromium:
    page = chromium.new_page(base_url=sys.argv[1])
    page.goto("/me")
    first = page.locator("[data-item]").first.get_attribute("data-item")
    page.locator("#picks .star").nth(4).click()
    page.locator("#notice .notice").wait_for()
    page.goto("/me/history")
    page.go_back()
    page.locator(f'[data-item="{first}"]').first.wait_for(state="detached")
    page.goto("/me/history")
    page.locator(".line").first.wait_for()
    page.locator("details.erase summary").click()
    page.get_by_role("button", name="Erase, for good").click()
    page.locator("#like").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Nothing yet").wait_for()
    print("as it is now")
"""


def test_a_rating_is_there_when_somebody_goes_back(visitor: Visitor) -> None:
    whose = "/users/77" if visitor.scripted else "/users/78"
    visitor.goto(whose)
    first = visitor.items("picks")[0]
    with visitor.hears("You gave"):
        visitor.star(first, 5, "picks").click()
    visitor.goto("/model")
    visitor.back()
    expect(visitor.page.locator("#picks")).to_be_visible()
    assert first not in visitor.items("main")


@pytest.mark.parametrize("scripted", [False], indirect=True)
def test_without_scripts_too_from_the_page_before_the_form(visitor: Visitor) -> None:
    visitor.goto("/users/79")
    first = visitor.items("picks")[0]
    with visitor.hears("You gave"):
        visitor.star(first, 5, "picks").click()
    visitor.back()
    expect(visitor.page.locator("#picks")).to_be_visible()
    assert first not in visitor.items("main")


def test_a_browser_that_keeps_pages_shows_none_of_them_as_they_were(site: RunningSite) -> None:
    """Neither what was rated since, nor what was erased."""
    said = subprocess.run(
        [sys.executable, "-c", KEEPS_PAGES, site.url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert said.stdout == "as it is now\n", said.stderr
