"""The formula: popularity for who is new, items and factors for who has a history.

    score(h) = p_n * pop + a_n * z(h B) + c_n * z(m R' + b),    m = sum_j h_j l_j / sum_j h_j
    a_n = share * n^2 / (n^2 + k_a^2),  c_n = (1 - share) * n^2 / (n^2 + k_c^2),
    p_n = 1 - a_n - c_n

with n = sum_j h_j, what the history is worth in likes. Somebody's own features, where there are
any, are a profile, which is added to m; n in c_n is larger by the q likes that it counts as, and
c_n by (share - a_n) * q^2 / (q^2 + k_c^2). A known user, a new one and a "what if" are one case: a
history goes in, scores come out. No user factors are stored, so a rating counts in the very next
request.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History
from toppicks.scoring.item_weights import ItemWeights

Scores = NDArray[np.float32]

# Of the largest value: a spread below this is float32's.
NOISE = 1e-6


def standardise(values: NDArray[np.floating]) -> Scores:
    """z: mean 0 and standard deviation 1 over the whole catalogue; a constant gives zeros, and
    so does what differs by no more than float32's noise. In which unit the values are is of no
    consequence.

    (n,) -> (n,) float32. Empty input gives empty output.
    """
    if values.size == 0:
        return np.zeros(0, np.float32)
    values = np.asarray(values, np.float32)
    largest = np.abs(values).max()
    if not largest:
        return np.zeros(values.size, np.float32)
    centred: Scores = values / largest
    centred -= np.add.reduce(centred) / np.float32(centred.size)
    spread = math.sqrt(np.dot(centred, centred) / centred.size)
    # A "constant" of float32 may differ in its last digits: that is noise, not a preference.
    if spread <= NOISE:
        return np.zeros(values.size, np.float32)
    centred /= np.float32(spread)
    return centred


@dataclass(frozen=True)
class Blend:
    """What each part of the formula weighs, by the history's length in likes.

    share:      of the item-item part in what is personal, 0 to 1; the rest is the taste's.
    lean_items: k_a >= 0, the length at which the item-item part has half its weight.
    lean_taste: k_c >= 0, likewise; where both are infinite, popularity is all.
    profile:    how many likes somebody's own features count as; they are part of the taste.
    """

    share: float = 0.5
    lean_items: float = 2.0
    lean_taste: float = 2.0
    profile: float = 0.0

    def weights(self, n: float, has_profile: bool = False) -> tuple[float, float, float]:
        """(p_n, a_n, c_n), which add up to 1."""
        profile = self.profile * has_profile
        items = self.share * _rising(n, self.lean_items)
        taste = (1 - self.share) * _rising(n + profile, self.lean_taste)
        # The item-item part knows nothing of a profile, and lends the taste what it does not use.
        taste += (self.share - items) * _rising(profile, self.lean_taste)
        return 1 - items - taste, items, taste


def _rising(n: float, lean: float) -> float:
    """n^2 / (n^2 + k^2): half at k, and soon all; 0 without a history, whatever k."""
    return 1 / (1 + (lean / n) ** 2) if n > 0 else 0.0


@dataclass(frozen=True)
class Scorer:
    """The formula with everything that it needs.

    item_weights:    B; None where the item-item part weighs nothing.
    history_factors: (n_items, d) float32, L.
    item_factors:    (n_items, d) float32, R.   item_biases: (n_items,) float32, b.
    popularity:      (n_items,) float32, standardised.
    """

    item_weights: ItemWeights | None
    history_factors: NDArray[np.float32]
    item_factors: NDArray[np.float32]
    item_biases: NDArray[np.float32]
    popularity: Scores
    blend: Blend

    @property
    def n_items(self) -> int:
        return len(self.popularity)

    def scores(self, history: History) -> Scores:
        """Every item's score for this history, before any mask: (n_items,) float32."""
        popular, items, taste = self.blend.weights(history.evidence, history.profile is not None)
        scores = np.float32(popular) * self.popularity
        if items:
            scores += np.float32(items) * self.from_items(history)
        if taste:
            scores += np.float32(taste) * self.from_taste(history)
        return scores

    def from_items(self, history: History) -> Scores:
        """z(h B): (n_items,) float32; an empty history gives zeros."""
        if self.item_weights is None or not len(history):
            return np.zeros(self.n_items, np.float32)
        return standardise(self.item_weights.product(history))

    def from_taste(self, history: History) -> Scores:
        """z(m R' + b): (n_items,) float32; without history and profile, zeros."""
        if not len(history) and history.profile is None:
            return np.zeros(self.n_items, np.float32)
        mean = history_mean(self.history_factors, history)
        return standardise(self.item_factors @ mean + self.item_biases)


def history_mean(factors: NDArray[np.float32], history: History) -> NDArray[np.float32]:
    """m, the mean of the history's factors, weighted by worth, and the profile: (d,) float32."""
    mean = np.zeros(factors.shape[1], np.float32)
    if len(history):
        mean += (history.worth @ factors[history.item_idx]) / history.worth.sum()
    return mean if history.profile is None else mean + history.profile
