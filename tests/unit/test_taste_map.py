"""The map of taste: who is on it, and who lies beside whom."""

import numpy as np
import pytest
from numpy.typing import NDArray

from toppicks.evaluation.taste_map import taste_map

PER_GROUP, GROUPS = 20, 3


def grouped_factors(seed: int = 0) -> NDArray[np.float32]:
    """Three tight groups of directions, of lengths that say nothing."""
    rng = np.random.default_rng(seed)
    middles = np.eye(GROUPS, 8).repeat(PER_GROUP, axis=0)
    factors = (middles + 0.05 * rng.normal(size=middles.shape)) * rng.uniform(
        0.2, 5, (len(middles), 1)
    )
    return factors.astype(np.float32)


def ratings(n: int) -> NDArray[np.int64]:
    """Distinct, the first item the best known."""
    return np.arange(n, 0, -1) + 2


def test_items_that_point_the_same_way_lie_together() -> None:
    factors = grouped_factors()
    drawn = taste_map(factors, ratings(len(factors)), seed=1)
    assert drawn is not None
    assert drawn["item_idx"] == list(range(len(factors)))
    places = np.column_stack([drawn["x"], drawn["y"]])
    assert (places.min(axis=0), places.max(axis=0)) == (pytest.approx(0), pytest.approx(1))
    far = np.linalg.norm(places[:, None] - places[None], axis=2) + 9 * np.eye(len(places))
    group = np.arange(len(places)) // PER_GROUP
    assert (group[far.argmin(axis=1)] == group).all()


def test_it_is_the_same_by_seed_and_plain_values_of_four_decimals() -> None:
    factors = grouped_factors()
    first, second = (taste_map(factors, ratings(len(factors)), seed=3) for _ in range(2))
    assert first == second
    assert first is not None
    assert {type(value) for column in first.values() for value in column} == {int, float}
    assert first["x"] == [round(x, 4) for x in first["x"]]


def test_only_the_best_known_are_on_it_and_none_that_hardly_anybody_rated() -> None:
    factors = grouped_factors()
    known = np.full(len(factors), 2)
    known[30:45] = 50
    known[45:50] = 3
    for most, last in ((17, 47), (40, 50)):
        drawn = taste_map(factors, known, seed=1, most=most)
        assert drawn is not None
        assert drawn["item_idx"] == list(range(30, last))


@pytest.mark.parametrize("n", [0, 1, 9])
def test_too_few_items_are_no_map(n: int) -> None:
    assert taste_map(grouped_factors()[:n], ratings(n), seed=1) is None


@pytest.mark.parametrize(
    "factors",
    [np.zeros((12, 8)), np.ones((12, 8)) * np.arange(1, 13)[:, None], np.ones((12, 1))],
    ids=["zeros", "one direction", "one dimension"],
)
def test_items_that_nothing_tells_apart_are_no_map(factors: NDArray[np.float64]) -> None:
    assert taste_map(factors.astype(np.float32), ratings(12), seed=1) is None


def test_an_item_of_which_nothing_is_known_still_has_a_place() -> None:
    factors = grouped_factors()
    factors[5] = 0
    drawn = taste_map(factors, ratings(len(factors)), seed=1)
    assert drawn is not None
    assert 0 <= drawn["x"][5] <= 1
