"""Ranking metrics against the textbook."""

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score  # type: ignore[import-untyped]

from toppicks.evaluation import metrics


def _textbook_ndcg(hits: list[bool], n_relevant: int, k: int) -> float:
    gained = 0.0
    for place, hit in enumerate(hits, start=1):
        if hit:
            gained += 1 / math.log2(place + 1)
    ideal = 0.0
    for place in range(1, min(k, n_relevant) + 1):
        ideal += 1 / math.log2(place + 1)
    return gained / ideal


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("n_relevant", [1, 2, 5, 30])
def test_ndcg_is_the_textbooks(k: int, n_relevant: int) -> None:
    rng = np.random.default_rng(k * 100 + n_relevant)
    for _ in range(50):
        hits = np.zeros(k, bool)
        n_hits = int(rng.integers(0, min(k, n_relevant) + 1))
        hits[rng.choice(k, n_hits, replace=False)] = True
        expected = _textbook_ndcg(hits.tolist(), n_relevant, k)
        assert metrics.ndcg(hits, n_relevant, k) == pytest.approx(expected)


def test_ndcg_is_scikit_learns() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        relevant = rng.random(40) < 0.2
        relevant[0] = True
        scores = rng.permutation(40)
        hits = relevant[np.argsort(-scores)[:10]]
        expected = ndcg_score([relevant.astype(float)], [scores], k=10)
        assert metrics.ndcg(hits, int(relevant.sum()), 10) == pytest.approx(expected)


def test_ndcg_is_1_for_an_ideal_list_and_0_without_a_hit() -> None:
    assert metrics.ndcg(np.array([True, True, False]), 2, 3) == pytest.approx(1)
    assert metrics.ndcg(np.ones(3, bool), 50, 3) == pytest.approx(1)
    assert metrics.ndcg(np.zeros(3, bool), 2, 3) == 0


def test_a_list_shorter_than_k_is_no_excuse() -> None:
    assert metrics.ndcg(np.array([True]), 3, 10) == pytest.approx(_textbook_ndcg([True], 3, 10))
    assert metrics.ndcg(np.zeros(0, bool), 3, 10) == 0


def test_recall_is_over_all_that_was_liked() -> None:
    assert metrics.recall(np.array([True, False, True]), 8) == 0.25
    assert metrics.recall(np.zeros(0, bool), 8) == 0


def test_coverage_is_the_share_of_distinct_items() -> None:
    assert metrics.coverage({1, 3}, 8) == 0.25
    assert metrics.coverage(set(), 8) == 0
