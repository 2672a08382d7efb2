"""Cells that hold lists: `Drama|Crime`, `["a", "b"]`, `['a', 'b']`, `red, blue`."""

import ast
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# Columns of these names hold lists, even where every list has one element.
LIST_NAMES = frozenset(
    [
        *("genres", "genre", "tags", "tag", "categories", "category", "keywords", "keyword"),
        *("topics", "topic", "labels", "label"),
    ]
)
# No list is longer, and no element.
MOST_PIECES = 300
LONGEST_PIECE = 200
# Cells longer than this are not parsed but cut at commas: a parser takes a hundred times as much.
MOST_PARSED = 100_000
# Whether a column holds lists is seen from the beginnings of so many different cells of it.
SAMPLE = 5_000
SNIFFED = 2_000
# An element of a list is short, prose between commas is not always.
SHORT = 40
# Of the different cells, so many must hold the mark. A bar is hardly ever anything else.
FEWEST_CELLS = {"|": 0.01, ";": 0.1, ",": 0.2}
# Lists differ in length; `Austen, Jane` and `Oslo, Norway` do not.
OTHER_LENGTHS = 0.05
_LETTER = re.compile(r"[^\W\d_]")
# How numpy prints texts beside each other, which Python would read as one.
_BETWEEN_TEXTS = re.compile(r"(?<=['\"])\s+(?=['\"])")


@dataclass(frozen=True)
class ListForm:
    """How a column writes its lists.

    separator: the mark between elements; "" if there is none.
    brackets:  whether cells are lists as JSON or Python writes them.
    """

    separator: str
    brackets: bool

    def pieces(self, text: str) -> list[str]:
        """The elements, none of them blank; a cell of another form is one element."""
        if self.brackets and _in_brackets(text):
            parsed = _parsed(text)
            return _bounded(_unquoted(text[1:-1]) if parsed is None else parsed)
        return _bounded(_cut(text, self.separator) if self.separator else [text])


def list_form(name: str, texts: Iterable[str]) -> ListForm | None:
    """How the column of this name (in lower case) writes lists; None where it holds none.

    texts: its cells, none of them blank.

    A column is taken for lists by its name, or because what stands between the marks is short,
    is shared by the cells, and (but for bars) differs in number, so that prose and names with
    commas in them stay whole.
    """
    different = list(dict.fromkeys(texts))
    sample = [text[:MOST_PARSED] for text in different[:: len(different) // SAMPLE + 1]]
    named = name in LIST_NAMES
    read = sum(_in_brackets(text) and _parsed(text) is not None for text in sample)
    brackets = bool(sample) and read >= (0.5 if named else 0.9) * len(sample)
    beginnings = [text[:SNIFFED] for text in sample]
    if named:
        plain = [text for text in beginnings if not (brackets and _in_brackets(text))]
        return ListForm(_commonest(plain), brackets)
    if brackets:
        return ListForm("", brackets)
    for separator in FEWEST_CELLS:
        if _looks_listed(beginnings, separator):
            return ListForm(separator, brackets)
    return None


def distinct(pieces: Iterable[str]) -> list[str]:
    """Each once, in order; the first few hundred."""
    return list(dict.fromkeys(pieces))[:MOST_PIECES]


def _commonest(texts: Sequence[str]) -> str:
    """The mark that most texts hold; "" if none holds any."""
    counts = {mark: sum(mark in text for text in texts) for mark in FEWEST_CELLS}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ""


def _looks_listed(texts: Sequence[str], separator: str) -> bool:
    cut = [[piece.strip() for piece in text.split(separator) if piece.strip()] for text in texts]
    marked = sum(separator in text for text in texts)
    pieces = [piece for one in cut for piece in one]
    if marked < max(1, FEWEST_CELLS[separator] * len(texts)) or not pieces:
        return False
    if sum(len(piece) > SHORT for piece in pieces) > 0.01 * len(pieces):
        return False
    if separator == "|":
        return len(pieces) >= 1.5 * len(set(pieces))
    (_, usual), *_ = Counter(len(one) for one in cut).most_common(1)
    return (
        len(cut) - usual >= OTHER_LENGTHS * len(cut)
        and sum(bool(_LETTER.search(piece)) for piece in pieces) >= len(pieces) / 2
        and 2 * len(set(pieces)) <= len(texts)
    )


def _in_brackets(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _parsed(text: str) -> list[str] | None:
    """A list of texts, of numbers, or of objects with names; None where it is no such list."""
    if len(text) > MOST_PARSED:
        return None
    readers: tuple[Callable[[str], Any], ...] = (json.loads, _python_list)
    for read in readers:
        try:
            return [name for one in read(text) if (name := _name_of(one))]
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def _python_list(text: str) -> Any:
    with warnings.catch_warnings():
        # An escape that Python does not know ("\d") is kept as it is.
        warnings.simplefilter("ignore")
        return ast.literal_eval(_BETWEEN_TEXTS.sub(", ", text))


def _name_of(one: Any) -> str:
    """An element as text; "" for nothing. Raises TypeError for a list in a list."""
    if isinstance(one, dict):
        one = one.get("name")
    if one is None or one != one:  # noqa: PLR0124 - nan
        return ""
    if not isinstance(one, str | int | float):
        raise TypeError("an element is neither text nor number")
    # Half a character, which JSON can write and UTF-8 cannot, becomes a question mark.
    return str(one).encode("utf-8", "replace").decode()


def _cut(text: str, separator: str) -> list[str]:
    return text.split(separator, MOST_PIECES)[:MOST_PIECES]


def _unquoted(text: str) -> list[str]:
    """What no parser takes: `[Drama, Crime]`, or a list that is far too long."""
    return [piece.strip().strip("'\"") for piece in _cut(text, ",")]


def _bounded(pieces: Iterable[str]) -> list[str]:
    stripped = (piece.strip()[:LONGEST_PIECE].rstrip() for piece in pieces)
    return distinct(piece for piece in stripped if piece)
