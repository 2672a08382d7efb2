"""A stranger's first minute: saying what they like, and seeing picks come of it."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def test_picks_come_and_change_with_every_choice(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto("/")
    expect(page.get_by_role("heading", name="popular now")).to_be_visible()
    popular = visitor.items("picks")
    groups = page.locator("#like .group")
    assert groups.count() >= 6

    with visitor.hears(re.compile("You like .* Your picks have changed")):
        groups.nth(0).get_by_role("button", name="I like these").click()
    expect(page.get_by_role("heading", name="your picks so far")).to_be_visible()
    first = visitor.items("picks")
    assert len(first) == len(set(first)) == 6
    assert first != popular

    with visitor.hears(re.compile("You like .* Your picks have changed")):
        groups.nth(3).get_by_role("button", name="I like these").click()
    second = visitor.items("picks")
    assert second != first

    with visitor.hears("You say nothing about these 3 films"):
        groups.nth(3).get_by_role("button", name="undo").click()
    assert visitor.items("picks") == first
    with visitor.hears(re.compile("You like .* Your picks have changed")):
        groups.nth(3).get_by_role("button", name="I like these").click()
    assert visitor.items("picks") == second
    with visitor.hears("You say nothing about these 3 films"):
        visitor.notice.get_by_role("button", name="Undo").click()
    assert visitor.items("picks") == first

    page.get_by_role("link", name="Go to your page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("your picks")
    assert visitor.items("picks") == first


def test_a_pick_is_rated_at_home(visitor: Visitor) -> None:
    visitor.goto("/")
    rated = visitor.items("picks")[0]
    with visitor.hears(re.compile("You gave .* 4. Your picks have changed")):
        visitor.star(rated, 4, "picks").click()
    expect(visitor.page.get_by_role("heading", name="your picks so far")).to_be_visible()
    assert rated not in visitor.items("picks")


def test_something_is_searched_for_opened_and_rated(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto("/")
    page.get_by_role("main").get_by_role("search").locator("input[name=q]").fill("matrix")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("status").filter(has_text="for “matrix”")).to_be_visible()
    page.locator(".card-link", has_text="The Matrix").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Matrix")
    with visitor.hears("You gave The Matrix 5"):
        page.locator(".saying").get_by_role("button", name="5 of 5").click()
    page.get_by_role("link", name="Your picks").click()
    expect(page.locator(".lead")).to_contain_text(re.compile("1.film"))
    assert "2571" not in visitor.items("main")


def test_somebody_of_the_data_is_found_by_their_id(visitor: Visitor) -> None:
    visitor.goto("/")
    visitor.page.get_by_label("or go to any person").fill("42")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("person 42")
    assert visitor.address == "/users/42"


def test_what_is_said_lasts_by_a_cookie_that_scripts_cannot_read(visitor: Visitor) -> None:
    context = visitor.page.context
    visitor.goto("/")
    assert context.cookies() == []
    with visitor.hears("You like"):
        visitor.page.get_by_role("button", name="I like these").first.click()
    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("visitor", True, "Lax")
    another = context.new_page()
    another.goto("/me")
    expect(another.locator(".lead")).to_contain_text(re.compile("3.films"))
    assert another.evaluate("() => document.cookie") == ""
