"""Who takes part in the contest."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation.contest import (
    Contender,
    Question,
    Role,
    Surroundings,
    of_recommender,
    one_by_one,
)
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.fitting import Fitted
from toppicks.recommenders.hybrid import Hybrid
from toppicks.recommenders.popularity import Popularity
from toppicks.recommenders.protocol import Method, Recommender, ScoreMatrix, times
from toppicks.recommenders.taste import Taste
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.scorer import Scorer
from toppicks.scoring.worth import Worth

SERVED = "as served"


@dataclass(frozen=True, eq=False)
class Rival:
    """Another method, fitted with its own settings and its own view of what feedback is worth.

    worth: (n_users, n_items), what it learnt from. role: "contender" if the formula could hold it.
    """

    name: str
    role: Role
    fitted: Recommender | ItemWeights
    worth: sp.csr_array


def fit_methods(
    methods: Mapping[str, tuple[Method, Worth]], rows: Interactions, pool: Executor
) -> list[Rival]:
    """Every method that fits into memory, in the order given."""

    def fit(name: str) -> Rival | None:
        method, worth = methods[name]
        matrix = rows.matrix(worth)
        try:
            fitted = method.fit(matrix)
        except MemoryError:
            return None
        servable = isinstance(fitted, DenseWeights | SparseWeights)
        return Rival(name, "contender" if servable else "reference", fitted, matrix)

    return [rival for rival in pool.map(fit, methods) if rival is not None]


def left_out(methods: Mapping[str, object], rivals: Sequence[Rival]) -> list[str]:
    """A sentence for each method that did not fit into memory."""
    fitted = {rival.name for rival in rivals}
    return [
        f"{name} over all rows takes too much memory, and is left out of the contest"
        for name in methods
        if name not in fitted
    ]


def line_up(fitted: Fitted, rivals: Sequence[Rival]) -> list[Contender]:
    """Popularity first, then the rivals, the formula's own parts, and what is served last.

    The formula's item-item part takes part where no rival has its name.
    """
    parts, scorer = fitted.parts, fitted.scorer
    if parts.model not in {rival.name for rival in rivals}:
        own = Rival(parts.model, "contender", parts.items, parts.worth)
        rivals = [own, *rivals]
    vectors = Rival("LightFM, own vectors", "reference", OwnUserVectors(fitted.hybrid), parts.worth)
    return [
        popularity(scorer),
        *(rival_contender(rival, scorer) for rival in [*rivals, vectors]),
        fold_in(fitted.parts.taste, scorer),
        served(scorer),
    ]


def surroundings(fitted: Fitted) -> Surroundings:
    """What lists are described by: how many people have an item, and LightFM's item factors."""
    return Surroundings(
        counts=fitted.rows.counts_by_item(),
        n_people=len(np.unique(fitted.rows.user_idx)),
        vectors=fitted.parts.taste.item_factors,
    )


def served(scorer: Scorer) -> Contender:
    """The formula, exactly as the site computes it."""
    return Contender(SERVED, one_by_one(scorer.scores), "served")


def popularity(scorer: Scorer) -> Contender:
    """What most people liked."""
    popular = of_recommender(Popularity(scorer.popularity), scorer.n_items)
    return Contender("popularity", popular, "baseline")


def rival_contender(rival: Rival, scorer: Scorer) -> Contender:
    """A rival, for whom a person's history is their training row; strangers get what is popular."""

    def scores(questions: Sequence[Question]) -> ScoreMatrix:
        people = np.array([question.user_idx for question in questions], np.intp)
        rows = rival.worth[people]
        found = batch_scores(rival.fitted, rows, people)
        found[np.diff(rows.indptr) == 0] = scorer.popularity
        return found

    return Contender(rival.name, scores, rival.role)


def batch_scores(
    fitted: Recommender | ItemWeights, worth: sp.csr_array, user_idx: NDArray[np.integer]
) -> ScoreMatrix:
    """A fitted method's scores for some people: (q, n_items)."""
    if isinstance(fitted, DenseWeights | SparseWeights):
        return times(worth, fitted)
    return fitted.scores(worth, user_idx)


def fold_in(taste: Taste, scorer: Scorer) -> Contender:
    """LightFM's taste alone, by the linear fold-in; strangers get what is popular."""
    by_taste = of_recommender(taste, scorer.n_items)

    def scores(questions: Sequence[Question]) -> ScoreMatrix:
        found = by_taste(questions)
        strangers = [not len(one.history) and one.history.profile is None for one in questions]
        found[strangers] = scorer.popularity
        return found

    return Contender("LightFM, fold-in", scores, "contender")


@dataclass(frozen=True, eq=False)
class OwnUserVectors:
    """LightFM as it comes: a vector of their own for everybody of the training rows."""

    hybrid: Hybrid

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> ScoreMatrix:  # noqa: ARG002
        vectors = self.hybrid.user_factors[user_idx]
        return np.asarray(
            vectors @ self.hybrid.item_factors.T + self.hybrid.item_biases, np.float32
        )
