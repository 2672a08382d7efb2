"""Picks, of somebody who is known and of a history that is sent."""

from toppicks.web.description import Answer, Group
from toppicks.web.desk import check_on_scale, the_desk
from toppicks.web.freshness import is_known, not_modified, tag_of, tagged
from toppicks.web.schemas.picks import HistoryPicksReply, PicksBody, PicksQuery, PicksReply

picks = Group("Picks", "What somebody would like that they have not seen.")


@picks.operation(
    "GET",
    "/api/users/<id:user_id>/picks",
    "people",
    query=PicksQuery,
    reply=PicksReply,
    tagged=True,
)
def user_picks(user_id: str, query: PicksQuery) -> Answer:
    """A person's picks.

    The best first, without anything that they rated, liked, disliked, hid or bought. Somebody who
    was never seen gets what is popular. Paging with `offset` gives every other item once, in a
    stable order, as long as model, items and history stand still.
    """
    desk = the_desk()
    version = desk.picks_version(user_id)
    if version is None:
        return desk.picks(user_id, query)
    tag = tag_of(version)
    return not_modified(tag) if is_known(tag) else tagged(desk.picks(user_id, query), tag)


@picks.operation("POST", "/api/picks", "open", body=PicksBody, reply=HistoryPicksReply)
def history_picks(body: PicksBody) -> Answer:
    """Picks for a history.

    The same for somebody who is not known here: their history is in the body. Nothing is stored.
    """
    desk = the_desk()
    rated = [
        (f"history[{at}].rating", entry.rating)
        for at, entry in enumerate(body.history)
        if entry.rating is not None
    ]
    check_on_scale(rated, desk.scale)
    return desk.picks_of(body)
