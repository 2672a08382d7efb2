"""Which features a catalogue's metadata has: learnt here, applied by `scoring.vocabulary`."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.kinds import kind_of
from toppicks.ingest.metadata.terms import FEWEST_ITEMS, rarities
from toppicks.ingest.metadata.values import Value
from toppicks.scoring.feature_columns import FeatureColumn, elements_of, number_of, text_of
from toppicks.scoring.terms import terms
from toppicks.scoring.vocabulary import Vocabulary

# A number is described by its place between this many quantiles.
QUANTILES = 20
# Of a column's elements, categories or words of titles, those that the most items have.
MOST_VALUES = 5_000


def fit_vocabulary(catalogue: Catalogue) -> Vocabulary:
    """Everything that the metadata says, to stand in for ratings that an item has not got.

    Lists and categories become one feature a value, numbers and dates their place between
    quantiles (each shared by its two neighbours), titles their words and pairs of words, and prose
    its terms by TF-IDF. Columns that say nothing are left out.
    """
    columns = (_column(name, values) for name, values in catalogue.fields.items())
    return Vocabulary([column for column in columns if column is not None and len(column)])


def _column(name: str, values: Sequence[Value]) -> FeatureColumn | None:
    """What is learnt of one column; None where it is good for nothing."""
    kind, _ = kind_of(name, values)
    match kind:
        case "list" | "categories":
            return FeatureColumn(name, kind, _common(map(elements_of, values), 1))
        case "title":
            words = (terms(text_of(value)) for value in values)
            return FeatureColumn(name, kind, _common(words, FEWEST_ITEMS))
        case "text":
            rarity = rarities([text_of(value) for value in values])
            return FeatureColumn(name, kind, tuple(rarity), tuple(rarity.values()))
        case "number" | "date":
            numbers = [number_of(value) for value in values]
            known = [number for number in numbers if number is not None]
            knots = np.unique(np.quantile(known, np.linspace(0, 1, QUANTILES)))
            unknown = len(known) < len(numbers)
            return FeatureColumn(name, kind, knots=tuple(knots.tolist()), unknown=unknown)
        case _:
            return None


def _common(rows: Iterable[Iterable[str]], fewest: int) -> tuple[str, ...]:
    """Those that at least `fewest` rows have, in order; of too many, those that the most have."""
    counts = Counter(one for row in rows for one in set(row))
    shared = sorted(one for one, count in counts.items() if count >= fewest)
    return tuple(sorted(sorted(shared, key=lambda one: -counts[one])[:MOST_VALUES]))
