"""What each column of metadata was made into, for the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.features import Features
from toppicks.ingest.metadata.kinds import Kind, kind_of
from toppicks.ingest.metadata.terms import FEWEST_ITEMS
from toppicks.ingest.metadata.values import Value
from toppicks.scoring.feature_columns import prefix_of, unknown_name

# Of a column's features, so many are named.
MOST_SHOWN = 10
LONGEST_NAME = 60


@dataclass(frozen=True)
class FeatureSummary:
    """What a column of metadata was made into.

    kind:       of the column; "not used" where it makes no features.
    why:        it is not used; "" otherwise.
    n_features: how many it makes.
    n_items:    how many items (or people) have any of them that says more than "unknown".
    of:         how many items (or people) there are.
    top:        (value, how many have it) of the features that the most have, the most first.
    """

    column: str
    kind: Kind
    why: str
    n_features: int
    n_items: int
    of: int
    top: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Summaries:
    """Of every column that files about items and people have."""

    items: Sequence[FeatureSummary] = ()
    users: Sequence[FeatureSummary] = ()


def describe(catalogue: Catalogue, features: Features) -> list[FeatureSummary]:
    """A summary for each column of the catalogue, in order.

    features: what `content_features` or `user_features` made of this catalogue.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(features.names):
        places.setdefault(name.partition(":")[0], []).append(place)
    by_column = sp.csc_array(features.matrix)
    return [
        _summary(name, values, features.names, by_column, places.get(prefix_of(name), []))
        for name, values in catalogue.fields.items()
    ]


def _summary(
    name: str, values: list[Value], names: Sequence[str], matrix: sp.csc_array, places: list[int]
) -> FeatureSummary:
    """places: which columns of the matrix of all features are this one's."""
    kind, why = kind_of(name, values)
    telling = places
    if kind in {"number", "date"}:
        telling = [place for place in places if names[place] != unknown_name(name)]
    if not places:
        kind, why = "not used", why or f"nothing in it is shared by {FEWEST_ITEMS}"
    n_with = np.diff(matrix.indptr)
    most = sorted(places, key=lambda place: (-n_with[place], place))[:MOST_SHOWN]
    return FeatureSummary(
        column=name,
        kind=kind,
        why=why,
        n_features=len(places),
        n_items=len(np.unique(matrix[:, telling].indices)),
        of=len(values),
        top=tuple((_short(names[place].partition(":")[2]), int(n_with[place])) for place in most),
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
