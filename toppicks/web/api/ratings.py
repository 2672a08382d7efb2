"""Ratings one by one, and events of every kind."""

from toppicks.web.description import Answer, Group
from toppicks.web.desk import check_on_scale, the_desk
from toppicks.web.schemas.ratings import EventsBody, EventsReply, RatingBody, RatingReply

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
    desk = the_desk()
    check_on_scale([("rating", body.rating)], desk.scale)
    return desk.put_rating(user_id, item_id, body.rating)


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
    the_desk().take_back(user_id, item_id)
    return None


@ratings.operation("POST", "/api/events", "write", body=EventsBody, reply=EventsReply)
def post_events(body: EventsBody) -> Answer:
    """Send events.

    Up to 1,000 at once; if one is malformed, none is kept. Events about items that are not known
    are kept, and count once the item is. `rating`, `like` and `dislike` take each other's place;
    `unrate` takes any of them back, `unhide` a `hide`.
    """
    desk = the_desk()
    rated = [
        (f"[{at}].value", event.value)
        for at, event in enumerate(body.root)
        if event.kind == "rating" and event.value is not None
    ]
    check_on_scale(rated, desk.scale)
    return desk.add_events(body.root)
