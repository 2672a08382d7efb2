"""Match: the chance that somebody who comes to rate an item likes it."""

from dataclasses import dataclass

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
        return np.asarray(np.interp(scores, self.scores, self.chances), np.float64)
