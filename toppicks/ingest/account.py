"""What became of every row, and what was done to those that are used."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Removed:
    """Rows that are no rows of their own any more, for one reason, and one of them to look at.

    where: where the example stands.   done: what became of them.
    """

    reason: str
    rows: int
    example: str
    where: str = ""
    done: str = "left out"


@dataclass(frozen=True)
class Note:
    """What was seen or done without losing a row. n: how many; 0 where that means nothing."""

    what: str
    n: int = 0
    example: str = ""
    done: str = ""


@dataclass(frozen=True)
class FileRead:
    """One file: how it is written, and which of its columns is what (role -> column)."""

    name: str
    kind: str
    rows: int
    columns: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """How many rows came in, how many are used, and what became of the others.

    rows_in = rows_used + the rows of everything in `removed`.
    """

    rows_in: int
    rows_used: int
    removed: tuple[Removed, ...] = ()
    notes: tuple[Note, ...] = ()
    files: tuple[FileRead, ...] = ()

    def __post_init__(self) -> None:
        gone = sum(one.rows for one in self.removed)
        if self.rows_in != self.rows_used + gone:
            raise ValueError(
                f"{self.rows_in} rows are not {self.rows_used} used and {gone} removed"
            )

    def hiding(self, ids: Iterable[str]) -> "Account":
        """The same without the examples that name any of these ids."""
        named = [re.compile(rf"(?<!\w){re.escape(id_)}(?!\w)") for id_ in ids]

        def shown(example: str) -> str:
            return "" if any(one.search(example) for one in named) else example

        return replace(
            self,
            removed=tuple(replace(one, example=shown(one.example)) for one in self.removed),
            notes=tuple(replace(one, example=shown(one.example)) for one in self.notes),
        )

    def to_plain(self) -> dict[str, Any]:
        """Dicts, lists, texts and numbers."""
        return {
            "rows_in": self.rows_in,
            "rows_used": self.rows_used,
            "removed": [asdict(one) for one in self.removed],
            "notes": [asdict(one) for one in self.notes],
            "files": [asdict(one) | {"unused": list(one.unused)} for one in self.files],
        }


class Ledger:
    """An account in the making: rows by reason, with the first of each."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._first: dict[str, tuple[str, str, str]] = {}

    def lose(
        self, reason: str, rows: int, example: str, where: str, done: str = "left out"
    ) -> None:
        """Account for rows; the first example of a reason is kept."""
        if rows:
            self._rows[reason] += rows
            self._first.setdefault(reason, (example, where, done))

    def removed(self) -> tuple[Removed, ...]:
        return tuple(
            Removed(reason, self._rows[reason], *first) for reason, first in self._first.items()
        )
