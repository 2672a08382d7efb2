"""The films' site in a real browser, and pages that must not complain."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, StorageState

from bench.rig import RunningSite, browser, running_site
from tests.browser.kinds import SCHEMES
from tests.browser.visitor import Visitor
from tests.films import FilmsRun
from tests.system.live_site import settings_of

# What somebody has said before a test begins: two films liked, one not, one hidden.
SAID = (("260", "5"), ("1196", "4.5"), ("356", "2"))
HIDDEN = "1210"

MakeVisitor = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="package")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site's own store."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="package")
def site(films: FilmsRun, instance: Path) -> Iterator[RunningSite]:
    """The films in demo mode."""
    with running_site(settings_of(films.path, instance)) as site:
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


@pytest.fixture(
    params=[
        pytest.param({}, id="usual"),
        *(
            pytest.param(
                {"viewport": {"width": width, "height": 900}, "color_scheme": scheme},
                id=f"{width} {scheme}",
                marks=pytest.mark.long,
            )
            for width in (360, 768, 1440)
            for scheme in SCHEMES
        ),
    ]
)
def window(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A browser's usual window; for the long run every flow is walked in every size, light and
    dark.
    """
    options: dict[str, Any] = request.param
    return options


@pytest.fixture
def make_visitor(site: RunningSite, chromium: Browser, window: dict[str, Any]) -> MakeVisitor:
    """Visitors who have never been here; options as those of a browser's context."""

    @contextmanager
    def make(scripted: bool = True, allowed: str = "", **options: Any) -> Iterator[Visitor]:
        asked = {**window, **options}
        context = chromium.new_context(base_url=site.url, java_script_enabled=scripted, **asked)
        page = context.new_page()
        with no_complaints(page, allowed):
            yield Visitor(page, scripted)
        context.close()

    return make


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whatever a test does is done with scripts and without, unless it names one of them."""
    is_scripted: bool = request.param
    return is_scripted


@pytest.fixture
def visitor(make_visitor: MakeVisitor, scripted: bool) -> Iterator[Visitor]:
    """Somebody who has never been here."""
    with make_visitor(scripted) as visitor:
        yield visitor


@pytest.fixture(scope="package")
def somebody(site: RunningSite, chromium: Browser) -> StorageState:
    """The cookie of a visitor who has said something, and says nothing more."""
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    for item_id, rating in SAID:
        page.goto(f"/items/{item_id}")
        page.get_by_text("exactly").click()
        page.get_by_label("your rating").fill(rating)
        page.get_by_role("button", name="Rate", exact=True).click()
        page.locator(".saying", has_text=f"you gave it {rating}").wait_for()
    page.goto(f"/items/{HIDDEN}")
    page.locator(".saying").get_by_role("button", name="Not interested").click()
    page.get_by_text("hidden from your picks").wait_for()
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def no_complaints(page: Page, allowed: str = "") -> Iterator[None]:
    """Nothing on the console, nothing that fails to load, nothing asked of another site.

    allowed: what a complaint may contain, where a test takes something away.
    """
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: _note_failure(request, complaints))
    page.on("request", lambda request: _note_stranger(request.url, complaints))
    yield
    assert [one for one in complaints if not (allowed and allowed in one)] == []


def _note_failure(request: Request, complaints: list[str]) -> None:
    # Whoever goes on before the last cover is there breaks its loading off: that is no failure.
    if request.failure != "net::ERR_ABORTED":
        complaints.append(f"failed: {request.url} {request.failure}")


def _note_stranger(url: str, complaints: list[str]) -> None:
    if not url.startswith("http://127.0.0.1:"):
        complaints.append(f"another site: {url}")
