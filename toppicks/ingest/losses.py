"""Rows of one file that are left out: counted as they are read, placed once it is read."""

from collections.abc import Sequence

from toppicks.ingest.account import Ledger
from toppicks.ingest.tables.table import Table

SHOWN = 40
OF_ERASED = "of people who were erased on the site"


class Losses:
    """rows: how many rows that fit have been read so far."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self._found: dict[str, tuple[int, int, str]] = {}

    @property
    def rows_in(self) -> int:
        """All rows of the file, those that do not fit too."""
        return self.rows + sum(ragged.rows for ragged in self.table.ragged)

    def lose(self, reason: str, rows: int, first: int, cells: Sequence[str]) -> None:
        """first: where in the present batch the first of them is; cells: what it holds."""
        n, place, example = self._found.get(reason, (0, self.rows + first, example_of(cells)))
        self._found[reason] = (n + rows, place, example)

    def close(self, ledger: Ledger) -> None:
        """Once all has been read: into the account, with lines."""
        records = [ragged.record for ragged in self.table.ragged]
        lines = self.table.lines_of_records(records) if records else {}
        for ragged in self.table.ragged:
            example = " ".join(ragged.text[:1_000].split())[: 2 * SHOWN]
            ledger.lose(ragged.reason, ragged.rows, example, self._place(lines[ragged.record]))
        where = self.where([place for _, place, _ in self._found.values()])
        for reason, (rows, row, example) in self._found.items():
            ledger.lose(reason, rows, example, where[row])

    def where(self, rows: Sequence[int]) -> dict[int, str]:
        """Where rows (of those that fit, from 0) stand, as one says it."""
        lines = self.table.lines(rows) if rows else {}
        return {row: self._place(lines[row]) for row in rows}

    def _place(self, number: int) -> str:
        return f"{self.table.file}, {self.table.unit} {number}"


def example_of(cells: Sequence[str]) -> str:
    """One line of a row's cells, however long and odd they are."""
    return ",".join(" ".join(cell[:SHOWN].split()) for cell in cells)
