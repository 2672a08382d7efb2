"""B, the item-item weights: how much each item of a history speaks for every other item."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History

# Rows of B that are copied at a time.
ROWS = 64


@dataclass(frozen=True, eq=False)
class DenseWeights:
    """B from the items that are known well enough to these and to cold ones; 0 everywhere else.

    n_items: how many there are in all.
    sources: (s,) int32, rising: the items of a history that say something, the rows of `weights`.
    targets: (t,) int32, distinct: the items that are scored, its columns.
    weights: (s, t) float32.
    """

    n_items: int
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]

    @cached_property
    def _place(self) -> NDArray[np.int32]:
        """(n_items,): the row of `weights` that an item has, or -1."""
        place = np.full(self.n_items, -1, np.int32)
        place[self.sources] = np.arange(len(self.sources), dtype=np.int32)
        return place

    def product(self, history: History) -> NDArray[np.float32]:
        """H B: (n_items,) float32; zeros where nothing in the history is known well enough."""
        place = self._place[history.item_idx]
        known = place >= 0
        place, worth = place[known], history.worth[known]
        total = np.zeros(len(self.targets), np.float32)
        # Some rows at a time: all of a long history's would be copied into tens of megabytes.
        for start in range(0, len(place), ROWS):
            some = slice(start, start + ROWS)
            total += worth[some] @ self.weights[place[some]]
        product = np.zeros(self.n_items, np.float32)
        product[self.targets] = total
        return product


@dataclass(frozen=True, eq=False)
class SparseWeights:
    """B by rows, with only the strongest weights kept, and the rest of them in rank one.

    starts:    (n_items + 1,) int64; row j's entries are those from starts[j] up to starts[j + 1].
    items:     (nnz,) int32, the columns.   weights: (nnz,) float32.
    rest_from: (n_items,) float32, r, and rest_to: (n_items,) float32, q: what was left out, as
               r q'; zeros where nothing was.
    """

    starts: NDArray[np.int64]
    items: NDArray[np.int32]
    weights: NDArray[np.float32]
    rest_from: NDArray[np.float32]
    rest_to: NDArray[np.float32]

    @property
    def n_items(self) -> int:
        return len(self.starts) - 1

    def product(self, history: History) -> NDArray[np.float32]:
        """H B: (n_items,) float32."""
        if not len(history):
            return np.zeros(self.n_items, np.float32)
        begin, end = self.starts[history.item_idx], self.starts[history.item_idx + 1]
        rows = [slice(*row) for row in zip(begin.tolist(), end.tolist(), strict=True)]
        items = np.concatenate([self.items[row] for row in rows])
        weights = np.concatenate([self.weights[row] for row in rows])
        if (history.worth != 1).any():
            weights *= np.repeat(history.worth, end - begin)
        product = np.bincount(items, weights, self.n_items).astype(np.float32)
        if self._has_rest:
            product += np.float32(history.worth @ self.rest_from[history.item_idx]) * self.rest_to
        return product

    @cached_property
    def _has_rest(self) -> bool:
        return bool(self.rest_from.any())


ItemWeights = DenseWeights | SparseWeights
