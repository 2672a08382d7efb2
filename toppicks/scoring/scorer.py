"""The formula: popularity for who is new, LightFM's factors for who has a history.

    score(h) = p_n * pop + c_n * z(m W V^T + b),    m = sum_j h_j v_j / sum_j h_j
    c_n = n / (n + k),  p_n = 1 - c_n,  n = the number of items in the history

A known user, a new one and a "what if" are one case: a history goes in, scores come out.
No user factors are stored, so a rating counts in the very next request.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History

Scores = NDArray[np.float32]


def standardise(values: NDArray[np.floating]) -> Scores:
    """z: mean 0 and standard deviation 1 over the whole catalogue; a constant gives zeros, and
    so does what differs by no more than float32's noise.

    (n,) -> (n,) float32. Empty input gives empty output.
    """
    if values.size == 0:
        return np.zeros(0, np.float32)
    values = np.asarray(values, np.float32)
    mean = np.add.reduce(values) / np.float32(values.size)
    centred: Scores = values - mean
    spread = math.sqrt(np.dot(centred, centred) / centred.size)
    # A "constant" of float32 may differ in its last digits: that is noise, not a preference.
    if spread <= 1e-6 * max(1.0, abs(float(mean))):
        return np.zeros(values.size, np.float32)
    centred /= np.float32(spread)
    return centred


def standardised_popularity(n_likes: NDArray[np.integer]) -> Scores:
    """z(log(1 + likes)): (n_items,) counts -> (n_items,) float32.

    The logarithm ranks as the count does, but keeps the few most liked items from drowning
    what is personal when both are added.
    """
    return standardise(np.log1p(n_likes))


@dataclass(frozen=True)
class Scorer:
    """The formula with everything that it needs.

    item_factors: (n_items, d) float32, V.   item_biases: (n_items,) float32, b.
    fold_in:      (d, d) float32, W, the ridge regression of user factors on m.
    popularity:   (n_items,) float32, standardised.
    lean:         k >= 0, the history's length at which popularity and taste weigh the same;
                  infinity leaves popularity alone.
    """

    item_factors: NDArray[np.float32]
    item_biases: NDArray[np.float32]
    fold_in: NDArray[np.float32]
    popularity: Scores
    lean: float

    @property
    def n_items(self) -> int:
        return len(self.popularity)

    def taste_weight(self, n: int) -> float:
        """c_n, between 0 (no history: popularity alone) and 1; p_n is 1 - c_n."""
        return n / (n + self.lean) if n else 0.0

    def taste(self, history: History) -> Scores:
        """z(m W V^T + b): (n_items,) float32; an empty history gives zeros."""
        if not len(history):
            return np.zeros(self.n_items, np.float32)
        factors = history_mean(self.item_factors, history) @ self.fold_in
        return standardise(self.item_factors @ factors + self.item_biases)

    def scores(self, history: History) -> Scores:
        """Every item's score for this history, before any mask: (n_items,) float32."""
        return self.blend(self.taste(history), len(history))

    def blend(self, taste: Scores, n: int) -> Scores:
        """c_n * taste + p_n * popularity, for a history of n items: (n_items,) float32."""
        weight = self.taste_weight(n)
        scores = np.float32(weight) * taste
        scores += np.float32(1 - weight) * self.popularity
        return scores


def history_mean(item_factors: NDArray[np.float32], history: History) -> NDArray[np.float32]:
    """m, the mean of the history's item factors, weighted by worth: (d,) float32.

    The history must not be empty.
    """
    total = history.worth @ item_factors[history.item_idx]
    return np.asarray(total / history.worth.sum(), np.float32)
