"""Everything that is kept about a person, in one document; theirs and the API's."""

from datetime import UTC, datetime
from time import time

from toppicks.serving.histories import Entry, Person
from toppicks.web.schemas import people
from toppicks.web.site import Site


def export_of(site: Site, person: Person) -> people.ExportReply:
    """What counts, every live event, and what their own features say; raises StoreAway."""
    events = site.knowledge.store.events_of(person.user_id)
    profile = person.history.profile
    return people.ExportReply(
        user_id=person.user_id,
        known=person.known,
        exported_at=moment(time()) or "",
        model_version=site.recommender.version,
        history=[entry_of(site, entry) for entry in person.entries()],
        events=[
            people.KeptEvent(
                event_id=event.event_id,
                item_id=event.item_id,
                kind=event.kind,
                value=event.value,
                time=moment(event.time) or "",
            )
            for event in events
        ],
        profile=None if profile is None else profile.tolist(),
    )


def entry_of(site: Site, entry: Entry) -> people.Entry:
    """A line of a history, with the item's title."""
    item_idx = site.catalogue.row(entry.item_id)
    return people.Entry(
        item_id=entry.item_id,
        title=entry.item_id if item_idx is None else site.catalogue.title(item_idx),
        kind=entry.kind,
        rating=entry.rating,
        liked=entry.liked,
        hidden=entry.hidden,
        time=moment(entry.time),
        source=entry.source,
    )


def moment(seconds: float | None) -> str | None:
    """ISO 8601; None where there is no time, or a file says what is none."""
    try:
        found = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return None if found is None else found.isoformat().replace("+00:00", "Z")
