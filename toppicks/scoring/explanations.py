"""Why an item is scored as it is: what each thing in a history adds, and what else does.

With the weights and names of the formula (see `scorer`), and s_a, s_c the two deviations:

    part of j in i = a_n * h_j * (B_ji - mean_i B_ji) / s_a
                   + c_n * h_j / sum(h) * l_j (r_i - mean r) / s_c
    general of i   = p_n * pop_i + c_n * (b_i - mean b) / s_c
    profile of i   = c_n * profile (r_i - mean r) / s_c

z is linear but for its deviation, so they add up to the score, to float32's precision. They take
the score apart; they do not say what it would be without j, which would change n and the
deviations too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History
from toppicks.scoring.item_weights import ItemWeights
from toppicks.scoring.scorer import Scored, Scorer

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Explanation:
    """What adds up to the scores of k items, for a history of h.

    parts:   (h, k) float64, of each item of the history that was asked for; some are below 0.
    general: (k,) float64, popularity and bias, whoever asks.
    profile: (k,) float64, the person's own features.
    """

    parts: Floats
    general: Floats
    profile: Floats

    @property
    def scores(self) -> Floats:
        """(k,), what they add up to."""
        total: Floats = self.parts.sum(axis=0) + self.general + self.profile
        return total


def explain(
    scorer: Scorer,
    history: History,
    item_idx: NDArray[np.integer],
    scored: Scored | None = None,
    places: NDArray[np.integer] | None = None,
) -> Explanation:
    """The parts of these items' scores for this history; (k,) rows, trained or added.

    scored: what `scorer.scored` gave for the same history, where it is at hand; scoring again is
            most of the work. An empty history has no parts: (0, k).
    places: of the history, whose parts are asked for, in this order; all for None. Those of some
            do not add up to the score.
    """
    scored = scored or scorer.scored(history)
    popular, items, taste = scorer.blend.weights(history.evidence, history.profile is not None)
    places = np.arange(len(history)) if places is None else places
    sources, worth = history.item_idx[places], history.worth[places].astype(np.float64)
    parts = np.zeros((len(places), len(item_idx)))
    general = popular * scorer.every_popularity[item_idx].astype(np.float64)
    profile = np.zeros(len(item_idx))
    if items and scored.items.deviation and scorer.item_weights is not None:
        by_items = _item_parts(scorer, scorer.item_weights, sources, item_idx)
        parts += items / scored.items.spread * worth[:, None] * by_items
    if taste and scored.taste.deviation:
        weight = taste / scored.taste.spread
        middle, mean_bias = scorer.middle
        factors = scorer.item_factors_of(item_idx) - middle
        if len(places):
            own = scorer.history_factors_of(sources).astype(np.float64)
            share = worth / history.worth.sum(dtype=np.float64)
            parts += weight * share[:, None] * (own @ factors.T)
        if history.profile is not None:
            profile += weight * (factors @ history.profile)
        # Beside a spread that float32 hardly holds, the weight is larger than any of its numbers.
        general += weight * (scorer.item_biases_of(item_idx).astype(np.float64) - mean_bias)
    return Explanation(parts, general, profile)


def _item_parts(
    scorer: Scorer,
    weights: ItemWeights,
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
) -> Floats:
    """B_ji - mean_i B_ji: (h, k); zeros where j was added after training."""
    parts = np.zeros((len(sources), len(targets)))
    speaks, came_later = ~scorer.is_added(sources), scorer.is_added(targets)
    sources, added = sources[speaks], scorer.added
    b = np.zeros((len(sources), len(targets)))
    b[:, ~came_later] = weights.between(sources, targets[~came_later])
    if added is not None and added.weights is not None:
        columns = added.weights[:, added.places(targets[came_later])]
        b[:, came_later] = weights.rows_of(columns, sources)
    parts[speaks] = b - weights.row_means[sources, None]
    return parts
