"""What files and live events come to together, pair by pair and in plain words: slow, and written
without a look at the code that does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from toppicks.store import Event

# How strong an event is, weakest first; what is wanted most is stronger than all.
STRONG = {"skip": 1.0, "view": 3.0, "like": 5.0, "purchase": 6.0}
WANTED = 7.0


class Row(NamedTuple):
    """time: None where the files have no times."""

    number: float
    time: float | None


@dataclass(frozen=True)
class FileKind:
    """What the files hold: "rating", "count", "presence" or "event".

    best:   the highest rating of the files.
    often:  from where on a count is one of the highest.
    wanted: of events, the kind that is to be brought about.
    """

    kind: str
    best: float = 5.0
    often: float = 1.0
    wanted: str = "purchase"


def slow_joining(
    files: dict[tuple[str, str], Row],
    events: Sequence[Event],
    known_items: set[str],
    kind: FileKind,
    timed: bool,
) -> dict[tuple[str, str], Row]:
    """The rows by user and item. events: of all users, each one's in the order of arrival."""
    rows = dict(files)
    for pair in {(one.user_id, one.item_id) for one in events}:
        if pair[1] not in known_items:
            continue
        story = [one for one in events if (one.user_id, one.item_id) == pair]
        if _never_was(story):
            continue
        in_file = rows.pop(pair, None)
        found = _number(story, in_file.number if in_file else None, kind)
        if found is None:
            continue
        number, time = found
        if time is None and in_file:
            rows[pair] = in_file
        elif time is not None:
            rows[pair] = Row(number, time // 1 if timed else None)
    return rows


def _never_was(story: Sequence[Event]) -> bool:
    """Hidden and shown again."""
    kinds = [one.kind for one in story]
    shown = [kind for kind in kinds if kind in {"hide", "unhide"}][-1:] != ["hide"]
    return shown and set(kinds) <= {"hide", "unhide"}


def _number(
    story: Sequence[Event], in_file: float | None, kind: FileKind
) -> tuple[float, float | None] | None:
    """The number, and the time of the deed that it comes from; None for the file's own."""
    opinions = [one for one in story if one.kind in {"rating", "like", "dislike", "unrate"}]
    said = opinions[-1] if opinions else None
    hiding = [one.kind for one in story if one.kind in {"hide", "unhide"}]
    if hiding[-1:] == ["hide"] or (said and said.kind == "dislike"):
        return None

    def last(*kinds: str) -> float | None:
        return next((one.time for one in reversed(story) if one.kind in kinds), None)

    stars = said.value if said and said.kind == "rating" else None
    liked = bool(said and said.kind == "like")
    spoken = said.time if said else None
    if kind.kind == "rating":
        if in_file is not None and not said:
            return in_file, None
        best = spoken if liked else last("purchase")
        found = None if best is None else (kind.best, best)
        return found if stars is None else (stars, spoken)
    if stars is not None and stars <= 2:
        return None
    liked = liked or (stars is not None and stars >= 4)
    if kind.kind == "event":
        deeds = {
            "like": spoken if liked else None,
            "purchase": last("purchase"),
            "view": last("view", "dwell"),
            "skip": last("skip"),
        }
        neutral = spoken if stars is not None else None
        return _strongest(deeds, neutral, in_file, kind.wanted)
    looks = sum(one.kind in {"view", "dwell"} for one in story)
    bought = last("purchase")
    times = (in_file or 0) + looks + (bought is not None) + (stars is not None)
    when = [last("view", "dwell"), bought, spoken if liked or stars is not None else None]
    latest = max((time for time in when if time is not None), default=None)
    if liked:
        return max(times, kind.often, 1), latest
    return (times, latest) if times else None


def _strongest(
    deeds: dict[str, float | None], rated: float | None, in_file: float | None, wanted: str
) -> tuple[float, float | None] | None:
    """Of events; rated: when a rating was given, which is a view at least."""
    found = [
        (WANTED if one == wanted else STRONG[one], time)
        for one, time in [*deeds.items(), ("view", rated)]
        if time is not None
    ]
    best = max(found, default=None)
    if in_file is not None and (best is None or in_file > best[0]):
        return in_file, None
    return best
