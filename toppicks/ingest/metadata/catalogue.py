"""Items, or people, and what is known of them: typed metadata."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from toppicks.errors import InputError
from toppicks.ids import IdMap
from toppicks.ingest.account import Account, FileRead, Ledger, Note
from toppicks.ingest.columns.names import NamedColumns, folded, key_column, option_of, words
from toppicks.ingest.id_codes import BLANK, ERASED, IMPOSSIBLE, IdCodes, alike_notes
from toppicks.ingest.losses import OF_ERASED, Losses, example_of
from toppicks.ingest.metadata.extras import Cells
from toppicks.ingest.metadata.values import Value, typed_column, unknown_of
from toppicks.ingest.roles import SAMPLE
from toppicks.ingest.tables.delimited import Delimited
from toppicks.ingest.tables.opening import open_table
from toppicks.ingest.tables.table import Table

EXAMPLES = {"item": "item,title,year,genres", "user": "user,age,country"}
# Called so, a column is what the site shows as an item's name or picture.
SHOWN = {
    "title": words(
        "title name itemname itemtitle movietitle moviename filmtitle producttitle productname "
        "artistname booktitle songtitle songname trackname gamename reponame"
    ),
    "image_url": words("imageurl image img picture poster posterurl coverurl thumbnail photourl"),
}
# From this share of ids with several rows on, a row is one of several things said of an id (a tag
# a row); below it, a repeated row is a correction of the earlier one.
SEVERAL = 1 / 3
# A column holds the ids if so many of its values are ids that are known.
SAME_IDS = 0.5


@dataclass(frozen=True)
class Catalogue:
    """Metadata by item (or by person), in row order.

    items:  every item, rated or not.
    fields: column name -> a list with one value for each item: text, number or list of texts, of
            one kind in a column; None (an empty list among lists) where nothing is known.
    """

    items: IdMap
    fields: dict[str, list[Value]] = field(default_factory=dict)

    @classmethod
    def of_cells(cls, items: IdMap, cells: Mapping[str, list[list[str]]]) -> "Catalogue":
        """From the texts of each column for each item; a column without any is left out."""
        shown = _shown_names(list(cells))
        return cls(
            items,
            {
                shown.get(name, name): typed_column(shown.get(name, name), column)
                for name, column in cells.items()
                if any(column)
            },
        )

    def extended_to(self, items: IdMap) -> "Catalogue":
        """The same metadata for `items`, a superset, in their order."""
        rows = [self.items.get(id_) for id_ in items]
        fields = {}
        for name, values in self.fields.items():
            unknown = unknown_of(values)
            fields[name] = [unknown if row is None else values[row] for row in rows]
        return Catalogue(items, fields)

    def joined(self, other: "Catalogue") -> "Catalogue":
        """What either says, over the ids of both, this one's first; of a column that both have,
        the other's.
        """
        items = self.items.union(other.items)
        mine, others = self.extended_to(items), other.extended_to(items)
        return Catalogue(items, mine.fields | others.fields)


def read_catalogue(
    path: Path,
    role: str = "item",
    chosen: NamedColumns | None = None,
    known: IdMap | None = None,
    called: str | None = None,
    erased: AbstractSet[str] = frozenset(),
) -> tuple[Catalogue, Account]:
    """Read a file about items (or people: role "user"): a column of ids, and any others.

    The ids' column goes by the option, by what it is `called` in the file of feedback, by its usual
    names, or by what it holds: most of it is `known`.
    Several rows for one id make lists where that is the rule (a tag a row); otherwise the last
    counts. Rows about who was `erased` are passed over. Raises InputError where the file cannot be
    used, or holds none of the known ids.
    """
    chosen = chosen or NamedColumns()
    table = open_table(path, EXAMPLES[role])
    same = called if called in table.names and role not in chosen.by_role else None
    key = same or key_column(path, table.names, role, chosen)
    if key is None and isinstance(table, Delimited) and table.looks_headless():
        raise InputError(f"{path}: has no header line; add one, such as {EXAMPLES[role]}")
    key = key or _by_content(table, role, known)
    gathering = _Gathering(table, role, key, erased)
    gathering.read()
    return gathering.finish(known)


def _by_content(table: Table, role: str, known: IdMap | None) -> str:
    """The one column whose values are ids that are known; raises InputError without one."""
    sample = table.sample(SAMPLE)
    if known is not None:
        able = [name for name in table.names if _share_of_known(sample[name], known) >= SAME_IDS]
        if len(able) == 1:
            return able[0]
    names = ", ".join(map(repr, table.names[:12]))
    raise InputError(
        f"{table.path}: has no column {role!r} but {names}; say which holds the ids with "
        f"{option_of(role)}, or name its columns {EXAMPLES[role]}"
    )


def _share_of_known(column: pa.ChunkedArray, known: IdMap) -> float:
    texts = [text.strip() for text in column.unique().to_pylist()]
    return sum(text in known for text in texts) / max(1, len(texts))


def _shown_names(names: list[str]) -> dict[str, str]:
    """Column -> `title` or `image_url`, where one is called so; the plainest name wins."""
    found = {}
    for meaning, others in SHOWN.items():
        alike = [name for name in names if folded(name) in others]
        if alike:
            plainest = next((name for name in alike if folded(name) == folded(meaning)), alike[0])
            found[plainest] = meaning
    return found


class _Gathering:
    """The cells of each id, as the rows come in."""

    def __init__(self, table: Table, role: str, key: str, erased: AbstractSet[str]) -> None:
        self.table = table
        self.role = role
        self.key = key
        self.ids = IdCodes(erased)
        self.ledger = Ledger()
        self.losses = Losses(table)
        # For each code the rows that it has, as their cells.
        self.cells: list[list[tuple[str, ...]]] = []
        # And the first of these rows, from 0 in the file.
        self.first: list[int] = []
        self.names = [name for name in table.names if name != key]

    def read(self) -> None:
        for batch in self.table.batches([self.key, *self.names]):
            self.table.check_cells(batch.column(self.key), self.losses.rows)
            codes = self.ids.codes(batch.column(self.key))
            self.cells.extend([] for _ in range(len(self.ids.ids) - len(self.cells)))
            for reason, code in ((f"no {self.role}", BLANK), ("an impossible id", IMPOSSIBLE)):
                bad = np.flatnonzero(codes == code)
                if len(bad):
                    row = batch.slice(int(bad[0]), 1).to_pylist()[0]
                    self.losses.lose(reason, len(bad), int(bad[0]), [*row.values()])
            gone = np.flatnonzero(codes == ERASED)
            if len(gone):
                self.losses.lose(OF_ERASED, len(gone), int(gone[0]), [])
            columns = [batch.column(name).to_pylist() for name in self.names]
            rows = zip(*columns, strict=True) if columns else iter([()] * batch.num_rows)
            for place, (code, row) in enumerate(zip(codes.tolist(), rows, strict=True)):
                if code == len(self.first):
                    self.first.append(self.losses.rows + place)
                if code >= 0:
                    self.cells[code].append(row)
            self.losses.rows += batch.num_rows
        self.losses.close(self.ledger)

    def finish(self, known: IdMap | None) -> tuple[Catalogue, Account]:
        path = self.table.path
        if not self.ids.ids:
            raise InputError(
                f"{path}: no row has an id in the column {self.key!r}; fill it in, or say which "
                f"holds the ids with {option_of(self.role)}"
            )
        self._check_known(known)
        repeated = [code for code, rows in enumerate(self.cells) if len(rows) > 1]
        many = len(repeated) >= SEVERAL * len(self.cells) or len(self.names) == 1
        notes = []
        if repeated and many:
            what = f"{self.role}s with several rows"
            notes.append(Note(what, len(repeated), self.ids.ids[repeated[0]], "made into lists"))
        elif repeated:
            self._lose_earlier(repeated)
        notes += alike_notes(self.role, self.ids.ids)
        cells = self._columns(many)
        catalogue = Catalogue.of_cells(IdMap(self.ids.ids), cells)
        notes += self._told_twice(cells, catalogue)
        account = Account(
            rows_in=self.losses.rows_in,
            rows_used=sum(map(len, self.cells)) if many else len(self.cells),
            removed=self.ledger.removed(),
            notes=tuple(notes),
            files=(
                FileRead(
                    self.table.file, self.table.kind, self.losses.rows_in, {self.role: self.key}
                ),
            ),
        )
        return catalogue, account

    def _told_twice(self, cells: Cells, catalogue: Catalogue) -> list[Note]:
        """Columns of which one text alone is kept, although some ids have several."""
        shown = _shown_names(list(cells))
        notes = []
        for name, column in cells.items():
            several = [texts for texts in column if len(texts) > 1]
            values = catalogue.fields.get(shown.get(name, name), [])
            if several and not any(isinstance(value, list) for value in values):
                what = f"{self.role}s with several texts in {name!r}"
                notes.append(Note(what, len(several), several[0][0], "the last counts"))
        return notes

    def _columns(self, many: bool) -> Cells:
        """By column, the texts for each id: all different ones, or those of the last row."""
        return {
            name: [
                list(dict.fromkeys(row[place] for row in rows if row[place].strip()))
                if many
                else [row[place] for row in rows[-1:] if row[place].strip()]
                for rows in self.cells
            ]
            for place, name in enumerate(self.names)
        }

    def _lose_earlier(self, repeated: list[int]) -> None:
        rows = sum(len(self.cells[code]) - 1 for code in repeated)
        example = example_of([self.ids.ids[repeated[0]], *self.cells[repeated[0]][0]])[:80]
        reason = f"an earlier row of the same {self.role}"
        where = self.losses.where([self.first[repeated[0]]])[self.first[repeated[0]]]
        self.ledger.lose(reason, rows, example, where, "the last counts")

    def _check_known(self, known: IdMap | None) -> None:
        """Raises InputError where not one id is known: the files do not belong together."""
        if known is None or any(id_ in known for id_ in self.ids.ids):
            return
        raise InputError(
            f"{self.table.path}: none of its ids in the column {self.key!r} (e.g. "
            f"{self.ids.ids[0][:40]!r}) is an {self.role} of the ratings (e.g. {known[0][:40]!r}); "
            f"say which column holds them with {option_of(self.role)}"
        )
