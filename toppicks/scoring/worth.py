"""What each level of feedback is worth as evidence of somebody's taste."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Worth:
    """A never falling step function of the rating, learnt on validation rows.

    starts: the lowest rating of each level, rising; what is below the first counts as the first.
    values: what each level is worth: >= 0, never falling, the last 1. 0 says nothing about taste.
    """

    starts: tuple[float, ...]
    values: tuple[float, ...]

    @classmethod
    def of_likes(cls, like_from: float) -> "Worth":
        """A like is worth 1, anything less nothing."""
        return cls((-np.inf, like_from), (0.0, 1.0))

    def of(self, rating: NDArray[np.floating]) -> NDArray[np.float32]:
        """(n,) ratings in the file's own scale -> (n,) float32."""
        level = np.searchsorted(self.starts, rating, side="right") - 1
        return np.asarray(self.values, np.float32)[np.maximum(level, 0)]
