"""From files of feedback to `Interactions`, with an account of every row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ids import MAX_LENGTH
from toppicks.ingest.account import Account, FileRead, Ledger, Note
from toppicks.ingest.delimited import Delimited
from toppicks.ingest.events import RATED, STRENGTH, kind_of
from toppicks.ingest.extras import Cells, Extras
from toppicks.ingest.feedback import Feedback, Scale
from toppicks.ingest.id_codes import BLANK, IMPOSSIBLE, IdCodes, alike_notes
from toppicks.ingest.interactions import Interactions, Mask
from toppicks.ingest.losses import Losses, example_of
from toppicks.ingest.numbers import read_numbers
from toppicks.ingest.pairs import Rows, folded_pairs
from toppicks.ingest.reading import open_table
from toppicks.ingest.roles import (
    EXAMPLE,
    SAMPLE,
    Columns,
    NamedColumns,
    any_known,
    option_of,
    recognise,
)
from toppicks.ingest.sorting import order_by
from toppicks.ingest.tables import Table
from toppicks.ingest.times import read_times

ID_RULE = f"over {MAX_LENGTH} characters, a control character, . or .."
NO_TIME = "timestamp is no time: expected seconds since 1970 or ISO 8601"
NO_KIND = "event of an unknown kind: name it in the file of --feedback"
# Roles that say what a row's feedback is, the strongest first; what comes after is not used.
FEEDBACK_ROLES = ("event", "rating", "weight", "dwell")
_SAID = {"time": "timestamp"}


@dataclass(frozen=True)
class Gathered:
    """What the files of feedback hold.

    scale:         what the interactions' numbers mean.
    item_cells, user_cells: what further columns say of items and users, by column: for each row of
                   the map the text, or nothing.
    item_column:   what the items' column is called in the first file.
    """

    interactions: Interactions
    account: Account
    scale: Scale
    item_cells: Cells = field(default_factory=dict)
    user_cells: Cells = field(default_factory=dict)
    item_column: str = "item"


def read_interactions(
    paths: Sequence[Path],
    chosen: NamedColumns | None = None,
    feedback: Feedback | None = None,
) -> Gathered:
    """Read one or more files of feedback: who did what with which item.

    Columns are recognised (`columns`). Left out and counted, with an example and its line: rows of
    the wrong width, without an id or with an impossible one, whose rating or count is no finite
    number, whose time is none. Of several rows for one user and item the latest rating counts (the
    last in the file where there are no times); counts add up; of events the strongest counts, or
    the latest opinion if that is against. Ids are text, trimmed and NFC-normalised; they are
    ordered naturally. Raises InputError where a file cannot be used, or nothing is left.
    """
    chosen, feedback = chosen or NamedColumns(), feedback or Feedback()
    files = [_File.open(path, chosen, feedback) for path in paths]
    _check_alike(files)
    gathering = _Gathering(files, feedback)
    for file in files:
        gathering.read(file)
    return gathering.finish()


@dataclass
class _File:
    """One file, and what its columns are."""

    table: Table
    columns: Columns
    extras: Extras
    losses: Losses

    @classmethod
    def open(cls, path: Path, chosen: NamedColumns, feedback: Feedback) -> "_File":
        table = open_table(path, EXAMPLE, header=not chosen.are_places)
        sample = table.sample(SAMPLE)
        headless = isinstance(table, Delimited) and table.header and table.looks_headless()
        if headless and not any_known(table.names):
            raise InputError(
                f"{path}: has no header line, its first is {','.join(table.names)[:60]!r}; add "
                f"one, such as {EXAMPLE}, or give columns by number: --user-col 1 --item-col 2"
            )
        columns = recognise(path, sample, chosen, feedback.kinds)
        return cls(table, columns, Extras.of(sample, columns), Losses(table))

    @property
    def feedback_role(self) -> str | None:
        """What tells how much each row counts; None where it merely happened."""
        return next((role for role in FEEDBACK_ROLES if self.columns.get(role)), None)

    @property
    def used(self) -> dict[str, str]:
        """Role -> column of what is read."""
        roles = ["user", "item", "time"]
        if self.feedback_role:
            roles.append(self.feedback_role)
        if self.feedback_role == "event":
            roles += ["rating", "dwell"]
        return {role: name for role in roles if (name := self.columns.get(role))}

    def read(self) -> FileRead:
        used = self.used
        taken = {*used.values(), *self.extras.names}
        unused = tuple(name for name in self.table.names if name not in taken)
        return FileRead(self.table.file, self.table.kind, self.losses.rows_in, used, unused)


def _check_alike(files: Sequence[_File]) -> None:
    """Raises InputError where only some of the files have times, or feedback of one kind."""
    first = files[0]
    for file in files[1:]:
        for role in ("rating", "weight", "event", "dwell", "time"):
            if (role in file.used) != (role in first.used):
                raise InputError(
                    f"{file.table.path}: of the files, some have the column "
                    f"{_SAID.get(role, role)!r} and some have not; add it to all of them, "
                    f"or remove it (or name it with {option_of(role)})"
                )


class _Gathering:
    """The rows of all files, and what became of those that cannot be used."""

    def __init__(self, files: Sequence[_File], feedback: Feedback) -> None:
        self.files = files
        self.feedback = feedback
        self.users, self.items = IdCodes(), IdCodes()
        self.ledger = Ledger()
        self.parts: list[Rows] = []
        self.kept: list[NDArray[np.int64]] = []
        self.units: dict[str, int] = {}
        self.kinds: dict[str, str | None] = {}

    def read(self, file: _File) -> None:
        """All batches of a file."""
        kept = [np.zeros(0, np.int64)]
        wanted = [*dict.fromkeys([*file.used.values(), *file.extras.names])]
        for batch in file.table.batches(wanted):
            clean = _Clean(self, file, batch)
            self.parts.append(clean.rows)
            kept.append(np.flatnonzero(clean.keep) + file.losses.rows)
            file.extras.add(batch, clean.keep, clean.rows.user_idx, clean.rows.item_idx)
            file.losses.rows += batch.num_rows
        self.kept.append(np.concatenate(kept))
        file.losses.close(self.ledger)

    def finish(self) -> Gathered:
        rows_in = sum(file.losses.rows_in for file in self.files)
        if not any(map(len, self.parts)):
            raise self._nothing(rows_in)
        rows = Rows.joined(self.parts)
        self.parts = []
        folded = folded_pairs(rows, self.files[0].feedback_role, self.feedback)
        for lost in folded.lost:
            self.ledger.lose(
                lost.reason,
                lost.rows,
                self._said(rows, lost.first),
                self._where(lost.first),
                lost.done,
            )
        final, scale = folded.rows, folded.scale
        if not len(final):
            raise self._nothing(rows_in)
        user_map, user_row = self.users.in_order(_used(final.user_idx, len(self.users.ids)))
        item_map, item_row = self.items.in_order(_used(final.item_idx, len(self.items.ids)))
        user_idx, item_idx = user_row[final.user_idx], item_row[final.item_idx]
        order = _in_order(user_idx, final.place if final.time is None else final.time, item_idx)
        interactions = Interactions(
            users=user_map,
            items=item_map,
            user_idx=user_idx[order],
            item_idx=item_idx[order],
            rating=final.value[order].astype(np.float32),
            timestamp=final.time[order] if final.time is not None else None,
        )
        account = Account(
            rows_in=rows_in,
            rows_used=len(interactions),
            removed=self.ledger.removed(),
            notes=tuple(self._notes(interactions, folded.notes)),
            files=tuple(file.read() for file in self.files),
        )
        return Gathered(
            interactions=interactions,
            account=account,
            scale=scale,
            item_cells=_placed([file.extras.items for file in self.files], item_row, len(item_map)),
            user_cells=_placed([file.extras.users for file in self.files], user_row, len(user_map)),
            item_column=self.files[0].columns.by_role["item"],
        )

    def _nothing(self, rows_in: int) -> InputError:
        path = self.files[0].table.path
        reasons = "; ".join(
            f"{one.reason}: {one.rows}, e.g. {one.example}" for one in self.ledger.removed()
        )
        if not rows_in:
            return InputError(f"{path}: has a header but no rows; add some")
        return InputError(f"{path}: no row can be used ({reasons}); mend the file")

    def _said(self, rows: Rows, place: int) -> str:
        """A row as an example."""
        has_value = self.files[0].feedback_role in {"rating", "weight"}
        return example_of(
            [
                self.users.ids[rows.user_idx[place]],
                self.items.ids[rows.item_idx[place]],
                *([f"{rows.value[place]:g}"] if has_value else []),
                *([str(rows.time[place])] if rows.time is not None else []),
            ]
        )

    def _where(self, place: int) -> str:
        """Where the n-th row that is used stands."""
        for file, kept in zip(self.files, self.kept, strict=True):
            if place < len(kept):
                row = int(kept[place])
                return file.losses.where([row])[row]
            place -= len(kept)
        raise AssertionError("a place is one of a row that is used")  # pragma: no cover

    def _notes(self, interactions: Interactions, folded: Sequence[Note]) -> list[Note]:
        notes = [note for file in self.files for note in _columns_notes(file)]
        notes += _unit_notes(self.units)
        for one, ids in (("user", self.users), ("item", self.items)):
            n = len(ids.recomposed)
            notes += [Note(f"{one} ids not in NFC", n, ids.recomposed[0], "composed")] if n else []
        notes += alike_notes("user", list(interactions.users))
        notes += alike_notes("item", list(interactions.items))
        return [*notes, *folded, *_thin(interactions)]


class _Clean:
    """One batch; rows are marked as left out, with the first reason that fits."""

    def __init__(self, gathering: _Gathering, file: _File, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self.used = file.used
        self.losses = file.losses
        self.comma = file.table.decimal_comma
        self.compact_dates = file.columns.compact_dates
        for role in self.used:
            file.table.check_cells(self._column(role), file.losses.rows)
        self.keep: Mask = np.ones(batch.num_rows, bool)
        user_idx = self._ids("user", gathering.users)
        item_idx = self._ids("item", gathering.items)
        kind = self._kinds(gathering) if "event" in self.used else None
        value = self._values(file.feedback_role, kind)
        dwell = self._dwell(kind) if "dwell" in self.used else None
        time = self._times(gathering) if "time" in self.used else None
        keep = self.keep
        self.rows = Rows(
            user_idx=user_idx[keep],
            item_idx=item_idx[keep],
            value=value[keep].astype(np.float32),
            kind=None if kind is None else kind[keep],
            dwell=None if dwell is None else dwell[keep],
            time=None if time is None else time[keep],
        )

    def _column(self, role: str) -> pa.Array:
        return self.batch.column(self.used[role])

    def _remove(self, reason: str, bad: Mask) -> None:
        """Leave rows out, unless an earlier reason already has."""
        bad = bad & self.keep
        if bad.any():
            first = int(np.argmax(bad))
            cells = [self._column(role)[first].as_py() for role in self.used]
            self.losses.lose(reason, int(bad.sum()), first, cells)
            self.keep &= ~bad

    def _ids(self, role: str, ids: IdCodes) -> NDArray[np.int32]:
        codes = ids.codes(self._column(role))
        self._remove(f"no {role}", codes == BLANK)
        self._remove(f"{role} that is no id: {ID_RULE}", codes == IMPOSSIBLE)
        return codes

    def _kinds(self, gathering: _Gathering) -> NDArray[np.int8]:
        encoded = self._column("event").dictionary_encode()
        known = gathering.kinds
        codes = []
        for text in encoded.dictionary.to_pylist():
            kind = known.setdefault(text, kind_of(text, gathering.feedback.kinds))
            if kind == "rating" and "rating" not in self.used:
                kind = "view"  # of whoever rates something without a number, only that is known
            codes.append(-1 if kind is None else gathering.feedback.code_of(kind))
        of_row = np.array(codes, np.int8)[encoded.indices.to_numpy()] if codes else None
        kinds = np.zeros(0, np.int8) if of_row is None else of_row
        self._remove(NO_KIND, kinds < 0)
        return kinds

    def _values(self, role: str | None, kind: NDArray[np.int8] | None) -> NDArray[np.float64]:
        """The rating or the count of each row; 1 where there is neither."""
        ones = np.ones(self.batch.num_rows)
        if kind is not None and "rating" in self.used:
            # Only what is called a rating must have one.
            values, readable = read_numbers(self._column("rating"), self.comma)
            self._remove("rating is no number", (kind == RATED) & ~readable)
            return values
        if role not in {"rating", "weight"}:
            return ones
        values, readable = read_numbers(self._column(role), self.comma)
        what = "rating" if role == "rating" else "count"
        self._remove(f"{what} is no number", ~readable)
        return values

    def _dwell(self, kind: NDArray[np.int8] | None) -> NDArray[np.float32]:
        """Seconds; nan where a row says nothing about them."""
        values, readable = read_numbers(self._column("dwell"), self.comma)
        readable &= values >= 0
        needed = np.ones(len(values), bool) if kind is None else kind == STRENGTH["dwell"]
        self._remove("dwell time is no number of seconds", needed & ~readable)
        return np.where(readable, values, np.nan).astype(np.float32)

    def _times(self, gathering: _Gathering) -> NDArray[np.int64]:
        times = read_times(self._column("time"), self.compact_dates)
        for unit, n in times.units.items():
            gathering.units[unit] = gathering.units.get(unit, 0) + n
        self._remove(NO_TIME, ~times.readable)
        return times.values


def _used(codes: NDArray[np.int32], n: int) -> Mask:
    used = np.zeros(n, bool)
    used[codes] = True
    return used


def _in_order(
    user_idx: NDArray[np.int32], time: NDArray[np.int64], item_idx: NDArray[np.int32]
) -> NDArray[np.intp]:
    """Rows by user, then time, then item."""
    low, high = int(time.min()), int(time.max())
    if (int(user_idx.max()) + 1) * (high - low + 1) < 2**62:
        return order_by(user_idx.astype(np.int64) * (high - low + 1) + (time - low), item_idx)
    return np.lexsort((item_idx, time, user_idx))


def _placed(parts: Sequence[Cells], row_of_code: NDArray[np.int32], n: int) -> Cells:
    """Cells by code -> by row; a later file's only where an earlier one says nothing."""
    placed: Cells = {}
    for part in parts:
        for name, cells in part.items():
            column = placed.setdefault(name, [[] for _ in range(n)])
            for code, cell in enumerate(cells):
                row = row_of_code[code]
                if row >= 0 and cell and not column[row]:
                    column[row] = cell
    return placed


