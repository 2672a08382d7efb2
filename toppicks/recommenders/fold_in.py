"""The linear fold-in: from a history of any length to user factors, without retraining."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

# The lengths that histories are cut to, beside their full one.
LENGTHS = (1, 2, 3, 5, 10, 20, 50)
RIDGE = 0.01


def fit_fold_in(
    worth: sp.csr_array,
    item_factors: NDArray[np.float32],
    user_factors: NDArray[np.float32],
    exponent: float,
    seed: int,
) -> NDArray[np.float32]:
    """W: the ridge regression of LightFM's user factors on the mean of a history's item factors.

    W = argmin sum_r w_r |m_r W - u_r|^2 + ridge |W|^2, where r runs over every user's full history
    and one random sub-history of each of `LENGTHS` that is shorter, and w_r = length ** exponent:
    the mean of few items is a noisy witness. Fitted on full histories alone, W trusts short ones
    as if they were long, and their picks are worse than popularity's.

    worth: (n_users, n_items). item_factors: (n_items, d). user_factors: (n_users, d).
    Returns (d, d) float32. Users without any are passed over; without one there is nothing to
    regress on, and W is 0. The ridge is relative to the mean of the diagonal it is added to.
    """
    d = item_factors.shape[1]
    rng = np.random.default_rng(seed)
    gram, target = np.zeros((d, d)), np.zeros((d, d))
    for selection in _sub_histories(worth, rng):
        lengths = selection.sum(axis=1)
        has = np.flatnonzero(lengths)
        means = (selection[has] @ item_factors) / lengths[has, None]
        weights = lengths[has, None] ** exponent
        gram += means.T @ (weights * means)
        target += means.T @ (weights * user_factors[has])
    ridge = RIDGE * np.trace(gram) / d
    return np.asarray(np.linalg.pinv(gram + ridge * np.eye(d)) @ target, np.float32)


def _sub_histories(worth: sp.csr_array, rng: np.random.Generator) -> list[sp.csr_array]:
    """The full histories, then for each length a random choice of each longer history."""
    n_rows = np.diff(worth.indptr)
    user_of = np.repeat(np.arange(len(n_rows)), n_rows)
    selections = [worth]
    for length in LENGTHS:
        # A random order within each user: the first `length` places are a fair draw.
        order = np.lexsort((rng.random(worth.nnz), user_of))
        place = np.arange(worth.nnz) - worth.indptr[user_of]
        drawn = order[(place < length) & (n_rows[user_of] > length)]
        at = (user_of[drawn], worth.indices[drawn])
        selections.append(sp.csr_array((worth.data[drawn], at), shape=worth.shape))
    return selections
