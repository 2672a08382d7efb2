"""Items as mixes of known ones whose features are like theirs: what B says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.item_weights import DenseWeights, ItemWeights
from toppicks.scoring.vocabulary import Encoded
from toppicks.validity import check_array, check_rows, check_starts

Floats = NDArray[np.float32]

# How much of a history's own items is mixed in beside what the item-item weights say of them
# (docs/decisions.md).
OWN = 0.3
# Of a mix's column, so many weights are kept where B is sparse.
NEIGHBOURS = 200
# Entries of a product that are held at a time.
HELD = 2_000_000
_ARRAYS = ("starts", "features", "values", "inverse")


@dataclass(frozen=True, eq=False)
class Mixing:
    """mix = F (F'F + ridge I)^-1 f, for the features f of an item, the first of them a constant 1.

    n_items:  how many items training had.
    known:    (k,) rows, rising: those with interactions.
    starts:   (k + 1,) int64, features: (nnz,) int32, values: (nnz,) float32: F, the features of
              the known items, by rows.
    inverse:  (f (f + 1) / 2,) float32: (F'F + ridge I)^-1, the rows of its lower triangle.
    """

    n_items: int
    known: NDArray[np.intp]
    starts: NDArray[np.int64]
    features: NDArray[np.int32]
    values: Floats
    inverse: Floats

    def mixes(self, items: Sequence[Encoded]) -> Floats:
        """(n_items, m) float32: how much of every item there is in each; 0 of all but known ones.

        items: m of them, with places among the f features.
        """
        solved = np.zeros((self._f, len(items)), np.float32)
        for column, item in enumerate(items):
            for place, value in zip(item.places.tolist(), item.values, strict=True):
                solved[:, column] += value * self._inverse_row(place)
        mixes = np.zeros((self.n_items, len(items)), np.float32)
        mixes[self.known] = sparse_product(self.starts, self.features, self.values, solved)
        return mixes

    def columns(self, items: Sequence[Encoded], weights: ItemWeights) -> Floats:
        """What B says of mixes: (B + own I) mix, (s, m) float32, a row for each row of B.

        Of a sparse B's columns the strongest weights are kept, beside the mix of the rest. Each
        item's is computed by itself: together they would take as long, and would be summed in
        another order, so that the last bit would depend on which others there are.
        """
        rows = len(weights.sources) if isinstance(weights, DenseWeights) else weights.n_items
        columns = np.empty((rows, len(items)), np.float32)
        for column, item in enumerate(items):
            columns[:, column] = _columns(weights, self.mixes([item]))[:, 0]
        return columns

    @cached_property
    def _f(self) -> int:
        """How many features there are, by the size of a triangle."""
        return int((8 * len(self.inverse) + 1) ** 0.5) // 2

    @cached_property
    def _row_starts(self) -> NDArray[np.int64]:
        """Where each row of the triangle begins."""
        rows = np.arange(self._f, dtype=np.int64)
        return rows * (rows + 1) // 2

    def _inverse_row(self, place: int) -> Floats:
        """(f,): up to the diagonal as it lies there, and then down the column."""
        start = self._row_starts[place]
        below = self.inverse[self._row_starts[place + 1 :] + place]
        return np.concatenate([self.inverse[start : start + place + 1], below])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """What an artifact holds of it; which items are known follows from their ratings."""
        return {f"mixing_{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], n_ratings: NDArray[np.int64], f: int
    ) -> "Mixing | None":
        """Of f features; None where there are no such arrays. Raises ValueError or KeyError for
        what no training writes.
        """
        if not any(f"mixing_{name}" in arrays for name in _ARRAYS):
            return None
        known, nnz = np.flatnonzero(n_ratings > 0), len(arrays["mixing_features"])
        starts = check_array(arrays, "mixing_starts", (len(known) + 1,), np.int64)
        check_starts("mixing_starts", starts, nnz)
        features = check_array(arrays, "mixing_features", (nnz,), np.int32)
        check_rows("mixing_features", features, f)
        return cls(
            n_items=len(n_ratings),
            known=known,
            starts=starts,
            features=features,
            values=check_array(arrays, "mixing_values", (nnz,), np.float32),
            inverse=check_array(arrays, "mixing_inverse", (f * (f + 1) // 2,), np.float32),
        )


def sparse_product(
    starts: NDArray[np.int64], columns: NDArray[np.int32], values: Floats, matrix: Floats
) -> Floats:
    """A sparse matrix, by rows, times a dense one: (n, f) @ (f, m) -> (n, m) float32."""
    product = np.zeros((len(starts) - 1, matrix.shape[1]), np.float32)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    at_once = max(1, HELD // max(1, matrix.shape[1]))
    first = 0
    while first < len(filled):
        begin = starts[filled[first]]
        # As many rows as are held at a time, and one at least.
        last = max(first + 1, int(np.searchsorted(starts[filled + 1], begin + at_once, "right")))
        some = slice(begin, starts[filled[last - 1] + 1])
        entries = values[some, None] * matrix[columns[some]]
        rows = filled[first:last]
        product[rows] = np.add.reduceat(entries, starts[rows] - begin, axis=0)
        first = last
    return product


def _columns(weights: ItemWeights, mixes: Floats) -> Floats:
    """(s, m) for mixes (n_items, m)."""
    if isinstance(weights, DenseWeights):
        own = np.float32(OWN) * mixes[weights.sources]
        return np.asarray(weights.weights @ mixes[weights.targets] + own)
    columns = sparse_product(weights.starts, weights.items, weights.weights, mixes)
    columns += np.float32(OWN) * mixes
    if len(columns) > NEIGHBOURS:
        size = np.abs(columns)
        columns[size < np.partition(size, -NEIGHBOURS, axis=0)[-NEIGHBOURS]] = 0
    return np.asarray(columns + np.outer(weights.rest_from, weights.rest_to @ mixes))
