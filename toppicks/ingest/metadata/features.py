"""Features from metadata: a few for the hybrid, many for items that nobody has rated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.kinds import kind_of
from toppicks.ingest.metadata.terms import FEWEST_ITEMS
from toppicks.ingest.metadata.values import Value
from toppicks.ingest.metadata.vocabularies import fit_vocabulary
from toppicks.scoring.feature_columns import elements_of, prefix_of
from toppicks.scoring.vocabulary import Vocabulary
from toppicks.scoring.years import decimal_year

# For LightFM, which is slow with many: of each column, and of an item in the mean.
MOST_BROAD, BROAD_EACH = 100, 20
# Of a person in the mean.
PROFILE_EACH = 40
# Numbers are years if their column says so or all are within these.
YEAR_NAMES = frozenset({"year", "release_year"})
FIRST_YEAR, LAST_YEAR = 1800, 2100


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
    """Few and broad ones for LightFM; items of which nothing is known have none.

    Genres and elements of other lists, or categories where there are no lists, and decades; of
    each column those that the most items have.
    """
    kinds = {name: kind_of(name, values)[0] for name, values in catalogue.fields.items()}
    lists = {name for name, kind in kinds.items() if kind == "list"}
    valued = lists or {name for name, kind in kinds.items() if kind == "categories"}
    parts = [
        _common(Features.of_sets(_elements(name, catalogue.fields[name]), FEWEST_ITEMS), MOST_BROAD)
        for name in sorted(valued - {"genres"})
    ]
    joined = Features.joined([_genres_and_decades(catalogue), *parts], len(catalogue.items))
    return _bounded(joined, BROAD_EACH)


def user_features(catalogue: Catalogue) -> Features:
    """Of people, for LightFM: everything that their metadata says, in moderation."""
    return _bounded(content_features(catalogue), PROFILE_EACH)


def content_features(catalogue: Catalogue, vocabulary: Vocabulary | None = None) -> Features:
    """Everything that the metadata says, to stand in for ratings that an item has not got.

    vocabulary: what `fit_vocabulary` learnt of this catalogue; None where it is still to be learnt.
    """
    vocabulary = fit_vocabulary(catalogue) if vocabulary is None else vocabulary
    columns = [catalogue.fields[column.name] for column in vocabulary.columns]
    names = [column.name for column in vocabulary.columns]
    n, f = len(catalogue.items), len(vocabulary)
    if not columns:
        return Features((), sp.csr_array((n, 0), dtype=np.float32))
    rows = [
        vocabulary.encode(dict(zip(names, values, strict=True)))
        for values in zip(*columns, strict=True)
    ]
    starts = np.cumsum([0, *(len(row.places) for row in rows)])
    places = np.concatenate([row.places for row in rows])
    values = np.concatenate([row.values for row in rows])
    return Features(tuple(vocabulary.names), sp.csr_array((values, places, starts), shape=(n, f)))


def _genres_and_decades(catalogue: Catalogue) -> Features:
    """`genre:Drama`, `decade:1990`; of further columns of years `release_date decade:1990`."""
    features: list[set[str]] = [set() for _ in catalogue.items]
    for name, values in catalogue.fields.items():
        if name == "genres":
            found = _elements("genre", values)
        elif decades := _decades(name, values):
            found = decades
        else:
            continue
        features = [has | more for has, more in zip(features, found, strict=True)]
    return _common(Features.of_sets(features), 2 * MOST_BROAD)


def _decades(name: str, values: list[Value]) -> list[set[str]]:
    """Of a column of years or of dates; empty for any other."""
    prefix = "decade" if name == "year" else f"{prefix_of(name)} decade"
    if kind_of(name, values)[0] != "date" and not _are_years(name, values):
        return []
    found = [decimal_year(value) if isinstance(value, str) else value for value in values]
    return [
        {f"{prefix}:{int(year // 10 * 10)}"} if isinstance(year, int | float) else set()
        for year in found
    ]


def _are_years(name: str, values: list[Value]) -> bool:
    known = [value for value in values if value is not None]
    return name in YEAR_NAMES or (
        bool(known)
        and all(isinstance(one, int) and FIRST_YEAR <= one <= LAST_YEAR for one in known)
    )


def _elements(name: str, values: list[Value]) -> list[set[str]]:
    """Of lists their elements, of categories the one."""
    prefix = prefix_of(name)
    return [{f"{prefix}:{one}" for one in elements_of(value)} for value in values]


def _common(features: Features, most: int) -> Features:
    """Of more than `most`, those that the most items have."""
    if len(features.names) <= most:
        return features
    return _chosen(features, _commonest_first(features)[:most])


def _bounded(features: Features, each: float) -> Features:
    """The commonest, as many as make no more than `each` for a row in the mean."""
    order = _commonest_first(features)
    entries = np.cumsum(_counts(features)[order])
    kept = order[entries <= each * features.matrix.shape[0]]
    return features if len(kept) == len(order) else _chosen(features, kept)


def _chosen(features: Features, places: NDArray[np.intp]) -> Features:
    """Some of the columns, in their order."""
    kept = np.sort(places)
    names = tuple(features.names[place] for place in kept.tolist())
    return Features(names, sp.csr_array(features.matrix[:, kept]))


def _commonest_first(features: Features) -> NDArray[np.intp]:
    return np.argsort(-_counts(features), kind="stable")


def _counts(features: Features) -> NDArray[np.intp]:
    """How many rows have each feature."""
    return np.bincount(features.matrix.indices, minlength=len(features.names))
