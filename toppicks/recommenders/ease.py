"""EASE: a linear autoencoder whose item-item weights have a closed form."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg.lapack import spotrf, spotri

from toppicks.recommenders.memory import fits
from toppicks.recommenders.pruning import largest_of_all
from toppicks.scoring.item_weights import DenseWeights, ItemWeights

# The Gram matrix, sparse with its indices and then dense; its factor and inverse take its place.
COPIES = 3
# An inverse takes n^3 steps: this many items take a minute or two.
MOST_ITEMS = 15_000
# Up to this many items all weights are kept.
DENSE_ITEMS = 4_000
STRIP = 512


@dataclass(frozen=True)
class Ease:
    """B = I - P / diag(P), P = (X'X + ridge I + dropout / (1 - dropout) diag(X'X))^-1.

    Steck, 2019 ("Embarrassingly Shallow Autoencoders"); the term with `dropout` is that of his
    denoising variant (2020). Each person's row is divided by |row|_1 ^ (damping / 2) first, so
    that who rated thousands of items does not outvote everybody; the ridge shrinks with what that
    takes from the diagonal of X'X.

    fewest: items with less worth than this in all are left out: too little to learn from.
    """

    ridge: float = 100.0
    dropout: float = 0.0
    damping: float = 0.0
    fewest: int = 3
    name = "EASE"

    def fit(self, worth: sp.csr_array) -> ItemWeights:
        """Weights among the items known well enough, dense if those are few and otherwise the
        strongest; raises MemoryError before it would.

        worth: (n_users, n_items). float32 LAPACK; dpotrf would take twice the time and memory.
        """
        items = self.items(worth)
        if not self.can_fit(worth):
            raise MemoryError(f"EASE over {len(items):,} items needs {_bytes(len(items)):,} bytes")
        x = damped(worth[:, items], self.damping)
        gram = (x.T @ x).toarray(order="F").astype(np.float32, copy=False)
        diagonal = gram.diagonal().copy()
        noise = self.dropout / (1 - self.dropout) * diagonal
        # The ridge is meant for undamped rows, whose sums are some n_x; damping shrinks those.
        scale = diagonal.sum() / max(worth[:, items].power(2).sum(), 1e-9)
        gram[np.diag_indices_from(gram)] += self.ridge * scale + noise
        # P is symmetric, so that its transpose is P by rows, without another copy.
        weights = _inverse(gram).T
        weights /= -weights.diagonal()
        np.fill_diagonal(weights, 0)
        return _stored(weights, items, worth.shape[1])

    def items(self, worth: sp.csr_array) -> NDArray[np.int32]:
        """The items known well enough, rising."""
        return np.flatnonzero(worth.sum(axis=0) >= self.fewest).astype(np.int32)

    def can_fit(self, worth: sp.csr_array) -> bool:
        """Whether memory and patience allow it."""
        n = len(self.items(worth))
        return n <= MOST_ITEMS and fits(_bytes(n))


def damped(worth: sp.csr_array, damping: float) -> sp.csr_array:
    """Each row divided by its sum ^ (damping / 2); empty rows stay empty."""
    if not damping:
        return worth
    sums = np.asarray(worth.sum(axis=1))
    factors = np.where(sums > 0, np.maximum(sums, 1e-9) ** (-damping / 2), 0)
    return sp.csr_array(sp.diags_array(factors.astype(np.float32)) @ worth)


def _stored(weights: NDArray[np.float32], items: NDArray[np.int32], n_items: int) -> ItemWeights:
    """As they are served: a row of a large dense B costs more time than its strongest entries, and
    what the others add cannot be measured (docs/decisions.md).
    """
    n = len(items)
    if n <= DENSE_ITEMS:
        return DenseWeights(n_items, items, items, np.ascontiguousarray(weights))
    return largest_of_all(weights, items, n_items)


def _bytes(n: int) -> int:
    return COPIES * 4 * n * n


def _inverse(gram: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inverse of a positive definite matrix in Fortran order, in its place if possible."""
    if not len(gram):
        return gram
    factor, failed = spotrf(gram, lower=0, overwrite_a=1)
    if failed:
        raise ValueError("the Gram matrix is not positive definite; a ridge above 0 makes it so")
    inverse, _ = spotri(factor, lower=0, overwrite_c=1)
    # LAPACK writes one triangle; the other is its mirror, made strip by strip in its place.
    for start in range(0, len(inverse), STRIP):
        strip = slice(start, start + STRIP)
        inverse[strip, :start] = inverse[:start, strip].T
        square = np.triu(inverse[strip, strip])
        inverse[strip, strip] = square + np.triu(square, 1).T
    return np.asarray(inverse, np.float32)
