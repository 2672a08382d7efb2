"""What a column's cells look like: ids, moments, ratings, or a fact about each item."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toppicks.ingest.columns.numbers import read_numbers
from toppicks.ingest.columns.times import read_times

Floats = NDArray[np.float64]
# So many items with several rows each tell whether a column goes by the item.
MANY = 5
# No scale of ratings has more points than this.
LIKERT = 11
# A column holds what nearly all of its cells do.
NEARLY_ALL = 0.95
# Epoch seconds of 1989: what is smaller counts something else.
MODERN = 600_000_000


class Sample:
    """The first rows of a file, all columns as text."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    @property
    def names(self) -> list[str]:
        return list(self.table.column_names)

    def column(self, name: str) -> pa.Array:
        return self.table[name].combine_chunks()

    def filled(self, name: str) -> pa.Array:
        """The cells that are not blank."""
        column = self.column(name)
        return column.filter(pc.not_equal(pc.utf8_trim_whitespace(column), ""))

    def example(self, name: str) -> str:
        """A cell that is not blank; empty where the first hundred are."""
        filled = [text for text in self.column(name).slice(0, 100).to_pylist() if text.strip()]
        return filled[0][:40] if filled else ""

    def goes_by_item(self, name: str, item: str) -> bool:
        """Whether it says the same in all rows of an item, for many items, as a weight in grams or
        a film's duration does: then it is no feedback, but a fact about the item.
        """
        values = self.column(name).dictionary_encode().indices.to_numpy()
        codes = self.column(item).dictionary_encode().indices.to_numpy()
        several = np.bincount(codes) > 1
        if several.sum() < MANY:
            return False
        lowest, highest = _extremes(codes, values)
        return bool((highest == lowest).all() and len(np.unique(lowest[several])) > 1)

    def looks_like_ids(self, name: str) -> bool:
        """Several different values, most of which come more than once."""
        column = self.column(name)
        values = pc.unique(column)
        if self.looks_like_times(name) or not 1 < len(values) <= max(2, len(column) / 2):
            return False
        # A few numbers are more likely ratings.
        return len(values) > LIKERT or not read_numbers(values).readable.all()

    def looks_like_times(self, name: str) -> bool:
        """Dates, or numbers that are moments since the nineties."""
        times = read_times(self.column(name))
        if not len(times.readable) or times.readable.mean() < NEARLY_ALL:
            return False
        return bool(np.median(times.values[times.readable]) > MODERN)

    def looks_like_ratings(self, name: str, user: str, item: str) -> bool:
        """A few different numbers that go by neither the item nor the user alone."""
        column = self.column(name)
        numbers = read_numbers(column, decimal_comma=True)
        if not len(column) or numbers.readable.mean() < NEARLY_ALL:
            return False
        values = np.unique(numbers.values[numbers.readable])
        # Of yes and no, nobody knows which of them is good.
        if not 3 <= len(values) <= LIKERT or values[0] < -10 or values[-1] > 100:
            return False
        return all(self._varies_within(key, numbers.values) for key in (user, item))

    def _varies_within(self, key: str, values: Floats) -> bool:
        """Whether rows of the same key have different values."""
        codes = self.column(key).dictionary_encode().indices.to_numpy()
        lowest, highest = _extremes(codes, values)
        return bool((highest > lowest).any())


def _extremes(codes: NDArray[np.integer], values: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest value of each code from 0 on."""
    lowest = np.full(codes.max() + 1, np.inf)
    highest = np.full(codes.max() + 1, -np.inf)
    np.minimum.at(lowest, codes, values)
    np.maximum.at(highest, codes, values)
    return lowest, highest
