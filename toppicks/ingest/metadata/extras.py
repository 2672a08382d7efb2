"""What further columns of a file of feedback say of its items and its users."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toppicks.ingest.account import Note
from toppicks.ingest.interactions import Mask
from toppicks.ingest.roles import Columns

# For each row of a map, what is said of it: nothing or one text (several, in a file of items).
Cells = dict[str, list[list[str]]]

# A column is about the items if it says the same in so many of each item's rows.
AGREE = 0.95


class Extras:
    """Columns that say the same in all rows of an item (or of a user) are about it.

    Which they are is seen in the first rows, and looked at again once all are read: a text that a
    row brings of its own (a review's) would tell of rows that are hidden from the evaluation.

    names: of the columns that are read. items, users: what they say, by column, for each code.
    """

    def __init__(self, of_items: Sequence[str], of_users: Sequence[str]) -> None:
        self.items: Cells = {name: [] for name in of_items}
        self.users: Cells = {name: [] for name in of_users}
        self.names = [*self.items, *self.users]
        self._differ: dict[str, dict[int, str]] = {name: {} for name in self.names}

    @classmethod
    def of(cls, sample: pa.Table, columns: Columns) -> "Extras":
        """By the first rows; what is the same everywhere, or goes by neither, is about nothing."""
        keys = {
            role: sample[columns.by_role[role]].combine_chunks().dictionary_encode().indices
            for role in ("item", "user")
        }
        of: dict[str, list[str]] = {"item": [], "user": []}
        # A time or an opinion that nobody can read is still about a row, not about the item.
        unreadable = {name for name, role, _ in columns.unreadable if role in {"time", "rating"}}
        for name in columns.others:
            column = sample[name].combine_chunks()
            if name in unreadable or len(pc.unique(column)) < 2:
                continue
            about = next((role for role in of if _goes_by(keys[role], column)), None)
            if about:
                of[about].append(name)
        return cls(of["item"], of["user"])

    def add(
        self,
        batch: pa.RecordBatch,
        keep: Mask,
        user_idx: NDArray[np.int32],
        item_idx: NDArray[np.int32],
    ) -> None:
        """Take from a batch what is new; of several texts the first that is not blank counts.

        user_idx, item_idx: codes of the rows that are kept.
        """
        rows = np.flatnonzero(keep)
        for cells, codes in ((self.items, item_idx), (self.users, user_idx)):
            for name, column in cells.items():
                texts = batch.column(name).take(pa.array(rows))
                self._learn(name, column, codes, texts)

    def settle(self) -> None:
        """Once all is read: drop what contradicts itself for more than a few."""
        for cells in (self.items, self.users):
            for name in list(cells):
                told = sum(map(bool, cells[name]))
                if len(self._differ[name]) > max(1, (1 - AGREE) * told):
                    del cells[name]
                    self.names.remove(name)

    def notes(self) -> list[Note]:
        """Which columns contradict themselves for a few."""
        return [
            Note(
                f"{one} with several texts in {name!r}",
                len(self._differ[name]),
                next(iter(self._differ[name].values())),
                "the first counts",
            )
            for one, cells in (("items", self.items), ("users", self.users))
            for name in cells
            if self._differ[name]
        ]

    def _learn(
        self, name: str, cells: list[list[str]], codes: NDArray[np.int32], texts: pa.Array
    ) -> None:
        """One text of each code is enough: the first of each pair of code and text."""
        if not len(codes):
            return
        encoded = texts.dictionary_encode()
        values = [text.strip() for text in encoded.dictionary.to_pylist()]
        pairs = codes.astype(np.int64) * len(values) + encoded.indices.to_numpy()
        _, first = np.unique(pairs, return_index=True)
        cells.extend([] for _ in range(int(codes.max()) + 1 - len(cells)))
        of_row = encoded.indices.to_numpy()
        for row in np.sort(first).tolist():
            code, text = int(codes[row]), values[of_row[row]]
            if text and not cells[code]:
                cells[code] = [text]
            elif text and cells[code][0] != text:
                self._differ[name].setdefault(code, text)


def _goes_by(keys: pa.Array, column: pa.Array) -> bool:
    """Whether nearly all rows say what the first of their key says; blanks say nothing."""
    said = pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)
    codes = keys.to_numpy()[said]
    values = column.dictionary_encode().indices.to_numpy()[said]
    if not len(codes):
        return False
    first = np.full(codes.max() + 1, -1)
    # The last that is assigned stays: backwards, the first.
    first[codes[::-1]] = values[::-1]
    several = np.bincount(codes)[codes] > 1
    # Without a second row of anything, nobody knows what a column goes by.
    return bool(several.any()) and bool((values == first[codes])[several].mean() >= AGREE)
