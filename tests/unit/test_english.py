"""One and many."""

import pytest

from toppicks.english import plural, singular

PAIRS = [
    ("film", "films"),
    ("candy", "candies"),
    ("toy", "toys"),
    ("movie", "movies"),
    ("cookie", "cookies"),
    ("dish", "dishes"),
    ("watch", "watches"),
    ("box", "boxes"),
    ("glass", "glasses"),
    ("house", "houses"),
    ("course", "courses"),
    ("business", "businesses"),
    ("category", "categories"),
    ("repo", "repos"),
    ("hero", "heroes"),
    ("knife", "knives"),
    ("lens", "lenses"),
    ("person", "people"),
    ("series", "series"),
    ("news", "news"),
    ("board game", "board games"),
]


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_one_becomes_many_and_many_one(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert singular(one) == one


@pytest.mark.parametrize("word", ["", "s", "y", "فيلم", "bus", "pie"])
def test_odd_words_do_no_harm(word: str) -> None:
    assert len(word) < 2 or singular(plural(word)) == word
