"""What somebody's live events say of each item: the last word, and what it comes to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

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


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the live events of one person say of one item.

    opinion: "rating", "like" or "dislike", whichever came last; "none" once it was taken back;
             None where there was none, so that the file's word stands.
    rating:  of an opinion that is a rating.
    hidden, bought: whether the item is hidden now, and whether it was ever bought.
    glances: how often it was viewed or stayed with.   skips: how often it was passed over.
    time:    epoch seconds of the latest event.
    """

    opinion: Opinion | None = None
    rating: float | None = None
    hidden: bool = False
    bought: bool = False
    glances: int = 0
    skips: int = 0
    time: float = 0.0

    @property
    def settles(self) -> bool:
        """Whether the item must not be picked again."""
        return self.opinion in OPINIONS or self.hidden or self.bought

    @property
    def replaces_file(self) -> bool:
        """Whether the file's row for the same item counts no more."""
        return self.opinion is not None

    @property
    def against(self) -> bool:
        """Whether it is never a reason to pick anything."""
        return self.hidden or self.opinion == "dislike"

    @property
    def says_nothing(self) -> bool:
        """Whether everything was taken back, and the file has nothing to say that would stand."""
        return self.opinion in {None, "none"} and not (
            self.hidden or self.bought or self.glances or self.skips
        )

    @property
    def is_void(self) -> bool:
        """Whether it is as if the item had never been touched, the time too: what was hidden is
        shown again.
        """
        return self.says_nothing and not self.replaces_file

    def after(self, event: Happened) -> "Reaction":
        """The same once another event has come; raises KeyError for a kind that is none."""
        change = _CHANGES[event.kind](self, event)
        return replace(self, time=event.time, **change)


def reactions(events: Iterable[Happened]) -> dict[str, Reaction]:
    """By item id, what all events together come to; the order in which they came decides.

    Computed anew from all events, never added up bit by bit: what was taken back leaves no trace.
    """
    found: dict[str, Reaction] = {}
    fresh = Reaction()
    for event in events:
        found[event.item_id] = found.get(event.item_id, fresh).after(event)
    return found


_CHANGES: Mapping[str, Callable[[Reaction, Happened], dict[str, Any]]] = {
    "rating": lambda _, event: {"opinion": "rating", "rating": event.value},
    "like": lambda *_: {"opinion": "like", "rating": None},
    "dislike": lambda *_: {"opinion": "dislike", "rating": None},
    "unrate": lambda *_: {"opinion": "none", "rating": None},
    "hide": lambda *_: {"hidden": True},
    "unhide": lambda *_: {"hidden": False},
    "purchase": lambda *_: {"bought": True},
    "view": lambda reaction, _: {"glances": reaction.glances + 1},
    "dwell": lambda reaction, _: {"glances": reaction.glances + 1},
    "skip": lambda reaction, _: {"skips": reaction.skips + 1},
}
KINDS = tuple(_CHANGES)