def _columns_notes(file: _File) -> list[Note]:
    """What was found without the help of a name, and what looks odd."""
    notes = [
        Note(f"the {role} column is {file.columns.by_role[role]!r}, by what it holds")
        for role in file.columns.by_content
    ]
    for name, role, example in file.columns.unreadable:
        if name not in file.extras.names:
            what = f"the column {name!r} does not hold the {role} that its name promises"
            notes.append(Note(what, 0, example, "not used"))
    return [*notes, *file.extras.notes()]


def _unit_notes(units: dict[str, int]) -> list[Note]:
    """Times that are not simply seconds."""
    if set(units) <= {"seconds"}:
        return []
    done = {"ISO 8601 without zone": "taken for UTC"}
    return [
        Note(f"times in {unit}", n, "", done.get(unit, "read as such"))
        for unit, n in sorted(units.items(), key=lambda one: -one[1])
    ]


def _thin(interactions: Interactions) -> list[Note]:
    """Users and items of whom a single row says too little."""
    notes = []
    for one, codes, ids in (
        ("users", interactions.user_idx, interactions.users),
        ("items", interactions.item_idx, interactions.items),
    ):
        counts = np.bincount(codes, minlength=len(ids))
        single = np.flatnonzero(counts == 1)
        if len(single):
            example = ids[int(single[0])]
            notes.append(
                Note(
                    f"{one} with a single row",
                    len(single),
                    example,
                    "kept; popularity and features speak",
                )
            )
    return notes
