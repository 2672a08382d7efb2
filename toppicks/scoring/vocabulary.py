"""Which features metadata can have, and which of them an item's has: the same for training, where
they are learnt, and for what arrives later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.feature_columns import FeatureColumn
from toppicks.validity import need


class Encoded(NamedTuple):
    """An item's features, f of all there are.

    places: (k,) int32, rising.   values: (k,) float32, none of them 0.
    """

    places: NDArray[np.int32]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    """All features, column by column; without columns there are none."""

    columns: Sequence[FeatureColumn] = ()

    def __len__(self) -> int:
        return sum(map(len, self.columns))

    @property
    def names(self) -> list[str]:
        """Of the features, in order."""
        return [name for column in self.columns for name in column.names]

    def encode(self, fields: Mapping[str, Any]) -> Encoded:
        """The features of one item's metadata, whatever it holds: what is not known here, or of
        another kind, says nothing.
        """
        places: list[int] = []
        values: list[float] = []
        for start, column in zip(self._starts, self.columns, strict=True):
            own, counts = column.encode(fields.get(column.name))
            places += [start + place for place in own]
            values += counts
        weights = np.array(values, np.float32)
        says = weights != 0
        return Encoded(np.array(places, np.int32)[says], weights[says])

    @cached_property
    def _starts(self) -> list[int]:
        """The first place of each column."""
        return list(accumulate(map(len, self.columns[:-1]), initial=0))[: len(self.columns)]

    def to_plain(self) -> list[dict[str, Any]]:
        """Plain values, as an artifact's header holds them."""
        return [column.to_plain() for column in self.columns]

    @classmethod
    def from_plain(cls, plain: object) -> "Vocabulary":
        """Raises ValueError, KeyError or TypeError for what no training writes."""
        if not isinstance(plain, list):
            raise ValueError("the features are not a list of columns")
        columns = [FeatureColumn.from_plain(column) for column in plain]
        names = [column.name for column in columns]
        need(len(set(names)) == len(names), "two columns of features have one name")
        return cls(columns)
