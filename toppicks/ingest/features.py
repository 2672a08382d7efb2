"""Item features for the hybrid: genres and decades."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from toppicks.ingest.catalogue import Catalogue


@dataclass(frozen=True)
class ItemFeatures:
    """Which features each item has.

    names:  feature names, prefixed by their kind: `genre:Drama`, `decade:1990`.
    matrix: (n_items, n_features) float32 CSR of ones; no columns where nothing is known.
    """

    names: tuple[str, ...]
    matrix: sp.csr_array


def item_features(catalogue: Catalogue) -> ItemFeatures:
    """Features from the catalogue's `genres` and `year`; items without either have none."""
    n_items = len(catalogue.items)
    nothing: list[None] = [None] * n_items
    genres = catalogue.fields.get("genres", nothing)
    years = catalogue.fields.get("year", nothing)
    features = [
        {f"genre:{genre}" for genre in genres[item_idx] or ()} | _decade(years[item_idx])
        for item_idx in range(n_items)
    ]
    names = tuple(sorted(set().union(*features)))
    column = {name: idx for idx, name in enumerate(names)}
    places = [(row, column[name]) for row, has in enumerate(features) for name in sorted(has)]
    rows, columns = np.array(places, np.int32).reshape(-1, 2).T
    ones = np.ones(len(places), np.float32)
    return ItemFeatures(names, sp.csr_array((ones, (rows, columns)), shape=(n_items, len(names))))


def _decade(year: object) -> set[str]:
    return {f"decade:{year // 10 * 10}"} if isinstance(year, int) else set()
