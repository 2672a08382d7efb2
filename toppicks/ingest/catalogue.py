"""Items and what is known of them: from an items file to typed metadata."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toppicks.errors import InputError
from toppicks.ids import IdMap, is_id
from toppicks.ingest.cleaning import clean_ids
from toppicks.ingest.reading import read_table

EXAMPLE = "item,title,year,genres"
USERS_EXAMPLE = "user,age,country"
LIST_COLUMNS = frozenset({"genres"})
# Numbers whatever else stands in the column: one "unknown" must not cost every film its decade.
NUMBER_COLUMNS = frozenset({"year", "runtime"})
LIST_SEPARATOR = "|"
_WHOLE_NUMBER = re.compile(r"([+-]?(?:0|[1-9]\d{0,14}))(\.0*)?")


@dataclass(frozen=True)
class Catalogue:
    """Metadata by item, in row order.

    items:  every item, rated or not.
    fields: column name -> a list with one value for each item: text, whole number, list of
            texts, or None (an empty list for lists) where nothing is known.
    """

    items: IdMap
    fields: dict[str, list[Any]] = field(default_factory=dict)

    def extended_to(self, items: IdMap) -> "Catalogue":
        """The same metadata for `items`, a superset, in their order."""
        rows = [self.items.get(id_) for id_ in items]
        return Catalogue(
            items,
            {
                name: [_unknown(name) if row is None else values[row] for row in rows]
                for name, values in self.fields.items()
            },
        )


def read_catalogue(path: Path, key: str = "item") -> Catalogue:
    """Read a CSV file with the column `item` (or `user`: `key`) and any others.

    `genres` holds lists separated by a bar; `year` and `runtime` are numbers, and unknown where
    they are none; another column of whole numbers becomes numbers; anything else is text. Rows
    without an id are passed over, and of two rows for one item the last counts. Raises InputError
    where the file cannot be used.
    """
    table = read_table(path, (key,), EXAMPLE if key == "item" else USERS_EXAMPLE)
    ids = clean_ids(table[key]).to_pylist()
    last_row = {id_: row for row, id_ in enumerate(ids) if is_id(id_)}
    if not last_row:
        raise InputError(f"{path}: no row has an id in the column {key!r}; fill it in")
    fields = {}
    for name in table.column_names:
        if name != key:
            column = table[name].to_pylist()
            fields[name] = _typed(name, [column[row].strip() for row in last_row.values()])
    return Catalogue(IdMap(last_row), fields)


def _typed(name: str, column: list[str]) -> list[Any]:
    if name in LIST_COLUMNS:
        return [
            [part.strip() for part in text.split(LIST_SEPARATOR) if part.strip()] for text in column
        ]
    numbers = [_WHOLE_NUMBER.fullmatch(text) for text in column]
    all_numbers = all(number for number, text in zip(numbers, column, strict=True) if text)
    # A title is a title even where every title is a number ("1984").
    if name in NUMBER_COLUMNS or (name != "title" and all_numbers):
        return [int(number[1]) if number else None for number in numbers]
    return [text or None for text in column]


def _unknown(name: str) -> Any:
    return [] if name in LIST_COLUMNS else None
