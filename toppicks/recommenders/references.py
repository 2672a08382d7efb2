"""Matrix factorisation by the library `implicit`: in the contest to compare with, never served."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from numpy.typing import NDArray

from toppicks.recommenders.protocol import ScoreMatrix


@dataclass(frozen=True)
class IALS:
    """Weighted matrix factorisation by alternating least squares (Hu, Koren and Volinsky, 2008).

    alpha: the confidence in an interaction is 1 + alpha * worth.
    """

    factors: int = 32
    regularization: float = 10.0
    alpha: float = 5.0
    iterations: int = 10
    seed: int = 1
    name = "iALS"

    def fit(self, worth: sp.csr_array) -> "OwnVectors":
        model = AlternatingLeastSquares(
            factors=self.factors,
            regularization=self.regularization,
            alpha=self.alpha,
            iterations=self.iterations,
            num_threads=1,
            random_state=self.seed,
        )
        model.fit(sp.csr_matrix(worth), show_progress=False)
        return OwnVectors(model.user_factors, model.item_factors)


@dataclass(frozen=True)
class BPR:
    """Bayesian personalised ranking by stochastic gradient descent (Rendle et al., 2009)."""

    factors: int = 32
    learning_rate: float = 0.05
    regularization: float = 0.01
    iterations: int = 100
    seed: int = 1
    name = "BPR"

    def fit(self, worth: sp.csr_array) -> "OwnVectors":
        model = BayesianPersonalizedRanking(
            factors=self.factors,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.iterations,
            num_threads=1,
            random_state=self.seed,
        )
        model.fit(sp.csr_matrix(worth), show_progress=False)
        return OwnVectors(model.user_factors, model.item_factors)


@dataclass(frozen=True, eq=False)
class OwnVectors:
    """A vector for each person of the training rows, (n_users, d), and each item, (n_items, d)."""

    user_factors: NDArray[np.float32]
    item_factors: NDArray[np.float32]

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> ScoreMatrix:  # noqa: ARG002
        scores = self.user_factors[user_idx] @ self.item_factors.T
        # Some settings diverge: then nothing was learnt, which is no reason to end a training.
        return np.nan_to_num(np.asarray(scores, np.float32), posinf=0, neginf=0)
