"""Who takes part in the contest."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from toppicks.evaluation.contest import Contender
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.history import History
from toppicks.scoring.scorer import Scorer, Scores


def served(scorer: Scorer, name: str = "as served: fold-in and popularity") -> Contender:
    """The formula as it is served."""
    return Contender(name, lambda _, history: scorer.scores(history))


def popularity(scorer: Scorer) -> Contender:
    """The formula's corner in which popularity is all."""
    return Contender("popularity", lambda *_: scorer.popularity)


def leaning(scorer: Scorer, leans: Iterable[float]) -> list[Contender]:
    """The formula with one lean after another; a history's taste is computed once for all."""
    taste = lru_cache(1)(scorer.taste)

    def contender(lean: float) -> Contender:
        blend = replace(scorer, lean=lean).blend
        name = f"lean {lean:g}"
        return Contender(name, lambda _, history: blend(taste(history), len(history)))

    return [contender(lean) for lean in leans]


def fold_in_alone(scorer: Scorer) -> Contender:
    """The corner in which LightFM's taste is all, by the linear fold-in; popularity without one."""
    return served(replace(scorer, lean=0.0), "LightFM, linear fold-in")


def own_vectors(hybrid: Hybrid, scorer: Scorer) -> Contender:
    """LightFM as it comes: its own user vectors, which only people of the training rows have.

    Without a like a vector is as it was drawn at first; popularity speaks then, as in the others.
    """

    def scores(user_idx: int, history: History) -> Scores:
        if not len(history):
            return scorer.popularity
        own = hybrid.item_factors @ hybrid.user_factors[user_idx] + hybrid.item_biases
        return np.asarray(own, np.float32)

    return Contender("LightFM, its own user vectors", scores)
