"""Learning curves: how LightFM does on what it learns from and on what it has not seen."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation import metrics
from toppicks.evaluation.splitting import some_people
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.ranking import rank

MOST_PEOPLE = 150
NOTHING: NDArray[np.int32] = np.zeros(0, np.int32)


@dataclass(frozen=True)
class CurvePoint:
    """Means over some people after so many epochs: chance of ranking a liked item above another
    (AUC) and nDCG, on the training rows (nothing masked) and on the hidden ones.
    """

    epoch: int
    train_auc: float
    test_auc: float
    train_ndcg: float
    test_ndcg: float


class Curves:
    """Looks at a training every few epochs, by LightFM's own user vectors.

    train, test: (n_users, n_items), likes; people with some of both are looked at.
    seen:        (n_users, n_items), everything that is known: no item to be found among the hidden.
    """

    def __init__(
        self,
        train: sp.csr_array,
        test: sp.csr_array,
        seen: sp.csr_array,
        every: int,
        k: int,
        seed: int,
    ):
        both = np.flatnonzero((np.diff(train.indptr) > 0) & (np.diff(test.indptr) > 0))
        self.people = both[some_people(len(both), MOST_PEOPLE, seed)]
        self.train, self.test, self.seen = train, test, seen
        self.every, self.k = every, k
        self.points: list[CurvePoint] = []

    def look(self, epoch: int, learnt: Callable[[], Hybrid]) -> None:
        if epoch % self.every or not len(self.people):
            return
        hybrid = learnt()
        figures = [self._person(hybrid, user) for user in self.people.tolist()]
        train_auc, test_auc, train_ndcg, test_ndcg = np.mean(figures, axis=0).tolist()
        self.points.append(CurvePoint(epoch, train_auc, test_auc, train_ndcg, test_ndcg))

    def _person(self, hybrid: Hybrid, user: int) -> tuple[float, float, float, float]:
        scores = hybrid.item_factors @ hybrid.user_factors[user] + hybrid.item_biases
        known, later, seen = (rows[[user]].indices for rows in (self.train, self.test, self.seen))
        return (
            metrics.auc(scores, known, NOTHING),
            metrics.auc(scores, later, seen),
            self._ndcg(scores, known, NOTHING),
            self._ndcg(scores, later, seen),
        )

    def _ndcg(
        self,
        scores: NDArray[np.float32],
        relevant: NDArray[np.integer],
        seen: NDArray[np.integer],
    ) -> float:
        hits = np.isin(rank(scores, seen, self.k), relevant)
        return metrics.ndcg(hits, len(relevant), self.k)
