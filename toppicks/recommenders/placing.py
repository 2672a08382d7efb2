"""What the site needs to place an item by its features, from what training learnt."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.recommenders.content import Content
from toppicks.scoring.item_weights import ItemWeights, SparseWeights
from toppicks.scoring.mixing import Mixing
from toppicks.scoring.newcomers import Newcomers
from toppicks.scoring.scorer import Scorer
from toppicks.scoring.vocabulary import Vocabulary

# Of a sparse B with more weights than this, newcomers have no columns: one would take the site a
# tenth of a second.
MOST_WEIGHTS = 20_000_000


def fit_newcomers(content: Content, vocabulary: Vocabulary, scorer: Scorer) -> Newcomers:
    """The maps from features to what the scorer has of its known items, as cold ones get it.

    vocabulary: of the features that `content` is of.
    """
    rows = np.column_stack(
        [scorer.popularity, scorer.item_biases, scorer.history_factors, scorer.item_factors]
    )
    means, maps = content.affine(rows[content.known])
    return Newcomers(
        vocabulary=vocabulary,
        used=content.used.astype(np.int32),
        means=means,
        maps=maps,
        mixing=_mixing(content, scorer) if _have_columns(scorer.item_weights) else None,
    )


def _have_columns(weights: ItemWeights | None) -> bool:
    if isinstance(weights, SparseWeights):
        return len(weights.weights) <= MOST_WEIGHTS
    return weights is not None


def _mixing(content: Content, scorer: Scorer) -> Mixing:
    of_known = sp.csr_array(content.of_known)
    of_known.sort_indices()
    return Mixing(
        n_items=scorer.n_items,
        known=content.known,
        starts=of_known.indptr.astype(np.int64),
        features=of_known.indices.astype(np.int32),
        values=of_known.data.astype(np.float32),
        inverse=_lower_triangle(content.inverse()),
    )


def _lower_triangle(symmetric: NDArray[np.float32]) -> NDArray[np.float32]:
    """Its rows up to the diagonal, one after the other."""
    return np.asarray(symmetric[np.tri(len(symmetric), dtype=bool)], np.float32)
