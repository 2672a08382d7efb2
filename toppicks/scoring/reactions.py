"""What somebody's live events say of each item: the last word, and what it comes to."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

OPINIONS = frozenset({"rating", "like", "dislike"})
# "none" is what `unrate` leaves: no opinion, and none of the file's either.
Opinion = Literal["rating", "like", "dislike", "none"]


class Happened(Protocol):
    """An event, as the store keeps it."""

    @property
    def item_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def time(self) -> float: ...


class Reaction(NamedTuple):
    """What the live events of one person say of one item, and when each of it was said last.

    opinion: "rating", "like" or "dislike", whichever came last; "none" once it was taken back;
             None where there was none.
    rating:  of an opinion that is a rating.
    hidden, bought: whether the item is hidden now, and whether it was ever bought.
    glances: how often it was viewed or stayed with.   skips: how often it was passed over.
    said_at, hidden_at, bought_at, glanced_at, skipped_at: epoch seconds.
    """

    opinion: Opinion | None = None
    rating: float | None = None
    hidden: bool = False
    bought: bool = False
    glances: int = 0
    skips: int = 0
    said_at: float = 0.0
    hidden_at: float = 0.0
    bought_at: float = 0.0
    glanced_at: float = 0.0
    skipped_at: float = 0.0

    @property
    def settles(self) -> bool:
        """Whether the item must not be picked again."""
        return self.opinion in OPINIONS or self.hidden or self.bought

    @property
    def against(self) -> bool:
        """Whether it is never a reason to pick anything."""
        return self.hidden or self.opinion == "dislike"

    @property
    def says_nothing(self) -> bool:
        """Whether nothing stands: there was nothing, or it was taken back or shown again."""
        return self.opinion in {None, "none"} and not (
            self.hidden or self.bought or self.glances or self.skips
        )

    @property
    def is_void(self) -> bool:
        """Whether it is as if the item had never been touched, and no word about it taken back."""
        return self.says_nothing and self.opinion is None


# What an event comes to here, for who has many: item, kind, value, time.
Deed = tuple[str, str, float | None, float]


def reactions(events: Iterable[Happened]) -> dict[str, Reaction]:
    """By item id, what all events together come to; the order in which they came decides.

    Computed anew from all events, never added up bit by bit: what was taken back leaves no trace.
    Raises KeyError for a kind of event that is none.
    """
    return of_deeds((event.item_id, event.kind, event.value, event.time) for event in events)


def of_deeds(deeds: Iterable[Deed]) -> dict[str, Reaction]:
    """The same from deeds."""
    found: dict[str, _Said] = {}
    for item_id, kind, value, time in deeds:
        said = found.setdefault(item_id, {})
        said |= _CHANGES[kind](said, value, time)
    return {item_id: Reaction(**said) for item_id, said in found.items()}


# What a `Reaction` will be made of.
_Said = dict[str, Any]


def _opinion(opinion: Opinion) -> Callable[[_Said, float | None, float], _Said]:
    return lambda _, value, time: {
        "opinion": opinion,
        "rating": value if opinion == "rating" else None,
        "said_at": time,
    }


def _glance(said: _Said, _: float | None, time: float) -> _Said:
    return {"glances": said.get("glances", 0) + 1, "glanced_at": time}


def _skip(said: _Said, _: float | None, time: float) -> _Said:
    return {"skips": said.get("skips", 0) + 1, "skipped_at": time}


_CHANGES: Mapping[str, Callable[[_Said, float | None, float], _Said]] = {
    "rating": _opinion("rating"),
    "like": _opinion("like"),
    "dislike": _opinion("dislike"),
    "unrate": _opinion("none"),
    "hide": lambda _, __, time: {"hidden": True, "hidden_at": time},
    "unhide": lambda *_: {"hidden": False},
    "purchase": lambda _, __, time: {"bought": True, "bought_at": time},
    "view": _glance,
    "dwell": _glance,
    "skip": _skip,
}
