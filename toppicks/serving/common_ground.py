"""What two items have in common, in words: "Crime", "1990s"."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from toppicks.site_words import IMAGE_FIELD, is_year_like

MOST = 3
# Longer texts are prose, in which nobody recognises a kind.
LONGEST = 40
# With fewer items for each different value in the mean, a text is a name or a code.
SHARED_BY = 2
# What more of the catalogue than this has in common tells nothing of two.
TOO_MANY = 0.5

Kind = Literal["list", "category", "year", "yes or no"]


class CommonGround:
    """How rare everything is that items can have in common; built once for each model."""

    def __init__(self, fields: Mapping[str, list[Any]]) -> None:
        """fields: name -> a value for each item, None where it is not known."""
        found = {name: _kind_of(name, values) for name, values in fields.items()}
        self._kinds: dict[str, Kind] = {name: kind for name, kind in found.items() if kind}
        self._counts = {
            name: Counter(word for value in fields[name] for word in set(words(name, value, kind)))
            for name, kind in self._kinds.items()
        }
        self._most = TOO_MANY * max(map(len, fields.values()), default=0)

    def shared(
        self, one: Mapping[str, Any], other: Mapping[str, Any], most: int = MOST
    ) -> tuple[str, ...]:
        """What fewest other items have first; empty where there is nothing to tell.

        one, other: field -> value of an item, of the model or added later. Fields that the model
        does not know, and values of another kind than its own, are of no consequence.
        """
        rarity: dict[str, int] = {}
        for name, kind in self._kinds.items():
            if name not in one or name not in other:
                continue
            have = set(words(name, other[name], kind))
            for word in words(name, one[name], kind):
                count = self._counts[name][word]
                if word in have and count <= self._most:
                    rarity[word] = min(count, rarity.get(word, count))
        return tuple(sorted(rarity, key=lambda word: (rarity[word], word))[:most])


def words(name: str, value: Any, kind: Kind) -> Iterator[str]:
    """What a value says that another item may say too; nothing if it is not of this kind."""
    if kind == "list" and isinstance(value, list):
        yield from (one for one in value if isinstance(one, str) and 0 < len(one) <= LONGEST)
    elif kind == "category" and isinstance(value, str) and 0 < len(value) <= LONGEST:
        yield value
    elif kind == "year" and type(value) is int and 10 <= value < 10_000:
        yield f"{value // 10 * 10}s"
    elif kind == "yes or no" and value is True:
        yield name.replace("_", " ")


def _kind_of(name: str, values: list[Any]) -> Kind | None:
    """None for what items cannot have in common: titles, pictures, codes, prose, measures."""
    known = [value for value in values if value is not None]
    if not known or name.casefold() == "title" or name == IMAGE_FIELD:
        return None
    if all(isinstance(value, list) for value in known):
        return "list"
    if all(isinstance(value, bool) for value in known):
        return "yes or no"
    if all(isinstance(value, str) for value in known):
        return "category" if SHARED_BY * len(set(known)) <= len(known) else None
    return "year" if is_year_like(name, known) else None
