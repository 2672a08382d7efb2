"""Random walks and filters on the graph of people and items."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.recommenders.memory import fits
from toppicks.recommenders.pruning import (
    active_items,
    globally_strongest,
    pruned_product,
    spread_out,
    strongest,
)
from toppicks.scoring.item_weights import SparseWeights

# Of the graph filter: its product, twice, with indices, and what is being made of it.
BYTES_AN_ENTRY = 50
# Settings of the neighbours in its spectral space, which matter little (docs/decisions.md).
NEAR, NEAR_POWER, NEAR_POPULAR, NEAR_BLOCK = 200, 1.5, 0.2, 512
# Comparing so many items with each other takes some two minutes on one core.
MOST_SPECTRAL = 80_000
# Up to this many people or items, singular vectors come from a full decomposition.
EXACT = 3_000
# People whose scores tell how far they spread.
SPREAD_OF = 500


@dataclass(frozen=True)
class RP3Beta:
    """B_ji = (sum_u p(u|j)^alpha p(i|u)^alpha) / worth_i^beta: a walk of three steps from a person.

    Paudel et al., 2017; p(u|j) = x_uj / sum_u x_uj and p(i|u) = x_ui / sum_i x_ui. `beta` takes
    back what popular items gain by being reachable from everywhere.
    """

    alpha: float = 0.7
    beta: float = 0.4
    neighbours: int = 200
    name = "RP3beta"

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        items = active_items(worth)
        x = worth[:, items]
        by_person, by_item = x.sum(axis=1), x.sum(axis=0)
        to_items = sp.csr_array(_scaled(by_person, -1) @ x).power(self.alpha)
        to_people = sp.csr_array(x @ _scaled(by_item, -1)).power(self.alpha)
        discount = np.maximum(by_item, 1e-9).astype(np.float32) ** -self.beta

        def less_popular(
            walks: NDArray[np.float32], i: NDArray[np.integer], _: NDArray[np.integer]
        ) -> NDArray[np.float32]:
            walks *= discount[i]
            return walks

        walk = pruned_product(sp.csr_array(to_people.T), to_items, self.neighbours, less_popular)
        return spread_out(walk, items, worth.shape[1])


@dataclass(frozen=True)
class GraphFilter:
    """B = S / sd(h S) + spectral K / sd(h K): two low-pass filters of the graph, for any catalogue.

    S = (X'X without its diagonal) ^ sharpness, entry by entry, with X = D_u^-damping x D_i^-1/2,
    then D_i^-popular S D_i^popular: a linear graph filter as in Turbo-CF (Park et al., 2024).
    K = cos(u_j, u_i) ^ 1.5 of the 200 nearest, D_i^-.2 K D_i^.2, with u the rows of the first
    right singular vectors of D_u^-1/2 x D_i^-1/2, all of the same weight: neighbours in the space
    that an ideal low-pass filter keeps (GF-CF: Shen et al., 2021). sd is the mean spread over some
    people's scores.

    components: of K, which is left out of catalogues beyond `MOST_SPECTRAL` items: it compares each
    with each. per_item: how many weights are kept, on average.
    """

    damping: float = 0.5
    popular: float = 0.3
    sharpness: float = 0.8
    spectral: float = 0.5
    components: int = 512
    per_item: int = 256
    seed: int = 1
    name = "graph filter"

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        """Raises MemoryError before the product of the graph with itself would not fit."""
        # Each person's items meet each other once: more entries than this there cannot be.
        entries = min(int((np.diff(worth.indptr).astype(np.int64) ** 2).sum()), worth.shape[1] ** 2)
        if not fits(entries * BYTES_AN_ENTRY):
            raise MemoryError(f"the graph filter needs {entries * BYTES_AN_ENTRY:,} bytes")
        by_person, by_item = worth.sum(axis=1), worth.sum(axis=0)
        x = _scaled(by_person, -self.damping) @ worth @ _scaled(by_item, -0.5)
        linear = sp.csr_array(x.T @ x)
        linear.setdiag(0)
        linear.eliminate_zeros()
        linear.data **= np.float32(self.sharpness)
        linear = _tilted(linear, by_item, self.popular)
        people = _some_rows(worth, self.seed)
        whole = linear / _spread(people, linear)
        if self.spectral and worth.shape[1] <= MOST_SPECTRAL:
            near = _tilted(self._neighbours(worth), by_item, NEAR_POPULAR)
            whole = whole + near * (self.spectral / _spread(people, near))
        return globally_strongest(sp.csr_array(whole, dtype=np.float32), self.per_item)

    def _neighbours(self, worth: sp.csr_array) -> sp.csr_array:
        """K before it is tilted: (n_items, n_items), columns are the items whose neighbours these
        are.
        """
        x = _scaled(worth.sum(axis=1), -0.5) @ worth @ _scaled(worth.sum(axis=0), -0.5)
        vectors = _right_vectors(sp.csr_array(x), self.components, self.seed)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, 1e-9)
        n = len(vectors)
        blocks = []
        for start in range(0, n, NEAR_BLOCK):
            cosine = vectors[start : start + NEAR_BLOCK] @ vectors.T
            own = np.arange(len(cosine))
            cosine[own, start + own] = 0
            blocks.append(strongest(cosine, NEAR))
        near = sp.csr_array(sp.vstack(blocks, format="csr").T)
        near.data **= np.float32(NEAR_POWER)
        return near


def _right_vectors(x: sp.csr_array, d: int, seed: int) -> NDArray[np.float32]:
    """The first d right singular vectors, (n_items, d); of few people or items at most half of all.

    Exact where either side is small; otherwise by a randomised range finder with five power
    iterations (Halko, Martinsson and Tropp, 2011).
    """
    d = min(d, min(x.shape) // 2)
    if x.shape[1] <= EXACT:
        return _first_vectors((x.T @ x).toarray(), d)
    if x.shape[0] <= EXACT:
        vectors = x.T @ _first_vectors((x @ x.T).toarray(), d)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=0), 1e-9), np.float32)
    q = np.random.default_rng(seed).standard_normal((x.shape[1], d + 20)).astype(np.float32)
    xt = sp.csr_array(x.T)
    for _ in range(5):
        q, _ = np.linalg.qr(xt @ (x @ q))
    y = x @ q
    return np.asarray(q @ _first_vectors(y.T @ y, d), np.float32)


def _first_vectors(gram: NDArray[np.float32], d: int) -> NDArray[np.float32]:
    """The eigenvectors of the d largest eigenvalues, largest first: (n, d)."""
    _, vectors = np.linalg.eigh(gram)
    return np.asarray(vectors[:, ::-1][:, :d], np.float32)


def _tilted(weights: sp.csr_array, by_item: NDArray[np.floating], exponent: float) -> sp.csr_array:
    """D^-exponent B D^exponent: towards what many people have."""
    return sp.csr_array(_scaled(by_item, -exponent) @ weights @ _scaled(by_item, exponent))


def _some_rows(worth: sp.csr_array, seed: int) -> sp.csr_array:
    rows = np.flatnonzero(np.diff(worth.indptr))
    return worth[np.sort(np.random.default_rng(seed).permutation(rows)[:SPREAD_OF])]


def _spread(people: sp.csr_array, weights: sp.csr_array) -> float:
    """The mean over people of the standard deviation of h B over the catalogue; 1 if it is 0."""
    if not people.shape[0]:
        return 1.0
    product = people @ weights
    n = weights.shape[1]
    squares = product.power(2).sum(axis=1) / n - (product.sum(axis=1) / n) ** 2
    spread = float(np.sqrt(np.maximum(squares, 0)).mean())
    return spread if spread > 0 else 1.0


def _scaled(sums: NDArray[np.floating], exponent: float) -> sp.dia_array:
    """A diagonal of sums ^ exponent; 0 where the sum is 0."""
    sums = np.asarray(sums, np.float64)
    factors = np.where(sums > 0, np.maximum(sums, 1e-12) ** exponent, 0)
    return sp.diags_array(factors.astype(np.float32))
