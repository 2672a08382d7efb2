"""From scores to ranks."""

import numpy as np
import pytest

from toppicks.scoring import ranking
from toppicks.scoring.ranking import n_candidates, rank, reached_by

SCORES = np.array([0.5, 2.0, 0.5, -1.0, 2.0], np.float32)


def test_the_best_come_first_and_equal_scores_in_row_order() -> None:
    assert rank(SCORES).tolist() == [1, 4, 0, 2, 3]


def test_excluded_items_never_appear() -> None:
    assert rank(SCORES, np.array([1, 0, 1])).tolist() == [4, 2, 3]


@pytest.mark.parametrize(
    ("n", "offset", "expected"),
    [
        (2, 0, [1, 4]),
        (2, 1, [4, 0]),
        (1, 2, [0]),
        (2, 4, [3]),
        (9, 3, [2, 3]),
        (2, 5, []),
        (2, 99, []),
        (0, 0, []),
        (None, 3, [2, 3]),
    ],
)
def test_a_page_is_a_slice_of_the_ranking(n: int | None, offset: int, expected: list[int]) -> None:
    assert rank(SCORES, n=n, offset=offset).tolist() == expected


def test_ties_over_the_border_of_a_page_go_to_the_lower_rows() -> None:
    assert rank(np.zeros(100, np.float32), n=3, offset=50).tolist() == [50, 51, 52]


def test_nothing_is_left_when_all_are_excluded() -> None:
    assert rank(SCORES, np.arange(5)).tolist() == []
    assert n_candidates(5, np.arange(5)) == 0


def test_an_empty_catalogue_has_an_empty_ranking() -> None:
    assert rank(np.zeros(0, np.float32)).tolist() == []


def test_the_scores_given_are_not_changed() -> None:
    scores = SCORES.copy()
    scores.flags.writeable = False
    rank(scores, np.array([1]), 2)
    assert scores.tolist() == SCORES.tolist()


def test_little_more_than_what_is_asked_for_reaches_the_bound() -> None:
    scores = np.random.default_rng(0).normal(size=(20, 5_003)).astype(np.float32)
    for k in (1, 10, 50):
        reach = (scores >= reached_by(scores, k)[:, None]).sum(axis=1)
        assert reach.min() >= k
        assert reach.mean() <= 1.2 * k


@pytest.mark.parametrize("k", [1, 2, 5])
def test_where_each_item_is_its_own_group_the_bound_is_the_kth_largest(k: int) -> None:
    assert reached_by(SCORES, k) == np.sort(SCORES)[-k]
    rows = np.array([SCORES, SCORES[::-1], -SCORES])
    assert reached_by(rows, k).tolist() == np.sort(rows)[:, -k].tolist()


def test_what_is_in_no_group_is_ranked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "GROUPS", 1)
    # Groups of three, and a last item that is in none of them.
    scores = np.array([0, 1, 2, 3, 4, 5, 9], np.float32)
    assert reached_by(scores, 2) == 4
    assert rank(scores, n=2).tolist() == [6, 5]
    assert rank(scores, np.arange(6), n=2).tolist() == [6]
    assert rank(scores, np.arange(1, 6), n=2).tolist() == [6, 0]


def test_repeated_exclusions_count_once() -> None:
    assert n_candidates(5, np.array([1, 1, 3])) == 3
    assert n_candidates(5, np.zeros(0, np.int32)) == 5
