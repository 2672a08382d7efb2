"""One column of metadata: which features it makes, and which of them a value has."""

import math
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np

from toppicks.scoring.terms import LONGEST_READ, terms
from toppicks.scoring.years import decimal_year
from toppicks.validity import check_number, is_text, need

FeatureKind = Literal["categories", "list", "number", "date", "text", "title"]
# Of prose, all terms of a text together count as much as so many categories.
TEXT_WEIGHT = 4.0
# No file's numbers are larger: see `ingest.metadata.values`.
LARGEST = 1e15

# A value's features: their places in the column, rising, and what each counts, which may be 0.
Entries = tuple[list[int], list[float]]
NOTHING: Entries = ([], [])


@dataclass(frozen=True)
class FeatureColumn:
    """One column's features, in this order: its terms, or its knots and "unknown".

    terms:   the values of lists and categories, the words of titles, the terms of prose; distinct.
    rarity:  of prose, for each term log((1 + n) / (1 + df)) + 1, as float32 has it.
    knots:   of numbers, and of dates as years, rising; one is described by those beside it.
    unknown: whether there is a feature for what is no number or date.
    """

    name: str
    kind: FeatureKind
    terms: tuple[str, ...] = ()
    rarity: tuple[float, ...] = ()
    knots: tuple[float, ...] = ()
    unknown: bool = False

    def __len__(self) -> int:
        return len(self.terms) + len(self.knots) + self.unknown

    @property
    def names(self) -> list[str]:
        """Of the features: `genres:Drama`, `year:about 1994`."""
        prefix = prefix_of(self.name)
        names = [f"{prefix}:{term}" for term in self.terms]
        names += [f"{prefix}:about {knot:g}" for knot in self.knots]
        return [*names, unknown_name(self.name)] if self.unknown else names

    def encode(self, value: object) -> Entries:
        """The features of a value; none of what is not of the column's kind, or never seen.

        value: anything that JSON can hold; None where nothing is known.
        """
        if self.kind in {"number", "date"}:
            return self._beside(number_of(value))
        if self.kind == "text":
            return self._weighed(Counter(terms(text_of(value))))
        found = terms(text_of(value)) if self.kind == "title" else elements_of(value)
        places = sorted({self._place[one] for one in found if one in self._place})
        return places, [1.0] * len(places)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    def _beside(self, number: float | None) -> Entries:
        """Hat functions: linear between the knots, 1 at each; beyond the ends what they have."""
        if number is None:
            return ([len(self.knots)], [1.0]) if self.unknown else NOTHING
        at = bisect_right(self.knots, number) - 1
        if at < 0 or at == len(self.knots) - 1:
            return [max(at, 0)], [1.0]
        share = (number - self.knots[at]) / (self.knots[at + 1] - self.knots[at])
        return [at, at + 1], [1 - share, share]

    def _weighed(self, counts: Mapping[str, int]) -> Entries:
        """(1 + log tf) * rarity, brought to the length `TEXT_WEIGHT`."""
        found = sorted((self._place[term], n) for term, n in counts.items() if term in self._place)
        if not found:
            return NOTHING
        places = [place for place, _ in found]
        weights = np.log(np.array([n for _, n in found], np.float32)) + np.float32(1)
        weights *= np.array([self.rarity[place] for place in places], np.float32)
        length = math.sqrt(math.fsum((weights * weights).tolist()))
        even = (weights / np.float64(length)).astype(np.float32)
        return places, (even * np.float32(TEXT_WEIGHT)).tolist()

    def to_plain(self) -> dict[str, Any]:
        """Plain values, as an artifact's header holds them."""
        lists = {name: list(getattr(self, name)) for name in ("terms", "rarity", "knots")}
        return {"name": self.name, "kind": self.kind, "unknown": self.unknown} | lists

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "FeatureColumn":
        """Raises ValueError, KeyError or TypeError for what no training writes."""
        name, kind, unknown = plain["name"], plain["kind"], plain["unknown"]
        need(is_text(name), "a column of features has no name")
        need(kind in get_args(FeatureKind), f"features are of the kind {kind!r}")
        need(isinstance(unknown, bool), f"whether features may be unknown is {unknown!r}")
        found = {part: _listed(part, plain[part]) for part in ("terms", "rarity", "knots")}
        placed, prose = kind in {"number", "date"}, kind == "text"
        need(all(map(is_text, found["terms"])), f"a term of {name!r} is no text")
        need(len(set(found["terms"])) == len(found["terms"]), f"the terms of {name!r} repeat")
        need(bool(found["knots"]) == placed, f"{name!r} has knots and is of the kind {kind!r}")
        need(not (placed and found["terms"]), f"{name!r} has terms and is of the kind {kind!r}")
        need(placed or not unknown, f"a {kind} may be unknown without a feature")
        need(len(found["rarity"]) == prose * len(found["terms"]), f"{name!r} lacks weights")
        rarity = [check_number("rarity", one, low=1) for one in found["rarity"]]
        knots = [check_number("a knot", one, low=-LARGEST) for one in found["knots"]]
        need(max(knots, default=0) <= LARGEST, f"a knot of {name!r} is too large")
        need(max(rarity, default=1) <= 1e6, f"a weight of {name!r} is too large")
        need(all(a < b for a, b in pairwise(knots)), f"the knots of {name!r} do not rise")
        return cls(name, kind, tuple(found["terms"]), tuple(rarity), tuple(knots), unknown)


def prefix_of(name: str) -> str:
    """What the names of a column's features begin with, before their first colon."""
    return name.replace(":", " ")


def unknown_name(name: str) -> str:
    """The feature of items of which a number or a date is not known."""
    return f"{prefix_of(name)}:unknown"


def number_of(value: object) -> float | None:
    """A finite number, or a date as a number of years; None for anything else."""
    if isinstance(value, str):
        return decimal_year(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return sys.float_info.max if value > 0 else -sys.float_info.max
    return number if math.isfinite(number) else None


def text_of(value: object) -> str:
    """As much as is read; of several texts as one; "" of what is no text."""
    if isinstance(value, list):
        return " ".join(one for one in value if isinstance(one, str))[:LONGEST_READ]
    return value[:LONGEST_READ] if isinstance(value, str) else ""


def elements_of(value: object) -> Iterable[str]:
    """Of a list its texts and numbers, of a text itself, of true and false their names; nothing of
    anything else, or of "".
    """
    if isinstance(value, bool):
        return [str(value).casefold()]
    if isinstance(value, list):
        return [str(one) for one in value if isinstance(one, str) or _is_short_number(one)]
    return [value] if isinstance(value, str) and value else []


def _is_short_number(value: object) -> bool:
    """Python refuses to write thousands of digits."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _listed(part: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"the {part} of a column of features are no list")
    return value
