"""A map of taste: items that the same people like lie close together."""

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

FEWEST_RATINGS = 3
FEWEST_ITEMS = 10
# Items that somebody with similar taste would know: what t-SNE tries to keep together.
NEIGHBOURS = 30
STEPS = 500


def taste_map(
    item_factors: NDArray[np.float32],
    n_ratings: NDArray[np.integer],
    seed: int,
    most: int = 1000,
) -> dict[str, list[float]] | None:
    """Places of the best-known items by t-SNE (van der Maaten & Hinton 2008) of their factors.

    item_factors: (n_items, d); their direction counts, not their length.
    n_ratings:    (n_items,); an item with fewer than three is left out.

    Returns `item_idx`, best known first, with `x` and `y` in 0 to 1 for each; None for fewer than
    ten items, or where all of them point the same way. Which way is up means nothing, and nor do
    distances between far-off groups.
    """
    best_known = np.argsort(-n_ratings, kind="stable")[:most]
    item_idx = best_known[n_ratings[best_known] >= FEWEST_RATINGS]
    directions = _directions(item_factors[item_idx])
    if len(item_idx) < FEWEST_ITEMS or not _differ(directions):
        return None
    tsne = TSNE(
        init="pca",
        metric="cosine",
        perplexity=min(NEIGHBOURS, len(item_idx) / 4),
        max_iter=STEPS,
        random_state=seed,
    )
    # Of so few items, threads wait longer than they work: 5 s with one, 20 s with two.
    with threadpool_limits(1):
        places = tsne.fit_transform(directions)
    x, y = _from_0_to_1(places).T
    return {"item_idx": item_idx.tolist(), "x": x.tolist(), "y": y.tolist()}


def _directions(factors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row at length 1; a row of zeros stays."""
    lengths = np.linalg.norm(factors, axis=1, keepdims=True)
    return np.asarray(factors / np.where(lengths > 0, lengths, 1), np.float32)


def _differ(directions: NDArray[np.float32]) -> bool:
    """Whether there is anything to tell the rows apart by, in two dimensions."""
    return directions.shape[1] >= 2 and bool(np.ptp(directions, axis=0).max() > 1e-6)


def _from_0_to_1(places: NDArray[np.float32]) -> NDArray[np.float64]:
    """Each axis by itself, to four decimals."""
    low, high = places.min(axis=0), places.max(axis=0)
    spread = np.where(high > low, high - low, 1)
    return np.asarray(np.round((places.astype(np.float64) - low) / spread, 4))
