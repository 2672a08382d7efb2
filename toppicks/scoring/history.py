"""What is known of one person: the only thing that a score depends on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class History:
    """One person's feedback.

    item_idx: (n,) int32, items whose feedback says something about taste, each once.
    worth:    (n,) float32 > 0, what each is worth.
    seen_idx: (m,) int32, every item that must never be picked again: a superset of `item_idx`.

    Everything may be empty: then there is nothing to go by, and popularity speaks alone.
    """

    item_idx: NDArray[np.int32]
    worth: NDArray[np.float32]
    seen_idx: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.item_idx)

    @classmethod
    def of_ratings(
        cls, item_idx: NDArray[np.integer], rating: NDArray[np.floating], like_from: float
    ) -> "History":
        """The likes among somebody's ratings, each worth 1; everything rated is seen."""
        return cls.of_likes(item_idx[rating >= like_from], item_idx)

    @classmethod
    def of_likes(cls, liked_idx: NDArray[np.integer], seen_idx: NDArray[np.integer]) -> "History":
        """A history in which every liked item is worth the same."""
        return cls(
            np.asarray(liked_idx, np.int32),
            np.ones(len(liked_idx), np.float32),
            np.asarray(seen_idx, np.int32),
        )
