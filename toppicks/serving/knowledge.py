"""What is known of people and items at this moment: by the model's files and by the store."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from toppicks.errors import StoreAway
from toppicks.scoring.reactions import Reaction, of_deeds
from toppicks.serving.histories import Person
from toppicks.serving.live import REMEMBERED, Live, Served, size_of
from toppicks.serving.neighbours import Metric, Neighbour
from toppicks.serving.recommender import Recommender
from toppicks.serving.remembered import Remembered
from toppicks.store import Event, Store, Versions

EVERYBODY = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Look:
    """What is known at the beginning of a request, and answered from until its end.

    versions: of the person and of the items in the store; None while the store is away: then
              ratings rest, and answers come from the model and from what was last known.
    about:    whom it is about; "" for nobody.
    person:   everything that is known of them; None where nobody has asked for it yet.
    """

    served: Served
    versions: Versions | None
    about: str = ""
    person: Person | None = None

    @property
    def recommender(self) -> Recommender:
        return self.served.recommender

    @property
    def resting(self) -> bool:
        return self.versions is None


class Knowledge:
    """The live model and the store, together: to ask, and to tell."""

    def __init__(self, live: Live, store: Store) -> None:
        self.live = live
        self.store = store
        # What the live events of each come to: for when the store is away, or the items change.
        self._remembered: Remembered[str, Mapping[str, Reaction]] = Remembered(REMEMBERED, size_of)
        self._erased: frozenset[str] = frozenset()

    def look(self, user_id: str = "") -> Look:
        """One cheap look-up in the store; more only where something changed.

        user_id: of whom `person` is going to be asked: what their answer depends on is known from
                 here on, whatever becomes of the store before it is given.
        """
        look = self.glance(user_id)
        return self.meet(look)[0] if user_id else look

    def glance(self, user_id: str = "") -> Look:
        """The same without the person: enough to tell whether anything changed."""
        try:
            versions = self.store.versions(user_id)
            return Look(self._upto(versions.catalogue), versions, user_id)
        except StoreAway:
            return Look(self.live.served, None, user_id)

    def meet(self, look: Look) -> tuple[Look, Person]:
        """A look with whom it is about; it rests where their live events cannot be read."""
        if look.person is not None:
            return look, look.person
        known = None
        if look.versions is not None:
            known = look.served.people.of(look.about, look.versions.user)
        if known is None:
            look, known = self._put_together(look)
        # Not the one that is kept: with that would stay all that is ever asked of this one.
        person = replace(known)
        return replace(look, person=person), person

    def person(self, user_id: str, look: Look) -> Person:
        """Everything that is known of somebody; while the store is away, what was last known."""
        if user_id != look.about:
            look = replace(self.glance(user_id), served=look.served)
        return self.meet(look)[1]

    def people(self, user_ids: Sequence[str], look: Look) -> Mapping[str, Person]:
        """Several people as they are now, less those of whom nothing is known any more."""
        try:
            events = {} if look.resting else self.store.events_of_all(user_ids)
        except StoreAway:
            events = {}
        histories, erased = look.recommender.histories, look.served.erased
        people = (histories.person(one, events.get(one, ()), one in erased) for one in user_ids)
        return {person.user_id: person for person in people if person.known}

    def everybody(self, look: Look) -> list[str]:
        """The ids of all people: those of the files, then those who came live, by id."""
        in_files = look.recommender.model.users
        try:
            live = [] if look.resting else [one.user_id for one in self.store.users(0, EVERYBODY)]
        except StoreAway:
            live = []
        back = look.served.erased.intersection(live)
        return [
            *(one for one in in_files if one not in look.served.erased or one in back),
            *(one for one in live if one not in in_files),
        ]

    def neighbours(self, person: Person, look: Look, n: int, metric: Metric) -> list[Neighbour]:
        """People like this one, as they are now."""
        near = look.recommender.tools.neighbourhood
        return [
            near.neighbour(person, other, distance)
            for distance, other in self.nearest(person, look, n, metric)
        ]

    def nearest(
        self, person: Person, look: Look, n: int, metric: Metric = "cosine"
    ) -> list[tuple[float, Person]]:
        """The same as distances and people."""
        near = look.recommender.tools.neighbourhood
        return near.nearest(
            person, n, metric, lambda user_ids: self.people(user_ids, look), look.served.erased
        )

    def tell(self, events: Sequence[Event]) -> int:
        """Write down what people did, all of it or nothing; how much had not been there before.

        In the next answer of every worker. Raises StoreAway.
        """
        return self.store.add(events)

    def say(self, user_id: str, item_id: str, kind: str, value: float | None = None) -> int:
        """The same of one thing that somebody did just now."""
        return self.tell([Event(user_id, item_id, kind, value, time.time())])

    def erase(self, user_id: str) -> None:
        """Forget what came live, and from now on what the files say; raises StoreAway."""
        self.store.erase(user_id)
        # Here at once, whatever becomes of the store: nobody comes back because it is away.
        self.look()
        self._remembered.forget(user_id)

    def _upto(self, catalogue_version: int) -> Served:
        """What is served; who was erased meanwhile, by any worker, is not remembered here."""
        served = self.live.upto(catalogue_version)
        if served.erased is not self._erased:
            for user_id in served.erased:
                self._remembered.forget(user_id)
            self._erased = served.erased
        return served

    def _put_together(self, look: Look) -> tuple[Look, Person]:
        """Whom a look is about, from files and live events; kept, unless these cannot be read."""
        user_id, served, versions = look.about, look.served, look.versions
        histories, erased = served.recommender.histories, user_id in served.erased
        if versions is not None:
            try:
                said = self._said(user_id, versions.user)
            except StoreAway:
                look = replace(look, versions=None)
            else:
                person = histories.reacting(user_id, said, erased)
                served.people.keep(user_id, versions.user, person)
                return look, person
        return look, histories.reacting(user_id, self._remembered.last(user_id) or {}, erased)

    def _said(self, user_id: str, version: int) -> Mapping[str, Reaction]:
        """What somebody's live events come to, of this version or a later one; 0 is of none."""
        if not version:
            return {}
        known = self._remembered.of(user_id, version)
        if known is None:
            known = of_deeds(self.store.deeds_of(user_id))
            # The version was read first: what is kept is never older than it says.
            self._remembered.keep(user_id, version, known)
        return known
