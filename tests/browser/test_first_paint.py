"""What a browser must have before somebody sees a page, and what it weighs."""

import pytest
from playwright.sync_api import CDPSession, StorageState, expect

from tests.browser.conftest import MakeVisitor

MOST_BYTES = 100_000
PAINTED = """() => new Promise((done) => {
  new PerformanceObserver(() => done(true)).observe({type: "paint", buffered: true});
})"""
MOVING = "() => document.getAnimations().map((one) => one.animationName ?? one.transitionProperty)"


class Scales:
    """Bytes over the wire, headers and all, of everything that a page loads."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._weigh)

    def _weigh(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])


@pytest.mark.parametrize("path", ["/", "/me"])
def test_the_first_page_is_light(
    make_visitor: MakeVisitor, somebody: StorageState, path: str
) -> None:
    """By the window, and read to its end: covers that are not looked at are not loaded."""
    window = {"width": 1440, "height": 900}
    with make_visitor(storage_state=somebody if path == "/me" else None, viewport=window) as one:
        scales = Scales(one.page.context.new_cdp_session(one.page))
        one.goto(path)
        one.page.wait_for_load_state("networkidle")
        assert 10_000 < scales.bytes < MOST_BYTES
        for _ in range(20):
            one.page.mouse.wheel(0, 600)
            one.page.wait_for_timeout(30)
        one.page.wait_for_load_state("networkidle")
        assert scales.bytes < MOST_BYTES


@pytest.mark.parametrize("path", ["/", "/me", "/items/318"])
def test_a_page_is_there_whatever_becomes_of_its_scripts(
    make_visitor: MakeVisitor, path: str
) -> None:
    """Scripts that never arrive hold up nothing, and what is said counts all the same."""
    with make_visitor() as visitor:
        visitor.page.route("**/*.js", lambda route: None)
        visitor.page.goto(path, wait_until="commit")
        star = visitor.page.locator(".star[value='4']").first
        expect(star).to_be_visible()
        assert visitor.page.evaluate(PAINTED)
        assert visitor.documents == []
        star.click()
        expect(visitor.notice).to_contain_text("You gave")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_is_rated_moves_nothing_for_who_wants_no_motion(
    make_visitor: MakeVisitor, motion: str
) -> None:
    with make_visitor(reduced_motion=motion) as visitor:
        visitor.goto("/me")
        # Every animation is noted when it starts; a look afterwards might come too late.
        visitor.page.evaluate(
            "() => { window.moved = []; for (const kind of ['animationstart', 'transitionrun'])"
            " document.addEventListener(kind, (event) => moved.push(event.type)); }"
        )
        with visitor.hears("You gave"):
            visitor.star(visitor.items("main")[0], 4).click()
        assert not visitor.page.evaluate(MOVING) or motion != "reduce"
        assert bool(visitor.page.evaluate("() => moved.length")) == (motion != "reduce")
