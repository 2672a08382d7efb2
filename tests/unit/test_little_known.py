"""Which items hardly anybody knows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.page_worlds import Shape
from toppicks.serving.trained_items import SHORT_HEAD, TrainedItems


def little_known(n_ratings: list[int]) -> list[bool]:
    model = replace(Shape(len(n_ratings)).model(), n_ratings=np.array(n_ratings, np.int64))
    known: list[bool] = TrainedItems(model).little_known.tolist()
    return known


@pytest.mark.parametrize(
    ("n_ratings", "rows"),
    [
        ([80, 20], [1]),
        ([79, 21], []),
        ([1, 0, 90, 9], [0, 3]),
        ([1] * 10, [8, 9]),
        ([0, 0], []),
        ([5], []),
    ],
)
def test_by_hand(n_ratings: list[int], rows: list[int]) -> None:
    assert np.flatnonzero(little_known(n_ratings)).tolist() == rows


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_the_others_are_the_fewest_that_have_most_ratings(n_ratings: list[int]) -> None:
    known = little_known(n_ratings)
    head = [n for n, little in zip(n_ratings, known, strict=True) if n and not little]
    tail = [n for n, little in zip(n_ratings, known, strict=True) if little]
    assert 0 not in tail
    if head:
        assert sum(head) >= SHORT_HEAD * sum(n_ratings) > sum(head) - min(head)
        assert min(head) >= max(tail, default=0)
