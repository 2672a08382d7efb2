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
        place, worth = self._known(history)
        total = np.zeros(len(self.targets), np.float32)
        # Some rows at a time: all of a long history's would be copied into tens of megabytes.
        for start in range(0, len(place), ROWS):
            some = slice(start, start + ROWS)
            total += worth[some] @ self.weights[place[some]]
        product = np.zeros(self.n_items, np.float32)
        product[self.targets] = total
        return product

    def rows_of(
        self, columns: NDArray[np.float32], item_idx: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """Some items' rows of columns beside B's: (s, m) by the rows of `weights` -> (n, m)."""
        place = self._place[item_idx]
        rows = np.zeros((len(item_idx), columns.shape[1]), np.float32)
        rows[place >= 0] = columns[place[place >= 0]]
        return rows

    def between(
        self, sources: NDArray[np.integer], targets: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """B from some items to others: (n, k); a target may be repeated."""
        column = self._column[targets]
        rows = np.zeros((len(sources), len(targets)), np.float32)
        known = self._place[sources] >= 0
        some = np.ix_(self._place[sources[known]], column[column >= 0])
        rows[np.ix_(known, column >= 0)] = self.weights[some]
        return rows

    @cached_property
    def row_means(self) -> NDArray[np.float64]:
        """(n_items,) the mean of each row of B over the catalogue."""
        means = np.zeros(self.n_items)
        means[self.sources] = self.weights.sum(axis=1, dtype=np.float64) / max(1, self.n_items)
        return means

    @cached_property
    def _column(self) -> NDArray[np.int32]:
        """(n_items,): the column of `weights` that an item has, or -1."""
        column = np.full(self.n_items, -1, np.int32)
        column[self.targets] = np.arange(len(self.targets), dtype=np.int32)
        return column

    def _known(self, history: History) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The rows of `weights` that speak for this history, and what each is worth."""
        place = self._place[history.item_idx]
        known = place >= 0
        return place[known], history.worth[known]


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
        items, weights, lengths = self._kept(history.item_idx)
        if (history.worth != 1).any():
            weights *= np.repeat(history.worth, lengths)
        product = np.bincount(items, weights, self.n_items).astype(np.float32)
        if self._has_rest:
            product += np.float32(history.worth @ self.rest_from[history.item_idx]) * self.rest_to
        return product

    def rows_of(
        self, columns: NDArray[np.float32], item_idx: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """Some items' rows of columns beside B's: (n_items, m) -> (n, m)."""
        return np.asarray(columns[item_idx])

    def between(
        self, sources: NDArray[np.integer], targets: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """B from some items to others: (n, k); a target may be repeated."""
        distinct, again = np.unique(targets, return_inverse=True)
        column = np.full(self.n_items, -1, np.int32)
        column[distinct] = np.arange(len(distinct))
        items, weights, lengths = self._kept(sources)
        column, row = column[items], np.repeat(np.arange(len(sources)), lengths)
        hits = column >= 0
        found = np.zeros((len(sources), len(distinct)), np.float32)
        np.add.at(found, (row[hits], column[hits]), weights[hits])
        return found[:, again] + np.outer(self.rest_from[sources], self.rest_to[targets])

    @cached_property
    def row_means(self) -> NDArray[np.float64]:
        """(n_items,) the mean of each row of B over the catalogue."""
        sums = np.concatenate([np.zeros(1), np.cumsum(self.weights, dtype=np.float64)])
        kept = np.diff(sums[self.starts]) / max(1, self.n_items)
        rest = self.rest_to.sum(dtype=np.float64) / max(1, self.n_items)
        return np.asarray(kept + self.rest_from * rest)

    def _kept(
        self, item_idx: NDArray[np.integer]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
        """The entries of some rows, one row after the other: columns, weights, and how many each
        row has.
        """
        if not len(item_idx):
            return self.items[:0], self.weights[:0], self.starts[:0]
        begin, end = self.starts[item_idx], self.starts[item_idx + 1]
        rows = [slice(*row) for row in zip(begin.tolist(), end.tolist(), strict=True)]
        items = np.concatenate([self.items[row] for row in rows])
        weights = np.concatenate([self.weights[row] for row in rows])
        return items, weights, end - begin

    @cached_property
    def _has_rest(self) -> bool:
        return bool(self.rest_from.any())


ItemWeights = DenseWeights | SparseWeights
