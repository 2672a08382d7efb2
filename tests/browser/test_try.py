"""Tell me what you like: picks for what is named in the address, and nothing is kept."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import MakeVisitor
from tests.browser.visitor import Visitor

MATRIX, MEMENTO = "2571", "4226"


def field(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label("A title that you like")


def likes(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".likes bdi").all_inner_texts()


def name_it(visitor: Visitor, typed: str, title: str) -> None:
    """Type something and choose what is meant, as who has scripts or none does."""
    field(visitor).press_sequentially(typed)
    with visitor.stays():
        if visitor.scripted:
            visitor.page.get_by_role("option", name=title).first.click()
        else:
            field(visitor).press("Enter")
            visitor.page.locator(".found a", has_text=title).first.click()
        expect(visitor.page.locator(".likes")).to_contain_text(title)


def test_things_are_named_and_taken_back_and_nothing_is_kept(
    visitor: Visitor, make_visitor: MakeVisitor
) -> None:
    visitor.goto("/try")
    expect(visitor.page.get_by_role("heading", name="What do you like?")).to_be_visible()
    name_it(visitor, "matrix", "The Matrix")
    assert visitor.asked == {"like": [MATRIX]}
    one = visitor.items("picks")
    assert len(one) == 12
    assert MATRIX not in one

    name_it(visitor, "memento", "Memento")
    assert visitor.asked == {"like": [MATRIX, MEMENTO]}
    assert likes(visitor) == ["The Matrix", "Memento"]
    two = visitor.items("picks")
    assert two != one
    assert not {MATRIX, MEMENTO} & set(two)

    with visitor.stays():
        visitor.card(two[0], "picks").get_by_role("link", name="I like it too").click()
        expect(visitor.page.locator(".likes li")).to_have_count(3)
    three = visitor.items("picks")
    with make_visitor(visitor.scripted) as other:
        other.goto(visitor.address)
        assert other.items("picks") == three

    with visitor.stays():
        visitor.page.get_by_role("link", name="Remove Memento").click()
        expect(visitor.page.locator(".likes li")).to_have_count(2)
    assert likes(visitor)[0] == "The Matrix"
    visitor.back()
    expect(visitor.page.locator(".likes li")).to_have_count(3)
    assert visitor.items("picks") == three
    assert visitor.page.context.cookies() == []


def test_what_is_not_found_is_said(visitor: Visitor) -> None:
    visitor.goto("/try")
    field(visitor).fill("zzzzzz")
    with visitor.stays():
        field(visitor).press("Enter")
        expect(visitor.page.get_by_role("heading", name="nothing found for")).to_be_visible()


@pytest.mark.parametrize("path", ["/try", "/users/15"])
def test_suggestions_are_a_combobox(make_visitor: MakeVisitor, path: str) -> None:
    with make_visitor() as visitor:
        visitor.goto(path)
        box = visitor.page.get_by_role("combobox").first
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially("star wars")
        options = visitor.page.get_by_role("option")
        expect(options.nth(1)).to_be_visible()
        expect(box).to_have_attribute("aria-expanded", "true")
        assert visitor.page.get_by_role("listbox").get_attribute("id") == box.get_attribute(
            "aria-controls"
        )
        ways = [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", None)]
        ways += [("ArrowUp", -1), ("ArrowDown", None), ("ArrowDown", 0)]
        for key, at in ways:
            box.press(key)
            if at is None:  # in the field again, as it is typed
                expect(visitor.page.locator("[aria-selected=true]")).to_have_count(0)
                assert box.get_attribute("aria-activedescendant") is None
                continue
            marked = options.nth(at)
            expect(marked).to_have_attribute("aria-selected", "true")
            assert box.get_attribute("aria-activedescendant") == marked.get_attribute("id")
            expect(visitor.page.locator("[aria-selected=true]")).to_have_count(1)
        box.press("Escape")
        expect(options).to_have_count(0)
        expect(box).to_have_attribute("aria-expanded", "false")
        expect(box).to_be_focused()
        expect(box).to_have_value("star wars")


def test_a_suggestion_is_chosen_by_keys_alone(make_visitor: MakeVisitor) -> None:
    with make_visitor() as visitor:
        visitor.goto("/try")
        field(visitor).press_sequentially("memento")
        expect(visitor.page.get_by_role("option").first).to_be_visible()
        with visitor.stays():
            field(visitor).press("ArrowDown")
            field(visitor).press("Enter")
            expect(visitor.page.locator(".likes")).to_contain_text("Memento")
        expect(field(visitor)).to_be_focused()
        expect(field(visitor)).to_have_value("")
        assert visitor.asked == {"like": [MEMENTO]}


def test_a_late_answer_takes_nobody_out_of_the_suggestions(make_visitor: MakeVisitor) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with make_visitor() as visitor:
        page, box = visitor.page, field(visitor)
        visitor.goto("/try")
        page.route("**/suggest?q=star+wars", hold)
        box.press_sequentially("star")
        marked = page.get_by_role("option").first
        expect(marked).to_be_visible()
        with page.expect_request("**/suggest?q=star+wars"):
            page.keyboard.insert_text(" wars")
        box.press("ArrowDown")
        with page.expect_response("**/suggest?q=star+wars") as answer:
            held[0].continue_()
        answer.value.finished()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        expect(marked).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("path", ["/", "/users/15"])
def test_a_suggestion_of_the_search_leads_to_the_item(make_visitor: MakeVisitor, path: str) -> None:
    with make_visitor() as visitor:
        visitor.goto(path)
        visitor.page.get_by_role("combobox").first.press_sequentially("memento")
        visitor.page.get_by_role("option", name="Memento").click()
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Memento")
        who = r"\?as=15" if "users" in path else ""
        expect(visitor.page).to_have_url(re.compile(rf"/items/4226{who}$"))
