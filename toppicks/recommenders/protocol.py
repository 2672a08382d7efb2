"""What every recommender can do, and what every item-item model is."""

from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.recommenders.pruning import as_matrix
from toppicks.scoring.item_weights import DenseWeights, ItemWeights
from toppicks.scoring.standard import NOISE

ScoreMatrix = NDArray[np.float32]


class Recommender(Protocol):
    """Scores the whole catalogue for a batch of people."""

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> ScoreMatrix:
        """(q, n_items) float32, the higher the better.

        worth:    (q, n_items) CSR, what is known of each person; a row may be empty.
        user_idx: (q,) their rows in what was learnt from, for recommenders that keep a vector of
                  their own for each person; the others go by `worth` alone.
        """
        ...


class ItemModel(Protocol):
    """Settings of a method that learns item-item weights."""

    @property
    def name(self) -> str: ...

    def fit(self, worth: sp.csr_array) -> ItemWeights:
        """B of (n_users, n_items) worth; without any, weights of nothing."""
        ...


class Method(Protocol):
    """Settings of any contender that learns from worth."""

    @property
    def name(self) -> str: ...

    def fit(self, worth: sp.csr_array) -> ItemWeights | Recommender:
        """What has been learnt of (n_users, n_items) worth; MemoryError before it does not fit."""
        ...


def times(worth: sp.csr_array, weights: ItemWeights) -> ScoreMatrix:
    """H B for a batch of histories: (q, n_items) float32."""
    if isinstance(weights, DenseWeights):
        product = np.zeros((worth.shape[0], weights.n_items), np.float32)
        product[:, weights.targets] = worth[:, weights.sources] @ weights.weights
        return product
    product = np.asarray((worth @ as_matrix(weights)).toarray(), np.float32)
    product += np.outer(worth @ weights.rest_from, weights.rest_to)
    return product


def standardised(scores: ScoreMatrix) -> ScoreMatrix:
    """Z of each row, as the scorer does it; constants give zeros."""
    largest = np.abs(scores).max(axis=1, keepdims=True, initial=0)
    centred = scores / np.where(largest > 0, largest, 1)
    centred -= centred.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(centred / np.where(spread > NOISE, spread, np.inf), np.float32)
