"""What is known of one person: the only thing that a score depends on."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class History:
    """One person's feedback.

    item_idx: (n,) int32, items whose feedback says something about taste, each once.
    worth:    (n,) float32 > 0, what each is worth; 1 for the clearest like.
    seen_idx: (m,) int32, every item that must never be picked again: a superset of `item_idx`.
    left:     (n,) float32, the share of its worth that each has left, counted from the newest;
              None where nothing fades.
    profile:  (d,) float32, what the person's own features add to their taste; None without any.

    Everything may be empty: then there is nothing to go by, and popularity speaks alone.
    """

    item_idx: NDArray[np.int32]
    worth: NDArray[np.float32]
    seen_idx: NDArray[np.int32]
    profile: NDArray[np.float32] | None = None
    left: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.item_idx)

    @cached_property
    def evidence(self) -> float:
        """n, the length in likes: what all of it is worth together."""
        return float(self.worth.sum())

    @classmethod
    def of_worth(
        cls,
        item_idx: NDArray[np.int32],
        worth: NDArray[np.float32],
        profile: NDArray[np.float32] | None = None,
        left: NDArray[np.float32] | None = None,
    ) -> "History":
        """Somebody's items, and what each is worth, 0 included; all of them are seen."""
        says = worth > 0
        return cls(
            item_idx[says], worth[says], item_idx, profile, None if left is None else left[says]
        )

    def cut_to(self, rows: NDArray[np.integer]) -> "History":
        """Only some of the items; what was seen stays. What fades does so from the newest of them,
        as for somebody who has no others.
        """
        item_idx, worth = self.item_idx[rows], self.worth[rows]
        if self.left is None or not len(rows):
            return replace(self, item_idx=item_idx, worth=worth, left=None)
        left = self.left[rows]
        newest = left.max()
        return replace(self, item_idx=item_idx, worth=worth / newest, left=left / newest)

    @classmethod
    def of_likes(cls, liked_idx: NDArray[np.integer], seen_idx: NDArray[np.integer]) -> "History":
        """A history in which every liked item is worth the same."""
        return cls(
            np.asarray(liked_idx, np.int32),
            np.ones(len(liked_idx), np.float32),
            np.asarray(seen_idx, np.int32),
        )


def profile_of(profiles: NDArray[np.float32] | None, user_idx: int) -> NDArray[np.float32] | None:
    """Somebody's row of (n_users, d) profiles; None without any, and for who has no features of
    their own, whose row is zeros.
    """
    if profiles is None:
        return None
    profile: NDArray[np.float32] = profiles[user_idx]
    return profile if profile.any() else None
