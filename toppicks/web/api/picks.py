"""Picks, of somebody who is known and of a history that is sent."""

from dataclasses import replace

from flask import request

from toppicks.store import Event
from toppicks.web.answers import Asked
from toppicks.web.freshness import is_known, not_modified, tag_of, tagged
from toppicks.web.metrics import count_picks
from toppicks.web.operations.description import Answer, Group
from toppicks.web.picking import answer, picks_as_json, picks_for
from toppicks.web.schemas.picks import HistoryPicksReply, PicksBody, PicksQuery, PicksReply
from toppicks.web.site import Site
from toppicks.web.slips import check_on_scale, understood

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
    site = Site.glance(user_id)
    version = site.version
    if version is not None:
        tag = tag_of(version, request.environ)
        if is_known(tag, request.environ):
            return not_modified(tag)
    asked = Asked(user_id, query, str(request.url_rule))
    with understood("query"):
        answered, version = answer(site, version, asked, request.environ)
    count_picks(answered.source)
    if version is None:
        return answered.body
    return tagged(answered.body, tag_of(version, request.environ))


@picks.operation("POST", "/api/picks", "open", body=PicksBody, reply=HistoryPicksReply)
def history_picks(body: PicksBody) -> Answer:
    """Picks for a history.

    The same for somebody who is not known here: their history is in the body. Nothing is stored.
    """
    site = Site.current()
    rated = [
        (f"history[{at}].rating", entry.rating)
        for at, entry in enumerate(body.history)
        if entry.rating is not None
    ]
    check_on_scale(site, rated)
    events = [Event("", one.item_id, one.kind or "rating", one.rating) for one in body.history]
    unknown = sum(site.catalogue.row(event.item_id) is None for event in events)
    person = site.recommender.histories.person("", events)
    with understood("body"):
        picks = picks_for(site, person, body.query)
    count_picks(picks.source)
    # Nobody is known here; that any of the items is stands for it.
    known = replace(picks, known=len(events) > unknown)
    return picks_as_json(None, known, site.recommender, {"unknown_items": unknown})
