"""Who takes part in the contest."""

from dataclasses import replace

from toppicks.evaluation.contest import Contender
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.scorer import Scorer


def served(scorer: Scorer, name: str = "as served: fold-in and popularity") -> Contender:
    """The formula as it is served."""
    return Contender(name, lambda _, history: scorer.scores(history))


def popularity(scorer: Scorer) -> Contender:
    """The formula's corner in which popularity is all."""
    return served(replace(scorer, lean=float("inf")), "popularity")


def fold_in_alone(scorer: Scorer) -> Contender:
    """The corner in which LightFM's taste is all, by the linear fold-in."""
    return served(replace(scorer, lean=0.0), "LightFM, linear fold-in")


def own_vectors(hybrid: Hybrid) -> Contender:
    """LightFM as it comes: its own user vectors, which only people of the training rows have."""
    return Contender(
        "LightFM, its own user vectors",
        lambda user_idx, _: (
            hybrid.item_factors @ hybrid.user_factors[user_idx] + hybrid.item_biases
        ),
    )
