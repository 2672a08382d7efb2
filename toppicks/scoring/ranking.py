"""From scores to ranks: masks, top-n, ties."""

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.scorer import Scores

NOTHING: NDArray[np.int32] = np.zeros(0, np.int32)


def n_candidates(n_items: int, excluded_idx: NDArray[np.integer]) -> int:
    """How many items are left to rank; repeated exclusions count once."""
    excluded = np.zeros(n_items, bool)
    excluded[excluded_idx] = True
    return n_items - int(np.count_nonzero(excluded))


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
    # A partition instead of a sort of the whole catalogue: O(n_items), not O(n_items log n_items).
    border = np.partition(masked, -stop)[-stop]
    # In row order, with all that tie at the border; a stable sort keeps the lower rows first.
    head = np.flatnonzero(masked >= border)
    return head[np.argsort(-masked[head], kind="stable")][offset:stop]
