"""What each level of feedback is worth as evidence of somebody's taste."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
# In seconds, as half-lives are; people are told days.
DAY = 86_400.0


@dataclass(frozen=True)
class Worth:
    """A never falling step function of the rating, learnt on validation rows; and how it fades.

    starts:    the lowest rating of each level, rising; what is below the first counts as that.
    values:    what each level is worth: >= 0, never falling, the last 1. 0 says nothing.
    half_life: seconds after which feedback is worth half, counted back from the newest of the
               same person; infinite where it never fades.
    """

    starts: tuple[float, ...]
    values: tuple[float, ...]
    half_life: float = math.inf

    @classmethod
    def of_likes(cls, like_from: float) -> "Worth":
        """A like is worth 1, anything less nothing."""
        return cls((-np.inf, like_from), (0.0, 1.0))

    def of(self, rating: Floats, age: Floats | None = None) -> NDArray[np.float32]:
        """(n,) ratings in the file's own scale -> (n,) float32.

        age: (n,) seconds before the same person's newest feedback; None where there are no times.
        """
        level = np.searchsorted(self.starts, rating, side="right") - 1
        worth = np.asarray(self.values, np.float32)[np.maximum(level, 0)]
        left = self.left(age)
        return worth if left is None else worth * left

    @property
    def fades(self) -> bool:
        """Whether it matters how old feedback is."""
        return math.isfinite(self.half_life)

    def left(self, age: Floats | None) -> NDArray[np.float32] | None:
        """(n,) the share of its worth that feedback of this age has left; None if all has all."""
        if age is None or not self.fades:
            return None
        return np.asarray(np.exp2(-age / self.half_life), np.float32)


def ages(starts: NDArray[np.integer], timestamp: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) seconds from each row to the newest of the same person.

    Not to the clock, so that answers stand still while nothing changes.

    starts: (n_users + 1,) of each person's rows, oldest first.   timestamp: (n,) epoch seconds.
    """
    times = timestamp.astype(np.float64)
    if not len(times):
        return times
    newest = times[np.maximum(starts[1:], 1) - 1]
    return np.asarray(np.repeat(newest, np.diff(starts)) - times)
