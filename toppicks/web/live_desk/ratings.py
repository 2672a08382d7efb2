"""Ratings and events: what people do, written down at once."""

from collections import Counter
from collections.abc import Sequence
from time import time

from toppicks.scoring.evidence import scale_of
from toppicks.store import Event
from toppicks.web.desk import Scale
from toppicks.web.live_desk.slips import known_item, may_rest
from toppicks.web.metrics import count_event
from toppicks.web.schemas import ratings
from toppicks.web.site import Site


class RatingsDesk:
    """What people say and do."""

    @property
    def scale(self) -> Scale:
        return Scale(*scale_of(Site.current().model.meaning))

    def put_rating(self, user_id: str, item_id: str, rating: float) -> ratings.RatingReply:
        self._tell(user_id, item_id, "rating", rating)
        return ratings.RatingReply(user_id=user_id, item_id=item_id, rating=rating)

    def take_back(self, user_id: str, item_id: str) -> None:
        self._tell(user_id, item_id, "unrate", None)

    def _tell(self, user_id: str, item_id: str, kind: str, value: float | None) -> None:
        site = Site.current(user_id)
        known_item(site, item_id)
        with may_rest():
            site.knowledge.tell(user_id, item_id, kind, value)
        count_event(kind)

    def add_events(self, events: Sequence[ratings.Event]) -> ratings.EventsReply:
        site, now = Site.current(), time()
        kept = [
            Event(
                user_id=event.user_id,
                item_id=event.item_id,
                kind=event.kind,
                value=event.value,
                time=now if event.timestamp is None else event.timestamp,
                event_id=event.event_id,
            )
            for event in events
        ]
        with may_rest():
            new = site.knowledge.add(kept)
        for kind, n in Counter(event.kind for event in kept).items():
            count_event(kind, n)
        unknown = sum(site.catalogue.row(event.item_id) is None for event in kept)
        return ratings.EventsReply(accepted=len(kept), new=new, unknown_items=unknown)
