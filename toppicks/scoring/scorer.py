"""The formula: popularity for who is new, items and factors for who has a history.

    score(h) = p_n * pop + a_n * z(h B) + c_n * z(m R' + b),    m = sum_j h_j l_j / sum_j h_j
    a_n = share * n^2 / (n^2 + k_a^2),  c_n = (1 - share) * n^2 / (n^2 + k_c^2),
    p_n = 1 - a_n - c_n

with n = sum_j h_j, what the history is worth in likes. Somebody's own features, where there are
any, are a profile, which is added to m; n in c_n is larger by the q likes that it counts as, and
c_n by (share - a_n) * q^2 / (q^2 + k_c^2). A known user, a new one and a "what if" are one case: a
history goes in, scores come out. No user factors are stored, so a rating counts in the very next
request.

z is by the mean and the deviation of the trained catalogue. Items that came later are measured by
the same, so that adding one never changes the score of another.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.added import AddedItems
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import ItemWeights
from toppicks.scoring.standard import CONSTANT, Scores, Standard, standardised


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


class Scored(NamedTuple):
    """Every item's score for a history, and by what its two personal parts were standardised."""

    scores: Scores
    items: Standard
    taste: Standard


@dataclass(frozen=True)
class Scorer:
    """The formula with everything that it needs.

    item_weights:    B; None where the item-item part weighs nothing.
    history_factors: (n_trained, d) float32, L.
    item_factors:    (n_trained, d) float32, R.   item_biases: (n_trained,) float32, b.
    popularity:      (n_trained,) float32, standardised.
    added:           what came after training; a history may hold them, and B says nothing of them.
    """

    item_weights: ItemWeights | None
    history_factors: NDArray[np.float32]
    item_factors: NDArray[np.float32]
    item_biases: NDArray[np.float32]
    popularity: Scores
    blend: Blend
    added: AddedItems | None = None

    def with_added(self, added: AddedItems, n_items: int) -> "Scorer":
        """The same scorer for a catalogue of `n_items`; what was added before is forgotten.

        Raises ValueError unless every row from the trained catalogue's size on is among them once.
        """
        added = added.in_row_order()
        added.check(self.n_trained, n_items)
        return replace(self, added=added if len(added) else None)

    @property
    def n_trained(self) -> int:
        return len(self.popularity)

    @property
    def n_items(self) -> int:
        return len(self.every_popularity)

    @cached_property
    def every_popularity(self) -> Scores:
        """(n_items,): the trained items' and the added ones'."""
        return self._with_added(self.popularity, lambda added: added.popularity)

    def item_factors_of(self, item_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        """R of some items, trained or added: (k,) -> (k, d)."""
        return self._rows("item_factors", item_idx)

    def item_biases_of(self, item_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        """The biases b of some items, trained or added: (k,) -> (k,)."""
        return self._rows("item_biases", item_idx)

    def history_factors_of(self, item_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        """L of some items, trained or added: (h,) -> (h, d)."""
        return self._rows("history_factors", item_idx)

    def is_added(self, item_idx: NDArray[np.integer]) -> NDArray[np.bool_]:
        """(n,) whether each of these came after training, so that its row of B is empty."""
        if self.added is None:
            return np.zeros(len(item_idx), bool)
        return self.added.places(item_idx) >= 0

    @cached_property
    def middle(self) -> tuple[NDArray[np.float64], float]:
        """The trained catalogue's mean row of R, (d,), and its mean bias."""
        factors = self.item_factors.mean(axis=0, dtype=np.float64)
        return factors, float(self.item_biases.mean(dtype=np.float64))

    def scores(self, history: History) -> Scores:
        """Every item's score for this history, before any mask: (n_items,) float32."""
        return self.scored(history).scores

    def scored(self, history: History) -> Scored:
        """The same, and what explains them."""
        popular, items, taste = self.blend.weights(history.evidence, history.profile is not None)
        scores = np.float32(popular) * self.every_popularity
        by_items = by_taste = CONSTANT
        if items:
            z, by_items = self._by_items(history)
            scores += np.float32(items) * z
        if taste:
            z, by_taste = self._by_taste(history)
            scores += np.float32(taste) * z
        return Scored(scores, by_items, by_taste)

    def from_items(self, history: History) -> Scores:
        """z(h B): (n_items,) float32; an empty history gives zeros."""
        return self._by_items(history)[0]

    def from_taste(self, history: History) -> Scores:
        """z(m R' + b): (n_items,) float32; without history and profile, zeros."""
        return self._by_taste(history)[0]

    def _by_items(self, history: History) -> tuple[Scores, Standard]:
        weights = self.item_weights
        if weights is None or not len(history):
            return np.zeros(self.n_items, np.float32), CONSTANT
        if self.added is not None:
            known = ~self.is_added(history.item_idx)
            history = replace(history, item_idx=history.item_idx[known], worth=history.worth[known])
        z, standard = standardised(weights.product(history))

        def of_added(added: AddedItems) -> Scores:
            if added.weights is None:
                return standard.z(np.zeros(len(added), np.float32))
            rows = weights.rows_of(added.weights, history.item_idx)
            return standard.z(history.worth @ rows)

        return self._with_added(z, of_added), standard

    def _by_taste(self, history: History) -> tuple[Scores, Standard]:
        if not len(history) and history.profile is None:
            return np.zeros(self.n_items, np.float32), CONSTANT
        mean = _mean(self.history_factors_of(history.item_idx), history)
        z, standard = standardised(self.item_factors @ mean + self.item_biases)

        def of_added(added: AddedItems) -> Scores:
            return standard.z(added.item_factors @ mean + added.item_biases)

        return self._with_added(z, of_added), standard

    def _rows(self, name: str, item_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        """Rows of one of the arrays, where what was added has its own."""
        trained: NDArray[np.float32] = getattr(self, name)
        if self.added is None:
            return np.asarray(trained[item_idx])
        return self.added.rows(item_idx, trained, getattr(self.added, name))

    def _with_added(self, trained: Scores, of_added: Callable[[AddedItems], Scores]) -> Scores:
        """(n_items,) from a value for each trained item and one for each added."""
        if self.added is None:
            return trained
        n_items = max(len(trained), int(self.added.idx[-1]) + 1)
        return self.added.among(trained, of_added(self.added), n_items)


def history_mean(factors: NDArray[np.float32], history: History) -> NDArray[np.float32]:
    """m, the mean of the history's factors, weighted by worth, and the profile: (d,) float32.

    factors: (n_items, d), of every item.
    """
    return _mean(factors[history.item_idx], history)


def _mean(rows: NDArray[np.float32], history: History) -> NDArray[np.float32]:
    """The same from the history's own rows, (n, d)."""
    mean = np.zeros(rows.shape[1], np.float32)
    if len(history):
        mean += (history.worth @ rows) / history.worth.sum()
    return mean if history.profile is None else mean + history.profile
