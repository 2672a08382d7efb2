"""What an id is, and the one place where ids from outside become row numbers, and back."""

import unicodedata
from collections.abc import Iterable, Iterator

MAX_LENGTH = 200


def normal_id(text: str) -> str:
    """An id as it is compared everywhere: NFC."""
    return unicodedata.normalize("NFC", text)


def is_id(text: str) -> bool:
    """Whether text can be an id: 1 to 200 characters, none of them a control character.

    `.` and `..` can be none: browsers fold them away in an address.
    """
    return (
        0 < len(text) <= MAX_LENGTH
        and text not in {".", ".."}
        and (text.isprintable() or not any(unicodedata.category(char) == "Cc" for char in text))
    )


class IdMap:
    """A frozen two-way map: `id` (text, from outside) <-> `idx` (a row, 0 to n - 1).

    Row numbers follow the order in which the ids are given.

    >>> items = IdMap(["b", "a"])
    >>> items.idx("a"), items[0], "c" in items, len(items)
    (1, 'b', False, 2)
    """

    __slots__ = ("_ids", "_rows")

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = tuple(ids)
        self._rows = {id_: idx for idx, id_ in enumerate(self._ids)}
        if len(self._rows) != len(self._ids):
            repeated = next(id_ for idx, id_ in enumerate(self._ids) if self._rows[id_] != idx)
            raise ValueError(f"the id {repeated!r} occurs more than once; ids must be distinct")

    def union(self, others: Iterable[str]) -> "IdMap":
        """These ids, in their rows, and the distinct others that are not among them."""
        return IdMap([*self, *(id_ for id_ in others if id_ not in self)])

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._rows

    def __getitem__(self, idx: int) -> str:
        return self._ids[idx]

    def get(self, id_: str) -> int | None:
        """The row of an id, or None if it is unknown."""
        return self._rows.get(id_)

    def idx(self, id_: str) -> int:
        """The row of an id that must be there; raises KeyError otherwise."""
        return self._rows[id_]
