"""Ids as they come in, a block of rows at a time, to codes; and at the end to an `IdMap`."""

import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from toppicks.ids import IdMap, is_id, normal_id
from toppicks.ingest.account import Note

BLANK, IMPOSSIBLE, ERASED = -1, -2, -3
Codes = NDArray[np.int32]


class IdCodes:
    """Every distinct id of one kind, in the order of appearance.

    erased:     ids that are not to be learnt, as if their rows had never been there.
    recomposed: how many distinct ways to write an id were not NFC, and became so.
    """

    def __init__(self, erased: AbstractSet[str] = frozenset()) -> None:
        self.erased = erased
        self.ids: list[str] = []
        self.recomposed: list[str] = []
        self._codes: dict[str, int] = {}
        self._of_text: dict[str, int] = {}

    def codes(self, column: pa.Array) -> Codes:
        """(n,) int32: each text's code, `BLANK`, `IMPOSSIBLE` or `ERASED`."""
        encoded = column.dictionary_encode()
        known = self._of_text
        texts = encoded.dictionary.to_pylist()
        of_text = np.array(
            [known[text] if text in known else self._learn(text) for text in texts], np.int32
        )
        return of_text[encoded.indices.to_numpy()] if len(texts) else of_text

    def in_order(self, codes: Codes) -> tuple[IdMap, Codes]:
        """The map of the ids with these codes, in natural order; and each code's row in it, -1 for
        codes that are not among them.
        """
        used = np.zeros(len(self.ids), bool)
        used[codes] = True
        places = np.flatnonzero(used)
        ids = [self.ids[code] for code in places.tolist()]
        order = sorted(range(len(ids)), key=lambda place: _natural(ids[place]))
        rows = np.full(len(used), -1, np.int32)
        rows[places[order]] = np.arange(len(ids), dtype=np.int32)
        return IdMap(ids[place] for place in order), rows

    def _learn(self, text: str) -> int:
        trimmed = text.strip()
        id_ = normal_id(trimmed)
        if not id_:
            code = BLANK
        elif not is_id(id_):
            code = IMPOSSIBLE
        elif id_ in self.erased:
            code = ERASED
        else:
            code = self._codes.setdefault(id_, len(self.ids))
            if code == len(self.ids):
                self.ids.append(id_)
            if id_ != trimmed:
                self.recomposed.append(id_)
        self._of_text[text] = code
        return code


def in_natural_order(ids: Iterable[str]) -> list[str]:
    """Shorter ones first, so that 9 comes before 10."""
    return sorted(ids, key=_natural)


def _natural(id_: str) -> tuple[int, str]:
    return len(id_), id_


# Letters of other scripts that look like Latin ones.
_TWINS = str.maketrans(
    "АВЕЗКМНОРСТУХаеорсухіјѕԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι",  # noqa: RUF001 - that is the point
    "ABE3KMHOPCTYXaeopcyxijsdqwABEZHIKMNOPTYXovi",
)


def lookalikes(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups of ids that people might take for one another: they differ in case, accents, width,
    spaces, invisible characters, leading zeros, or letters of another script. Largest first.
    """
    groups: dict[str, list[str]] = {}
    for id_ in ids:
        groups.setdefault(_outline(id_), []).append(id_)
    found = [tuple(group) for group in groups.values() if len(group) > 1]
    return sorted(found, key=lambda group: -len(group))


def alike_notes(kind: str, ids: Sequence[str]) -> list[Note]:
    """That some ids look alike; nothing where none do. kind: "user" or "item"."""
    groups = lookalikes(ids)
    if not groups:
        return []
    example = " / ".join(map(repr, groups[0][:3]))
    return [Note(f"{kind} ids that look alike, in groups", len(groups), example, "kept apart")]


def _outline(id_: str) -> str:
    if id_.isascii():
        plain = id_.lower() if id_.isalnum() else " ".join(id_.lower().split())
    else:
        decomposed = unicodedata.normalize("NFKD", id_.translate(_TWINS))
        visible = (
            letter
            for letter in decomposed
            if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
        )
        plain = " ".join("".join(visible).casefold().split())
    return plain.lstrip("0") or "0" if plain.isdigit() else plain
