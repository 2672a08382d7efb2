"""Features from metadata: a few for the hybrid, many for items that nobody has rated."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.ingest.catalogue import Catalogue

# A number is described by its place between this many quantiles.
QUANTILES = 20
# A word says something only if others use it too.
FEWEST_ITEMS = 3
# A text column with more different values than this is prose, not a category.
MOST_CATEGORIES = 100
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Features:
    """Which features each row (item or person) has.

    names:  feature names, prefixed by their kind: `genre:Drama`, `decade:1990`.
    matrix: (n_rows, n_features) float32 CSR; no columns where nothing is known.
    """

    names: tuple[str, ...]
    matrix: sp.csr_array

    @classmethod
    def of_sets(cls, features: Sequence[set[str]], fewest: int = 1) -> "Features":
        """One column for each feature that at least `fewest` rows have, in the names' order."""
        counts = Counter(name for row in features for name in row)
        names = tuple(sorted(name for name, count in counts.items() if count >= fewest))
        column = {name: idx for idx, name in enumerate(names)}
        places = [
            (row, column[name])
            for row, has in enumerate(features)
            for name in sorted(has)
            if name in column
        ]
        rows, columns = np.array(places, np.int32).reshape(-1, 2).T
        ones = np.ones(len(places), np.float32)
        shape = (len(features), len(names))
        return cls(names, sp.csr_array((ones, (rows, columns)), shape=shape))

    @classmethod
    def joined(cls, parts: Sequence["Features"], n_rows: int) -> "Features":
        """The columns of all parts beside each other; without parts, no columns."""
        names = tuple(name for part in parts for name in part.names)
        empty = sp.csr_array((n_rows, 0), dtype=np.float32)
        stacked = sp.hstack([empty, *(part.matrix for part in parts)], format="csr")
        return cls(names, sp.csr_array(stacked))


def item_features(catalogue: Catalogue) -> Features:
    """Few and broad ones for LightFM, from `genres` and `year`; items without either have none."""
    n_items = len(catalogue.items)
    nothing: list[None] = [None] * n_items
    genres = catalogue.fields.get("genres", nothing)
    years = catalogue.fields.get("year", nothing)
    return Features.of_sets(
        [
            {f"genre:{genre}" for genre in genres[item_idx] or ()} | _decade(years[item_idx])
            for item_idx in range(n_items)
        ]
    )


def content_features(catalogue: Catalogue) -> Features:
    """Everything that the metadata says, to stand in for ratings that an item has not got.

    Lists and categories become one column a value, numbers their place between quantiles (each
    shared by its two neighbours), titles and other prose their words and pairs of words.
    """
    parts = [_described(name, values) for name, values in catalogue.fields.items()]
    return Features.joined([part for part in parts if part.names], len(catalogue.items))


def _described(name: str, values: list[Any]) -> Features:
    known = [value for value in values if value not in (None, [])]
    if all(isinstance(value, int) for value in known):
        return _placed(name, values)
    if all(isinstance(value, list) for value in known):
        return Features.of_sets([{f"{name}:{one}" for one in value or ()} for value in values])
    if name != "title" and len(set(known)) <= MOST_CATEGORIES:
        return Features.of_sets([{f"{name}:{value}"} if value else set() for value in values])
    return Features.of_sets([_words(name, value) for value in values], FEWEST_ITEMS)


def _words(name: str, text: str | None) -> set[str]:
    words = _WORD.findall((text or "").casefold())
    return {f"{name}:{word}" for word in words} | {f"{name}:{a} {b}" for a, b in pairwise(words)}


def _placed(name: str, values: list[int | None]) -> Features:
    """Hat functions: linear between the quantiles, 1 at each; a column of its own for unknown."""
    numbers = np.array([np.nan if value is None else value for value in values], np.float64)
    known = np.isfinite(numbers)
    if not known.any():
        return Features((), sp.csr_array((len(values), 0), dtype=np.float32))
    knots = np.unique(np.quantile(numbers[known], np.linspace(0, 1, QUANTILES)))
    columns = [np.where(known, np.interp(numbers, knots, hat), 0) for hat in np.eye(len(knots))]
    names = [f"{name}:about {knot:g}" for knot in knots]
    if not known.all():
        columns.append(np.where(known, 0.0, 1.0))
        names.append(f"{name}:unknown")
    matrix: NDArray[np.float64] = np.column_stack(columns)
    return Features(tuple(names), sp.csr_array(matrix.astype(np.float32)))


def _decade(year: object) -> set[str]:
    return {f"decade:{year // 10 * 10}"} if isinstance(year, int) else set()
