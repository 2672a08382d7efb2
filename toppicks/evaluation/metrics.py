"""Ranking metrics, one person at a time.

`hits` is (k',) bool: whether the item at each rank, best first, is one that the person liked;
k' <= k where fewer than k items could be ranked. `n_relevant` is how many liked items were
hidden, at least 1. An empty list has no hit, so that it counts as 0; what describes the items of
a list (novelty, diversity, popularity) has nothing to say of an empty one, and gives nan.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]


def ndcg(hits: Hits, n_relevant: int, k: int) -> float:
    """nDCG@k = sum_r hit_r / log2(r + 1), over the same of an ideal list cut at min(k, n_relevant).

    Järvelin and Kekäläinen, 2002, with binary gains. No hit gives 0.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    return float(discounts[: len(hits)] @ hits / discounts[: min(k, n_relevant)].sum())


def recall(hits: Hits, n_relevant: int) -> float:
    """Recall@k over *all* liked items, however many fit into k: hits / n_relevant."""
    return float(hits.sum() / n_relevant)


def precision(hits: Hits, k: int) -> float:
    """Precision@k by k, even where fewer than k items could be ranked: hits / k."""
    return float(hits.sum() / k)


def reciprocal_rank(hits: Hits) -> float:
    """1 / rank of the first hit; 0 without one. Its mean over people is MRR@k (Voorhees, 1999)."""
    return float(1 / (1 + hits.argmax())) if hits.any() else 0.0


def hit(hits: Hits) -> float:
    """1 if anything in the list is a hit, else 0. Its mean over people is the hit rate@k."""
    return float(hits.any())


def coverage(recommended: Collection[int], n_items: int) -> float:
    """Catalogue coverage: the share of items that are recommended to anybody at all.

    recommended: distinct items.
    """
    return len(recommended) / n_items


def novelty(counts: NDArray[np.integer], n_people: int) -> float:
    """Mean self-information in bits: mean_i of -log2((count_i + 1) / (n_people + 1)).

    What it would surprise to hear that a random person has item i (Zhou et al., 2010; Castells,
    Vargas and Wang, 2011); the 1s give a finite figure to what nobody has.

    counts: (k',), how many of the n_people have each item of the list. An empty list gives nan.
    """
    return float(np.log2((n_people + 1) / (counts + 1.0)).mean()) if len(counts) else np.nan


def mean_popularity(counts: NDArray[np.integer]) -> float:
    """Mean log10(1 + count_i) over the items of a list or a history.

    counts: (n,), how many people have each item. Empty input gives nan.
    """
    return float(np.log10(1.0 + counts).mean()) if len(counts) else np.nan


def diversity(vectors: NDArray[np.floating]) -> float:
    """Intra-list diversity: mean over all pairs of items of 1 - cosine, from 0 to 2.

    Smyth and McClave, 2001; Ziegler et al., 2005. A row of zeros has a cosine of 0 with every
    other row.

    vectors: (k', d), one row for each item of the list. Fewer than two rows make no pair: nan.
    """
    if len(vectors) < 2:
        return np.nan
    units = np.asarray(vectors, np.float64)
    norms = np.linalg.norm(units, axis=1)
    units = units / np.where(norms > 0, norms, 1)[:, None]
    total = units.sum(axis=0)
    # |sum_i u_i|^2 = sum_i |u_i|^2 + 2 * the sum of the pairs' cosines.
    cosines = total @ total - np.count_nonzero(norms)
    # Rounding must not make a list of one and the same taste less than not diverse.
    return max(0.0, float(1 - cosines / (len(units) * (len(units) - 1))))


def auc(
    scores: NDArray[np.floating], relevant: Collection[int], excluded_idx: NDArray[np.integer]
) -> float:
    """The chance that a random relevant item is scored above a random other one; ties are half.

    AUC = sum over pairs of [s_i > s_j] + [s_i = s_j] / 2, over n_relevant * n_others (Hanley and
    McNeil, 1982). No cut at k: the whole catalogue counts, less what is excluded.

    scores: (n_items,). relevant: rows, none of them excluded. Nothing relevant, or nothing else
    to compare with, gives nan.
    """
    relevant_idx = np.fromiter(relevant, np.intp, len(relevant))
    other = np.ones(len(scores), bool)
    other[excluded_idx] = False
    other[relevant_idx] = False
    liked, others = np.sort(scores[relevant_idx]), scores[other]
    if not len(liked) or not len(others):
        return np.nan
    # For each other item: how many liked ones are below it, and how many are not above it.
    below = np.searchsorted(liked, others, side="left").mean()
    not_above = np.searchsorted(liked, others, side="right").mean()
    return float(1 - (below + not_above) / 2 / len(liked))
