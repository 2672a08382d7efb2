"""Pictures from another site in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bench.rig import RunningSite, running_site
from toppicks import artifact
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel

HOST, OTHER = "https://pictures.example", "https://elsewhere.example"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(scope="module")
def pictured(
    tiny_model: TrainedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """Items with a picture, with one that is lost, and with one of a host that is not named."""
    folder = tmp_path_factory.mktemp("pictured")
    urls = [f"{HOST}/square.svg", f"{HOST}/lost.svg", f"{OTHER}/square.svg"]
    fields = {"image_url": [urls[n % 3] for n in range(len(tiny_model.items))]}
    words = SiteWords("repo", "repos", image_hosts=(HOST,))
    model = replace(tiny_model, words=words, fields={**tiny_model.fields, **fields})
    artifact.save(model.to_artifact(), folder / "model.pkl")
    settings = {
        "MODEL_PATH": str(folder / "model.pkl"),
        "TOPPICKS_DEMO": "1",
        "TOPPICKS_INSTANCE": str(folder),
        "WEB_CONCURRENCY": "1",
    }
    with running_site(settings) as site:
        yield site


def answered(page: Page) -> list[tuple[str, str | None]]:
    """Answers every other site; each address that was asked for, and who was said to ask."""
    asked = []

    def answer(route: Route) -> None:
        asked.append((route.request.url, route.request.headers.get("referer")))
        if route.request.url.endswith("lost.svg"):
            route.fulfill(status=404, content_type="text/plain", body="lost")
        else:
            route.fulfill(content_type="image/svg+xml", body=SQUARE)

    page.route(re.compile("^https://"), answer)
    return asked


@pytest.fixture
def looker(pictured: RunningSite, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(base_url=pictured.url)
    yield page
    page.close()


def test_a_picture_fills_its_cover_and_is_asked_for_without_saying_by_whom(looker: Page) -> None:
    asked = answered(looker)
    looker.goto("/items/00")
    picture = looker.locator(".item-cover .cover-picture")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert picture.bounding_box() == looker.locator(".item-cover .cover-stack").bounding_box()
    assert (f"{HOST}/square.svg", None) in asked
    assert {referrer for _, referrer in asked} == {None}


def test_under_a_picture_that_is_lost_the_drawn_cover_is_seen(looker: Page) -> None:
    asked = answered(looker)
    looker.goto("/items/01")
    looker.wait_for_load_state("networkidle")
    assert f"{HOST}/lost.svg" in [url for url, _ in asked]
    lost = looker.locator(".item-cover .cover-picture")
    assert lost.evaluate("image => image.complete && image.naturalWidth") == 0
    assert lost.evaluate("image => getComputedStyle(image).backgroundColor") == "rgba(0, 0, 0, 0)"
    drawn = looker.locator(".item-cover .cover-drawn")
    assert drawn.evaluate("image => image.naturalWidth") > 0
    seen = looker.locator(".item-cover").screenshot()
    lost.evaluate("image => image.remove()")
    assert looker.locator(".item-cover").screenshot() == seen


def test_a_host_that_the_policy_does_not_name_is_not_asked(looker: Page) -> None:
    asked = answered(looker)
    looker.goto("/items/00")
    looker.evaluate(f"document.body.append(Object.assign(new Image(), {{src: '{OTHER}/x.svg'}}))")
    looker.goto("/users/u0/picks")
    looker.wait_for_load_state("networkidle")
    assert asked
    assert not [url for url, _ in asked if not url.startswith(HOST)]
