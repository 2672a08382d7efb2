"""What goes wrong, and that nobody is told it went well."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.rig import RunningSite
from tests.browser.conftest import MakeVisitor
from tests.browser.soundness import check, check_markup
from tests.browser.visitor import Visitor
from tests.system.live_site import Client, a_client_of_each_worker, until

HEALED_SECONDS = 20.0
RESTING = "Ratings are resting"
NOTHING_CHANGED = "There is no connection just now. Nothing was changed."


@contextmanager
def store_away(instance: Path) -> Iterator[None]:
    file, aside = instance / "live.db", instance / "aside.db"
    file.rename(aside)
    try:
        yield
    finally:
        aside.rename(file)


def takes_ratings(client: Client) -> bool:
    return client.rate("99", "1", 3) == 200


def test_what_is_not_there_is_said_with_ways_on(make_visitor: MakeVisitor, scripted: bool) -> None:
    with make_visitor(scripted, allowed="404") as visitor:
        visitor.goto("/items/nothing-of-this-id")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("We cannot find that")
        visitor.page.get_by_role("main").get_by_role("searchbox").or_(
            visitor.page.get_by_role("main").get_by_role("combobox")
        ).fill("memento")
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(".card-title")).to_have_text(["Memento"])
        visitor.back()
        visitor.page.get_by_role("link", name="Back to the start").click()
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Say what you like")


def test_while_the_database_is_away_nothing_counts_as_said(
    make_visitor: MakeVisitor, scripted: bool, site: RunningSite, instance: Path
) -> None:
    with make_visitor(scripted, allowed="503") as visitor:
        visitor.goto("/items/2571")
        stars = visitor.page.locator(".saying").get_by_role("button", name=re.compile("of 5"))
        with visitor.hears("You gave The Matrix 2"):
            stars.nth(1).click()
        with a_client_of_each_worker(site) as workers:
            with store_away(instance):
                stars.nth(3).click()
                says_so(visitor)
                visitor.goto("/me")
                expect(visitor.page.get_by_text(RESTING)).to_be_visible()
                assert len(visitor.items("main")) >= 6
                # Without scripts those of axe would never end.
                (check if scripted else check_markup)(visitor.page)
            for worker in workers:
                until(partial(takes_ratings, worker), HEALED_SECONDS)
        visitor.goto("/items/2571")
        expect(stars.nth(1)).to_have_attribute("aria-pressed", "true")
        with visitor.hears("You gave The Matrix 4"):
            stars.nth(3).click()


def says_so(visitor: Visitor) -> None:
    """With scripts on the same page, as it was before; else on a page of its own."""
    if visitor.scripted:
        with visitor.hears(re.compile("rest|away|again", re.IGNORECASE)):
            pass
        stars = visitor.page.locator(".saying .star")
        expect(stars.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(stars.and_(visitor.page.locator(".star-on"))).to_have_count(2)
        expect(visitor.page.locator(".going")).to_have_count(0)
        return
    expect(visitor.page.locator("[data-problem]")).to_be_visible()
    expect(visitor.page.locator("main")).not_to_contain_text("You gave")


def test_without_a_connection_nothing_was_changed(make_visitor: MakeVisitor) -> None:
    with make_visitor(allowed="ERR_INTERNET_DISCONNECTED") as visitor:
        visitor.goto("/me")
        before = visitor.items("main")
        visitor.page.context.set_offline(True)
        with visitor.hears(NOTHING_CHANGED):
            visitor.star(before[0], 5).click()
        assert visitor.items("main") == before
        expect(visitor.page.locator("main .star-on")).to_have_count(0)
        expect(visitor.page.locator(".going")).to_have_count(0)
        visitor.page.context.set_offline(False)
        with visitor.hears("You gave"):
            visitor.star(before[0], 5).click()
        assert before[0] not in visitor.items("main")


@pytest.mark.parametrize("status", [500, 400])
def test_an_error_of_the_server_is_said_and_the_page_stays(
    make_visitor: MakeVisitor, status: int
) -> None:
    """One without a page of ours, such as of a proxy in front."""
    with make_visitor(allowed=str(status)) as visitor:
        visitor.goto("/me")
        before = visitor.items("main")
        visitor.page.route("**/me/ratings/*", lambda route: route.fulfill(status=status, body="x"))
        with visitor.hears("That did not work. Please try again."):
            visitor.star(before[0], 5).click()
        assert visitor.items("main") == before
        expect(visitor.page.locator("main .star-on")).to_have_count(0)


def test_what_is_said_quickly_is_all_kept(make_visitor: MakeVisitor) -> None:
    with make_visitor() as visitor:
        visitor.goto("/me")
        first, second, third = visitor.items("main")[:3]
        with visitor.stays():
            # Pressed within one task: the answer to the first cannot be there before the third.
            visitor.page.evaluate(
                "ids => ids.forEach((id, at) => document.querySelector("
                "`[data-item='${id}'] .star:nth-of-type(${at + 3})`).click())",
                [first, second, third],
            )
            expect(visitor.card(third)).to_have_count(0)
        assert not {first, second, third} & set(visitor.items("main"))
        visitor.goto("/me/history")
        for item_id, given in ((first, "3"), (second, "4"), (third, "5")):
            expect(visitor.card(item_id).locator(".said")).to_have_text(given)


def test_a_mind_changed_quickly_ends_as_it_was_changed_last(make_visitor: MakeVisitor) -> None:
    with make_visitor() as visitor:
        visitor.goto("/items/2571")
        with visitor.hears("You gave The Matrix 2"):
            visitor.page.evaluate(
                "() => [5, 1, 2].forEach(stars => document.querySelector("
                "`.saying .star[value='${stars}']`).click())"
            )
        expect(visitor.page.locator(".saying .said")).to_have_text("you gave it 2")
