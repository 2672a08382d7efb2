"""The catalogue in an order: as most people know it, by a field, or the newest first."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import TopPicksError
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.trained_items import Key, key_of

TITLE = "title"


class SortError(TopPicksError):
    """A field to sort by that nothing has.

    sort: as it was given.
    """

    def __init__(self, sort: str, message: str) -> None:
        super().__init__(message)
        self.sort = sort


def in_order(rows: Iterable[int], sort: str, catalogue: ItemCatalogue) -> list[int]:
    """Rows by a field, with a minus before it the largest first; as they come where it is empty.

    Numbers come before texts. Items without the field come last, and equal ones stay as they come.
    Raises SortError for a field that no item has.
    """
    name = sort.removeprefix("-")
    if not name:
        return list(rows)
    known = {TITLE, *catalogue.trained.kinds, *catalogue.new_fields}
    if name not in known:
        raise SortError(
            sort, f"{name[:40]!r} is no field; expected one of {', '.join(sorted(known))}"
        )
    return _sorted(rows, _keys(name, catalogue), is_falling=sort.startswith("-"))


def newest_first(catalogue: ItemCatalogue) -> list[int]:
    """Items by when they came out; of equal ones those that most people know first.

    Where the data does not say: what was added to the catalogue last comes first.
    """
    rows = catalogue.most_rated_first()
    name = catalogue.trained.date_field
    if name is not None:
        return in_order(rows, f"-{name}", catalogue)
    n = len(catalogue.trained.ids)
    return sorted(rows, key=lambda row: -row if row >= n else 1)


def recency(catalogue: ItemCatalogue) -> NDArray[np.float64]:
    """(n_items,) the place of each item's date among all dates, 0 for the oldest; NaN of none.

    Where the data has no dates, what was added later is newer, and of the trained items none is.
    """
    places = np.full(len(catalogue), np.nan)
    name, n = catalogue.trained.date_field, len(catalogue.trained.ids)
    if name is None:
        places[n:] = np.arange(len(catalogue) - n)
        return places
    keys = _keys(name, catalogue)
    # Texts count as newer than numbers, as `_sorted` has them.
    known = {key for key in keys if key is not None}
    order = sorted(known, key=lambda key: (isinstance(key, str), key))
    place = {key: at for at, key in enumerate(order)}
    for row, key in enumerate(keys):
        if key is not None:
            places[row] = place[key]
    return places


def _sorted(rows: Iterable[int], keys: Sequence[Key], is_falling: bool) -> list[int]:
    """Numbers and texts apart: each by itself is compared without a detour."""
    numbers: list[int] = []
    texts: list[int] = []
    missing: list[int] = []
    for row in rows:
        key = keys[row]
        (missing if key is None else texts if isinstance(key, str) else numbers).append(row)
    for part in (numbers, texts):
        part.sort(key=keys.__getitem__, reverse=is_falling)  # type: ignore[arg-type]
    return [*texts, *numbers, *missing] if is_falling else [*numbers, *texts, *missing]


def _keys(name: str, catalogue: ItemCatalogue) -> list[Key]:
    """What each row is sorted by."""
    keys = [*catalogue.trained.keys(name), *(None for _ in catalogue.new_ids)]
    is_title = name == TITLE
    for row in catalogue.changed:
        keys[row] = key_of(catalogue.title(row) if is_title else catalogue.facts(row).get(name))
    return keys
