"""Columns of metadata: from the texts of a file to values of one kind each."""

import re
from collections.abc import Callable, Sequence

from toppicks.ingest.metadata.lists import distinct, list_form

Value = str | int | float | bool | list[str] | None

# One text for each item whatever the file says; of several the last counts.
SINGLE_COLUMNS = frozenset({"title", "image_url"})
# Whole numbers whatever else stands in the column: one "unknown" must not cost every film its
# decade.
NUMBER_COLUMNS = frozenset({"year", "runtime"})
TRUTHS = {"true": True, "false": False}
# What stands for nothing among numbers, and among true and false.
UNKNOWN = frozenset(
    [
        *("na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "nil", "undefined", "unknown"),
        *("tba", "tbd", "-", "--", "?", "\\n"),
    ]
)
# Among lists, too: but `NA` may be a country there.
UNKNOWN_LISTS = UNKNOWN - {"na", "unknown"}
# If no more of a column's items than this have several texts, that is a mistake of the file's.
FEWEST_SEVERAL = 0.02
# A longer text ends here: it is shown on a page, and kept in memory by every server.
LONGEST_TEXT, LONGEST_OF_SEVERAL = 20_000, 1_000
_WHOLE = re.compile(r"([+-]?(?:0|[1-9]\d{0,14}))(\.0*)?", re.ASCII)
_DECIMAL = re.compile(
    r"[+-]?(?:(?:0|[1-9]\d{0,14})(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII
)
_THOUSANDS = re.compile(r"[+-]?(?:0|[1-9]\d{0,2}(?:,\d{3})*)(?:\.\d+)?", re.ASCII)
# Of larger numbers, sums and differences lose their last digits.
LARGEST = 10**15


def typed_column(name: str, cells: Sequence[Sequence[str]]) -> list[Value]:
    """A value for each item; all that are known are of one kind: text, whole number, decimal
    number, true or false, or list of texts.

    cells: for each item the texts that the file holds for it in this column: none (unknown), one,
           or several (a file with one tag a row).

    What is not known is None, and an empty list among lists. Of the texts for one title, address of
    a picture, year or running time, the last counts.
    """
    known = [[text.strip() for text in texts if text.strip()] for texts in cells]
    key = name.strip().casefold()
    last = [texts[-1] if texts else "" for texts in known]
    if key in NUMBER_COLUMNS and (whole := _whole_numbers(last)):
        return [*whole]
    if key not in SINGLE_COLUMNS | NUMBER_COLUMNS:
        form = list_form(key, (text for texts in known for text in texts))
        if form:
            return [distinct(_pieces(texts, form.pieces)) for texts in known]
        if _several(known):
            return [distinct(_pieces(texts, _whole_text)) for texts in known]
        if numbers := _numbers(last):
            return [*numbers]
        if truths := _truths(last):
            return [*truths]
    return [text[:LONGEST_TEXT] or None for text in last]


def unknown_of(values: Sequence[Value]) -> Value:
    """What stands for nothing in this column: an empty list among lists, else None."""
    return [] if any(isinstance(value, list) for value in values) else None


def _several(known: Sequence[Sequence[str]]) -> bool:
    """Whether items have several texts, and not only a few by mistake."""
    several = sum(len(set(texts)) > 1 for texts in known)
    return several > FEWEST_SEVERAL * sum(bool(texts) for texts in known)


def _pieces(texts: Sequence[str], pieces: Callable[[str], list[str]]) -> list[str]:
    return [
        piece for text in texts if text.casefold() not in UNKNOWN_LISTS for piece in pieces(text)
    ]


def _whole_text(text: str) -> list[str]:
    return [text[:LONGEST_OF_SEVERAL].rstrip()]


def _whole_numbers(texts: Sequence[str]) -> list[int | None]:
    """Whole numbers, and nothing for any other text; no values where there is no number."""
    numbers = [_number(text) for text in texts]
    if all(number is None for number in numbers):
        return []
    return [None if number is None else round(number) for number in numbers]


def _numbers(texts: Sequence[str]) -> list[int | None] | list[float | None]:
    """Whole numbers, or decimals where any is; no values where some text is no number."""
    plain = list(map(_unless_unknown, texts))
    if all(_THOUSANDS.fullmatch(text) for text in plain if text):
        plain = [text.replace(",", "") for text in plain]
    numbers = [_number(text) for text in plain]
    if any(number is None and text for number, text in zip(numbers, plain, strict=True)):
        return []
    if all(number is None for number in numbers):
        return []
    if any(isinstance(number, float) for number in numbers):
        return [None if number is None else float(number) for number in numbers]
    return [None if number is None else int(number) for number in numbers]


def _truths(texts: Sequence[str]) -> list[bool | None]:
    """True and false in any case; no values where some text is neither."""
    plain = [_unless_unknown(text).casefold() for text in texts]
    if not any(plain) or not all(text in TRUTHS for text in plain if text):
        return []
    return [TRUTHS.get(text) for text in plain]


def _unless_unknown(text: str) -> str:
    return "" if text.casefold() in UNKNOWN else text


def _number(text: str) -> int | float | None:
    """`007` is none, but a code; and none has more digits than a float."""
    if whole := _WHOLE.fullmatch(text):
        return int(whole[1])
    if not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    return number if abs(number) < LARGEST else None
