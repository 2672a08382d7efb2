"""A desk in memory: everything that the API can be asked, without a store."""

from collections.abc import Sequence
from typing import Any

from toppicks.web.desk import Scale
from toppicks.web.model_desk import ModelDesk
from toppicks.web.problems import WrongValue, no_such_item, wrong_values
from toppicks.web.schemas.items import (
    ItemBody,
    ItemReply,
    ItemsQuery,
    ItemsReply,
    SimilarItem,
    SimilarQuery,
    SimilarReply,
)
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.schemas.people import (
    ExportReply,
    KeptEvent,
    Neighbor,
    NeighborsQuery,
    NeighborsReply,
    SharedItem,
)
from toppicks.web.schemas.picks import HistoryPicksReply, Pick, PicksBody, PicksQuery
from toppicks.web.schemas.ratings import Event, EventsReply, RatingReply
from toppicks.web.site import Site


class FakeDesk(ModelDesk):
    """Remembers what it is told; what it answers is well-formed, and no more than that."""

    def __init__(self, site: Site, scale: Scale | None = None) -> None:
        super().__init__(site)
        self.scale = scale
        self.events: list[Event] = []
        self.put: dict[str, dict[str, Any] | None] = {}
        self.asked: list[Any] = []

    def picks_version(self, user_id: str) -> str:
        n = sum(event.user_id == user_id for event in self.events)
        return f"{self.version()}-{n}"

    def picks(self, user_id: str, query: PicksQuery) -> bytes:
        self.asked.append(query)
        _check_fields(query.where)
        plain = query.model_copy(
            update={"where": (), "explain": False, "novelty": 0, "diversity": 0}
        )
        return super().picks(user_id, plain)

    def picks_of(self, body: PicksBody) -> bytes:
        self.asked.append(body)
        _check_fields(body.where)
        picks = [
            Pick(
                rank=at,
                item_id=one.item_id,
                title=one.title,
                score=0.5,
                match=None,
                item=one.item,
                because=[],
            )
            for at, one in enumerate(self.popular(PageQuery(n=body.n)).items, body.offset + 1)
        ]
        known = [entry for entry in body.history if self._knows(entry.item_id)]
        reply = HistoryPicksReply(
            user_id=None,
            known=bool(known),
            source="personal" if known else "popular",
            model_version=self.version(),
            total=len(picks),
            offset=body.offset,
            picks=picks,
            unknown_items=len(body.history) - len(known),
        )
        return reply.model_dump_json(exclude_unset=True).encode()

    def export(self, user_id: str) -> ExportReply:
        kept = [
            KeptEvent(
                event_id=event.event_id,
                item_id=event.item_id,
                kind=event.kind,
                value=event.value,
                time="2026-11-25T20:15:00Z",
            )
            for event in self.events
            if event.user_id == user_id
        ]
        return super().export(user_id).model_copy(update={"events": kept})

    def erase(self, user_id: str) -> None:
        self.events = [event for event in self.events if event.user_id != user_id]

    def neighbors(self, user_id: str, query: NeighborsQuery) -> NeighborsReply:
        known = user_id in self._model.users
        liked = [SharedItem(item_id="00", title="Red")]
        near = Neighbor(user_id="u2", distance=0.2, n_shared=1, shared=liked, liked=[])
        return NeighborsReply(
            user_id=user_id, known=known, metric=query.metric, neighbors=[near] if known else []
        )

    def put_rating(self, user_id: str, item_id: str, rating: float) -> RatingReply:
        self._need(item_id)
        self.events.append(Event(user_id=user_id, item_id=item_id, kind="rating", value=rating))
        return RatingReply(user_id=user_id, item_id=item_id, rating=rating)

    def take_back(self, user_id: str, item_id: str) -> None:
        self._need(item_id)
        self.events.append(Event(user_id=user_id, item_id=item_id, kind="unrate"))

    def add_events(self, events: Sequence[Event]) -> EventsReply:
        seen = {event.event_id for event in self.events} - {None}
        new = [event for event in events if event.event_id not in seen]
        self.events += new
        unknown = sum(not self._knows(event.item_id) for event in events)
        return EventsReply(accepted=len(events), new=len(new), unknown_items=unknown)

    def items(self, query: ItemsQuery) -> ItemsReply:
        _check_fields(query.where)
        return super().items(query.model_copy(update={"where": (), "sort": ""}))

    def item(self, item_id: str) -> ItemReply:
        self._need(item_id)
        fields = self.put.get(item_id)
        if fields is None:
            return super().item(item_id)
        rest = {name: value for name, value in fields.items() if name != "title"}
        title = fields.get("title") or item_id
        return ItemReply(item_id=item_id, title=title, item=rest, n_ratings=0, n_likes=0)

    def put_item(self, item_id: str, body: ItemBody) -> ItemReply:
        self.put[item_id] = body.root
        return self.item(item_id)

    def delete_item(self, item_id: str) -> None:
        self._need(item_id)
        self.put[item_id] = None

    def similar(self, item_id: str, query: SimilarQuery) -> SimilarReply:
        one = self.item(item_id)
        like = SimilarItem(item_id="01", title="Red", similarity=0.9, features=["Red"], item={})
        return SimilarReply(item_id=item_id, title=one.title, similar=[like])

    def recent(self, query: PageQuery) -> ItemsReply:
        return self.popular(query)

    def _knows(self, item_id: str) -> bool:
        known = self.put.get(item_id, item_id in self._model.items)
        return known not in (None, False)

    def _need(self, item_id: str) -> None:
        if not self._knows(item_id):
            raise no_such_item(item_id)


def _check_fields(where: Sequence[str]) -> None:
    """Every field is known but one."""
    wrong = [
        WrongValue("where", clause, "expected a field that is known")
        for clause in where
        if clause.startswith("unheard:")
    ]
    if wrong:
        raise wrong_values("query", wrong)
