"""B, the item-item weights: how much each item of a history speaks for every other item."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History


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
        total = np.zeros(len(self.targets), np.float32)
        scaled = np.empty_like(total)
        # Row by row: to pick them all for one product would copy a megabyte for a long history.
        for row, worth in zip(place.tolist(), history.worth.tolist(), strict=True):
            if row >= 0:
                weights = self.weights[row]
                total += weights if worth == 1 else np.multiply(weights, worth, out=scaled)
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
        begin = self.starts[history.item_idx]
        lengths = self.starts[history.item_idx + 1] - begin
        # Every entry of every row of the history, one after another.
        entry = np.arange(lengths.sum()) + np.repeat(begin - np.cumsum(lengths) + lengths, lengths)
        weights = self.weights[entry] * np.repeat(history.worth, lengths)
        product = np.bincount(self.items[entry], weights, self.n_items).astype(np.float32)
        rest = np.float32(history.worth @ self.rest_from[history.item_idx])
        return np.asarray(product + rest * self.rest_to, np.float32)


ItemWeights = DenseWeights | SparseWeights
