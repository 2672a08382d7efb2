"""Match: the chance that somebody who comes to rate an item likes it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Calibration:
    """A never falling line from scores to chances.

    scores:  (m,) float32, strictly rising, m >= 1.
    chances: (m,) float32, from 0 to 1, never falling.
    """

    scores: NDArray[np.float32]
    chances: NDArray[np.float32]

    def match(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """The chance for each score, linear between the knots and flat beyond them; same shape."""
        return np.asarray(np.interp(scores, *self._knots), np.float64)

    @cached_property
    def _knots(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """As `interp` takes them, which would convert them anew for every answer."""
        return self.scores.astype(np.float64), self.chances.astype(np.float64)
