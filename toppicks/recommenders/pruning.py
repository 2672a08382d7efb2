"""Products of sparse matrices, block by block, of which only the strongest entries are kept."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.scoring.item_weights import SparseWeights
from toppicks.scoring.ranking import reached_by

# One block would take about this much if it were dense.
BLOCK_BYTES = 32 << 20
# How many weights are kept for each item, on average.
PER_ITEM = 200

# From entries (n,) and their two items, the one to score and the one of the history, to new values.
Transform = Callable[
    [NDArray[np.float32], NDArray[np.integer], NDArray[np.integer]], NDArray[np.float32]
]


def pruned_product(
    left: sp.csr_array, right: sp.csr_array, neighbours: int, transform: Transform
) -> sp.csr_array:
    """B = left @ right, changed entry by entry; of each column the largest `neighbours` are kept.

    left: (n, k), right: (k, n). The diagonal and whatever is not positive are dropped.
    """
    n = left.shape[0]
    # Rows of B' are contiguous.
    to_score, history = sp.csr_array(right.T), sp.csr_array(left.T)
    height = max(1, BLOCK_BYTES // (4 * max(n, 1)))
    blocks = [sp.csr_array((0, n), dtype=np.float32)]
    for start in range(0, n, height):
        block = sp.csr_array(to_score[start : start + height] @ history)
        scored = np.repeat(np.arange(start, start + block.shape[0]), np.diff(block.indptr))
        block.data = transform(block.data, scored, block.indices)
        block.data[block.indices == scored] = 0
        blocks.append(_strongest_entries(block, neighbours))
    return sp.csr_array(sp.vstack(blocks, format="csr").T)


def _strongest_entries(block: sp.csr_array, neighbours: int) -> sp.csr_array:
    """The largest positive `neighbours` of each row of a sparse block."""
    for number in np.flatnonzero(np.diff(block.indptr) > neighbours).tolist():
        row = block.data[block.indptr[number] : block.indptr[number + 1]]
        row[np.argpartition(row, -neighbours)[:-neighbours]] = 0
    np.maximum(block.data, 0, out=block.data)
    block.eliminate_zeros()
    return block


def strongest(block: NDArray[np.float32], neighbours: int) -> sp.csr_array:
    """The largest positive `neighbours` of each row of a dense block; of equals at the border,
    any, but the same every time.
    """
    if neighbours >= block.shape[1]:
        return sp.csr_array(np.maximum(block, 0))
    candidates = block >= reached_by(block, neighbours)[:, None]
    return _strongest_entries(sp.csr_array(np.where(candidates, block, 0)), neighbours)


def active_items(worth: sp.csr_array) -> NDArray[np.intp]:
    """The items that anything is known of, rising."""
    return np.flatnonzero(np.bincount(worth.indices, minlength=worth.shape[1]))


def spread_out(matrix: sp.csr_array, items: NDArray[Any], n_items: int) -> SparseWeights:
    """Weights among some items, (m, m), as weights among all."""
    found = sp.coo_array(matrix)
    places = (items[found.row], items[found.col])
    return sparse_weights(sp.csr_array((found.data, places), shape=(n_items, n_items)))


def largest_of_all(
    weights: NDArray[np.float32], items: NDArray[np.integer], n_items: int
) -> SparseWeights:
    """Of dense weights among some items, (m, m), the largest by size, `PER_ITEM` for each on
    average, as weights among all.
    """
    size, keep = np.abs(weights), min(weights.size, PER_ITEM * len(items))
    border = np.partition(size.ravel(), -keep)[-keep]
    return spread_out(sp.csr_array(np.where(size >= border, weights, 0)), items, n_items)


def globally_strongest(matrix: sp.csr_array, per_item: int) -> SparseWeights:
    """The strongest weights of the whole, `per_item` for each row on average; the rest in rank one.

    One border for all, rather than so many for each column, keeps the long tails of what many
    people have; the row and column sums of what is cut stand in for the rest (docs/decisions.md).
    """
    keep = per_item * matrix.shape[0]
    if keep >= matrix.nnz:
        return sparse_weights(matrix)
    border = np.partition(matrix.data, matrix.nnz - keep)[matrix.nnz - keep]
    kept = matrix.copy()
    kept.data = np.where(matrix.data >= border, matrix.data, 0)
    kept.eliminate_zeros()
    rest_from, rest_to = (
        np.asarray(matrix.sum(axis=axis) - kept.sum(axis=axis), np.float32) for axis in (1, 0)
    )
    return sparse_weights(kept, rest_from, rest_to / max(float(rest_to.sum()), 1e-30))


def sparse_weights(
    matrix: sp.csr_array,
    rest_from: NDArray[np.float32] | None = None,
    rest_to: NDArray[np.float32] | None = None,
) -> SparseWeights:
    """The same entries, by rows; without a rest unless there is one."""
    matrix.sort_indices()
    nothing = np.zeros(matrix.shape[0], np.float32)
    return SparseWeights(
        starts=matrix.indptr.astype(np.int64),
        items=matrix.indices.astype(np.int32),
        weights=matrix.data.astype(np.float32),
        rest_from=nothing if rest_from is None else rest_from,
        rest_to=nothing if rest_to is None else np.asarray(rest_to, np.float32),
    )


def as_matrix(weights: SparseWeights) -> sp.csr_array:
    """The kept entries: (n_items, n_items)."""
    shape = (weights.n_items, weights.n_items)
    return sp.csr_array((weights.weights, weights.items, weights.starts), shape=shape)
