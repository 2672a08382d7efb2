"""What a list can be filtered by: the data's own metadata, as a form offers it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from toppicks.site_words import IMAGE_FIELD, SiteWords

# More than that is no form any more, but a wall.
MOST_FIELDS, MOST_OPTIONS = 6, 24
# A text with fewer items for each value in the mean is a name or a code.
SHARED_BY = 3

Kind = Literal["several", "one", "range"]


@dataclass(frozen=True)
class Choice:
    """A field to filter by.

    kind:    of lists several values can be chosen, of texts one; of numbers the ends of a range.
    options: values to choose from, what most items have first for lists, else by the alphabet.
    low, high: of a range, the lowest and the highest there is.
    """

    field: str
    label: str
    kind: Kind
    options: tuple[str, ...] = ()
    low: float = 0
    high: float = 0


def choices(fields: Mapping[str, Sequence[Any]], words: SiteWords) -> list[Choice]:
    """At most six: lists first, then what cards show, then the others by name.

    fields: name -> a value for each item, None where it is not known. What is different for nearly
    every item, or the same for all, is nothing to choose by.
    """
    names = [name for name in fields if name != IMAGE_FIELD and name.casefold() != "title"]
    found = [choice for name in names if (choice := _choice(name, fields[name], words))]
    shown = {name: place for place, name in enumerate(words.facts)}
    found.sort(
        key=lambda choice: (
            choice.kind != "several",
            shown.get(choice.field, len(shown)),
            choice.field,
        )
    )
    return found[:MOST_FIELDS]


def _choice(name: str, values: Sequence[Any], words: SiteWords) -> Choice | None:
    known = [value for value in values if value not in (None, "", [])]
    label = words.label(name)
    if not known:
        return None
    if all(isinstance(value, list) for value in known):
        return _several(name, label, known)
    if all(isinstance(value, bool) for value in known):
        return Choice(name, label, "one", ("yes", "no"))
    if all(isinstance(value, int | float) for value in known):
        low, high = min(known), max(known)
        return Choice(name, label, "range", low=low, high=high) if low < high else None
    if all(isinstance(value, str) for value in known):
        return _one(name, label, known)
    return None


def _several(name: str, label: str, known: Sequence[list[str]]) -> Choice | None:
    counts = Counter(one for value in known for one in set(value))
    options = tuple(option for option, n in counts.most_common(MOST_OPTIONS) if n >= SHARED_BY)
    return Choice(name, label, "several", options) if len(options) > 1 else None


def _one(name: str, label: str, known: Sequence[str]) -> Choice | None:
    counts = Counter(known)
    if not 1 < len(counts) <= len(known) / SHARED_BY:
        return None
    common = (option for option, _ in counts.most_common(MOST_OPTIONS))
    return Choice(name, label, "one", tuple(sorted(common)))
