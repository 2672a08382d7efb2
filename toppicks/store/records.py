"""What the store keeps, as the rest of the site sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

KINDS = (
    "view",
    "like",
    "dislike",
    "hide",
    "unhide",
    "purchase",
    "dwell",
    "skip",
    "rating",
    "unrate",
)


class Event(NamedTuple):
    """One thing that a user did with an item.

    value:    finite; the rating, the seconds of a dwell, or None.
    time:     epoch seconds; for fading and display alone: the order is that of arrival.
    event_id: the sender's own name for it, so that what is sent twice counts once; or None.
    """

    user_id: str
    item_id: str
    kind: str
    value: float | None = None
    time: float = 0.0
    event_id: str | None = None


class Versions(NamedTuple):
    """What an answer depends on: it stands still while these two do.

    0 where nothing was ever written. Otherwise the microsecond of the last write, or one more than
    the version before it: no number comes twice, not even after a backup was restored.
    """

    user: int
    catalogue: int


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that was added or changed: all of its metadata, or None where it was deleted."""

    item_id: str
    fields: dict[str, Any] | None
    version: int


@dataclass(frozen=True, slots=True)
class CatalogueChanges:
    """What happened to the catalogue since a version.

    version: up to which this reaches; a change of that very moment may come once more.
    items:   the changed ones, in the order of their versions.
    erased:  users that were erased since.
    whole:   this is everything that there is, and what was known before is to be forgotten: at the
             first time, and where the database was restored or made anew since.
    """

    version: int
    items: list[ItemChange]
    erased: list[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class UserActivity:
    """A user with live events: how many, and the largest of their times."""

    user_id: str
    n_events: int
    latest: float


@dataclass(frozen=True, slots=True)
class Everything:
    """All that the store knows at one moment, for a training.

    events: by user, then in the order of arrival; to be read once, while the store is open for it.
    """

    events: Iterator[Event]
    items: list[ItemChange]
    erased: set[str]
