"""What feedback is worth, and the histories that are made of it."""

from dataclasses import replace

import numpy as np
import pytest

from toppicks.scoring.history import History
from toppicks.scoring.worth import Worth, ages

THREE = Worth((-np.inf, 3.0, 4.0), (0.0, 0.25, 1.0))


@pytest.mark.parametrize(
    ("rating", "worth"),
    [(-5, 0.0), (2.99, 0.0), (3, 0.25), (3.5, 0.25), (4, 1.0), (5, 1.0), (1e9, 1.0)],
)
def test_a_rating_is_worth_what_its_level_is(rating: float, worth: float) -> None:
    assert THREE.of(np.array([rating])).tolist() == [worth]


def test_what_is_below_the_first_level_counts_as_the_first() -> None:
    assert Worth((2.0, 4.0), (0.5, 1.0)).of(np.array([-1.0, 2, 4])).tolist() == [0.5, 0.5, 1]


def test_one_level_is_worth_the_same_whatever_the_rating() -> None:
    assert Worth((-np.inf,), (1.0,)).of(np.array([-9.0, 0, 9])).tolist() == [1, 1, 1]


def test_likes_alone_count_from_the_threshold_on() -> None:
    worth = Worth.of_likes(4.0).of(np.array([1, 3.99, 4, 5], np.float32))
    assert worth.tolist() == [0, 0, 1, 1]
    assert worth.dtype == np.float32


def test_no_ratings_are_worth_nothing() -> None:
    assert THREE.of(np.zeros(0)).shape == (0,)


def test_a_history_holds_what_says_something_and_all_that_was_seen() -> None:
    profile = np.ones(3, np.float32)
    worth = THREE.of(np.array([5.0, 1.0, 3.0, 4.0]))
    history = History.of_worth(np.array([9, 4, 7, 2], np.int32), worth, profile)
    assert history.item_idx.tolist() == [9, 7, 2]
    assert history.worth.tolist() == [1, 0.25, 1]
    assert history.seen_idx.tolist() == [9, 4, 7, 2]
    assert history.evidence == 2.25
    assert len(history) == 3
    assert history.profile is profile
    assert {history.item_idx.dtype, history.seen_idx.dtype} == {np.dtype(np.int32)}


def test_a_history_of_dislikes_has_no_evidence_and_is_seen() -> None:
    history = History.of_worth(np.array([3, 1], np.int32), THREE.of(np.array([1.0, 2.0])))
    assert (len(history), history.evidence) == (0, 0.0)
    assert history.seen_idx.tolist() == [3, 1]


def test_every_like_is_one_like_of_evidence() -> None:
    history = History.of_likes(np.array([3, 1, 5]), np.array([3, 1, 5, 8]))
    assert history.worth.tolist() == [1, 1, 1]
    assert history.evidence == 3.0
    assert history.profile is None


def test_after_a_half_life_feedback_is_worth_half_and_after_two_a_quarter() -> None:
    fading = replace(THREE, half_life=10.0)
    ratings, age = np.array([5.0, 5, 5, 3, 1]), np.array([0.0, 10, 20, 10, 0])
    assert fading.of(ratings, age).tolist() == [1, 0.5, 0.25, 0.125, 0]
    assert fading.of(ratings, age).dtype == np.float32
    assert fading.of(ratings).tolist() == [1, 1, 1, 0.25, 0]
    assert THREE.of(ratings, age).tolist() == [1, 1, 1, 0.25, 0]


def test_what_is_very_old_is_worth_nothing_and_no_warning() -> None:
    assert replace(THREE, half_life=1.0).of(np.array([5.0]), np.array([1e9])).tolist() == [0]


def test_ages_are_counted_to_the_newest_of_the_same_person() -> None:
    starts = np.array([0, 3, 3, 5])
    times = np.array([10, 40, 100, 7, 9], np.int64)
    assert ages(starts, times).tolist() == [90, 60, 0, 2, 0]


def test_who_has_no_rows_has_no_ages() -> None:
    assert ages(np.array([0, 0, 0]), np.zeros(0, np.int64)).shape == (0,)
    assert ages(np.array([0, 1, 1]), np.array([5], np.int64)).tolist() == [0]
