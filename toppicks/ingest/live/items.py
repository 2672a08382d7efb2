"""Items that were put over HTTP, among those of the files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toppicks.ingest.account import Note
from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.lists import distinct
from toppicks.ingest.metadata.values import (
    LARGEST,
    LONGEST_OF_SEVERAL,
    LONGEST_TEXT,
    NUMBER_COLUMNS,
    Value,
)
from toppicks.store import ItemChange
from toppicks.validity import is_text

# What these hold, whoever says it first.
_SETTLED: Mapping[str, type] = {
    "title": str,
    "image_url": str,
    "genres": list,
    "year": float,
    "runtime": float,
}


def changed(catalogue: Catalogue, changes: Sequence[ItemChange]) -> tuple[Catalogue, list[Note]]:
    """The catalogue with the items that were put; those that were deleted stay as they are.

    All metadata of an item that was put is what was put. A column keeps the kind that it has in the
    files, a new one has that of its first value; what is of another kind is left out. Deleted items
    are learnt from like any: it is the site that never shows them.
    """
    put = {change.item_id: change.fields for change in changes if change.fields is not None}
    n_new = sum(item_id not in catalogue.items for item_id in put)
    larger = catalogue.extended_to(catalogue.items.union(put))
    misfits: list[str] = []
    fields: dict[str, list[Value]] = {}
    for name, kind in _kinds(catalogue, put.values()).items():
        nothing: Value = [] if kind is list else None
        column = list(larger.fields.get(name) or [nothing] * len(larger.items))
        for item_id, told in put.items():
            value = _fitting(name, kind, told.get(name))
            if value is None and told.get(name) not in (None, "", []):
                misfits.append(name)
            column[larger.items.idx(item_id)] = nothing if value is None else value
        if name in catalogue.fields or any(value != nothing for value in column):
            fields[name] = _alike(column) if kind is float else column
    deleted = [one.item_id for one in changes if one.fields is None and one.item_id in larger.items]
    notes = [
        Note("items that were put on the site", len(put), "", f"{n_new:,} of them in no file"),
        Note(
            "values of such items that are of another kind than their column",
            len(misfits),
            misfits[0] if misfits else "",
            "left out",
        ),
        Note(
            "items that were deleted on the site",
            len(deleted),
            deleted[0] if deleted else "",
            "learnt from; the site never shows them",
        ),
    ]
    return Catalogue(larger.items, fields), [note for note in notes if note.n]


def _kinds(catalogue: Catalogue, put: Iterable[Mapping[str, Any]]) -> dict[str, type]:
    """What each column holds: lists of texts, texts, numbers (float), or true and false."""
    kinds: dict[str, type] = {}
    for name, values in catalogue.fields.items():
        kinds[name] = next((kind for value in values if (kind := _kind_of(value))), str)
    for told in put:
        for name, value in told.items():
            kind = _kind_of(value)
            if kind and is_text(name):
                kinds.setdefault(name, _SETTLED.get(name, kind))
    return kinds


def _kind_of(value: object) -> type | None:
    """None of what says nothing, or is nothing that a column can hold."""
    if isinstance(value, bool | list | str):
        return type(value) if value not in ("", []) else None
    return float if isinstance(value, int | float) else None


def _fitting(name: str, kind: type, value: object) -> Value:
    """The value as a column of this kind holds it; None where it says nothing or does not fit.

    Of a column of lists, one text is a list of one.
    """
    if kind is list:
        several = value if isinstance(value, list) else [value]
        texts = [one.strip() for one in several if isinstance(one, str) and is_text(one)]
        return distinct([text[:LONGEST_OF_SEVERAL].rstrip() for text in texts if text]) or None
    if isinstance(value, str) and kind is str:
        return value.strip()[:LONGEST_TEXT] or None if is_text(value) else None
    if isinstance(value, bool):
        return value if kind is bool else None
    if isinstance(value, int | float) and kind is float and abs(value) < LARGEST:
        is_whole = name in NUMBER_COLUMNS or float(value).is_integer()
        return round(value) if is_whole else value
    return None


def _alike(column: Sequence[Value]) -> list[Value]:
    """Whole numbers all of them, or decimal ones where any is."""
    numbers = [value for value in column if isinstance(value, int | float)]
    if not any(isinstance(number, float) for number in numbers):
        return list(column)
    return [float(value) if isinstance(value, int | float) else None for value in column]
