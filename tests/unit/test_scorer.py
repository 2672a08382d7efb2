"""The formula against itself, written out slowly."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from toppicks.scoring.history import History
from toppicks.scoring.ranking import NOTHING, rank
from toppicks.scoring.scorer import Scorer, history_mean, standardise, standardised_popularity


def _scorer(lean: float = 2.0) -> Scorer:
    rng = np.random.default_rng(3)
    return Scorer(
        item_factors=rng.normal(size=(12, 4)).astype(np.float32),
        item_biases=rng.normal(size=12).astype(np.float32),
        fold_in=rng.normal(size=(4, 4)).astype(np.float32),
        popularity=standardised_popularity(rng.integers(0, 50, 12)),
        lean=lean,
    )


def _z(values: list[float]) -> list[float]:
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return [(value - mean) / spread for value in values]


def _slow(scorer: Scorer, history: History) -> list[float]:
    """score(h) = p_n pop + c_n z(m W V^T + b), by loops."""
    v, w = scorer.item_factors.tolist(), scorer.fold_in.tolist()
    items, worths = history.item_idx.tolist(), history.worth.tolist()
    d, n = len(w), len(items)
    mean = [
        sum(worth * v[item][f] for item, worth in zip(items, worths, strict=True)) / sum(worths)
        for f in range(d)
    ]
    user = [sum(mean[f] * w[f][g] for f in range(d)) for g in range(d)]
    taste = _z(
        [
            sum(user[f] * v[item][f] for f in range(d)) + float(scorer.item_biases[item])
            for item in range(len(v))
        ]
    )
    c = n / (n + scorer.lean)
    return [
        (1 - c) * pop + c * own for pop, own in zip(scorer.popularity.tolist(), taste, strict=True)
    ]


def _history(*item_idx: int) -> History:
    return History.of_likes(np.array(item_idx, np.int32), np.array(item_idx, np.int32))


@pytest.mark.parametrize("items", [(0,), (3, 7), (1, 2, 3, 4, 5, 11)])
@pytest.mark.parametrize("lean", [0.0, 0.5, 2.0, 8.0])
def test_scores_are_the_formulas(items: tuple[int, ...], lean: float) -> None:
    scorer, history = _scorer(lean), _history(*items)
    np.testing.assert_allclose(scorer.scores(history), _slow(scorer, history), atol=2e-5)


def test_what_is_worth_more_counts_more() -> None:
    scorer = _scorer()
    history = History(
        np.array([2, 5], np.int32), np.array([3, 1], np.float32), np.array([2, 5], np.int32)
    )
    np.testing.assert_allclose(scorer.scores(history), _slow(scorer, history), atol=2e-5)
    expected = (3 * scorer.item_factors[2] + scorer.item_factors[5]) / 4
    np.testing.assert_allclose(history_mean(scorer.item_factors, history), expected, rtol=1e-5)


def test_an_empty_history_gives_popularity() -> None:
    scorer = _scorer()
    assert np.array_equal(scorer.scores(_history()), scorer.popularity)
    assert not scorer.taste(_history()).any()


def test_a_history_without_likes_gives_popularity_whatever_was_seen() -> None:
    scorer = _scorer()
    history = History.of_likes(NOTHING, np.array([1, 2]))
    assert np.array_equal(scorer.scores(history), scorer.popularity)


def test_an_infinite_lean_leaves_popularity_alone() -> None:
    scorer = _scorer(math.inf)
    assert np.array_equal(scorer.scores(_history(1, 2, 3)), scorer.popularity)


def test_no_lean_leaves_taste_alone() -> None:
    scorer = _scorer(0.0)
    assert np.array_equal(scorer.scores(_history(1, 2)), scorer.taste(_history(1, 2)))
    assert scorer.taste_weight(0) == 0.0


def test_taste_weighs_as_much_as_popularity_at_the_lean() -> None:
    assert _scorer(4.0).taste_weight(4) == 0.5
    assert _scorer(4.0).taste_weight(1) == 0.2
    assert _scorer(4.0).taste_weight(12) == 0.75


def test_scoring_changes_nothing_in_the_scorer() -> None:
    scorer = _scorer()
    before = scorer.popularity.copy()
    scorer.scores(_history(1))
    rank(scorer.scores(_history()), np.array([0]))
    assert np.array_equal(scorer.popularity, before)


def test_a_reordered_history_is_the_same_history() -> None:
    scorer = _scorer()
    np.testing.assert_allclose(
        scorer.scores(_history(1, 5, 9)), scorer.scores(_history(9, 1, 5)), atol=1e-6
    )


def test_a_scorer_without_items_gives_no_scores() -> None:
    nothing = np.zeros((0, 4), np.float32)
    scorer = Scorer(nothing, nothing[:, 0], np.eye(4, dtype=np.float32), nothing[:, 0], 2.0)
    assert scorer.n_items == 0
    assert scorer.scores(_history()).shape == (0,)


def test_items_that_nothing_tells_apart_are_ranked_by_popularity() -> None:
    scorer = _scorer()
    alike = replace(scorer, item_factors=scorer.item_factors * 0, item_biases=np.ones(12, "f4"))
    history = _history(4)
    assert rank(alike.scores(history)).tolist() == rank(scorer.popularity).tolist()


def test_standardised_values_have_mean_0_and_spread_1() -> None:
    values = standardise(np.random.default_rng(0).normal(1000, 7, 5000))
    assert values.dtype == np.float32
    assert abs(float(values.mean(dtype=float))) < 1e-4
    assert abs(float(values.std(dtype=float)) - 1) < 1e-4


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(5),
        np.full(7, 0.1),
        np.array([3.0]),
        np.full(3, 1e9),
        np.nextafter(np.full(4, 5, np.float32), np.array([0, 9, 0, 9], np.float32)),
    ],
)
def test_a_constant_is_standardised_to_zeros(values: NDArray[np.float64]) -> None:
    assert standardise(values).tolist() == [0.0] * len(values)


def test_nothing_is_standardised_to_nothing() -> None:
    assert standardise(np.zeros(0)).shape == (0,)


def test_standardising_leaves_its_input_alone() -> None:
    values = np.array([1, 2, 3], np.float32)
    standardise(values)
    assert values.tolist() == [1, 2, 3]


def test_popularity_ranks_as_the_count_does_by_its_logarithm() -> None:
    counts = np.array([5, 0, 100, 5, 1])
    popularity = standardised_popularity(counts)
    assert rank(popularity).tolist() == [2, 0, 3, 4, 1]
    expected = _z([math.log(1 + count) for count in counts.tolist()])
    np.testing.assert_allclose(popularity, expected, atol=1e-6)
