"""What cards and pages say of an item."""

from typing import Any

import pytest

from toppicks.site_words import SiteWords
from toppicks.web.cards.facts import LONGEST_ON_A_CARD, MOST_CHIPS, Detail, Fact, Facts
from toppicks.web.cards.wording import Wording, isolated, listed


def card_texts(words: SiteWords, known: dict[str, Any]) -> tuple[list[str], list[str]]:
    facts = Facts({name: [value] for name, value in known.items()}, words)
    start, end = facts.on_card(known)
    return [one.text for one in start], [one.text for one in end]


def words(*facts: str, **labels: str) -> SiteWords:
    return SiteWords("repo", "repos", facts=facts, labels=labels)


def test_films_look_as_they_always_did() -> None:
    film = {"year": 1994, "mpaa": "R", "runtime": 142}
    facts = Facts({name: [value] for name, value in film.items()}, words(*film, mpaa="MPAA"))
    assert facts.on_card(film) == (
        [Fact("1994", "year"), Fact("R", "MPAA", badge=True)],
        [Fact("142\N{NO-BREAK SPACE}min", "runtime")],
    )
    assert facts.on_card({"year": 1994}) == ([Fact("1994", "year")], [])
    assert facts.on_card({}) == ([], [])


@pytest.mark.parametrize(
    ("name", "value", "label", "text"),
    [
        ("stargazers", 12345, "stars", "12,345\N{NO-BREAK SPACE}stars"),
        ("stargazers", 1, "stars", "1\N{NO-BREAK SPACE}star"),
        ("stargazers", 0, "stars", "0\N{NO-BREAK SPACE}stars"),
        ("open_issues", 7, None, "7\N{NO-BREAK SPACE}open issues"),
        ("price", 12.5, None, "price 12.5"),
        ("price", 1234.567, None, "price 1,234.57"),
        ("price", 3.0, None, "price 3"),
        ("price", 0.00012345, None, "price 0.000123"),
        ("year", 1994, None, "1994"),
        ("first_published", 1994, None, "1994"),
        ("language", "Python", None, "Python"),
        ("hand_made", True, None, "hand made"),
        ("tags", ["a", "b"], None, "a, b"),
        ("about", "x " * 40, None, ("x " * 20)[: LONGEST_ON_A_CARD - 1] + "…"),
    ],
)
def test_a_fact_says_what_it_is_where_the_value_alone_says_nothing(
    name: str, value: Any, label: str | None, text: str
) -> None:
    labels = {name: label} if label else {}
    assert card_texts(words(name, **labels), {name: value}) == ([text], [])


def test_what_is_not_so_is_left_out_of_a_card() -> None:
    assert card_texts(words("fun", "by"), {"fun": False, "by": "me"}) == ([], ["me"])


def test_the_last_of_several_facts_stands_with_the_match() -> None:
    known = {"b": "B", "a": "A", "c": "C"}
    assert card_texts(words("a", "b", "c"), known) == (["A", "B"], ["C"])


def test_every_list_is_chips_and_a_long_one_is_cut() -> None:
    known = {"tags": [f"t{n}" for n in range(30)], "genres": ["x"], "by": "me", "image_url": "u"}
    facts = Facts({name: [value] for name, value in known.items()}, words("by", tags="labels"))
    assert facts.kinds == "genres"
    assert facts.chips(known) == Detail("genres", chips=("x",))
    assert facts.chips({}) is None
    first = tuple(f"t{n}" for n in range(MOST_CHIPS))
    assert facts.others(known) == [Detail("labels", chips=first, more=30 - MOST_CHIPS)]


def test_a_page_has_every_other_fact_by_its_label() -> None:
    known = {"open_issues": 1200, "about": "a\nb", "year": 1994, "odd": False, "fun": True}
    facts = Facts({name: [value] for name, value in known.items()}, words())
    assert [(one.label, one.text) for one in facts.others(known)] == [
        ("open issues", "1,200"),
        ("about", "a\nb"),
        ("year", "1994"),
        ("odd", "no"),
        ("fun", "yes"),
    ]
    assert facts.kinds is None


@pytest.mark.parametrize(
    ("feedback", "value", "said"),
    [
        ("rating", 4.5, "rated 4.5"),
        ("rating", 4.0, "rated 4"),
        ("count", 1.0, "once"),
        ("count", 12.0, "12 times"),
        ("count", 12345.0, "12,345 times"),
        ("event", 3.0, ""),
        ("presence", 1.0, ""),
    ],
)
def test_what_somebody_gave_is_said_by_its_kind(feedback: Any, value: float, said: str) -> None:
    assert Wording.of(SiteWords("a", "b", feedback=feedback)).given(value) == said


def test_text_from_the_right_is_kept_to_itself() -> None:
    assert isolated("plain & é 日本 🍬") == "plain & é 日本 🍬"
    assert isolated("שבת") == "\u2068שבת\u2069"
    assert isolated("a\u202eb\u2069c") == "abc"
    assert isolated("\u2069\u202eש") == "\u2068ש\u2069"


def test_a_list_is_read_as_people_say_it() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 others"
