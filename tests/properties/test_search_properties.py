"""A search against a slow one, and with a mistake in any word of any title."""

import string
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from tests.changes import Change
from tests.unit.test_search import FILMS
from toppicks.ids import IdMap
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.spelling import Lexicon, mistakes_in
from toppicks.serving.titles import fold
from toppicks.trained import TrainedModel

TITLES = [title.replace("-", " ") for title in FILMS]


@pytest.fixture(scope="module")
def catalogue(tiny_model: TrainedModel) -> ItemCatalogue:
    """Half of the titles are the model's, the others came live; one of each was deleted."""
    half = len(TITLES) // 2
    model = replace(
        tiny_model,
        items=IdMap(f"id-{n}" for n in range(half)),
        fields={"title": TITLES[:half]},
        n_ratings=np.arange(half) % 5,
    )
    live = [Change(f"new-{n}", {"title": title}) for n, title in enumerate(TITLES[half:])]
    gone = [Change("id-1"), Change("new-1"), Change("id-2", {"title": "Ünïcödé Red"})]
    return ItemCatalogue.of(model).with_changes([*live, *gone], 1)


def written(catalogue: ItemCatalogue, query: str) -> list[int]:
    """Found by looking at every title: every word is there as it is written."""
    parts = [fold(part).split() for part in query.split()]
    texts = [text for part in parts for text in part]
    together = [*filter(lambda part: len(part) > 1, parts), *map(list, pairwise(texts))]

    def holds(title: str, text: str) -> bool:
        own = [fold(part).split() for part in title.split()]
        single = [one for part in own for one in part]
        words = [*single, *map("".join, own)]
        return (
            any(one.startswith(text) for one in words)
            or any(text in some and "".join(some) in words for some in together)
            or text in map("".join, pairwise(single))
        )

    def is_whole(row: int) -> bool:
        return fold(catalogue.title(row)).replace(" ", "") == "".join(texts)

    rows = [
        row
        for row in catalogue.most_rated_first()
        if texts and (is_whole(row) or all(holds(catalogue.title(row), text) for text in texts))
    ]
    return sorted(rows, key=lambda row: not is_whole(row))


pieces = st.sampled_from([word for title in TITLES for word in title.split()])
queries = (
    st.text(max_size=12)
    | st.lists(pieces | st.text("aehst -'1", max_size=3), max_size=4).map(" ".join)
    | st.lists(pieces, max_size=3).map("".join)
)


@given(queries)
def test_what_is_written_is_what_a_slow_search_finds(catalogue: ItemCatalogue, query: str) -> None:
    rows = written(catalogue, query)
    # Where nothing is written so, something else may be meant.
    found = catalogue.search(query)
    assert found == rows or not rows
    assert len(set(found)) == len(found)
    assert set(found) <= set(catalogue.most_rated_first())


def slip(word: str, draw: st.DataObject) -> str:
    """The word with one mistake."""
    at = draw.draw(st.integers(0, len(word) - 2))
    letter = draw.draw(st.sampled_from(string.ascii_lowercase))
    return draw.draw(
        st.sampled_from(
            [
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )


@given(st.data())
def test_a_title_with_a_mistake_in_a_word_is_found(
    catalogue: ItemCatalogue, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(catalogue.most_rated_first()))
    words = fold(catalogue.title(row)).split()
    long = [at for at, word in enumerate(words) if len(word) >= 5]
    assume(long)
    at = data.draw(st.sampled_from(long))
    query = " ".join([*words[:at], slip(words[at], data), *words[at + 1 :]])
    # A mistake may make what is written in another title.
    assert row in catalogue.search(query) or written(catalogue, query)


letters = st.text("abcé1", min_size=1, max_size=11)


@given(st.sets(letters, max_size=20), letters)
def test_what_may_be_meant_is_what_comparing_with_every_beginning_finds(
    words: set[str], asked: str
) -> None:
    lexicon = Lexicon(words)
    near, far = lexicon.meant_by(asked)
    slow = {}
    for word in words:
        nearest = min(
            2 * OSA.distance(asked, word[:length]) + (length < len(word))
            for length in range(len(word) + 1)
        )
        if nearest < 2 * (mistakes_in(asked) + 1) and mistakes_in(asked):
            slow[word] = nearest
    assert {lexicon.words[one]: int(d) for one, d in zip(near, far, strict=True)} == slow


@given(st.text(max_size=200) | st.lists(pieces | st.text(max_size=9), max_size=60).map(" ".join))
def test_any_text_can_be_searched_for(catalogue: ItemCatalogue, query: str) -> None:
    found = catalogue.search(query)
    assert found == [] or fold(query)
