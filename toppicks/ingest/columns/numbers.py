"""Columns of text as numbers."""

import math
import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toppicks.ingest.interactions import Mask

NUMBER = r"^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$"
# What is larger is no rating and no count, and would not survive single precision.
LARGEST = 1e18
YES = frozenset({"true", "yes", "y", "t", "like", "liked", "up", "on", "\N{THUMBS UP SIGN}"})
NO = frozenset(
    {"false", "no", "n", "f", "dislike", "disliked", "down", "off", "\N{THUMBS DOWN SIGN}"}
)
# Three digits after it may be thousands instead: 1,234 is no number, 0,125 and 4,5 are.
_COMMA = re.compile(r"\s*[+-]?(?!0*[1-9]\d{0,2},\d{3}\s*$)\d+,\d+\s*", re.ASCII)


# Counts are whole: commas in threes part their thousands, and so do dots where all are in threes.
_COMMAS = r"^\s*[+-]?[1-9]\d{0,2}(,\d{3})+\s*$"
_DOTS = r"^\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*$"


class Numbers(NamedTuple):
    """values: (n,) float64, 0 where nothing could be read. readable: (n,)."""

    values: NDArray[np.float64]
    readable: Mask


def read_numbers(column: pa.Array, decimal_comma: bool = False) -> Numbers:
    """Finite numbers however they are written; yes and no, true and false are 1 and 0.

    decimal_comma: 4,5 is 4.5; what may as well be thousands (1,234) is not read.
    """
    readable = pc.match_substring_regex(column, NUMBER)
    text = pc.utf8_trim_whitespace(pc.if_else(readable, column, "0"))
    values = pc.cast(pc.utf8_ltrim(text, "+"), pa.float64()).to_numpy(zero_copy_only=False)
    good = readable.to_numpy(zero_copy_only=False)
    if not good.all():
        values, good = values.copy(), good.copy()
        odd = np.flatnonzero(~good)
        encoded = column.take(pa.array(odd)).dictionary_encode()
        meant = np.array(
            [_odd_number(text, decimal_comma) for text in encoded.dictionary.to_pylist()], float
        )
        values[odd] = meant[encoded.indices.to_numpy()] if len(meant) else np.nan
        good = ~np.isnan(values)
    good = good & (np.abs(np.where(good, values, 0)) < LARGEST)
    return Numbers(np.where(good, values, 0.0), good)


def read_counts(column: pa.Array, decimal_comma: bool = False, dotted: bool = False) -> Numbers:
    """The same for counts: 1,234 is 1234, and if `dotted`, so is 1.234."""
    for form, mark in ((_COMMAS, ","), *([(_DOTS, ".")] if dotted else [])):
        parted = pc.match_substring_regex(column, form)
        if pc.any(parted).as_py():
            column = pc.if_else(parted, pc.replace_substring(column, mark, ""), column)
    return read_numbers(column, decimal_comma)


def are_dotted(column: pa.Array) -> bool:
    """Whether there are dots in a column of counts, all of them where they part thousands."""
    with_dots = column.filter(pc.match_substring(column, "."))
    return len(with_dots) > 0 and bool(pc.all(pc.match_substring_regex(with_dots, _DOTS)).as_py())


def _odd_number(text: str, decimal_comma: bool) -> float:
    word = text.strip().casefold()
    if word in YES:
        return 1.0
    if word in NO:
        return 0.0
    if decimal_comma and _COMMA.fullmatch(text):
        return float(text.strip().replace(",", "."))
    return math.nan
