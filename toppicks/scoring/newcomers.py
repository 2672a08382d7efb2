"""Items that training has never seen, placed among those that it has by what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.item_weights import ItemWeights
from toppicks.scoring.mixing import Mixing
from toppicks.scoring.vocabulary import Encoded, Vocabulary
from toppicks.validity import check_array, check_rows, need

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Placed:
    """What the formula needs of m items, in the units of the trained catalogue's.

    popularity: (m,) float32, standardised as the catalogue's is.   item_biases: (m,) float32.
    history_factors, item_factors: (m, d) float32.
    weights:    (s, m) float32, a column of B for each: of a dense B with a row for each of its
                sources, of a sparse one for every item of training; None where there are none.
    """

    popularity: Floats
    item_biases: Floats
    history_factors: Floats
    item_factors: Floats
    weights: Floats | None


@dataclass(frozen=True, eq=False)
class Newcomers:
    """An item without interactions is its features f times a map, plus what all items are.

    vocabulary: encodes metadata.
    used:       (f - 1,) int32, rising: which of the vocabulary's features the maps know; before
                them there is a constant.
    means:      (2 + 2 d,) float32, of the known items: popularity, bias, L and R.
    maps:       (f, 2 + 2 d) float32, how far from these means a feature takes an item.
    mixing:     what gives newcomers a column of B; None where they have none.
    """

    vocabulary: Vocabulary
    used: NDArray[np.int32]
    means: Floats
    maps: Floats
    mixing: Mixing | None

    def place(self, items: Sequence[Mapping[str, Any]], item_weights: ItemWeights | None) -> Placed:
        """Where items belong by their metadata, each by itself, whatever others there are.

        items: of m items all that is known, by the columns' names; anything that JSON can hold.
        item_weights: the model's B. No items, or none of B, give empty arrays and no weights.
        """
        encoded = [self._encoded(fields) for fields in items]
        rows = np.empty((len(items), len(self.means)), np.float32)
        for row, item in enumerate(encoded):
            rows[row] = self.means + item.values @ self.maps[item.places]
        d = (len(self.means) - 2) // 2
        weights = None
        if item_weights is not None and self.mixing is not None:
            weights = self.mixing.columns(encoded, item_weights)
        return Placed(rows[:, 0], rows[:, 1], rows[:, 2 : 2 + d], rows[:, 2 + d :], weights)

    def _encoded(self, fields: Mapping[str, Any]) -> Encoded:
        """With places among the features that the maps know, the constant first."""
        found = self.vocabulary.encode(fields)
        places = self._place[found.places]
        known = places > 0
        return Encoded(
            np.concatenate([np.zeros(1, np.int32), places[known]]),
            np.concatenate([np.ones(1, np.float32), found.values[known]]),
        )

    @cached_property
    def _place(self) -> NDArray[np.int32]:
        """(len(vocabulary),): the row of `maps` that a feature has, or 0."""
        place = np.zeros(len(self.vocabulary), np.int32)
        place[self.used] = np.arange(1, len(self.used) + 1, dtype=np.int32)
        return place

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """What an artifact holds of it beside the vocabulary."""
        arrays = {f"newcomer_{name}": getattr(self, name) for name in ("used", "means", "maps")}
        return arrays | (self.mixing.to_arrays() if self.mixing else {})

    @classmethod
    def from_parts(
        cls,
        vocabulary: object,
        arrays: Mapping[str, NDArray[Any]],
        n_ratings: NDArray[np.int64],
        d: int,
    ) -> "Newcomers":
        """From an artifact's arrays and the vocabulary's plain values; raises ValueError, KeyError
        or TypeError for what no training writes.
        """
        known = Vocabulary.from_plain(vocabulary)
        f, width = len(arrays["newcomer_used"]) + 1, 2 + 2 * d
        used = check_array(arrays, "newcomer_used", (f - 1,), np.int32)
        check_rows("newcomer_used", used, len(known))
        need((np.diff(used) > 0).all(), "newcomer_used does not rise")
        return cls(
            vocabulary=known,
            used=used,
            means=check_array(arrays, "newcomer_means", (width,), np.float32),
            maps=check_array(arrays, "newcomer_maps", (f, width), np.float32),
            mixing=Mixing.from_arrays(arrays, n_ratings, f),
        )
