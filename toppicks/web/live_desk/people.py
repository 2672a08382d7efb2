"""People: who there is, what is known of them, and who is like them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import time

from toppicks.serving.histories import Entry
from toppicks.web.access import is_visitor, may_see_visitors
from toppicks.web.live_desk.slips import RESTING, may_rest
from toppicks.web.schemas import people
from toppicks.web.schemas.paging import PageQuery
from toppicks.web.site import Site


class PeopleDesk:
    """What is known of people."""

    def users(self, query: PageQuery) -> people.UsersReply:
        site = Site.current()
        ids = site.knowledge.everybody(site.look)
        if not may_see_visitors():
            ids = [user_id for user_id in ids if not is_visitor(user_id)]
        page = ids[query.offset : query.offset + query.n]
        known = site.knowledge.people(page, site.look)
        lines = [
            people.UserLine(user_id=one, history=len(known[one].pairs) if one in known else 0)
            for one in page
        ]
        return people.UsersReply(total=len(ids), offset=query.offset, users=lines)

    def user(self, user_id: str, query: PageQuery) -> people.UserReply:
        site = Site.current(user_id)
        person = site.person(user_id)
        entries = person.entries()
        page = entries[query.offset : query.offset + query.n]
        return people.UserReply(
            user_id=user_id,
            known=person.known,
            counts=people.Counts(
                history=len(entries),
                ratings=sum(entry.rating is not None for entry in entries),
                likes=sum(entry.liked for entry in entries),
                hidden=sum(entry.hidden for entry in entries),
                live=sum(entry.source == "live" for entry in entries),
            ),
            total=len(entries),
            offset=query.offset,
            history=[_entry(site, entry) for entry in page],
            **({"notice": RESTING} if site.resting else {}),
        )

    def export(self, user_id: str) -> people.ExportReply:
        site = Site.current(user_id)
        person = site.person(user_id)
        with may_rest():
            events = site.knowledge.store.events_of(user_id)
        profile = person.history.profile
        return people.ExportReply(
            user_id=user_id,
            known=person.known,
            exported_at=_moment(time()) or "",
            model_version=site.recommender.version,
            history=[_entry(site, entry) for entry in person.entries()],
            events=[
                people.KeptEvent(
                    event_id=event.event_id,
                    item_id=event.item_id,
                    kind=event.kind,
                    value=event.value,
                    time=_moment(event.time) or "",
                )
                for event in events
            ],
            profile=None if profile is None else profile.tolist(),
        )

    def erase(self, user_id: str) -> None:
        with may_rest():
            Site.current(user_id).knowledge.erase(user_id)

    def neighbors(self, user_id: str, query: people.NeighborsQuery) -> people.NeighborsReply:
        site = Site.current(user_id)
        person = site.person(user_id)
        near = site.knowledge.neighbours(person, site.look, query.n, query.metric)

        def named(rows: Sequence[int]) -> list[people.SharedItem]:
            ids, titles = site.catalogue.id, site.catalogue.title
            return [people.SharedItem(item_id=ids(row), title=titles(row)) for row in rows]

        return people.NeighborsReply(
            user_id=user_id,
            known=person.known,
            metric=query.metric,
            neighbors=[
                people.Neighbor(
                    user_id=one.user_id,
                    distance=one.distance,
                    n_shared=one.n_shared,
                    shared=named(one.shared),
                    liked=named(one.liked),
                )
                for one in near
            ],
        )


def _entry(site: Site, entry: Entry) -> people.Entry:
    item_idx = site.catalogue.row(entry.item_id)
    return people.Entry(
        item_id=entry.item_id,
        title=entry.item_id if item_idx is None else site.catalogue.title(item_idx),
        kind=entry.kind,
        rating=entry.rating,
        liked=entry.liked,
        hidden=entry.hidden,
        time=_moment(entry.time),
        source=entry.source,
    )


def _moment(seconds: float | None) -> str | None:
    """ISO 8601; None where there is no time, or a file says what is none."""
    try:
        moment = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
