"""What somebody says about items, as forms and pages show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toppicks.serving.histories import Pair, Person


@dataclass(frozen=True, slots=True)
class Said:
    """Of one item; the defaults where they say nothing.

    rating: what they gave it.   liked: whether they said that they like it.
    chosen: whether the files hold that they chose it, where people do not rate: that stays done.
    time:   epoch seconds; None where it is not known.
    """

    rating: float | None = None
    liked: bool = False
    chosen: bool = False
    hidden: bool = False
    time: float | None = None

    @property
    def something(self) -> bool:
        return self.rating is not None or self.liked or self.chosen or self.hidden


def said_by(person: Person) -> Mapping[int, Said]:
    """By the item's row, of every item that they say something about and that may be shown, the
    newest first.
    """
    deleted = person.histories.catalogue.deleted
    pairs = sorted(person.pairs, key=lambda pair: (-(pair.done[1] or 0.0), pair.item_idx))
    said = ((pair.item_idx, _said(person, pair)) for pair in pairs)
    return {row: one for row, one in said if one.something and row not in deleted}


def said_about(person: Person, items: Sequence[int]) -> list[Said]:
    """Of each of these items."""
    wanted = set(items)
    found = {pair.item_idx: _said(person, pair) for pair in person.pairs if pair.item_idx in wanted}
    return [found.get(row, Said()) for row in items]


def _said(person: Person, pair: Pair) -> Said:
    reaction, rates = pair.reaction, person.histories.model.meaning.kind == "rating"
    rating = reaction.rating if reaction.opinion == "rating" else None
    if rates and rating is None:
        rating = pair.in_file
    return Said(
        rating=rating,
        liked=reaction.opinion == "like",
        chosen=pair.in_file is not None and not rates,
        hidden=reaction.hidden,
        time=pair.done[1],
    )
