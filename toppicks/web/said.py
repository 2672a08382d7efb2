"""What a visitor said, as forms and pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from toppicks.serving.histories import Pair, Person
from toppicks.web.guards.visitors import visitor_id
from toppicks.web.site import Site


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about an item; of an item that they say nothing about, the defaults."""

    item_idx: int
    rating: float | None = None
    liked: bool = False
    hidden: bool = False

    @classmethod
    def of(cls, pair: Pair) -> "Said":
        reaction = pair.reaction
        rating = reaction.rating if reaction.opinion == "rating" else None
        return cls(pair.item_idx, rating, reaction.opinion == "like", reaction.hidden)

    @property
    def something(self) -> bool:
        return self.rating is not None or self.liked or self.hidden


def the_visitor() -> Person | None:
    """Who asks, with everything that is known of them now; None for who has said nothing yet.

    Asked first in a request, so that one look into the store serves all of it.
    """
    visitor = visitor_id()
    site = Site.current(visitor or "")
    return None if visitor is None else site.person(visitor)


def said_by(person: Person | None) -> Sequence[Said]:
    """Of every item that they say something about, the newest first."""
    pairs = sorted(person.pairs if person else (), key=lambda pair: -(pair.done[1] or 0.0))
    return [said for pair in pairs if (said := Said.of(pair)).something]


def said_about(person: Person | None, item_idx: int) -> Said:
    """Of one item."""
    pairs = person.pairs if person else ()
    found = next((pair for pair in pairs if pair.item_idx == item_idx), None)
    return Said(item_idx) if found is None else Said.of(found)
