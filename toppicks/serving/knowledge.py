"""What is known of people and items at this moment: by the model's files and by the store."""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toppicks.errors import StoreAway
from toppicks.scoring.evidence import scale_of
from toppicks.serving.histories import Person
from toppicks.serving.live import Live, Served
from toppicks.serving.picks import Recommender
from toppicks.store import Event, Store, Versions

# People whose live events each worker keeps in mind, while they do not change.
REMEMBERED_PEOPLE = 4096


@dataclass(frozen=True, eq=False)
class Look:
    """What is known at the beginning of a request, and answered from until its end.

    versions: of the person and of the items in the store; None while the store is away: then
              ratings rest, and answers come from the model and from what was last known.
    """

    served: Served
    versions: Versions | None

    @property
    def recommender(self) -> Recommender:
        return self.served.recommender

    @property
    def resting(self) -> bool:
        return self.versions is None


@dataclass(frozen=True)
class Accepted:
    """What became of events: how many came, were new, and are about items that nobody knows."""

    accepted: int
    new: int
    unknown_items: int


class Knowledge:
    """The live model and the store, together: to ask, and to tell."""

    def __init__(self, live: Live, store: Store) -> None:
        self.live = live
        self.store = store
        self._remembered = _Events(REMEMBERED_PEOPLE)

    def look(self, user_id: str = "") -> Look:
        """One cheap look-up in the store; more only where something changed."""
        try:
            versions = self.store.versions(user_id)
            return Look(self.live.upto(versions.catalogue), versions)
        except StoreAway:
            return Look(self.live.served, None)

    def person(self, user_id: str, look: Look) -> Person:
        """Everything that is known of somebody; while the store is away, what was last known."""
        events: Sequence[Event] = ()
        if look.versions is None:
            events = self._remembered.last(user_id)
        elif look.versions.user:
            events = self._events(user_id, look.versions.user)
        erased = user_id in look.served.erased
        return look.recommender.histories.person(user_id, events, erased)

    def people(self, user_ids: Sequence[str], look: Look) -> Mapping[str, Person]:
        """Several people as they are now, less those who erased themselves."""
        there = [user_id for user_id in user_ids if user_id not in look.served.erased]
        histories = look.recommender.histories
        try:
            events = {} if look.resting else {one: self.store.events_of(one) for one in there}
        except StoreAway:
            events = {}
        return {user_id: histories.person(user_id, events.get(user_id, ())) for user_id in there}

    def rate(self, user_id: str, item_id: str, rating: float) -> None:
        """Raises StoreAway."""
        self.tell(user_id, item_id, "rating", rating)

    def tell(self, user_id: str, item_id: str, kind: str, value: float | None = None) -> None:
        """Somebody did something with an item just now; raises StoreAway."""
        self.store.add([Event(user_id, item_id, kind, value, time.time())])

    def add(self, events: Sequence[Event]) -> Accepted:
        """All of them or none; raises StoreAway."""
        new = self.store.add(events)
        catalogue = self.look().recommender.catalogue
        unknown = sum(catalogue.row(event.item_id) is None for event in events)
        return Accepted(len(events), new, unknown)

    def erase(self, user_id: str) -> None:
        """Forget what came live, and from now on what the files say; raises StoreAway."""
        self.store.erase(user_id)
        self._remembered.forget(user_id)

    def put_item(self, item_id: str, fields: Mapping[str, Any]) -> None:
        """Raises StoreAway."""
        self.store.put_item(item_id, dict(fields))

    def delete_item(self, item_id: str) -> None:
        """Raises StoreAway."""
        self.store.delete_item(item_id)

    def scale(self, look: Look) -> tuple[float, float]:
        """The lowest and the highest rating that can be given."""
        return scale_of(look.recommender.model.meaning)

    def _events(self, user_id: str, version: int) -> Sequence[Event]:
        """Somebody's live events, of this version or a later one."""
        known = self._remembered.of(user_id, version)
        if known is None:
            known = self.store.events_of(user_id)
            # The version was read first: what is kept is never older than it says.
            self._remembered.keep(user_id, version, known)
        return known


class _Events:
    """The live events of the people who were asked about last; safe for threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._by_user: OrderedDict[str, tuple[int, Sequence[Event]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, user_id: str, version: int) -> Sequence[Event] | None:
        """Those of exactly this version; None where they are not known."""
        known = self._by_user.get(user_id)
        return known[1] if known and known[0] == version else None

    def last(self, user_id: str) -> Sequence[Event]:
        """Those that were known last; none of who was not asked about."""
        known = self._by_user.get(user_id)
        return known[1] if known else ()

    def keep(self, user_id: str, version: int, events: Sequence[Event]) -> None:
        with self._lock:
            self._by_user[user_id] = (version, events)
            self._by_user.move_to_end(user_id)
            while len(self._by_user) > self.most:
                self._by_user.popitem(last=False)

    def forget(self, user_id: str) -> None:
        with self._lock:
            self._by_user.pop(user_id, None)
