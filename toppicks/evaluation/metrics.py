"""Ranking metrics, one person at a time.

`hits` is (k',) bool: whether the item at each rank, best first, is one that the person liked;
k' <= k where fewer than k items could be ranked. `n_relevant` is how many liked items were
hidden, at least 1.
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
    """Recall@k over *all* liked items: hits / n_relevant."""
    return float(hits.sum() / n_relevant)


def coverage(recommended: Collection[int], n_items: int) -> float:
    """Catalogue coverage: the share of items that are recommended to anybody at all.

    recommended: distinct items.
    """
    return len(recommended) / n_items
