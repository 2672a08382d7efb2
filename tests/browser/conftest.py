"""The films' site in a real browser, and pages that must not complain."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request

from bench.rig import RunningSite, browser, running_site
from tests.films import FilmsRun
from tests.system.live_site import settings_of


@pytest.fixture(scope="package")
def site(films: FilmsRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """The films in demo mode."""
    with running_site(settings_of(films.path, tmp_path_factory.mktemp("instance"))) as site:
        yield site


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all."""
    with browser() as chromium:
        yield chromium


@pytest.fixture
def page(site: RunningSite, chromium: Browser) -> Iterator[Page]:
    """A page in a browser's usual window."""
    page = chromium.new_page(base_url=site.url)
    with no_complaints(page):
        yield page
    page.close()


@contextmanager
def no_complaints(page: Page) -> Iterator[None]:
    """Nothing on the console, nothing that fails to load, nothing asked of another site."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: _note_failure(request, complaints))
    page.on("request", lambda request: _note_stranger(request.url, complaints))
    yield
    assert complaints == []


def _note_failure(request: Request, complaints: list[str]) -> None:
    # Whoever goes on before the last cover is there breaks its loading off: that is no failure.
    if request.failure != "net::ERR_ABORTED":
        complaints.append(f"failed: {request.url} {request.failure}")


def _note_stranger(url: str, complaints: list[str]) -> None:
    if not url.startswith("http://127.0.0.1:"):
        complaints.append(f"another site: {url}")
