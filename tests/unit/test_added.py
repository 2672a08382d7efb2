"""Items that came after training, by hand."""

import numpy as np
import pytest

from tests.small_scorer import N_ITEMS, likes_of, normal, small_scorer
from toppicks.scoring.added import AddedItems
from toppicks.scoring.item_weights import DenseWeights
from toppicks.scoring.scorer import Scorer
from toppicks.scoring.standard import FARTHEST, standardised


def _copies(scorer: Scorer, of: list[int], rows: list[int]) -> AddedItems:
    """Items that are like trained ones in everything."""
    assert isinstance(scorer.item_weights, DenseWeights)
    return AddedItems(
        np.array(rows, np.int32),
        scorer.popularity[of],
        scorer.history_factors[of],
        scorer.item_factors[of],
        scorer.item_biases[of],
        scorer.item_weights.weights[:, of],
    )


def test_what_is_like_another_item_is_scored_like_it() -> None:
    trained = small_scorer()
    scorer = trained.with_added(_copies(trained, [3, 8], [13, 12]), 14)
    scores = scorer.scores(likes_of(1, 5))
    assert scores.shape == (14,)
    np.testing.assert_allclose(scores[[13, 12]], scores[[3, 8]], atol=1e-5)
    assert np.array_equal(scores[:N_ITEMS], trained.scores(likes_of(1, 5)))


def test_it_takes_the_place_of_a_trained_row() -> None:
    trained = small_scorer()
    scorer = trained.with_added(_copies(trained, [3], [7]), N_ITEMS)
    before, after = trained.scores(likes_of(1, 5)), scorer.scores(likes_of(1, 5))
    assert after[7] == pytest.approx(before[3], abs=1e-5)
    assert np.array_equal(np.delete(before, 7), np.delete(after, 7))
    assert np.delete(before, 7).tolist() == pytest.approx(np.delete(after, 7).tolist())


def test_in_a_history_it_counts_and_shapes_the_taste() -> None:
    trained = small_scorer()
    scorer = trained.with_added(_copies(trained, [3], [12]), 13)
    history = likes_of(1, 12)
    np.testing.assert_allclose(
        scorer.from_taste(history)[:N_ITEMS], trained.from_taste(likes_of(1, 3)), atol=1e-5
    )
    np.testing.assert_allclose(
        scorer.from_items(history)[:N_ITEMS], trained.from_items(likes_of(1)), atol=1e-5
    )
    popular, items, taste = trained.blend.weights(2)
    expected = (
        np.float32(popular) * scorer.every_popularity
        + np.float32(items) * scorer.from_items(history)
        + np.float32(taste) * scorer.from_taste(history)
    )
    np.testing.assert_allclose(scorer.scores(history), expected, atol=1e-6)


def test_of_a_history_that_only_holds_what_was_added_b_says_nothing() -> None:
    trained = small_scorer()
    scorer = trained.with_added(_copies(trained, [3], [12]), 13)
    assert scorer.from_items(likes_of(12)).tolist() == [0.0] * 13


def test_adding_anew_forgets_what_was_added_before() -> None:
    trained = small_scorer()
    scorer = trained.with_added(_copies(trained, [3], [12]), 13)
    none = AddedItems(
        np.zeros(0, np.int32),
        np.zeros(0, np.float32),
        normal(0, 4, seed=0),
        normal(0, 4, seed=0),
        np.zeros(0, np.float32),
    )
    assert scorer.with_added(none, N_ITEMS).added is None
    assert scorer.with_added(_copies(trained, [3, 4], [12, 13]), 14).n_items == 14


@pytest.mark.parametrize(
    ("rows", "n_items"),
    [([12, 12], 14), ([12], 14), ([13], 13), ([13], 14), ([-1], 12), ([12], 12), ([3, 3], 12)],
)
def test_rows_that_leave_a_gap_or_repeat_are_refused(rows: list[int], n_items: int) -> None:
    trained = small_scorer()
    with pytest.raises(ValueError, match=r"all from 12 up to"):
        trained.with_added(_copies(trained, [0] * len(rows), rows), n_items)


def test_what_is_incomparably_farther_than_all_others_is_far_and_not_infinite() -> None:
    tiny = np.array([0, 0, 0, 1.2e-38], np.float32)
    standard = standardised(tiny)[1]
    assert standard.z(tiny).tolist() == standardised(tiny)[0].tolist()
    assert standard.z(np.array([2, -2], np.float32)).tolist() == [FARTHEST, -FARTHEST]
