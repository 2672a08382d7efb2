"""What the pages' templates are given: items and people as they are shown."""

from dataclasses import dataclass
from typing import Any

from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.people import best_rated, n_ratings, some_people
from toppicks.serving.picks import Pick, Recommender

LIKED_SHOWN = 3
# What a card shows in its own places; an item's page lists the rest by name.
CARD_FACTS = frozenset({"year", "mpaa", "runtime", "genres"})


@dataclass(frozen=True)
class Card:
    """An item; what is not known is None or empty.

    match: chance of a like for the person whose page it is on. rating: what they gave it.
    """

    item_id: str
    title: str
    year: int | None
    mpaa: str | None
    minutes: int | None
    genres: list[str]
    match: float | None = None
    rating: float | None = None


@dataclass(frozen=True)
class Person:
    """Somebody of the data to look at the site as."""

    user_id: str
    n_ratings: int
    liked: list[str]
    cover_ids: list[str]


class Cards:
    """Makes cards of a model's items and people."""

    def __init__(self, recommender: Recommender, catalogue: ItemCatalogue) -> None:
        self.model = recommender.model
        self.catalogue = catalogue

    def item(self, item_idx: int, match: float | None = None, rating: float | None = None) -> Card:
        facts = self.catalogue.facts(item_idx)
        return Card(
            item_id=self.model.items[item_idx],
            title=self.catalogue.title(item_idx),
            year=_number(facts.get("year")),
            mpaa=facts.get("mpaa"),
            minutes=_number(facts.get("runtime")),
            genres=facts.get("genres", []),
            match=match,
            rating=rating,
        )

    def picks(self, picks: list[Pick]) -> list[Card]:
        return [self.item(pick.item_idx, match=pick.match) for pick in picks]

    def best_rated(self, user_id: str, n: int) -> list[Card]:
        """What somebody liked best; nothing of a stranger."""
        user_idx = self.model.users.get(user_id)
        if user_idx is None:
            return []
        liked = best_rated(self.model, user_idx, n)
        return [self.item(one.item_idx, rating=one.rating) for one in liked]

    def n_ratings(self, user_id: str) -> int:
        user_idx = self.model.users.get(user_id)
        return 0 if user_idx is None else n_ratings(self.model, user_idx)

    def some_people(self, n: int) -> list[Person]:
        """People of different tastes to look at the site as."""
        ids = [self.model.users[user_idx] for user_idx in some_people(self.model, n)]
        return [self._person(user_id, self.best_rated(user_id, LIKED_SHOWN)) for user_id in ids]

    def other_facts(self, item_idx: int) -> list[tuple[str, str]]:
        """Metadata that a card has no place for, by name."""
        facts = self.catalogue.facts(item_idx)
        return [(name, _text(value)) for name, value in facts.items() if name not in CARD_FACTS]

    def _person(self, user_id: str, liked: list[Card]) -> Person:
        return Person(
            user_id=user_id,
            n_ratings=self.n_ratings(user_id),
            liked=[card.title for card in liked],
            cover_ids=[card.item_id for card in liked],
        )


def _number(value: Any) -> int | None:
    """A fact that is a number in most data, and may be any text in yours."""
    return value if isinstance(value, int) else None


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
