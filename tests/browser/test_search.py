"""Search: forgiving of case, accents and small mistakes."""

from urllib.parse import quote_plus

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

MEANT = {
    "GODFATHER": "The Godfather",
    "godfahter": "The Godfather",
    "amelie poulain": "Amelie",
    "cite des enfants": "The City of Lost Children",
}


def test_what_is_meant_is_found(visitor: Visitor) -> None:
    visitor.goto("/search")
    box = visitor.page.get_by_role("main").get_by_label("Search films by title")
    for typed, title in MEANT.items():
        box.fill(typed)
        box.press("Enter")
        visitor.page.wait_for_url(f"**/search?q={quote_plus(typed)}")
        expect(visitor.page.locator(".card-title").first).to_contain_text(title)
        expect(box).to_have_value(typed)


def test_nothing_found_is_said_with_a_way_on(visitor: Visitor) -> None:
    visitor.goto("/search?q=zzzzzz")
    expect(visitor.page.get_by_role("heading", name="Nothing found for “zzzzzz”")).to_be_visible()
    visitor.page.get_by_role("link", name="See what is popular").click()
    visitor.page.wait_for_url("**/")


def test_what_is_found_is_rated_where_it_stands(visitor: Visitor) -> None:
    visitor.goto("/search?q=matrix")
    before = visitor.items("main")
    with visitor.hears("You gave The Matrix 5"):
        visitor.star("2571", 5).click()
    assert visitor.items("main") == before
    expect(visitor.star("2571", 5)).to_have_attribute("aria-pressed", "true")
    assert visitor.asked == {"q": ["matrix"]}
