"""What holds of every metric, whatever the list."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from toppicks.evaluation import metrics

K = 8
NOTHING = np.zeros(0, np.int32)

lists_of_hits = st.lists(st.booleans(), max_size=K).map(lambda hits: np.array(hits, bool))
coordinates = st.floats(-1e6, 1e6, width=32, allow_subnormal=False)
vectors = hnp.arrays(np.float32, st.tuples(st.integers(2, 9), st.just(3)), elements=coordinates)
few_scores = hnp.arrays(np.float32, st.integers(2, 30), elements=st.sampled_from([-1, 0, 0.5, 3]))


@given(hits=lists_of_hits, more=st.integers(0, 9))
def test_figures_of_a_list_keep_their_bounds_and_their_order(
    hits: NDArray[np.bool_], more: int
) -> None:
    n_relevant = max(1, int(hits.sum()) + more)
    ndcg, found = metrics.ndcg(hits, n_relevant, K), metrics.hit(hits)
    first, share = metrics.reciprocal_rank(hits), metrics.recall(hits, n_relevant)
    for value in (ndcg, share, metrics.precision(hits, K), first):
        # Nobody is hit a little: all are above 0 together, and never above the hit rate.
        assert 0 <= value <= found + 1e-12
        assert (value > 0) == (found == 1)
    assert share * n_relevant == pytest.approx(metrics.precision(hits, K) * K)
    assert first >= found / K


@given(hits=lists_of_hits, more=st.integers(0, 9), data=st.data())
def test_a_hit_that_moves_up_never_costs_anything(
    hits: NDArray[np.bool_], more: int, data: st.DataObject
) -> None:
    late = np.flatnonzero(hits[1:] & ~hits[:-1]) + 1
    assume(len(late))
    place = data.draw(st.sampled_from(late.tolist()))
    better = hits.copy()
    better[[place - 1, place]] = True, False
    n_relevant = int(hits.sum()) + more
    assert metrics.ndcg(better, n_relevant, K) > metrics.ndcg(hits, n_relevant, K)
    assert metrics.reciprocal_rank(better) >= metrics.reciprocal_rank(hits)
    assert metrics.recall(better, n_relevant) == metrics.recall(hits, n_relevant)


@given(hits=lists_of_hits, n_relevant=st.integers(K, 99))
def test_what_was_not_ranked_counts_as_missed(hits: NDArray[np.bool_], n_relevant: int) -> None:
    padded = np.concatenate([hits, np.zeros(K - len(hits), bool)])
    assert metrics.ndcg(hits, n_relevant, K) == pytest.approx(metrics.ndcg(padded, n_relevant, K))
    assert metrics.precision(hits, K) == metrics.precision(padded, K)
    assert metrics.reciprocal_rank(hits) == metrics.reciprocal_rank(padded)
    assert metrics.hit(hits) == metrics.hit(padded)


@given(counts=st.lists(st.integers(0, 50), min_size=1, max_size=9), place=st.integers(0, 8))
def test_rarer_items_are_more_novel_and_less_popular(counts: list[int], place: int) -> None:
    common, rare = np.array(counts), np.array(counts)
    common[place % len(counts)] += 1
    assert 0 <= metrics.novelty(common, 51) < metrics.novelty(rare, 51) <= np.log2(52)
    assert metrics.mean_popularity(common) > metrics.mean_popularity(rare) >= 0


@given(vectors=vectors, scale=st.integers(-3, 3), data=st.data())
def test_diversity_has_bounds_and_knows_neither_order_nor_length(
    vectors: NDArray[np.float32], scale: int, data: st.DataObject
) -> None:
    diversity = metrics.diversity(vectors)
    assert 0 <= diversity <= 2 + 1e-9
    order = data.draw(st.permutations(range(len(vectors))))
    assert metrics.diversity(vectors[order]) == pytest.approx(diversity, abs=1e-9)
    assert metrics.diversity(vectors * np.float32(2.0**scale)) == pytest.approx(diversity, abs=1e-6)


@given(scores=few_scores, data=st.data())
def test_auc_turned_round_is_the_rest_of_1(
    scores: NDArray[np.float32], data: st.DataObject
) -> None:
    n = len(scores)
    relevant = data.draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=n - 1))
    auc = metrics.auc(scores, relevant, NOTHING)
    assert 0 <= auc <= 1
    assert metrics.auc(-scores, relevant, NOTHING) == pytest.approx(1 - auc)
    # Only the order counts.
    assert metrics.auc(np.exp(scores), relevant, NOTHING) == auc
    # Everything else is now asked for: the same pairs, seen from the other side.
    others = set(range(n)) - relevant
    assert metrics.auc(scores, others, NOTHING) == pytest.approx(1 - auc)
