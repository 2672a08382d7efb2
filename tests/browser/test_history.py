"""What a visitor said: to change, to take back, to take along, to erase."""

import json

import pytest
from playwright.sync_api import StorageState, expect

from tests.browser.conftest import MakeVisitor
from tests.browser.visitor import Visitor

HOUSE, HIDDEN = "1197", "480"


@pytest.fixture
def teller(visitor: Visitor) -> Visitor:
    """A visitor who has rated a film, and hidden another."""
    visitor.goto(f"/items/{HOUSE}")
    with visitor.hears("You gave The Princess Bride 5"):
        visitor.page.locator(".saying").get_by_role("button", name="5 of 5").click()
    visitor.goto(f"/items/{HIDDEN}")
    with visitor.hears("stays out of your picks"):
        visitor.page.locator(".saying").get_by_role("button", name="Not interested").click()
    visitor.goto("/me/history")
    return visitor


def test_ratings_are_changed_and_removed_and_what_is_hidden_shown_again(teller: Visitor) -> None:
    lines = teller.page.locator(".line")
    expect(lines).to_have_count(2)
    assert lines.evaluate_all("all => all.map(one => one.dataset.item)") == [HIDDEN, HOUSE]
    with teller.hears("You gave The Princess Bride 2"):
        teller.star(HOUSE, 2).click()
    expect(teller.card(HOUSE).locator(".said")).to_have_text("2")
    with teller.hears("may be among your picks again"):
        teller.card(HIDDEN).get_by_role("button", name="Show it again").click()
    expect(lines).to_have_count(1)
    with teller.hears("You say nothing about The Princess Bride"):
        teller.card(HOUSE).get_by_role("button", name="Remove").click()
    expect(teller.page.get_by_role("heading", name="Nothing yet")).to_be_visible()


def test_all_of_it_is_taken_along(teller: Visitor) -> None:
    with teller.page.expect_download() as arriving:
        teller.page.get_by_role("link", name="Download all of it").click()
    assert arriving.value.suggested_filename == "my-ratings.json"
    told = json.loads(arriving.value.path().read_text(encoding="utf-8"))
    said = {event["item_id"]: (event["kind"], event["value"]) for event in told["events"]}
    assert said == {HOUSE: ("rating", 5.0), HIDDEN: ("hide", None)}


def test_all_of_it_is_erased_in_two_steps(teller: Visitor) -> None:
    page = teller.page
    erase = page.get_by_role("button", name="Erase, for good")
    expect(erase).to_be_hidden()
    page.get_by_text("Erase all of it").click()
    erase.click()
    page.wait_for_url("**/")
    assert teller.address == "/"
    assert page.context.cookies() == []
    expect(page.get_by_role("heading", name="popular now")).to_be_visible()
    teller.goto("/me/history")
    expect(page.get_by_role("heading", name="Nothing yet")).to_be_visible()
    expect(page.get_by_text("Download all of it")).to_have_count(0)


def test_a_visitor_comes_again(make_visitor: MakeVisitor, somebody: StorageState) -> None:
    """With the cookie alone everything is there."""
    with make_visitor(storage_state=somebody) as visitor:
        visitor.goto("/me/history")
        said = dict(
            zip(
                visitor.page.locator(".line").evaluate_all("all => all.map(o => o.dataset.item)"),
                visitor.page.locator(".line .said").all_inner_texts(),
                strict=True,
            )
        )
        assert said == {"1210": "hidden", "356": "2", "1196": "4.5", "260": "5"}
        expect(visitor.card("1196").locator(".star-half")).to_have_count(1)
        expect(visitor.card("1196").locator(".star-on")).to_have_count(4)
