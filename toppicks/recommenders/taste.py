"""From LightFM's factors to the formula's: several seeds, folded in, in as few dimensions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.fold_in import fit_fold_in
from toppicks.recommenders.hybrid import Hybrid
from toppicks.recommenders.protocol import ScoreMatrix

# Dimensions that are served: more cost time in every request, and gain nothing (docs/decisions.md).
SERVED = 48
# People whose scores tell how far one hybrid's scores spread.
MOST_PEOPLE = 500

Factors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Taste:
    """What a history says by LightFM: scores = m R' + b, m = sum_j h_j l_j / sum_j h_j + profile.

    history_factors: (n_items, d) float32, L: V with the fold-in W already in it.
    item_factors:    (n_items, d) float32, R.   item_biases: (n_items,) float32, b.
    profiles:        (n_users, d) float32, what each person's own features add to m; None without.
    """

    history_factors: Factors
    item_factors: Factors
    item_biases: Factors
    profiles: Factors | None = None

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> ScoreMatrix:
        """(q, n_items) float32; the biases alone for an empty history without a profile."""
        means = history_means(worth, self.history_factors)
        if self.profiles is not None:
            means += self.profiles[user_idx]
        return np.asarray(means @ self.item_factors.T + self.item_biases, np.float32)


def fit_taste(
    hybrids: Sequence[Hybrid],
    worth: sp.csr_array,
    user_features: Features | None,
    exponent: float,
    seed: int,
) -> Taste:
    """The mean of several hybrids' scores, each folded in and brought to the same spread.

    With all hybrids' item factors V beside each other and their fold-ins W along a diagonal, the
    scores are m W V' + b with m = h V: a bilinear form V W V', whose best approximation in
    `SERVED` dimensions is its truncated singular value decomposition (Eckart and Young, 1936).
    So any number of seeds costs the server the same.

    worth: (n_users, n_items), what the hybrids learnt from.
    """
    parts = [_evened(hybrid, worth, exponent, seed) for hybrid in hybrids]
    scale = np.float32(1 / len(parts))
    factors = np.hstack([hybrid.item_factors for hybrid, _ in parts]).astype(np.float64)
    fold_in = scipy.linalg.block_diag(*(w for _, w in parts)) * scale
    # V = q r with orthonormal q, so that V W V' = q (r W r') q'.
    q, r = np.linalg.qr(factors)
    u, strength, v = np.linalg.svd(r @ fold_in @ r.T)
    d = max(1, min(SERVED, int(np.sum(strength > 1e-9 * max(strength[0], 1e-30)))))
    root = np.sqrt(strength[:d])
    profiles = None
    if user_features is not None:
        learnt = np.hstack([hybrid.profile_factors * scale for hybrid, _ in parts])
        profiles = np.asarray(
            user_features.matrix @ (learnt @ r.T @ v[:d].T / np.maximum(root, 1e-15)), np.float32
        )
    return Taste(
        history_factors=(q @ (u[:, :d] * root)).astype(np.float32),
        item_factors=(q @ (v[:d].T * root)).astype(np.float32),
        item_biases=np.mean([hybrid.item_biases for hybrid, _ in parts], axis=0, dtype=np.float32),
        profiles=profiles,
    )


def history_means(worth: sp.csr_array, factors: Factors) -> Factors:
    """The means of histories' factors, weighted by worth: (q, d); zeros for an empty history."""
    totals = np.asarray(worth.sum(axis=1), np.float32)[:, None]
    means = np.asarray(worth @ factors, np.float32) / np.maximum(totals, np.float32(1e-9))
    return np.asarray(means, np.float32)


def _evened(
    hybrid: Hybrid, worth: sp.csr_array, exponent: float, seed: int
) -> tuple[Hybrid, NDArray[np.float32]]:
    """The hybrid with its users divided by the typical spread of its scores, and its fold-in."""
    w = fit_fold_in(worth, hybrid.item_factors, hybrid.identity_factors, exponent, seed)
    somebody = worth[np.flatnonzero(np.diff(worth.indptr))[:MOST_PEOPLE]]
    means = history_means(somebody, hybrid.item_factors)
    scores = means @ w @ hybrid.item_factors.T + hybrid.item_biases
    spread = np.float32(np.mean(scores.std(axis=1)))
    even = np.float32(1) / spread if spread > 0 else np.float32(1)
    evened = replace(
        hybrid,
        item_biases=hybrid.item_biases * even,
        profile_factors=hybrid.profile_factors * even,
    )
    return evened, w * even
