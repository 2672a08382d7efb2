"""What a list can be filtered by."""

from typing import Any

import pytest

from toppicks.site_words import SiteWords
from toppicks.web.cards.choices import MOST_FIELDS, MOST_OPTIONS, Choice, choices


def words(*facts: str, **labels: str) -> SiteWords:
    return SiteWords("repo", "repos", facts=facts, labels=labels)


def found(values: list[Any], name: str = "field") -> list[Choice]:
    return choices({name: values}, words())


def test_of_lists_several_values_the_commonest_first() -> None:
    values = [["Drama"]] * 3 + [["Drama", "Crime"]] * 4 + [None, [], ["Rare", "Drama", "Drama"]]
    assert found(values) == [Choice("field", "field", "several", ("Drama", "Crime"))]


def test_of_texts_one_by_the_alphabet() -> None:
    values = ["R", "PG", None, "", "R", "PG", "R", "G", "R", "R"]
    # PG, R and G are three, of eight that are known: fewer than three of each in the mean.
    assert found(values) == []
    values += ["G"]
    assert found(values) == [Choice("field", "field", "one", ("G", "PG", "R"))]


def test_of_numbers_the_ends() -> None:
    (choice,) = found([3, None, 1.5, 7])
    assert (choice.kind, choice.low, choice.high) == ("range", 1.5, 7)


def test_of_yes_and_no_both() -> None:
    assert found([True, None, False]) == [Choice("field", "field", "one", ("yes", "no"))]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [None, "", []],
        [5, 5, None],
        ["same"] * 9,
        [f"name {n}" for n in range(30)],
        [["a", "b"], ["c"], ["d"]],
        [["a"]] * 9,
        ["text", 1, None],
        [["list"], "text"],
        [{"a": 1}, {"b": 2}],
    ],
    ids=repr,
)
def test_what_is_nothing_to_choose_by_is_left_out(values: list[Any]) -> None:
    assert found(values) == []


@pytest.mark.parametrize("name", ["title", "Title", "image_url"])
def test_titles_and_pictures_are_no_choice(name: str) -> None:
    assert found(["a", "b"] * 9, name) == []


def test_there_are_never_too_many_options() -> None:
    lists = found([[f"tag {n}", f"other {n % 7}"] for n in range(40) for _ in range(4)])
    assert len(lists[0].options) == MOST_OPTIONS
    assert set(lists[0].options[:7]) == {f"other {n}" for n in range(7)}
    texts = found([f"maker {n}" for n in range(40) for _ in range(4)])
    assert len(texts[0].options) == MOST_OPTIONS


def test_at_most_six_lists_first_then_what_cards_show_then_by_name() -> None:
    fields: dict[str, list[Any]] = {
        **{name: [1, 2] for name in ("z", "year", "b", "a", "runtime", "c")},
        "genres": [["x", "y"]] * 5,
        "mpaa": ["R", "G"] * 5,
    }
    offered = choices(fields, words("year", "mpaa", "runtime", mpaa="MPAA"))
    assert [choice.field for choice in offered] == ["genres", "year", "mpaa", "runtime", "a", "b"]
    assert len(offered) == MOST_FIELDS
    assert offered[2].label == "MPAA"
