"""What the pages' templates are given: items and people as they are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from toppicks.covers import draw_cover
from toppicks.scoring.evidence import scale_of
from toppicks.serving.histories import Person as KnownPerson
from toppicks.serving.people import best_rated
from toppicks.serving.recommender import Recommender
from toppicks.serving.said import Said
from toppicks.site_words import IMAGE_FIELD, image_origin
from toppicks.web.cards.facts import Detail, Fact, Facts
from toppicks.web.cards.stars import steps
from toppicks.web.cards.wording import Wording, brief

LIKED_SHOWN = 3
UNSAID = Said()


@dataclass(frozen=True)
class Card:
    """An item; what is not known is None or empty.

    facts, last_facts: what is shown of it beside the title; the last stand with the match.
    picture: the address of its picture at another site, which the site's policy lets in.
    match:   chance of a like for the person whose page it is on.
    why:     one line that says why it is there.
    said:    what the person whose page it is on said about it.
    given:   what somebody gave it, in words.
    """

    item_id: str
    title: str
    year: int | None
    facts: list[Fact]
    last_facts: list[Fact]
    picture: str | None = None
    match: float | None = None
    why: str = ""
    said: Said = UNSAID
    given: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody of the data to look at the site as."""

    user_id: str
    n_ratings: int
    liked: list[Card]


class Cards:
    """Makes cards of a model's items and people."""

    def __init__(self, recommender: Recommender, facts: Facts) -> None:
        self.model = recommender.model
        self.catalogue = recommender.catalogue
        self.wording = Wording.of(self.model.words)
        self.facts = facts
        self._picture_hosts = frozenset(self.model.words.image_hosts)

    @cached_property
    def stars(self) -> tuple[float, ...]:
        """The rating that each star gives; none where people do not rate."""
        return steps(*scale_of(self.model.meaning)) if self.wording.rated else ()

    def item(
        self,
        item_idx: int,
        match: float | None = None,
        rating: float | None = None,
        why: str = "",
        said: Said = UNSAID,
    ) -> Card:
        """rating: what somebody gave it, to be said in words."""
        known = self.catalogue.facts(item_idx)
        facts, last_facts = self.facts.on_card(known)
        return Card(
            item_id=self.catalogue.id(item_idx),
            title=self.catalogue.title(item_idx),
            year=_number(known.get("year")),
            facts=facts,
            last_facts=last_facts,
            picture=self._picture(known.get(IMAGE_FIELD)),
            match=match,
            why=why,
            said=said,
            given="" if rating is None else self.wording.given(rating),
        )

    def cover(self, item_idx: int) -> str:
        """The SVG that is drawn for an item, from its title, its kind and its year."""
        known, kinds = self.catalogue.facts(item_idx), self.facts.kinds
        title = brief(self.catalogue.title(item_idx))
        return draw_cover(title, known.get(kinds, []) if kinds else [], _number(known.get("year")))

    @property
    def kinds_label(self) -> str | None:
        """What people call the field that covers are drawn from, beside the title."""
        return self.model.words.label(self.facts.kinds) if self.facts.kinds else None

    def best_rated(self, person: KnownPerson, n: int) -> list[Card]:
        """What somebody liked best; nothing of a stranger."""
        return [self.item(one.item_idx, rating=one.number) for one in best_rated(person, n)]

    def people(self, people: Iterable[KnownPerson]) -> Sequence[Person]:
        """People of the data to look at the site as."""
        return [
            Person(one.user_id, len(one.pairs), self.best_rated(one, LIKED_SHOWN)) for one in people
        ]

    def chips(self, item_idx: int) -> Detail | None:
        """What kind of thing an item is."""
        return self.facts.chips(self.catalogue.facts(item_idx))

    def details(self, item_idx: int) -> list[Detail]:
        """Metadata that a card has no place for."""
        return self.facts.others(self.catalogue.facts(item_idx))

    def _picture(self, url: object) -> str | None:
        """The address, if browsers are let to ask its site for it."""
        return str(url) if image_origin(url) in self._picture_hosts else None


def _number(value: Any) -> int | None:
    """A fact that is a number in most data, and may be any text in yours."""
    return value if isinstance(value, int) else None
