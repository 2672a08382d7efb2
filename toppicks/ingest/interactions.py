"""Who rated what: made and checked in one place, frozen from then on."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.ids import IdMap
from toppicks.ingest.sorting import by_user
from toppicks.scoring.worth import Worth, ages

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Interactions:
    """Ratings, ordered by user, then time, then item; at most one for a user and an item.

    users, items: the maps from ids to rows; an item may be known and have no rating.
    user_idx:  (n,) int32.   item_idx: (n,) int32.
    rating:    (n,) float32, in the file's own scale.
    timestamp: (n,) int64, epoch seconds, or None where the file has no times.
    """

    users: IdMap
    items: IdMap
    user_idx: NDArray[np.int32]
    item_idx: NDArray[np.int32]
    rating: NDArray[np.float32]
    timestamp: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.user_idx)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.users), len(self.items)

    def where(self, mask: Mask) -> "Interactions":
        """The rows under a (n,) mask, with the same users and items."""
        return replace(
            self,
            user_idx=self.user_idx[mask],
            item_idx=self.item_idx[mask],
            rating=self.rating[mask],
            timestamp=None if self.timestamp is None else self.timestamp[mask],
        )

    def moved_to(self, users: IdMap, items: IdMap) -> "Interactions":
        """The same rows over maps that hold all these ids, in the order that is promised; those of
        a user without times stay as they are.
        """
        if users is self.users and items is self.items:
            return self
        user_idx = np.array([users.idx(id_) for id_ in self.users], np.int32)[self.user_idx]
        item_idx = np.array([items.idx(id_) for id_ in self.items], np.int32)[self.item_idx]
        place = np.arange(len(self)) if self.timestamp is None else self.timestamp
        order = by_user(user_idx, place, item_idx)
        return Interactions(
            users=users,
            items=items,
            user_idx=user_idx[order],
            item_idx=item_idx[order],
            rating=self.rating[order],
            timestamp=None if self.timestamp is None else self.timestamp[order],
        )

    def user_starts(self) -> NDArray[np.int64]:
        """(n_users + 1,): user u's rows are those from starts[u] up to starts[u + 1]."""
        return np.searchsorted(self.user_idx, np.arange(len(self.users) + 1))

    def matrix(self, worth: Worth | None = None) -> sp.csr_array:
        """(n_users, n_items) float32 CSR: what each row is worth, 1 if nothing is said.

        What is worth nothing has no entry.
        """
        values = np.ones(len(self), np.float32) if worth is None else self.worths(worth)
        says = values > 0
        places = (self.user_idx[says], self.item_idx[says])
        return sp.csr_array((values[says], places), shape=self.shape)

    def worths(self, worth: Worth) -> NDArray[np.float32]:
        """(n,), what each row is worth."""
        return worth.of(self.rating, self._ages(worth))

    def left(self, worth: Worth) -> NDArray[np.float32] | None:
        """(n,), the share of its worth that each row has left; None where nothing fades."""
        return worth.left(self._ages(worth))

    def _ages(self, worth: Worth) -> NDArray[np.float64] | None:
        """(n,) seconds before the newest row of the same person; None where they do not matter."""
        if self.timestamp is None or not worth.fades:
            return None
        return ages(self.user_starts(), self.timestamp)

    def counts_by_item(self) -> NDArray[np.int64]:
        """(n_items,): how many rows each item has."""
        return np.bincount(self.item_idx, minlength=len(self.items))
