"""Items without any interaction: each as a mix of known items whose metadata is like its own."""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.ingest.features import Features
from toppicks.recommenders.protocol import times
from toppicks.recommenders.pruning import as_matrix, sparse_weights, strongest
from toppicks.scoring.item_weights import DenseWeights, ItemWeights

# How far the ridge shrinks a mix; and how much of a history's own items is mixed in beside what
# the item-item weights say of them (docs/decisions.md).
RIDGE = 30.0
OWN = 0.3
# Of larger vocabularies, the features that the most items have.
MOST_FEATURES = 4_000
# A mix shrinks towards the mean. Half way back (in the exponent) to the spread that known items
# have shows cold ones where they are likely to be liked, and costs nothing overall.
FAIRNESS = 0.5
NEIGHBOURS = 200


@dataclass(frozen=True, eq=False)
class Content:
    """Which items are known and which are cold, and the mix that makes the one of the other.

    known: (n_known,), cold: (n_cold,): rows, rising.
    mix:   (n_known, n_cold) float32: whatever is known of the known items, as a matrix T of one
           row each, is predicted for the cold ones by mix' T.
    """

    known: NDArray[np.intp]
    cold: NDArray[np.intp]
    mix: NDArray[np.float32]

    @classmethod
    def of(cls, features: Features, n_interactions: NDArray[np.integer]) -> "Content":
        """Mix' = F_cold (F'F + ridge I)^-1 F', F the known items' features and a constant.

        features: of every item. n_interactions: (n_items,). Without features an item without
        interactions is the mean of all others, shrunk.
        """
        known = np.flatnonzero(n_interactions > 0)
        cold = np.flatnonzero(n_interactions == 0)
        if not len(cold) or not len(known):
            return cls(known, cold, np.zeros((len(known), len(cold)), np.float32))
        f = _matrix(features)
        gram = (f[known].T @ f[known]).toarray()
        gram[np.diag_indices_from(gram)] += RIDGE
        coefficients = scipy.linalg.solve(
            gram, f[cold].toarray().T, assume_a="pos", overwrite_a=True, check_finite=False
        )
        return cls(known, cold, np.asarray(f[known] @ coefficients, np.float32))

    def extended(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_items, ...) with the cold items' rows replaced by what the mix predicts of the known.

        What is predicted is how far an item is from the mean of the known ones, so that what is
        not known of it leaves it there; and that is widened towards the known ones' spread, column
        by column.
        """
        if not self.mix.size:
            return rows
        known = rows[self.known]
        mean, wide = known.mean(axis=0), known.std(axis=0)
        apart = self.mix.T @ (known - mean)
        narrow = np.sqrt(np.mean(apart**2, axis=0))
        widen = np.where(narrow > 1e-6 * wide, wide / np.maximum(narrow, 1e-30), 1) ** FAIRNESS
        extended = rows.copy()
        extended[self.cold] = mean + apart * widen
        return np.asarray(extended, np.float32)

    def weights(self, weights: ItemWeights, worth: sp.csr_array) -> ItemWeights:
        """B with a column for each cold item: (B + own I) mix, widened like everything else.

        The part `own` I is a person's own profile: a new sequel is tied to the one they liked.
        worth: (n_users, n_items), to tell how far scores spread.
        """
        if not self.mix.size:
            return weights
        sources = weights.sources if isinstance(weights, DenseWeights) else self.known
        mix = np.zeros((len(self.known) + len(self.cold), len(self.cold)), np.float32)
        mix[self.known] = self.mix
        if isinstance(weights, DenseWeights):
            columns = weights.weights @ mix[weights.targets]
        else:
            columns = np.asarray(as_matrix(weights)[sources] @ mix, np.float32)
        columns += np.float32(OWN) * mix[sources]
        columns *= self._widening(weights, columns, sources, worth)
        return _with_columns(weights, sources, self.cold, columns)

    def _widening(
        self,
        weights: ItemWeights,
        columns: NDArray[np.float32],
        sources: NDArray[np.integer],
        worth: sp.csr_array,
    ) -> np.float32:
        people = worth[:500]
        wide = times(people, weights)[:, self.known].std()
        narrow = (people[:, sources] @ columns).std()
        return np.float32((wide / narrow) ** FAIRNESS if narrow > 1e-6 * wide else 1)


def _matrix(features: Features) -> sp.csr_array:
    """A constant and the features, the most common if there are too many."""
    matrix = features.matrix
    if matrix.shape[1] > MOST_FEATURES:
        counts = np.diff(sp.csc_array(matrix).indptr)
        matrix = matrix[:, np.sort(np.argsort(-counts, kind="stable")[:MOST_FEATURES])]
    constant = np.ones((matrix.shape[0], 1), np.float32)
    return sp.csr_array(sp.hstack([constant, matrix], format="csr"))


def _with_columns(
    weights: ItemWeights,
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
    columns: NDArray[np.float32],
) -> ItemWeights:
    if isinstance(weights, DenseWeights):
        return DenseWeights(
            n_items=weights.n_items,
            sources=weights.sources,
            targets=np.concatenate([weights.targets, targets]).astype(np.int32),
            weights=np.hstack([weights.weights, columns]),
        )
    n = weights.n_items
    pruned = sp.coo_array(strongest(np.ascontiguousarray(columns.T), NEIGHBOURS))
    places = (sources[pruned.col], targets[pruned.row])
    added = sp.coo_array((pruned.data, places), shape=(n, n))
    whole = sp.csr_array(as_matrix(weights) + added)
    return sparse_weights(whole, weights.rest_from, weights.rest_to)
