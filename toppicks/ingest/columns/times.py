"""Columns of text as moments: seconds, milliseconds, microseconds or nanoseconds since 1970, or
ISO 8601 with or without a zone.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toppicks.ingest.columns.numbers import NUMBER
from toppicks.ingest.interactions import Mask

# From so much on, a number since 1970 is of the next smaller unit: seconds would be of the year
# 5138, milliseconds of 1973 or earlier.
_UNITS = (("seconds", 1.0, 0.0), ("milliseconds", 1e3, 1e11), ("microseconds", 1e6, 1e14),
          ("nanoseconds", 1e9, 1e17))  # fmt: skip
_LARGEST = 9.2e18
_COMPACT = r"^(19|20)\d{6}$"
_ISO = (
    r"^\s*(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:[T ]\s*(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?\s*$"
)


class Times(NamedTuple):
    """values: (n,) int64, epoch seconds, rounded down; 0 where nothing could be read.

    readable: (n,). units: how many were written how, by name.
    """

    values: NDArray[np.int64]
    readable: Mask
    units: Mapping[str, int]


def are_compact_dates(column: pa.Array) -> bool:
    """Whether all cells that are not blank are days as 20240131: as seconds, they would all be of
    two weeks in August 1970.
    """
    text = pc.utf8_trim_whitespace(column)
    filled = text.filter(pc.not_equal(text, ""))
    if not len(filled) or not pc.all(pc.match_substring_regex(filled, _COMPACT)).as_py():
        return False
    return bool(_iso(filled).readable.all())


def read_times(column: pa.Array, compact_dates: bool = False) -> Times:
    """Each by its own form and size. A time without a zone is taken for UTC.

    compact_dates: what is written as eight digits is a day; otherwise it is a number.
    """
    if compact_dates:
        return _iso(column)
    numeric = pc.match_substring_regex(column, NUMBER)
    text = pc.utf8_trim_whitespace(pc.if_else(numeric, column, "0"))
    numbers = pc.cast(pc.utf8_ltrim(text, "+"), pa.float64()).to_numpy(zero_copy_only=False)
    readable = numeric.to_numpy(zero_copy_only=False) & (np.abs(numbers) < _LARGEST)
    size = np.abs(numbers)
    seconds, units = numbers, {}
    for name, per_second, least in _UNITS:
        of_unit = readable & (size >= least)
        if least and of_unit.any():
            seconds = np.where(of_unit, numbers / per_second, seconds)
        units[name] = of_unit
    counts = {name: int(mask.sum()) for name, mask in units.items()}
    # Larger units hold the smaller ones' rows too.
    for (larger, *_), (smaller, *_) in pairwise(_UNITS):
        counts[larger] -= int(units[smaller].sum())
    values = np.floor(np.where(readable, seconds, 0)).astype(np.int64)
    if not readable.all():
        rows = np.flatnonzero(~readable)
        found = _iso(column.take(pa.array(rows)))
        values[rows], readable = found.values, readable.copy()
        readable[rows] = found.readable
        counts |= found.units
    return Times(values, readable, {name: n for name, n in counts.items() if n})


def _iso(column: pa.Array) -> Times:
    parts = pc.extract_regex(column, _ISO)
    matched = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    names = ("year", "month", "day", "hour", "minute", "second")
    year, month, day, hour, minute, second = (_part(parts, name) for name in names)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    n_days = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    good = (
        matched
        & (month >= 1) & (month <= 12) & (day >= 1) & (day <= n_days)
        & ((hour < 24) | ((hour == 24) & (minute == 0) & (second == 0)))
        & (minute < 60) & (second <= 60) & (year >= 1)
    )  # fmt: skip
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1
    ahead, zoned = _zones(pc.struct_field(parts, "zone"))
    values = days * 86_400 + hour * 3_600 + minute * 60 + second - ahead
    n_zoned = int((good & zoned).sum())
    units = {"ISO 8601 with zone": n_zoned, "ISO 8601 without zone": int(good.sum()) - n_zoned}
    return Times(np.where(good, values, 0), good, {name: n for name, n in units.items() if n})


def _part(parts: pa.Array, name: str) -> NDArray[np.int64]:
    text = pc.fill_null(pc.struct_field(parts, name), "")
    digits = pc.if_else(pc.equal(text, ""), "0", text)
    return np.asarray(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))


def _zones(column: pa.Array) -> tuple[NDArray[np.int64], Mask]:
    """Seconds ahead of UTC, and where a zone is given at all; few are different."""
    encoded = pc.fill_null(column, "").dictionary_encode()
    zones = encoded.dictionary.to_pylist()
    of_row = encoded.indices.to_numpy()
    ahead = np.array([_ahead(zone) for zone in zones], np.int64)
    return ahead[of_row], np.array([bool(zone) for zone in zones], bool)[of_row]


def _ahead(zone: str) -> int:
    if zone[:1] not in {"+", "-"}:
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3_600 + int(digits[2:] or 0) * 60
    return -seconds if zone[0] == "-" else seconds
