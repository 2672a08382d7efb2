"""How people rated an item."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.page_worlds import Shape
from toppicks.serving.ratings import EQUAL_LEVELS, MOST_LEVELS, Level, Ratings
from toppicks.site_words import Feedback
from toppicks.trained import TrainedModel


def rated(given: Sequence[tuple[int, float]], n_items: int = 4) -> Ratings:
    """A model in which one item after the other is rated, each time by somebody else."""
    model = Shape(n_items, len(given)).model()
    histories = replace(
        model.histories,
        starts=np.arange(len(given) + 1, dtype=np.int64),
        item_idx=np.array([item for item, _ in given], np.int32),
        rating=np.array([rating for _, rating in given], np.float32),
    )
    return Ratings(replace(model, histories=histories))


few = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.5, 1.0, 2.5, 3.0, 4.1])), min_size=1)
many = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-50, 50, width=32)),
    min_size=MOST_LEVELS + 1,
    max_size=60,
    unique_by=lambda one: one[1],
)


@given(few)
def test_each_rating_of_a_short_scale_has_a_level(given: list[tuple[int, float]]) -> None:
    scale = sorted({float(np.float32(rating)) for _, rating in given})
    ratings = rated(given)
    for item in range(4):
        own = [float(np.float32(rating)) for one, rating in given if one == item]
        expected = [Level(rating, rating, own.count(rating)) for rating in scale] if own else []
        assert list(ratings.of(item)) == expected


@given(many)
def test_more_ratings_are_put_into_equal_levels_that_hold_all_of_them(
    given: list[tuple[int, float]],
) -> None:
    ratings, scale = rated(given), [rating for _, rating in given]
    for item in range(4):
        own, levels = [rating for one, rating in given if one == item], ratings.of(item)
        assert len(levels) == (EQUAL_LEVELS if own else 0)
        assert sum(level.n for level in levels) == len(own)
        for level in levels:
            last = level is levels[-1]
            inside = [
                rating for rating in own if level.low <= rating and (last or rating < level.high)
            ]
            assert level.n == len(inside)
        if levels:
            assert (levels[0].low, levels[-1].high) == (min(scale), max(scale))
            width = (max(scale) - min(scale)) / EQUAL_LEVELS
            assert [level.high - level.low for level in levels] == pytest.approx(
                [width] * EQUAL_LEVELS, rel=1e-6, abs=1e-9
            )


@pytest.mark.parametrize(("n", "levels"), [(MOST_LEVELS, MOST_LEVELS), (MOST_LEVELS + 1, 10)])
def test_up_to_eleven_ratings_have_a_level_each(n: int, levels: int) -> None:
    ratings = rated([(0, float(rating)) for rating in range(n)])
    assert len(ratings.of(0)) == levels
    assert ratings.of(0)[-1].n == (1 if n == levels else 2)


def test_they_are_as_many_as_rated_it(tiny_model: TrainedModel) -> None:
    ratings = Ratings(tiny_model)
    for item, n in enumerate(tiny_model.n_ratings.tolist()):
        levels = ratings.of(item)
        assert sum(level.n for level in levels) == n
        assert [level.low for level in levels] == ([1, 2, 4, 5] if n else [])
        assert sum(level.n for level in levels if level.low >= 4) == tiny_model.n_likes[item]


@pytest.mark.parametrize("kind", ["count", "event", "presence"])
def test_where_people_do_not_rate_there_is_none(kind: Feedback) -> None:
    ratings = Ratings(Shape(kind=kind).model())
    assert [ratings.of(item) for item in range(30)] == [()] * 30


def test_what_came_later_was_rated_by_nobody(tiny_model: TrainedModel) -> None:
    assert Ratings(tiny_model).of(len(tiny_model.items)) == ()
