"""What every kind of file is read as: rows of text, some at a time."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from toppicks.errors import InputError

# A table with more is the wrong way round.
MOST_COLUMNS = 2_000


@dataclass
class Ragged:
    """Rows that do not fit for one reason, and the first of them.

    record: its place among all records of the file, from 1.
    """

    reason: str
    rows: int
    record: int
    text: str


class Table(ABC):
    """A file as columns of text. What a cell holds survives as it is written (`007`, `NA`, `1e5`);
    an empty or missing one is the empty text.

    names:  the columns'.
    kind:   how the file is written, for people.
    unit:   what its places are called: "line" or "row".
    ragged: rows that were left out because they do not fit, once all batches have been read.
    """

    path: Path
    names: list[str]
    unit: str
    ragged: list[Ragged]

    @property
    @abstractmethod
    def kind(self) -> str: ...

    @property
    def file(self) -> str:
        """Its name, for people and programs: what is no text in it is written as numbers."""
        return self.path.name.encode("utf-8", "backslashreplace").decode()

    @property
    def decimal_comma(self) -> bool:
        """Whether 4,5 may be a number."""
        return False

    @abstractmethod
    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows, a block at a time, with these columns; raises InputError where the file is
        damaged.
        """

    @abstractmethod
    def lines(self, rows: Collection[int]) -> dict[int, int]:
        """Where rows (from 0, of those that fit) stand in the file, from 1."""

    def lines_of_records(self, numbers: Collection[int]) -> dict[int, int]:
        """Where records (from 1) stand, from 1."""
        return {number: number for number in numbers}

    def check_cells(self, column: pa.Array, row: int) -> None:  # noqa: B027 - few kinds have quotes
        """Raises InputError where a cell of ids, ratings or times must have swallowed other rows.

        row: the place of the first one among those that fit.
        """

    def sample(self, n: int) -> pa.Table:
        """The first n rows at most, all columns."""
        batches, rows = [], 0
        for batch in self.batches(self.names):
            batches.append(batch)
            rows += batch.num_rows
            if rows >= n:
                break
        schema = pa.schema([(name, pa.string()) for name in self.names])
        return pa.Table.from_batches(batches, schema).slice(0, n)


def distinct_names(path: Path, names: Sequence[str]) -> list[str]:
    """Trimmed; a column without a name is called by its place. Raises InputError for two alike."""
    found = [name.strip().lstrip("\ufeff") or f"column {n + 1}" for n, name in enumerate(names)]
    if len(found) > MOST_COLUMNS:
        raise InputError(
            f"{path}: has {len(found):,} columns; expected a row for each time that somebody did "
            "something, and not a column for each item"
        )
    repeated = [name for name, n in Counter(found).items() if n > 1]
    if repeated:
        raise InputError(f"{path}: has the column {repeated[0][:40]!r} twice; remove or rename one")
    return found
