"""The catalogue in an order: as most people know it, by a field, or the newest first."""

from collections.abc import Iterable, Mapping
from typing import Any

from toppicks.errors import TopPicksError
from toppicks.serving.catalogue import ItemCatalogue, TrainedItems, fold
from toppicks.site_words import is_year_like

# Fields that say when something came out, the most exact first; then any column of years.
_DATES = ("release_date", "released", "published", "date", "year")
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

    Items without it come last, and equal ones stay as they come. Raises SortError for a field that
    no item has.
    """
    name = sort.removeprefix("-")
    if not name:
        return list(rows)
    known = {TITLE, *catalogue.trained.kinds, *catalogue.new_fields}
    if name not in known:
        raise SortError(
            sort, f"{name[:40]!r} is no field; expected one of {', '.join(sorted(known))}"
        )
    there: list[tuple[tuple[int, float, str], int]] = []
    missing = []
    for row in rows:
        value = catalogue.title(row) if name == TITLE else catalogue.facts(row).get(name)
        if value is None:
            missing.append(row)
        else:
            there.append((_key(value), row))
    there.sort(key=lambda one: one[0], reverse=sort.startswith("-"))
    return [row for _, row in there] + missing


def newest_first(catalogue: ItemCatalogue) -> list[int]:
    """Items by when they came out; of equal ones those that most people know first.

    Where the data does not say: what was added to the catalogue last comes first.
    """
    rows = catalogue.most_rated_first()
    name = date_field(catalogue.trained)
    if name is not None:
        return in_order(rows, f"-{name}", catalogue)
    n = len(catalogue.trained.ids)
    return sorted(rows, key=lambda row: -row if row >= n else 1)


def date_field(trained: TrainedItems) -> str | None:
    """The field that says when an item came out; None where there is none."""
    fields: Mapping[str, list[Any]] = trained.model.fields
    years = (name for name, values in fields.items() if is_year_like(name, _known(values)))
    return next((name for name in _DATES if name in fields), next(years, None))


def _known(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _key(value: Any) -> tuple[int, float, str]:
    """Numbers before texts; of a list its first element."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, fold(str(value)) or str(value)
