"""From scores to ranks: masks, top-n, ties."""

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.scorer import Scores

NOTHING: NDArray[np.int32] = np.zeros(0, np.int32)


def n_candidates(n_items: int, excluded_idx: NDArray[np.integer]) -> int:
    """How many items are left to rank; repeated exclusions count once."""
    return n_items - len(np.unique(excluded_idx))


def rank(
    scores: Scores,
    excluded_idx: NDArray[np.integer] = NOTHING,
    n: int | None = None,
    offset: int = 0,
) -> NDArray[np.intp]:
    """The items at ranks `offset` to `offset + n`, best first, as row numbers.

    Excluded items never appear. Equal scores are ordered by row number, so that pages cut
    from one ranking hold every candidate exactly once. `n=None` ranks to the end; past the
    end, and for an empty catalogue, the answer is empty.
    """
    stop = n_candidates(len(scores), excluded_idx)
    if n is not None:
        stop = min(offset + n, stop)
    if offset >= stop:
        return np.zeros(0, np.intp)
    masked = scores.copy()
    masked[excluded_idx] = -np.inf
    head = _head(masked, stop)
    return head[np.argsort(-masked[head], kind="stable")][offset:]


def _head(masked: Scores, size: int) -> NDArray[np.intp]:
    """The `size` best rows in row order, ties at the border won by the lower row.

    A partition instead of a sort of the whole catalogue: O(n_items), not O(n_items log n_items).
    """
    border = np.partition(masked, len(masked) - size)[len(masked) - size]
    above = np.flatnonzero(masked > border)
    at_border = np.flatnonzero(masked == border)[: size - len(above)]
    return np.sort(np.concatenate([above, at_border]))
