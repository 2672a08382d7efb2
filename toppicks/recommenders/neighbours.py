"""Nearest neighbours: of items, and of people."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.recommenders.protocol import ScoreMatrix
from toppicks.recommenders.pruning import active_items, pruned_product, spread_out, strongest
from toppicks.scoring.item_weights import SparseWeights

# Pairs of people that are compared at a time.
MOST_CELLS = 20_000_000


@dataclass(frozen=True)
class ItemKNN:
    """B_ji = x_j . x_i / (|x_j| |x_i| + shrinkage), the `neighbours` nearest of each item i.

    Sarwar et al., 2001; the shrinkage as in Dacrema et al., 2019: two items that few people have
    both liked are not near each other by chance.
    """

    shrinkage: float = 10.0
    neighbours: int = 100
    name = "item-KNN"

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        items = active_items(worth)
        x = worth[:, items]
        norms = _norms(x.T)

        def cosine(
            products: NDArray[np.float32], i: NDArray[np.integer], j: NDArray[np.integer]
        ) -> NDArray[np.float32]:
            products /= norms[i] * norms[j] + np.float32(self.shrinkage + 1e-9)
            return products

        near = pruned_product(sp.csr_array(x.T), x, self.neighbours, cosine)
        return spread_out(near, items, worth.shape[1])


@dataclass(frozen=True)
class UserKNN:
    """The likes of the `neighbours` people most like somebody, by cosine with shrinkage.

    Herlocker et al., 1999. A reference: every answer needs everybody's rows, so it is not served.
    """

    shrinkage: float = 5.0
    neighbours: int = 80
    name = "user-KNN"

    def fit(self, worth: sp.csr_array) -> "UserNeighbours":
        return UserNeighbours(self, worth, _norms(worth))


@dataclass(frozen=True, eq=False)
class UserNeighbours:
    """Everybody's rows, (n_users, n_items), to find neighbours among."""

    settings: UserKNN
    rows: sp.csr_array
    norms: NDArray[np.float32]

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> ScoreMatrix:
        size = max(1, MOST_CELLS // max(1, self.rows.shape[0]))
        batches = [slice(start, start + size) for start in range(0, len(user_idx), size)]
        nobody = np.zeros((0, worth.shape[1]), np.float32)
        return np.concatenate([nobody, *(self._some(worth[b], user_idx[b]) for b in batches)])

    def _some(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> ScoreMatrix:
        product = np.asarray((worth @ self.rows.T).toarray(), np.float32)
        lengths = np.outer(_norms(worth), self.norms)
        cosine = product / (lengths + np.float32(self.settings.shrinkage + 1e-9))
        known = user_idx >= 0
        # Nobody is their own neighbour.
        cosine[np.flatnonzero(known), user_idx[known]] = 0
        near = strongest(cosine, self.settings.neighbours)
        return np.asarray((near @ self.rows).toarray(), np.float32)


def _norms(rows: sp.sparray) -> NDArray[np.float32]:
    return np.sqrt(np.asarray(rows.power(2).sum(axis=1), np.float32))
