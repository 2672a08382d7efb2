"""From scores to ranks: masks, top-n, ties."""

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.standard import Scores

NOTHING: NDArray[np.int32] = np.zeros(0, np.int32)
# Groups of items for each rank that is asked for.
GROUPS = 16


def n_candidates(n_items: int, excluded_idx: NDArray[np.integer]) -> int:
    """How many items are left to rank; repeated exclusions count once."""
    excluded = np.zeros(n_items, bool)
    excluded[excluded_idx] = True
    return n_items - int(np.count_nonzero(excluded))


def reached_by(scores: Scores, k: int) -> Scores:
    """A bound that at least k scores of each row reach, so that the first k are all among those.

    (..., n) -> (...), for 1 <= k <= n. The k-th largest of the maxima of many groups of items:
    nearly as high as the k-th largest score, in a fraction of the time that finding that takes.
    """
    n = scores.shape[-1]
    width = max(1, n // (GROUPS * k))
    grouped = scores[..., : n // width * width].reshape(*scores.shape[:-1], width, n // width)
    groups = grouped.max(axis=-2)
    return np.asarray(np.partition(groups, -k, axis=-1)[..., -k])


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
    wanted = len(scores) if n is None else offset + n
    stop = wanted
    # Counting who is left takes as long as ranking them, and matters at the end alone.
    if wanted > len(scores) - len(excluded_idx):
        stop = min(wanted, n_candidates(len(scores), excluded_idx))
    if offset >= stop:
        return np.zeros(0, np.intp)
    masked = scores.copy()
    masked[excluded_idx] = -np.inf
    # A few candidates instead of a sort of the whole catalogue: in row order, with all that tie at
    # the bound; a stable sort keeps the lower rows first.
    head = np.flatnonzero(masked >= reached_by(masked, stop))
    return head[np.argsort(-masked[head], kind="stable")][offset:stop]
