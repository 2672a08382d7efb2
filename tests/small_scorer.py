"""A scorer of twelve items, for what is worked out by hand."""

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.standard import standardise

N_ITEMS, D = 12, 4
BLEND = Blend(share=0.4, lean_items=3.0, lean_taste=1.5)


def normal(*shape: int, seed: int) -> NDArray[np.float32]:
    """Random numbers of this shape."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def small_scorer(blend: Blend = BLEND) -> Scorer:
    """Every item speaks for every other."""
    everything = np.arange(N_ITEMS, dtype=np.int32)
    return Scorer(
        item_weights=DenseWeights(
            N_ITEMS, everything, everything, normal(N_ITEMS, N_ITEMS, seed=1)
        ),
        history_factors=normal(N_ITEMS, D, seed=2),
        item_factors=normal(N_ITEMS, D, seed=3),
        item_biases=normal(N_ITEMS, seed=4),
        popularity=standardise(normal(N_ITEMS, seed=5)),
        blend=blend,
    )


def likes_of(*item_idx: int) -> History:
    """Somebody who likes these."""
    return History.of_likes(np.array(item_idx, np.int32), np.array(item_idx, np.int32))
