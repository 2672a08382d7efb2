"""The formula with everything fitted to it."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from toppicks.recommenders.fold_in import fit_fold_in
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.scorer import Scorer, standardised_popularity


@dataclass(frozen=True)
class Choice:
    """What is chosen on validation people.

    exponent: how much more a longer sub-history counts in the fold-in's regression.
    lean:     the history's length at which popularity and taste weigh the same.
    people:   how many chose it; 0 for the default.
    """

    exponent: float = 0.5
    lean: float = 2.0
    people: int = 0


def fit_scorer(hybrid: Hybrid, likes: sp.csr_array, choice: Choice, seed: int) -> Scorer:
    """The scorer of a hybrid, with fold-in and popularity of the same `likes` it learnt from.

    likes: (n_users, n_items), 1 for a like.
    """
    return Scorer(
        item_factors=hybrid.item_factors,
        item_biases=hybrid.item_biases,
        fold_in=fit_fold_in(likes, hybrid.item_factors, hybrid.user_factors, choice.exponent, seed),
        popularity=standardised_popularity(likes.sum(axis=0).astype(np.int64)),
        lean=choice.lean,
    )
