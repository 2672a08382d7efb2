"""From a table of text to `Interactions`, with an account of every row that is left out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ids import MAX_LENGTH, IdMap, is_id
from toppicks.ingest.interactions import Interactions, Mask
from toppicks.ingest.reading import no_column, read_table

EXAMPLE = "user,item,rating,timestamp"
OPTIONAL_COLUMNS = ("rating", "timestamp")
# Beside these, any other column may be the rating by another name.
PLAIN_COLUMNS = frozenset({"user", "item", "timestamp"})
ID_RULE = f"over {MAX_LENGTH} characters, a control character, . or .."
NUMBER = r"^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$"


@dataclass(frozen=True)
class Removed:
    """Rows left out for one reason, and one of them to look at."""

    reason: str
    rows: int
    example: str


@dataclass(frozen=True)
class Account:
    """How many rows came in, how many are used, and why the others are not."""

    rows_in: int
    rows_used: int
    removed: tuple[Removed, ...]


def read_interactions(paths: list[Path]) -> tuple[Interactions, Account]:
    """Read one or more CSV files with the columns user, item, rating and, if known, timestamp.

    Files of what was merely done (bought, heard, visited) have no rating: then every row counts
    the same, as a rating of 1. Only where no other column is there either: an odd one, such as
    `stars`, may be the rating under another name, and is refused rather than passed over.

    Left out and counted: rows without an id or with an impossible one, ratings that are
    no finite number, times that are no number, and all but the latest of the rows for the same
    user and item (the last in the file where there are no times). Ids are text, trimmed and
    NFC-normalised. Raises InputError where a file cannot be used, or nothing is left.
    """
    tables = [read_table(path, ("user", "item"), EXAMPLE) for path in paths]
    for path, table in zip(paths, tables, strict=True):
        names = table.column_names
        if "rating" not in names and not PLAIN_COLUMNS.issuperset(names):
            raise no_column(path, "rating", names, EXAMPLE)
    there = [name for name in OPTIONAL_COLUMNS if _in_all(name, tables, paths)]
    columns = [name for name in EXAMPLE.split(",") if name not in OPTIONAL_COLUMNS or name in there]
    return _Cleaning(pa.concat_tables(table.select(columns) for table in tables), paths).finish()


def _in_all(name: str, tables: list[pa.Table], paths: list[Path]) -> bool:
    """Whether the files have a column; raises InputError where only some of them do."""
    there = name in tables[0].column_names
    for path, table in zip(paths, tables, strict=True):
        if (name in table.column_names) != there:
            raise InputError(
                f"{path}: of the files, some have the column {name!r} and some have not; "
                "add it to all of them, or remove it"
            )
    return there


def clean_ids(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as they are compared everywhere: trimmed, NFC."""
    return pc.utf8_normalize(pc.utf8_trim_whitespace(column), form="NFC")


class _Cleaning:
    """One pass over a table; rows are marked as left out, with the first reason that fits."""

    def __init__(self, table: pa.Table, paths: list[Path]) -> None:
        self.table = table
        self.paths = paths
        self.keep: Mask = np.ones(table.num_rows, bool)
        self.removed: list[Removed] = []

    def finish(self) -> tuple[Interactions, Account]:
        users, items = clean_ids(self.table["user"]), clean_ids(self.table["item"])
        for name, ids in (("user", users), ("item", items)):
            self._remove(f"no {name}", pc.equal(ids, "").to_numpy())
            impossible = [id_ for id_ in ids.unique().to_pylist() if not is_id(id_)]
            unusable = pc.is_in(ids, value_set=pa.array(impossible, pa.string())).to_numpy()
            self._remove(f"{name} that is no id: {ID_RULE}", unusable)
        timed, rated = (name in self.table.column_names for name in ("timestamp", "rating"))
        rating = self._numbers("rating") if rated else np.ones(self.table.num_rows)
        time = self._numbers("timestamp") if timed else np.arange(self.table.num_rows, dtype=float)
        user_map, user_idx = self._codes(users)
        item_map, item_idx = self._codes(items)
        order = self._latest_of_each_pair(user_idx, item_idx, time)
        if not len(order):
            reasons = "; ".join(f"{r.reason}: {r.rows}, e.g. {r.example}" for r in self.removed)
            raise InputError(f"{self.paths[0]}: no row can be used ({reasons}); mend the file")
        interactions = Interactions(
            users=user_map,
            items=item_map,
            user_idx=user_idx[order],
            item_idx=item_idx[order],
            rating=rating[order].astype(np.float32),
            timestamp=time[order].astype(np.int64) if timed else None,
        )
        return interactions, Account(self.table.num_rows, len(order), tuple(self.removed))

    def _remove(self, reason: str, bad: Mask) -> None:
        """Leave rows out, unless an earlier reason already has."""
        bad = bad & self.keep
        if bad.any():
            first = self.table.slice(int(np.argmax(bad)), 1).to_pylist()[0]
            example = ",".join(" ".join(str(value)[:40].split()) for value in first.values())
            self.removed.append(Removed(reason, int(bad.sum()), example))
            self.keep &= ~bad

    def _numbers(self, name: str) -> NDArray[np.float64]:
        """A column as float64; what is no finite number is left out (and is 0 here)."""
        readable = pc.match_substring_regex(self.table[name], NUMBER)
        text = pc.utf8_trim_whitespace(pc.if_else(readable, self.table[name], "0"))
        numbers = pc.cast(pc.utf8_ltrim(text, "+"), pa.float64()).to_numpy()
        usable = readable.to_numpy() & (np.abs(numbers) < 1e18)
        self._remove(f"{name} is no number", ~usable)
        return np.where(usable, numbers, 0.0)

    def _codes(self, ids: pa.ChunkedArray) -> tuple[IdMap, NDArray[np.int32]]:
        """The map of the ids that are left, in their own order, and each row's place in it.

        Rows that are left out get the place -1, and their ids do not enter the map.
        """
        kept = pc.if_else(pa.array(self.keep), ids, None)
        distinct = sorted(
            (id_ for id_ in kept.unique().to_pylist() if id_ is not None), key=_natural
        )
        codes = pc.index_in(kept, value_set=pa.array(distinct, pa.string()))
        return IdMap(distinct), pc.fill_null(codes, -1).to_numpy().astype(np.int32)

    def _latest_of_each_pair(
        self,
        user_idx: NDArray[np.int32],
        item_idx: NDArray[np.int32],
        time: NDArray[np.float64],
    ) -> NDArray[np.intp]:
        """Rows by user, time and item, with only the latest of each user-item pair."""
        rows = np.flatnonzero(self.keep)
        by_pair = rows[np.lexsort((rows, time[rows], item_idx[rows], user_idx[rows]))]
        u, i = user_idx[by_pair], item_idx[by_pair]
        superseded = np.zeros(len(rows), bool)
        superseded[:-1] = (u[1:] == u[:-1]) & (i[1:] == i[:-1])
        repeated = np.zeros(len(self.keep), bool)
        repeated[by_pair[superseded]] = True
        row = "rating" if "rating" in self.table.column_names else "row"
        self._remove(f"an earlier {row} of the same user and item", repeated)
        latest = by_pair[~superseded]
        return latest[np.lexsort((item_idx[latest], time[latest], user_idx[latest]))]


def _natural(id_: str) -> tuple[int, str]:
    """Shorter first, so that "9" comes before "10"."""
    return len(id_), id_
