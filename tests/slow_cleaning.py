"""A slow and obvious cleaning of rows of text: what the fast one must agree with."""

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from toppicks.ingest.columns.numbers import NO, YES

# user, item, number (of no meaning where nothing is rated or counted), time (where there is one).
Row = tuple[str, str, str, str]
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


@dataclass
class Cleaned:
    """rows: (user, item, number, time or None), in the order of `Interactions`.

    left_out: how many rows for each reason, up to a colon.
    """

    rows: list[tuple[str, str, float, int | None]]
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Used:
    user: str
    item: str
    number: float
    time: int


def slowly_cleaned(rows: Sequence[Row], role: str, timed: bool, comma: bool) -> Cleaned:
    """The latest rating of each pair, or the sum of its counts.

    role: "rating", "plays" or "" (what merely happened). comma: whether 4,5 is a number.
    """
    left_out: Counter[str] = Counter()
    # A column without any time is none.
    timed = timed and any(row[3].strip() for row in rows)
    compact = timed and _are_compact([row[3] for row in rows])
    pairs: dict[tuple[str, str], list[_Used]] = {}
    for place, row in enumerate(rows):
        used = _used(row, role, place, (_day if compact else time_of) if timed else None, comma)
        if isinstance(used, str):
            left_out[used] += 1
        else:
            pairs.setdefault((used.user, used.item), []).append(used)
    final = []
    for of_pair in pairs.values():
        latest = max(of_pair[::-1], key=lambda one: one.time)
        total = sum(one.number for one in of_pair)
        again = "further rows of the same user and item"
        if role == "rating":
            total, again = latest.number, "an earlier rating of the same user and item"
        left_out[again] += len(of_pair) - 1
        if role != "rating" and total <= 0:
            left_out["counts that add up to nothing"] += 1
        else:
            final.append(_Used(latest.user, latest.item, total, latest.time))
    final.sort(key=lambda one: (_natural(one.user), one.time, _natural(one.item)))
    return Cleaned(
        [
            (one.user, one.item, float(np.float32(one.number)), one.time if timed else None)
            for one in final
        ],
        +left_out,
    )


def _used(
    row: Row, role: str, place: int, clock: Callable[[str], int | None] | None, comma: bool
) -> _Used | str:
    """A row that can be used, or why it cannot."""
    user, item, number_text, time_text = row
    for what, text in (("user", user), ("item", item)):
        if not text.strip():
            return f"no {what}"
        if id_of(text) is None:
            return f"{what} that is no id"
    number = number_of(number_text, comma) if role else 1.0
    if number is None:
        return "rating is no finite number" if role == "rating" else "count is no finite number"
    time = clock(time_text) if clock else place
    if time is None:
        return "timestamp is no time"
    return _Used(id_of(user) or "", id_of(item) or "", float(np.float32(number)), time)


def id_of(text: str) -> str | None:
    """Trimmed and NFC; None where it is none."""
    id_ = unicodedata.normalize("NFC", text.strip())
    controls = [char for char in id_ if unicodedata.category(char) == "Cc"]
    usable = 0 < len(id_) <= 200 and not controls and id_ not in {".", ".."}
    return id_ if usable else None


def number_of(text: str, comma: bool = False) -> float | None:
    """What float() reads, less its own inventions: underscores, other digits, nan, inf."""
    word = text.strip().casefold()
    if word in YES | NO:
        return float(word in YES)
    plain = text.strip(" \t\n\r\f")
    if comma and re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text.strip()):
        whole, part = text.strip().split(",")
        if len(part) == 3 and 0 < abs(int(whole)) < 1000:
            return None
        plain = f"{whole}.{part}"
    if not plain or set(plain) - set("0123456789+-.eE"):
        return None
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if abs(number) < 1e18 else None


def time_of(text: str) -> int | None:
    """Whole seconds since 1970, from a number of some unit or from ISO 8601."""
    plain = text.strip(" \t\n\r\f")
    number = number_of(plain) if not set(plain) - set("0123456789+-.eE") else None
    if number is None and not set(plain) - set("0123456789+-.eE"):
        # Nanoseconds are beyond what a rating may be.
        try:
            number = float(plain)
        except ValueError:
            number = None
    if number is None:
        return _day(plain)
    if not math.isfinite(number) or abs(number) >= 9.2e18:
        return None
    size = abs(number)
    per_second = 1e9 if size >= 1e17 else 1e6 if size >= 1e14 else 1e3 if size >= 1e11 else 1
    return math.floor(number / per_second)


def _day(text: str) -> int | None:
    """A day or a moment as ISO 8601."""
    found = _ISO.fullmatch(text.strip(" \t\n\r\f"))
    if not found:
        return None
    *parts, zone = found.groups()
    try:
        moment = dt.datetime(*(int(part or 0) for part in parts), tzinfo=dt.UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    ahead = 0
    if zone and zone != "Z":
        ahead = int(zone[1:3]) * 3_600 + int(zone[-2:]) * 60
        ahead = -ahead if zone[0] == "-" else ahead
    return round((moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds()) - ahead


def _are_compact(texts: Sequence[str]) -> bool:
    filled = [text.strip() for text in texts if text.strip()]
    return bool(filled) and all(
        re.fullmatch(r"(19|20)[0-9]{6}", text) and _day(text) is not None for text in filled
    )


def _natural(id_: str) -> tuple[int, str]:
    return len(id_), id_
