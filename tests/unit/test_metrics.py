"""Ranking metrics against slow oracles written from the definitions, and against scikit-learn."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import ndcg_score, roc_auc_score
from sklearn.metrics.pairwise import cosine_distances

from toppicks.evaluation import metrics

NOTHING = np.zeros(0, np.int32)


def _textbook_ndcg(hits: list[bool], n_relevant: int, k: int) -> float:
    gained = 0.0
    for place, hit in enumerate(hits, start=1):
        if hit:
            gained += 1 / math.log2(place + 1)
    ideal = 0.0
    for place in range(1, min(k, n_relevant) + 1):
        ideal += 1 / math.log2(place + 1)
    return gained / ideal


def _textbook_diversity(vectors: list[list[float]]) -> float:
    distances = []
    for one, other in combinations(vectors, 2):
        lengths = math.hypot(*one) * math.hypot(*other)
        together = math.fsum(a * b for a, b in zip(one, other, strict=True))
        distances.append(1 - (together / lengths if lengths else 0.0))
    return math.fsum(distances) / len(distances)


def _textbook_auc(scores: list[float], relevant: set[int], excluded: set[int]) -> float:
    others = set(range(len(scores))) - relevant - excluded
    won = 0.0
    for i, j in product(relevant, others):
        won += 1.0 if scores[i] > scores[j] else 0.5 if scores[i] == scores[j] else 0.0
    return won / (len(relevant) * len(others))


def _random_hits(rng: np.random.Generator, k: int, n_relevant: int) -> NDArray[np.bool_]:
    hits = np.zeros(k, bool)
    n_hits = int(rng.integers(0, min(k, n_relevant) + 1))
    hits[rng.choice(k, n_hits, replace=False)] = True
    return hits


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("n_relevant", [1, 2, 5, 30])
def test_ndcg_is_the_textbooks(k: int, n_relevant: int) -> None:
    rng = np.random.default_rng(k * 100 + n_relevant)
    for _ in range(50):
        hits = _random_hits(rng, k, n_relevant)
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
    # More was liked than fits: the denominator is still all of it.
    assert metrics.recall(np.ones(2, bool), 8) == 0.25
    assert metrics.recall(np.zeros(0, bool), 8) == 0


def test_precision_is_by_k_even_where_the_list_is_shorter() -> None:
    assert metrics.precision(np.array([True, False, True, False]), 4) == 0.5
    assert metrics.precision(np.array([True, True]), 8) == 0.25
    assert metrics.precision(np.zeros(0, bool), 8) == 0


def test_the_reciprocal_rank_is_that_of_the_first_hit() -> None:
    for hits in product([False, True], repeat=5):
        expected = 0.0
        for place, hit in enumerate(hits, start=1):
            if hit:
                expected = 1 / place
                break
        assert metrics.reciprocal_rank(np.array(hits, bool)) == pytest.approx(expected)
    assert metrics.reciprocal_rank(np.zeros(0, bool)) == 0


def test_a_hit_is_any_hit() -> None:
    for hits in product([False, True], repeat=4):
        assert metrics.hit(np.array(hits, bool)) == (1.0 if True in hits else 0.0)
    assert metrics.hit(np.zeros(0, bool)) == 0


def test_coverage_is_the_share_of_distinct_items() -> None:
    assert metrics.coverage({1, 3}, 8) == 0.25
    assert metrics.coverage(set(), 8) == 0


def test_novelty_is_the_mean_self_information_in_bits() -> None:
    # 1 of 2, 1 of 4 and 1 of 8 people, smoothed: 1, 2 and 3 bits.
    assert metrics.novelty(np.array([15, 7, 3]), 31) == pytest.approx((1 + 2 + 3) / 3)
    counts = np.random.default_rng(3).integers(0, 90, 20)
    slow = [-math.log2((count + 1) / (90 + 1)) for count in counts.tolist()]
    assert metrics.novelty(counts, 90) == pytest.approx(sum(slow) / 20)


def test_what_everybody_has_is_not_novel_and_what_nobody_has_is_finite() -> None:
    assert metrics.novelty(np.array([31, 31]), 31) == 0
    assert metrics.novelty(np.array([0]), 31) == 5


def test_popularity_is_the_mean_logarithm_of_the_counts() -> None:
    assert metrics.mean_popularity(np.array([9, 99, 0])) == pytest.approx((1 + 2 + 0) / 3)
    # The mean of the logarithms, not the logarithm of the mean.
    assert metrics.mean_popularity(np.array([0, 9999])) == pytest.approx(2)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_diversity_is_the_mean_distance_of_all_pairs(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(20):
        vectors = rng.normal(size=(n, 4)).astype(np.float32)
        vectors[rng.random(n) < 0.2] = 0
        fast = metrics.diversity(vectors)
        assert fast == pytest.approx(_textbook_diversity(vectors.tolist()), abs=1e-6)
        # Scikit-learn too gives a row of zeros a cosine of 0.
        pairs = cosine_distances(vectors)[np.triu_indices(n, 1)]
        assert fast == pytest.approx(float(pairs.mean()), abs=1e-5)


def test_diversity_of_known_lists() -> None:
    same, opposite, across = [3.0, 0.0], [-1.0, 0.0], [0.0, 2.0]
    assert metrics.diversity(np.array([same, same, same])) == pytest.approx(0)
    assert metrics.diversity(np.array([same, opposite])) == pytest.approx(2)
    assert metrics.diversity(np.array([same, across])) == pytest.approx(1)
    assert metrics.diversity(np.zeros((3, 2))) == pytest.approx(1)


def test_a_list_of_one_taste_is_never_less_than_not_diverse() -> None:
    vectors = np.random.default_rng(1).normal(size=(200, 7))
    assert all(metrics.diversity(np.tile(vector, (10, 1))) >= 0 for vector in vectors)


def test_an_empty_list_has_nothing_to_describe() -> None:
    assert math.isnan(metrics.novelty(NOTHING, 31))
    assert math.isnan(metrics.mean_popularity(NOTHING))
    assert math.isnan(metrics.diversity(np.zeros((0, 3))))
    assert math.isnan(metrics.diversity(np.ones((1, 3))))


def test_auc_is_the_textbooks_and_scikit_learns() -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        scores = rng.integers(0, 6, 30).astype(np.float32)  # many ties
        shuffled = rng.permutation(30)
        excluded, relevant = shuffled[:6], shuffled[6 : 6 + int(rng.integers(1, 10))]
        fast = metrics.auc(scores, frozenset(relevant.tolist()), excluded)
        slow = _textbook_auc(scores.tolist(), set(relevant.tolist()), set(excluded.tolist()))
        assert fast == pytest.approx(slow)
        left = np.sort(shuffled[6:])
        assert fast == pytest.approx(roc_auc_score(np.isin(left, relevant), scores[left]))


def test_auc_of_known_scores() -> None:
    scores = np.array([9, 5, 1], np.float32)
    assert metrics.auc(scores, {0}, NOTHING) == 1
    assert metrics.auc(scores, {1}, NOTHING) == 0.5
    assert metrics.auc(scores, {2}, NOTHING) == 0
    assert metrics.auc(np.zeros(3, np.float32), {2}, NOTHING) == 0.5
    # What is excluded is compared with nothing.
    assert metrics.auc(scores, {1}, np.array([0])) == 1


def test_auc_needs_something_relevant_and_something_else() -> None:
    scores = np.arange(3, dtype=np.float32)
    assert math.isnan(metrics.auc(scores, set(), NOTHING))
    assert math.isnan(metrics.auc(scores, {0, 1, 2}, NOTHING))
    assert math.isnan(metrics.auc(scores, {2}, np.array([0, 1])))
