"""A person's way through the site in a real browser, on the bundled films."""

from playwright.sync_api import Page, expect


def test_from_home_to_picks_to_see_more(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="person").first.click()
    expect(page.get_by_role("heading", name="top picks")).to_be_visible()
    expect(page.get_by_text("based on your ratings, we recommend these films")).to_be_visible()
    row = page.locator("section[aria-labelledby=picks]")
    cards = row.locator(".card")
    expect(cards).to_have_count(6)
    six = cards.locator(".card-title").all_inner_texts()
    for cover in row.locator("img.cover").all():
        assert cover.evaluate("image => image.complete && image.naturalWidth > 0")

    row.get_by_role("link", name="see more").click()
    expect(page.get_by_role("heading", level=1, name="top picks")).to_be_visible()
    more = page.locator(".card .card-title").all_inner_texts()
    assert more[:6] == six
    assert len(more) == len(set(more)) == 24

    page.get_by_role("link", name="next").click()
    further = page.locator(".card .card-title").all_inner_texts()
    assert len(further) == 24
    assert not set(further) & set(more)


def test_a_film_is_found_and_looked_at(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").first.fill("cite des enfants")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The City of Lost Children").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The City of Lost Children")
    expect(page.get_by_text("1995")).to_be_visible()


def test_nothing_sticks_out_on_a_narrow_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/users/1", "/users/1/picks", "/items/318", "/search?q=star"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_first_focus_skips_to_what_matters(page: Page) -> None:
    page.goto("/users/1")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("href", "#main")
    expect(focused).to_be_in_viewport()
