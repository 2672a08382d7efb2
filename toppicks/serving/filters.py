"""Items by their metadata: `genres:Drama`, `year:1990..1999`."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import TopPicksError
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.trained_items import TrainedItems

RANGE = ".."
_NUMBER = re.compile(
    r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?(e[+-]?[0-9]{1,3})?\Z", re.ASCII | re.IGNORECASE
)
_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Mask = NDArray[np.bool_]


class FilterError(TopPicksError):
    """A clause that cannot be understood.

    clause: as it was given.
    """

    def __init__(self, clause: str, message: str) -> None:
        super().__init__(message)
        self.clause = clause


@dataclass(frozen=True)
class Clause:
    """One condition on one field.

    text:      what a value says; None where numbers alone are meant.
    low, high: of a range of numbers, both included, infinite where open; None of no number.
    truth:     what it means of yes and no; None where it means neither.
    """

    field: str
    text: str | None
    low: float | None = None
    high: float | None = None
    truth: bool | None = None

    def holds(self, value: Any) -> bool:
        """Whether an item with this value, or None, is meant."""
        if isinstance(value, list):
            return any(self.holds(one) for one in value)
        if isinstance(value, bool) and self.truth is not None:
            return value is self.truth
        if _is_number(value) and self.low is not None and self.high is not None:
            return bool(self.low <= value <= self.high)
        return value not in (None, "") and _said(value) == self.text


class Filters:
    """Finds the items of a model that clauses mean; what each value holds is looked up once."""

    def __init__(self, trained: TrainedItems) -> None:
        self.trained = trained
        self._rows_by_value: dict[str, dict[str, NDArray[np.int32]]] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}

    def make_ready(self) -> None:
        """Look up the elements of lists now, which is what most clauses ask for."""
        for name, kind in self.trained.kinds.items():
            if kind is list:
                self._rows_of(name)

    def mask(self, clauses: Sequence[str], catalogue: ItemCatalogue) -> Mask:
        """(n,) which items of the catalogue all clauses mean; without any, all.

        A clause is `field:value`, in any case, or `field:low..high` of numbers, either end left
        out where it is open. Raises FilterError for an unknown field, and for a value that its
        field cannot have.
        """
        mask = np.ones(len(catalogue), bool)
        for text in clauses:
            mask &= self._meant(self.clause(text, catalogue), catalogue)
        return mask

    def clause(self, text: str, catalogue: ItemCatalogue) -> Clause:
        """Understands one clause; raises FilterError."""
        kinds = self.trained.kinds | dict.fromkeys(catalogue.new_fields)
        name = max((one for one in kinds if text.startswith(f"{one}:")), key=len, default=None)
        if name is None:
            known = ", ".join(sorted(kinds)) or "none"
            asked = text.partition(":")[0][:40]
            raise FilterError(
                text,
                f"{asked!r} is no field; expected field:value with a field of {known}",
            )
        value = text[len(name) + 1 :].strip()
        if not value or value == RANGE:
            raise FilterError(text, f"names no value; expected {name}:value")
        if kinds[name] is float:
            return _numeric(text, name, value)
        if kinds[name] is bool:
            if value.casefold() not in _TRUTHS:
                raise FilterError(text, f"{value[:40]!r} is neither yes nor no")
            truth = _TRUTHS[value.casefold()]
            return Clause(name, _said(truth), truth=truth)
        if kinds[name] is None:
            return _of_any_kind(text, name, value)
        return Clause(name, _said(value))

    def _meant(self, clause: Clause, catalogue: ItemCatalogue) -> Mask:
        mask = np.zeros(len(catalogue), bool)
        if clause.field in self.trained.kinds:
            mask[self._trained_rows(clause)] = True
        for row, (title, facts) in catalogue.changed.items():
            value = title if clause.field == "title" else facts.get(clause.field)
            mask[row] = clause.holds(value)
        return mask

    def _trained_rows(self, clause: Clause) -> NDArray[np.int32]:
        name = clause.field
        if clause.low is None or clause.high is None:
            return self._rows_of(name).get(clause.text or "", np.zeros(0, np.int32))
        if name not in self._numbers:
            values = self.trained.model.fields[name]
            known = [value if _is_number(value) else math.nan for value in values]
            self._numbers[name] = np.array(known, np.float64)
        numbers = self._numbers[name]
        within = (clause.low <= numbers) & (numbers <= clause.high)
        return np.flatnonzero(within).astype(np.int32)

    def _rows_of(self, name: str) -> dict[str, NDArray[np.int32]]:
        """By what a field says, the rows that say it."""
        if name not in self._rows_by_value:
            self._rows_by_value[name] = _by_value(self.trained.model.fields[name])
        return self._rows_by_value[name]


def _ends(value: str) -> tuple[str, str]:
    """Of a range; "" where it is open. A number alone is both."""
    start, is_range, end = value.partition(RANGE)
    return start, end if is_range else start


def _numeric(text: str, name: str, value: str) -> Clause:
    """A number, or a range of them."""
    start, end = _ends(value)
    low = _number(text, name, start, -math.inf)
    high = _number(text, name, end, math.inf)
    if low > high:
        raise FilterError(text, f"the range ends before it begins; expected {name}:low..high")
    return Clause(name, None, low, high)


def _of_any_kind(text: str, name: str, value: str) -> Clause:
    """Of a field that training did not know: items may have anything there."""
    clause = Clause(name, _said(value), truth=_TRUTHS.get(value.casefold()))
    if any(end.strip() and _finite(end) is None for end in _ends(value)):
        return clause
    numbers = _numeric(text, name, value)
    return replace(clause, low=numbers.low, high=numbers.high)


def _number(text: str, name: str, digits: str, otherwise: float) -> float:
    """An end of a range; `otherwise` where it is open."""
    if not digits.strip():
        return otherwise
    number = _finite(digits)
    if number is None:
        raise FilterError(
            text, f"{digits[:40]!r} is no number; expected {name}:number or {name}:low..high"
        )
    return number


def _finite(digits: str) -> float | None:
    """A number that a floating-point one can be; None where these are no digits of one."""
    number = float(digits) if _NUMBER.match(digits.strip()) else math.inf
    return number if math.isfinite(number) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    """A value as it is compared: without case, a number as briefly as it can be written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().casefold()


def _by_value(values: Iterable[Any]) -> dict[str, NDArray[np.int32]]:
    """What each value's rows are; of lists, each element's."""
    rows = defaultdict(list)
    for row, value in enumerate(values):
        said = {_said(one) for one in value} if isinstance(value, list) else {_said(value)}
        for one in said if value not in (None, "") else ():
            rows[one].append(row)
    return {one: np.array(places, np.int32) for one, places in rows.items()}
