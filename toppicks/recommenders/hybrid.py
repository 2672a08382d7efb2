"""LightFM's hybrid of feedback and item features: the only file that imports `lightfm`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM
from numpy.typing import NDArray

from toppicks.ingest.features import ItemFeatures


@dataclass(frozen=True)
class HybridSettings:
    """How LightFM is trained.

    feature_weight: what a feature counts beside an item's own embedding, which counts 1.
    """

    components: int = 64
    epochs: int = 30
    learning_rate: float = 0.05
    feature_weight: float = 0.3


@dataclass(frozen=True)
class Hybrid:
    """What LightFM has learnt, as float32 arrays.

    item_factors:    (n_items, d), V.      item_biases:    (n_items,), b.
    user_factors:    (n_users, d).
    feature_factors: (n_features, d), weighted: an item's features alone are their sum.
    feature_biases:  (n_features,), likewise.
    """

    item_factors: NDArray[np.float32]
    item_biases: NDArray[np.float32]
    user_factors: NDArray[np.float32]
    feature_factors: NDArray[np.float32]
    feature_biases: NDArray[np.float32]


def fit_hybrid(
    likes: sp.csr_array,
    features: ItemFeatures,
    cold: NDArray[np.bool_],
    *,
    settings: HybridSettings,
    seed: int,
    on_epoch: Callable[[], None] = lambda: None,
) -> Hybrid:
    """Train LightFM with the WARP loss (Weston et al., 2011; Kula, 2015) on likes.

    likes: (n_users, n_items), 1 for a like. cold: (n_items,), items without any interaction:
    WARP samples them as negatives, which pushes their own embedding down for no reason of
    theirs, so they are represented by their features alone.

    One thread, so that a seed gives the same factors every time; LightFM releases the GIL
    while it works, so two fits can run side by side. Raises ValueError if there are no likes.
    """
    if not likes.nnz:
        raise ValueError("there is not one like to learn from; expected at least one")
    n_items = likes.shape[1]
    own = sp.identity(n_items, dtype=np.float32, format="csr")
    weighted = (features.matrix * settings.feature_weight).astype(np.float32)
    item_features = sp.hstack([own, weighted], format="csr")
    model = LightFM(
        no_components=settings.components,
        loss="warp",
        learning_rate=settings.learning_rate,
        random_state=seed,
    )
    interactions = sp.coo_matrix(likes)
    for _ in range(settings.epochs):
        model.fit_partial(interactions, item_features=item_features, num_threads=1)
        on_epoch()
    kept = item_features.copy()
    kept.data[np.isin(kept.indices, np.flatnonzero(cold))] = 0
    return Hybrid(
        item_factors=(kept @ model.item_embeddings).astype(np.float32),
        item_biases=(kept @ model.item_biases).astype(np.float32),
        user_factors=model.user_embeddings.astype(np.float32),
        feature_factors=model.item_embeddings[n_items:] * np.float32(settings.feature_weight),
        feature_biases=model.item_biases[n_items:] * np.float32(settings.feature_weight),
    )
