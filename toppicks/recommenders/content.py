"""Items without any interaction: each as a mix of known items whose metadata is like its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import spotri

from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.pruning import (
    as_matrix,
    largest_of_all,
    sparse_weights,
    strongest,
)
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.mixing import NEIGHBOURS, OWN

# How far the ridge shrinks a mix (docs/decisions.md).
RIDGE = 30.0
# Of larger vocabularies, the features that the most items have.
MOST_FEATURES = 4_000
# A mix shrinks towards the mean. Half way back (in the exponent) to the spread that known items
# have shows cold ones where they are likely to be liked, and costs nothing overall.
FAIRNESS = 0.5
# Cold items of which little is known hardly spread: what others are widened by goes by no less than
# this share of what the known items' own features say.
LEAST_SPREAD = 0.5
# Cold items at a time; and what is too much: entries of a dense B, steps of a sparse product.
BLOCK = 500
MOST_DENSE, MOST_STEPS = 32_000_000, 20_000_000_000
# Solving takes features^2 steps for each cold item: so many take some five seconds.
SOLVE_STEPS = 200_000_000_000


@dataclass(frozen=True, eq=False)
class Content:
    """Which items are known and which are cold, and what makes the one of the other.

    known: (n_known,), cold: (n_cold,): rows, rising.
    of_known: (n_known, f), of_cold: (n_cold, f): their features, beside a constant.
    used:     (f - 1,) which of all features these are, rising.
    """

    known: NDArray[np.intp]
    cold: NDArray[np.intp]
    of_known: sp.csr_array
    of_cold: sp.csr_array
    used: NDArray[np.intp]

    @classmethod
    def of(cls, features: Features, n_interactions: NDArray[np.integer]) -> "Content":
        """From every item's features and (n_items,) numbers of interactions.

        Without features an item without interactions is the mean of all others, shrunk.
        """
        known = np.flatnonzero(n_interactions > 0)
        cold = np.flatnonzero(n_interactions == 0)
        used = _used(features, len(cold))
        constant = np.ones((features.matrix.shape[0], 1), np.float32)
        f = sp.csr_array(sp.hstack([constant, features.matrix[:, used]], format="csr"))
        return cls(known, cold, f[known], f[cold], used)

    @cached_property
    def factor(self) -> tuple[NDArray[np.float32], bool]:
        """Cholesky's, float32, of F'F + ridge I with the known items' features F."""
        gram = (self.of_known.T @ self.of_known).toarray()
        gram[np.diag_indices_from(gram)] += RIDGE
        upper, lower = cho_factor(gram, overwrite_a=True, check_finite=False)
        return upper, lower

    def inverse(self) -> NDArray[np.float32]:
        """(F'F + ridge I)^-1: (f, f), of which the lower triangle holds."""
        upper, _ = self.factor
        inverse, _ = spotri(upper)
        return np.asarray(inverse.T, np.float32)

    @property
    def _nothing_to_mix(self) -> bool:
        """Where nothing is known, or nothing is cold."""
        return not len(self.cold) or not len(self.known)

    def mix(self, some: slice = slice(None)) -> NDArray[np.float32]:
        """F_known (F'F + ridge I)^-1 F_cold' for some of the cold items: (n_known, c) float32.

        Whatever is known of the known items, as a matrix T of one row each, is predicted for the
        cold ones by mix' T.
        """
        of_cold = self.of_cold[some].toarray().T
        if self._nothing_to_mix:
            return np.zeros((len(self.known), of_cold.shape[1]), np.float32)
        return np.asarray(self.of_known @ cho_solve(self.factor, of_cold), np.float32)

    def extended(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_items, d) with the cold items' rows replaced by what the mix predicts of the known."""
        if self._nothing_to_mix:
            return rows
        means, maps = self.affine(rows[self.known])
        extended = rows.copy()
        extended[self.cold] = means + self.of_cold @ maps
        return np.asarray(extended, np.float32)

    def affine(self, known: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What features say, from (n_known, d): means (d,) and maps (f, d), so that an item with
        the features f, the first of them 1, is means + f maps.

        What is predicted is how far an item is from the mean of the known ones, so that what is
        not known of it leaves it there; and that is widened towards the known ones' spread, column
        by column. How narrow it is, is seen from the cold items, or else from the known ones.
        """
        # Summed as float32, thousands of rows lose four digits.
        means = known.mean(axis=0, dtype=np.float64).astype(np.float32)
        wide = known.std(axis=0, dtype=np.float64)
        maps = cho_solve(self.factor, self.of_known.T @ (known - means))
        narrow = _spread(self.of_known @ maps)
        if len(self.cold):
            narrow = np.maximum(_spread(self.of_cold @ maps), LEAST_SPREAD * narrow)
        widen = np.where(narrow > 1e-6 * wide, wide / np.maximum(narrow, 1e-30), 1) ** FAIRNESS
        return means, np.asarray(maps * widen, np.float32)

    def weights(self, weights: ItemWeights) -> ItemWeights:
        """B with a column for each cold item: (B + own I) mix, and the same of B's rest.

        The part `own` I is a person's own profile: a new sequel is tied to the one they liked.
        Nothing is widened here: it let cold items crowd out known ones (docs/decisions.md). A dense
        B that would become too large is pruned to its strongest first; where the product with the
        mix would take minutes, cold items get no columns and live by the other parts.
        """
        if self._nothing_to_mix:
            return weights
        if isinstance(weights, DenseWeights):
            columns = len(weights.targets) + len(self.cold)
            if len(weights.sources) * columns <= MOST_DENSE:
                return self._dense(weights)
            weights = largest_of_all(weights.weights, weights.sources, weights.n_items)
        if len(weights.items) * len(self.cold) > MOST_STEPS:
            return weights
        return self._sparse(weights)

    def _blocks(self) -> Iterator[slice]:
        """Some cold items at a time."""
        for start in range(0, len(self.cold), BLOCK):
            yield slice(start, start + BLOCK)

    def _dense(self, weights: DenseWeights) -> DenseWeights:
        targets, sources = (
            np.searchsorted(self.known, items) for items in (weights.targets, weights.sources)
        )
        columns = np.empty((len(sources), len(self.cold)), np.float32)
        for some in self._blocks():
            mix = self.mix(some)
            columns[:, some] = weights.weights @ mix[targets] + np.float32(OWN) * mix[sources]
        return DenseWeights(
            n_items=weights.n_items,
            sources=weights.sources,
            targets=np.concatenate([weights.targets, self.cold]).astype(np.int32),
            weights=np.hstack([weights.weights, columns]),
        )

    def _sparse(self, weights: SparseWeights) -> SparseWeights:
        n = weights.n_items
        among_known = as_matrix(weights)[self.known][:, self.known]
        rest_to = weights.rest_to.copy()
        blocks = []
        for some in self._blocks():
            mix = self.mix(some)
            columns = (among_known @ mix + np.float32(OWN) * mix).T
            kept = strongest(np.abs(columns), NEIGHBOURS)
            rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
            kept.data *= np.sign(columns[rows, kept.indices])
            blocks.append(kept)
            rest_to[self.cold[some]] = rest_to[self.known] @ mix
        pruned = sp.coo_array(sp.vstack(blocks))
        places = (self.known[pruned.col], self.cold[pruned.row])
        added = sp.coo_array((pruned.data, places), shape=(n, n))
        whole = sp.csr_array(as_matrix(weights) + added)
        return sparse_weights(whole, weights.rest_from, rest_to)


def _spread(apart: NDArray[np.floating]) -> NDArray[np.floating]:
    """How far (n, d) are from 0, column by column."""
    return np.asarray(np.sqrt(np.mean(apart**2, axis=0, dtype=np.float64)))


def _used(features: Features, n_cold: int) -> NDArray[np.intp]:
    """All features, rising; the most common if there are too many, or too many cold items to solve
    for all of them.
    """
    f = features.matrix.shape[1]
    most = min(MOST_FEATURES, int((SOLVE_STEPS / max(1, n_cold)) ** 0.5))
    if f <= most:
        return np.arange(f)
    counts = np.bincount(features.matrix.indices, minlength=f)
    return np.sort(np.argsort(-counts, kind="stable")[:most])
