"""Items and what is known of them: from an items file to typed metadata."""

from dataclasses import dataclass, field
from pathlib import Path

from toppicks.errors import InputError
from toppicks.ids import IdMap, is_id
from toppicks.ingest.cleaning import clean_ids
from toppicks.ingest.metadata import Value, typed_column, unknown_of
from toppicks.ingest.reading import read_table

EXAMPLE = "item,title,year,genres"
USERS_EXAMPLE = "user,age,country"


@dataclass(frozen=True)
class Catalogue:
    """Metadata by item, in row order.

    items:  every item, rated or not.
    fields: column name -> a list with one value for each item: text, number or list of texts, of
            one kind in a column; None (an empty list among lists) where nothing is known.
    """

    items: IdMap
    fields: dict[str, list[Value]] = field(default_factory=dict)

    def extended_to(self, items: IdMap) -> "Catalogue":
        """The same metadata for `items`, a superset, in their order."""
        rows = [self.items.get(id_) for id_ in items]
        fields = {}
        for name, values in self.fields.items():
            unknown = unknown_of(values)
            fields[name] = [unknown if row is None else values[row] for row in rows]
        return Catalogue(items, fields)


def read_catalogue(path: Path, key: str = "item") -> Catalogue:
    """Read a CSV file with the column `item` (or `user`: `key`) and any others.

    Each column is typed by what it holds: see `metadata.typed_column`. Rows
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
            fields[name] = typed_column(name, [[column[row]] for row in last_row.values()])
    return Catalogue(IdMap(last_row), fields)
