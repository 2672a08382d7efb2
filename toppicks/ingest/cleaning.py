"""From files of feedback to `Interactions`, with an account of every row."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ids import IdMap
from toppicks.ingest.account import Account, Ledger, Note
from toppicks.ingest.batches import CleanBatch, Seen
from toppicks.ingest.columns.names import NamedColumns
from toppicks.ingest.feedback.pairs import Rows, folded_pairs
from toppicks.ingest.feedback.scale import Feedback, Scale
from toppicks.ingest.id_codes import IdCodes, alike_notes
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.losses import example_of
from toppicks.ingest.metadata.extras import Cells
from toppicks.ingest.notes import notes_of_columns, notes_of_single_rows, notes_of_units
from toppicks.ingest.sorting import by_user
from toppicks.ingest.sources import FeedbackFile, check_alike


@dataclass(frozen=True)
class Gathered:
    """What the files of feedback hold.

    scale:         what the interactions' numbers mean.
    item_cells, user_cells: what further columns say of items and users, by column: for each row of
                   the map the text, or nothing.
    item_column, user_column: what those are called in the first file.
    """

    interactions: Interactions
    account: Account
    scale: Scale
    item_cells: Cells = field(default_factory=dict)
    user_cells: Cells = field(default_factory=dict)
    item_column: str = "item"
    user_column: str = "user"


def read_interactions(
    paths: Sequence[Path],
    chosen: NamedColumns | None = None,
    feedback: Feedback | None = None,
    erased: AbstractSet[str] = frozenset(),
) -> Gathered:
    """Read one or more files of feedback: who did what with which item.

    erased: users whose rows are passed over, as if they were not there; they are counted alone.

    Columns are recognised (`roles`). Left out and counted, with an example and its line: rows of
    the wrong width, without an id or with an impossible one, whose rating or count is no finite
    number, whose time is none. Of several rows for one user and item the latest rating counts (the
    last in the file where there are no times); counts add up; of events the strongest counts, or
    the latest opinion if that is against. Ids are text, trimmed and NFC-normalised; they are
    ordered naturally. Raises InputError where a file cannot be used, or nothing is left.
    """
    chosen, feedback = chosen or NamedColumns(), feedback or Feedback()
    files = [FeedbackFile.open(path, chosen, feedback) for path in paths]
    check_alike(files)
    gathering = _Gathering(files, feedback, erased)
    for file in files:
        gathering.read(file)
    return gathering.finish()


class _Gathering:
    """The rows of all files, and what became of those that cannot be used."""

    def __init__(
        self, files: Sequence[FeedbackFile], feedback: Feedback, erased: AbstractSet[str]
    ) -> None:
        self.files = files
        self.seen = Seen(feedback, users=IdCodes(erased))
        self.ledger = Ledger()
        self.parts: list[Rows] = []
        self.kept: list[NDArray[np.int64]] = []

    def read(self, file: FeedbackFile) -> None:
        """All batches of a file."""
        kept = [np.zeros(0, np.int64)]
        wanted = [*dict.fromkeys([*file.used.values(), *file.extras.names])]
        for batch in file.table.batches(wanted):
            clean = CleanBatch(self.seen, file, batch)
            self.parts.append(clean.rows)
            kept.append(np.flatnonzero(clean.keep) + file.losses.rows)
            file.extras.add(batch, clean.keep, clean.rows.user_idx, clean.rows.item_idx)
            file.losses.rows += batch.num_rows
        self.kept.append(np.concatenate(kept))
        file.extras.settle()
        file.losses.close(self.ledger)

    def finish(self) -> Gathered:
        rows_in = sum(file.losses.rows_in for file in self.files)
        if not any(map(len, self.parts)):
            raise self._nothing(rows_in)
        rows = Rows.joined(self.parts)
        self.parts = []
        folded = folded_pairs(rows, self.files[0].feedback_role, self.seen.feedback)
        for lost in folded.lost:
            example, where = self._said(rows, lost.first), self._where(lost.first)
            self.ledger.lose(lost.reason, lost.rows, example, where, lost.done)
        if not len(folded.rows):
            raise self._nothing(rows_in)
        users, user_row = self.seen.users.in_order(folded.rows.user_idx)
        items, item_row = self.seen.items.in_order(folded.rows.item_idx)
        interactions = _interactions(folded.rows, (users, user_row), (items, item_row))
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
            scale=folded.scale,
            item_cells=_placed([file.extras.items for file in self.files], item_row, len(items)),
            user_cells=_placed([file.extras.users for file in self.files], user_row, len(users)),
            item_column=self.files[0].columns.by_role["item"],
            user_column=self.files[0].columns.by_role["user"],
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
                self.seen.users.ids[rows.user_idx[place]],
                self.seen.items.ids[rows.item_idx[place]],
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
        notes = [note for file in self.files for note in notes_of_columns(file)]
        notes += notes_of_units(self.seen.units)
        for one, ids in (("user", self.seen.users), ("item", self.seen.items)):
            n = len(ids.recomposed)
            notes += [Note(f"{one} ids not in NFC", n, ids.recomposed[0], "composed")] if n else []
        notes += alike_notes("user", list(interactions.users))
        notes += alike_notes("item", list(interactions.items))
        return [*notes, *folded, *notes_of_single_rows(interactions)]


def _interactions(
    rows: Rows, users: tuple[IdMap, NDArray[np.int32]], items: tuple[IdMap, NDArray[np.int32]]
) -> Interactions:
    """The rows with the maps' row numbers in place of codes, in the order that is promised."""
    user_idx, item_idx = users[1][rows.user_idx], items[1][rows.item_idx]
    order = by_user(user_idx, rows.place if rows.time is None else rows.time, item_idx)
    return Interactions(
        users=users[0],
        items=items[0],
        user_idx=user_idx[order],
        item_idx=item_idx[order],
        rating=rows.value[order].astype(np.float32),
        timestamp=None if rows.time is None else rows.time[order],
    )


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
