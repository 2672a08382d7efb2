"""How people rated an item: a count for each level of the scale."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toppicks.trained import TrainedModel

# As many different ratings have a level each; more of them are put into equal ones.
MOST_LEVELS, EQUAL_LEVELS = 11, 10


class Level(NamedTuple):
    """How many people, n, gave from `low` to `high`; the same number where it is one rating."""

    low: float
    high: float
    n: int


class Ratings:
    """The ratings of a model's files, by item."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model

    def of(self, item_idx: int) -> Sequence[Level]:
        """All levels, the lowest first, also those that nobody gave; none where people do not rate,
        or nobody rated this.
        """
        histories = self.model.histories
        if self.model.meaning.kind != "rating" or item_idx >= len(self.model.items):
            return ()
        given = histories.rating[histories.item_idx == item_idx]
        if not len(given):
            return ()
        starts, ends = self._levels
        place = np.searchsorted(starts, given, side="right") - 1
        counts = np.bincount(place, minlength=len(starts))
        return [
            Level(*level)
            for level in zip(starts.tolist(), ends.tolist(), counts.tolist(), strict=True)
        ]

    @cached_property
    def _levels(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where each level begins and ends."""
        distinct = np.unique(self.model.histories.rating).astype(np.float64)
        if len(distinct) <= MOST_LEVELS:
            return distinct, distinct
        edges = np.linspace(distinct[0], distinct[-1], EQUAL_LEVELS + 1)
        return edges[:-1], edges[1:]
