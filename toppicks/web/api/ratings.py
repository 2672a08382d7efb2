"""Ratings one by one, and events of every kind."""

from collections import Counter
from time import time

from toppicks.store import Event
from toppicks.web.metrics import count_event
from toppicks.web.operations.description import Answer, Group
from toppicks.web.problems import no_such_item
from toppicks.web.schemas.ratings import Event as SentEvent
from toppicks.web.schemas.ratings import EventsBody, EventsReply, RatingBody, RatingReply
from toppicks.web.site import Site
from toppicks.web.slips import check_no_visitors, check_on_scale, known_item

ratings = Group("Ratings and events", "What people do; it is in the next answer.")


@ratings.operation(
    "PUT",
    "/api/users/<id:user_id>/ratings/<id:item_id>",
    "write",
    body=RatingBody,
    reply=RatingReply,
    missing=True,
    ids={"user_id": "somebody"},
)
def put_rating(user_id: str, item_id: str, body: RatingBody) -> Answer:
    """Rate an item.

    Takes the place of whatever this person said of it before. Answered means kept: it counts in
    the next answer.
    """
    site = Site.current()
    known_item(site.catalogue, item_id)
    check_on_scale(site, [("rating", body.rating)])
    count_event("rating", site.knowledge.say(user_id, item_id, "rating", body.rating))
    return RatingReply(user_id=user_id, item_id=item_id, rating=body.rating)


@ratings.operation(
    "DELETE",
    "/api/users/<id:user_id>/ratings/<id:item_id>",
    "write",
    missing=True,
    ids={"user_id": "somebody"},
)
def delete_rating(user_id: str, item_id: str) -> Answer:
    """Take a rating back.

    It is as if it had never been given, even if the model was trained with it.
    """
    site = Site.current()
    # Of a deleted item, too: a rating can always be taken back.
    if site.catalogue.row(item_id) is None:
        raise no_such_item(item_id)
    count_event("unrate", site.knowledge.say(user_id, item_id, "unrate"))
    return None


@ratings.operation("POST", "/api/events", "write", body=EventsBody, reply=EventsReply)
def post_events(body: EventsBody) -> Answer:
    """Send events.

    Up to 1,000 at once; if one is malformed, none is kept. Events about items that are not known
    are kept, and count once the item is. `rating`, `like` and `dislike` take each other's place;
    `unrate` takes any of them back, `unhide` a `hide`.
    """
    site = Site.current()
    check_no_visitors([(f"[{at}].user_id", event.user_id) for at, event in enumerate(body.root)])
    rated = [
        (f"[{at}].value", event.value)
        for at, event in enumerate(body.root)
        if event.kind == "rating" and event.value is not None
    ]
    check_on_scale(site, rated)
    events = [_kept(event) for event in body.root]
    new = site.knowledge.tell(events)
    for kind, n in Counter(event.kind for event in events).items():
        count_event(kind, n)
    unknown = sum(site.catalogue.row(event.item_id) is None for event in events)
    return EventsReply(accepted=len(events), new=new, unknown_items=unknown)


def _kept(event: SentEvent) -> Event:
    """As the store has it; without a time, or with one that is still to come, it is just now."""
    now = time()
    moment = now if event.timestamp is None else min(event.timestamp, now)
    return Event(event.user_id, event.item_id, event.kind, event.value, moment, event.event_id)
