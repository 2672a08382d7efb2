"""LightFM's hybrid of feedback and item features: the only file that imports `lightfm`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM
from numpy.typing import NDArray

from toppicks.ingest.metadata.features import Features

OnEpoch = Callable[[int, Callable[[], "Hybrid"]], None]


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

    item_factors: (n_items, d), V.   item_biases: (n_items,), b.
    identity_factors: (n_users, d), what is each person's own.
    profile_factors:  (n_user_features, d), what each user feature adds; no rows without any.
    user_factors:     (n_users, d), both together.
    """

    item_factors: NDArray[np.float32]
    item_biases: NDArray[np.float32]
    identity_factors: NDArray[np.float32]
    profile_factors: NDArray[np.float32]
    user_factors: NDArray[np.float32]


def fit_hybrid(
    worth: sp.csr_array,
    item_features: Features,
    user_features: Features | None,
    *,
    settings: HybridSettings,
    seed: int,
    on_epoch: OnEpoch | None = None,
) -> Hybrid:
    """Train LightFM with the WARP loss (Weston et al., 2011; Kula, 2015).

    worth: (n_users, n_items); what is above 0 is a positive, weighted by its worth. Items without
    any are learnt as negatives, which says nothing about them: see `content`.
    on_epoch: called with the number of epochs done and a function that gives what has been learnt
    so far; it may raise to end the training early.

    One thread, so that a seed gives the same factors every time; LightFM releases the GIL
    while it works, so two fits can run side by side. Raises ValueError if there is no worth.
    """
    if not worth.nnz:
        raise ValueError("there is nothing to learn from; expected at least one positive")
    by_item = _with_identity(item_features, settings.feature_weight)
    by_user = None if user_features is None else _with_identity(user_features, 1.0)
    model = LightFM(
        no_components=settings.components,
        loss="warp",
        learning_rate=settings.learning_rate,
        random_state=seed,
    )
    weights = sp.coo_matrix(worth).astype(np.float32)
    positives = sp.coo_matrix((np.ones_like(weights.data), (weights.row, weights.col)), worth.shape)

    def learnt() -> Hybrid:
        users = model.user_embeddings
        both = users if by_user is None else by_user @ users
        return Hybrid(
            item_factors=(by_item @ model.item_embeddings).astype(np.float32),
            item_biases=(by_item @ model.item_biases).astype(np.float32),
            identity_factors=users[: worth.shape[0]].astype(np.float32),
            profile_factors=users[worth.shape[0] :].astype(np.float32),
            user_factors=both.astype(np.float32),
        )

    for epoch in range(settings.epochs):
        model.fit_partial(
            positives,
            sample_weight=weights,
            item_features=by_item,
            user_features=by_user,
            num_threads=1,
        )
        if on_epoch:
            on_epoch(epoch + 1, learnt)
    return learnt()


def _with_identity(features: Features, weight: float) -> sp.csr_matrix:
    """[I, weight * features], as LightFM takes it: float32 with 32-bit indices."""
    own = sp.identity(features.matrix.shape[0], dtype=np.float32, format="csr")
    weighted = (features.matrix * weight).astype(np.float32)
    both = sp.csr_matrix(sp.hstack([own, weighted], format="csr"))
    both.indices, both.indptr = both.indices.astype(np.int32), both.indptr.astype(np.int32)
    return both
