"""What the visitors' pages ask of whatever keeps live feedback."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, Protocol

from flask import Flask, current_app

from toppicks.errors import StoreAway
from toppicks.serving.picks import Picks

_KEY = "toppicks.feedback"

Kind = Literal["rating", "unrate", "like", "hide", "unhide"]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody says about an item; of an item that they say nothing about, the defaults."""

    item_id: str
    rating: float | None = None
    liked: bool = False
    hidden: bool = False


class FeedbackDesk(Protocol):
    """Live feedback of one person, and what follows from it.

    Items are known and ratings are on the scale: that was checked. Every call raises StoreAway
    where the database is away.
    """

    def picks(self, user_id: str, n: int, /) -> Picks: ...

    def reactions(self, user_id: str, /) -> Sequence[Reaction]:
        """Of every item that they say something about, the newest first."""

    def reaction(self, user_id: str, item_id: str, /) -> Reaction: ...

    def say(self, user_id: str, item_id: str, kind: Kind, value: float | None = None, /) -> None:
        """Kept when this returns; counts in the next answer."""

    def export(self, user_id: str, /) -> bytes:
        """Everything about them, as JSON."""

    def erase(self, user_id: str, /) -> None:
        """Nothing of them counts from then on."""


class Resting:
    """A desk with nothing behind it: as if the database were always away."""

    def _away(self, *_: object) -> NoReturn:
        raise StoreAway("none was given to this site")

    picks = reactions = reaction = say = export = erase = _away


def put_feedback_desk(app: Flask, desk: FeedbackDesk) -> None:
    """Let an app's pages keep feedback at this desk."""
    app.extensions[_KEY] = desk


def feedback_desk() -> FeedbackDesk:
    """The desk of the app that handles the present request."""
    desk: FeedbackDesk = current_app.extensions[_KEY]
    return desk
