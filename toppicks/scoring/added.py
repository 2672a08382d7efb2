"""Items that came after training, placed by their features."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class AddedItems:
    """What a scorer needs of items that training did not know, or knew nothing of.

    idx:             (m,) int32, distinct rows: from the trained catalogue's size on a new item,
                     below it one that takes the place of a trained row without interactions.
    popularity:      (m,) float32, in the trained catalogue's standardised units.
    history_factors: (m, d) float32, L.
    item_factors:    (m, d) float32, R.   item_biases: (m,) float32, b.
    weights:         (s, m) float32, columns of B for them, by the rows of `DenseWeights.weights`
                     or, beside sparse weights, by all trained items; None where nothing is known.
    """

    idx: NDArray[np.int32]
    popularity: NDArray[np.float32]
    history_factors: NDArray[np.float32]
    item_factors: NDArray[np.float32]
    item_biases: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.idx)

    def in_row_order(self) -> "AddedItems":
        """The same, by rising row."""
        if (np.diff(self.idx) > 0).all():
            return self
        order = np.argsort(self.idx, kind="stable")
        taken = {
            one.name: getattr(self, one.name)[order]
            for one in fields(self)
            if one.name != "weights"
        }
        # As one would write it, `weights[:, order]` lies in memory by columns: scoring takes rows.
        weights = None if self.weights is None else np.take(self.weights, order, axis=1)
        return AddedItems(**taken, weights=weights)

    def check(self, n_trained: int, n_items: int) -> None:
        """Raises ValueError unless these are, by rising row, all that the catalogue has more.

        n_trained, n_items: how many items there are without them and with them.
        """
        idx = self.idx
        rising = (np.diff(idx) > 0).all() and not (len(idx) and idx[0] < 0)
        new = int(np.count_nonzero(idx >= n_trained))
        if not rising or new != n_items - n_trained or (new and idx[-1] != n_items - 1):
            raise ValueError(
                f"added items have the rows {idx.tolist()[:20]}; expected each once, and all from "
                f"{n_trained} up to {n_items} among them"
            )

    def places(self, item_idx: NDArray[np.integer]) -> NDArray[np.intp]:
        """(n,) where each of these rows is in `idx`, or -1. Rising rows are taken for granted."""
        if not len(self):
            return np.full(len(item_idx), -1, np.intp)
        places = np.minimum(np.searchsorted(self.idx, item_idx), len(self) - 1)
        return np.where(self.idx[places] == item_idx, places, -1)

    def among(
        self, trained: NDArray[np.float32], own: NDArray[np.float32], n_items: int
    ) -> NDArray[np.float32]:
        """(n_items, ...): a value for each item, the trained ones' and these items' own."""
        every = np.empty((n_items, *trained.shape[1:]), np.float32)
        every[: len(trained)] = trained
        every[self.idx] = own
        return every

    def rows(
        self,
        item_idx: NDArray[np.integer],
        trained: NDArray[np.float32],
        own: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """(n, ...): of some items, the rows of `trained`, or of `own` for those that were added."""
        places = self.places(item_idx)
        is_added = places >= 0
        rows = np.empty((len(item_idx), *trained.shape[1:]), np.float32)
        rows[~is_added] = trained[item_idx[~is_added]]
        rows[is_added] = own[places[is_added]]
        return rows
