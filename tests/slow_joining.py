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
        number = _number(story, in_file.number if in_file else None, kind)
        if number is not None:
            rows[pair] = Row(number, story[-1].time // 1 if timed else None)
    return rows


def _never_was(story: Sequence[Event]) -> bool:
    """Hidden and shown again."""
    kinds = [one.kind for one in story]
    shown = [kind for kind in kinds if kind in {"hide", "unhide"}][-1:] != ["hide"]
    return shown and set(kinds) <= {"hide", "unhide"}


def _number(story: Sequence[Event], in_file: float | None, kind: FileKind) -> float | None:
    opinions = [one for one in story if one.kind in {"rating", "like", "dislike", "unrate"}]
    said = opinions[-1] if opinions else None
    hiding = [one.kind for one in story if one.kind in {"hide", "unhide"}]
    if hiding[-1:] == ["hide"] or (said and said.kind == "dislike"):
        return None
    stands = None if said else in_file
    stars = said.value if said and said.kind == "rating" else None
    liked = bool(said and said.kind == "like")
    bought = any(one.kind == "purchase" for one in story)
    looks = sum(one.kind in {"view", "dwell"} for one in story)
    if kind.kind == "rating":
        if stars is not None:
            return stars
        return stands if stands is not None else kind.best if liked or bought else None
    if stars is not None and stars <= 2:
        return None
    liked = liked or (stars is not None and stars >= 4)
    if kind.kind == "event":
        done = {"like"} if liked else set()
        done |= {"purchase"} if bought else set()
        done |= {"view"} if looks or stars is not None else set()
        done |= {"skip"} if any(one.kind == "skip" for one in story) else set()
        found = [WANTED if one == kind.wanted else STRONG[one] for one in done]
        return max([*found, *([stands] if stands is not None else [])], default=None)
    times = (stands or 0) + looks + bought + (stars is not None)
    return max(times, kind.often, 1) if liked else times or None
