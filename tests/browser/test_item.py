"""An item's page: saying something of it, why it suits, and what is like it."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor

MATRIX = "/items/2571"


def number(text: str) -> float:
    """What is shown with a minus sign of its own."""
    return float(text.replace("\N{MINUS SIGN}", "-"))


def saying(visitor: Visitor) -> Locator:
    return visitor.page.locator(".saying")


def test_an_item_is_rated_by_stars_and_by_number_and_taken_back(visitor: Visitor) -> None:
    visitor.goto(MATRIX)
    stars = saying(visitor).get_by_role("button", name=re.compile("of 5"))
    assert stars.count() == 5
    with visitor.hears("You gave The Matrix 4. Your picks have changed"):
        stars.nth(3).click()
    expect(saying(visitor)).to_contain_text("you gave it 4")
    expect(stars.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.locator(".histogram-mine")).to_contain_text("4")

    saying(visitor).get_by_text("exactly").click()
    visitor.page.get_by_label("your rating").fill("3.5")
    with visitor.hears("You gave The Matrix 3.5"):
        saying(visitor).get_by_role("button", name="Rate", exact=True).click()
    expect(saying(visitor)).to_contain_text("you gave it 3.5")

    with visitor.hears("You say nothing about The Matrix"):
        saying(visitor).get_by_role("button", name="Take it back").click()
    expect(saying(visitor)).not_to_contain_text("you gave it")
    assert stars.and_(visitor.page.locator("[aria-pressed=true]")).count() == 0


def test_what_is_no_rating_is_not_sent(visitor: Visitor) -> None:
    visitor.goto(MATRIX)
    saying(visitor).get_by_text("exactly").click()
    for wrong in ("7", "0", ""):
        visitor.page.get_by_label("your rating").fill(wrong)
        saying(visitor).get_by_role("button", name="Rate", exact=True).click()
        assert visitor.documents == [visitor.page.url]
    expect(visitor.notice).to_be_empty()
    assert visitor.page.context.cookies() == []


def test_an_item_is_hidden_and_shown_again(visitor: Visitor) -> None:
    visitor.goto(MATRIX)
    with visitor.hears("The Matrix stays out of your picks"):
        saying(visitor).get_by_role("button", name="Not interested").click()
    expect(saying(visitor)).to_contain_text("hidden from your picks")
    visitor.goto("/me")
    assert "2571" not in visitor.items("main")
    visitor.goto(MATRIX)
    with visitor.hears("The Matrix may be among your picks again"):
        saying(visitor).get_by_role("button", name="Show it again").click()
    expect(saying(visitor).get_by_role("button", name="Not interested")).to_be_visible()


def test_a_match_is_explained_to_the_last_part(visitor: Visitor) -> None:
    """Whoever adds up what is shown gets what is shown as the sum."""
    visitor.goto(f"{MATRIX}?as=15")
    why = visitor.page.locator("#why")
    expect(why.get_by_role("heading", name=re.compile(r"your match: \d+ %"))).to_be_visible()
    at_once = why.locator("> .parts > .part")
    folded = why.locator("details .part")
    assert at_once.count() == 8
    expect(folded.first).to_be_hidden()
    why.locator("summary").click()
    expect(folded.first).to_be_visible()
    shown = why.locator("> .parts .points, summary .points, .sums > div:not(.sum) .points")
    points = [number(text) for text in shown.all_inner_texts()]
    assert len(points) == 8 + 1 + 1
    whole = number(why.locator(".sum .points").inner_text())
    assert abs(sum(points) - whole) <= 0.005 * (len(points) + 1)


def test_a_stranger_is_told_how_to_get_a_match(visitor: Visitor) -> None:
    visitor.goto(MATRIX)
    visitor.page.locator("#why").get_by_role("link", name="Tell us what you like").click()
    expect(visitor.page.get_by_role("heading", name="tell us what you like")).to_be_in_viewport()


def test_from_item_to_similar_item(visitor: Visitor) -> None:
    visitor.goto(MATRIX)
    similar = visitor.items("similar")
    assert len(set(similar) - {"2571"}) == 6
    visitor.card(similar[2], "similar").locator(".card-link").click()
    expect(visitor.page).to_have_url(re.compile(f"/items/{similar[2]}$"))
    with visitor.hears("You gave"):
        saying(visitor).get_by_role("button", name="2 of 5").click()
