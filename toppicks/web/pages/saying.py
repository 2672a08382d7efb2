"""What somebody says on a page: each is sent to a route of its own, and counts on the next page."""

import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from toppicks.scoring.evidence import scale_of
from toppicks.serving.said import Said, said_about
from toppicks.store import Event
from toppicks.web.cards.stars import on_scale
from toppicks.web.guards.forgery import refuse_forgery
from toppicks.web.metrics import count_event
from toppicks.web.pages.addresses import HIDDEN, LIKED, back_to
from toppicks.web.pages.viewer import Viewer, known_item
from toppicks.web.problems import Problem
from toppicks.web.site import Site

# Items that can be liked at once.
MOST_AT_ONCE = 20

saying_pages = Blueprint("saying", __name__)
saying_pages.before_request(refuse_forgery)


@saying_pages.post("/me/ratings/<id:item_id>", defaults={"user_id": None})
@saying_pages.post("/users/<id:user_id>/ratings/<id:item_id>")
def rate(user_id: str | None, item_id: str) -> Response:
    """Rate an item, like it, or take that back."""
    viewer = Viewer.of(user_id)
    kind, value = _said(viewer.site)
    return _say(viewer, [item_id], kind, value)


@saying_pages.post("/me/hidden/<id:item_id>", defaults={"user_id": None})
@saying_pages.post("/users/<id:user_id>/hidden/<id:item_id>")
def hide(user_id: str | None, item_id: str) -> Response:
    """Hide an item from all picks, or show it again."""
    kind = "unhide" if "show" in request.form else "hide"
    return _say(Viewer.of(user_id), [item_id], kind)


@saying_pages.post("/me/likes")
def like() -> Response:
    """Like a few items at once, `?item=ID&item=ID`, or take that back."""
    item_ids = request.args.getlist("item")
    if not 0 < len(item_ids) <= MOST_AT_ONCE:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"item is given {len(item_ids)} times; expected 1 to {MOST_AT_ONCE}",
        )
    viewer = Viewer.of(None)
    # What was rated one by one stays as it was rated.
    if "remove" in request.form:
        return _say(viewer, item_ids, "unrate", means=lambda before: before.liked)
    return _say(viewer, item_ids, "like", means=lambda before: before.rating is None)


def _say(
    viewer: Viewer,
    item_ids: Sequence[str],
    kind: str,
    value: float | None = None,
    means: Callable[[Said], bool] | None = None,
) -> Response:
    """Write it down and go back.

    means: whether an item is meant, by what was said of it before; all are for None.
    """
    said = said_about(viewer.person, [known_item(viewer.site, item_id) for item_id in item_ids])
    pairs = zip(item_ids, said, strict=True)
    meant = [(id_, before) for id_, before in pairs if means is None or means(before)]
    # To take back what was never said needs no visitor.
    if meant and (viewer.is_somebody or kind not in {"unrate", "unhide"}):
        who, now = viewer.writes_as(), time.time()
        events = [Event(who, item_id, kind, value, now) for item_id, _ in meant]
        if kind in {"rating", "like"}:
            # Who says what they think of it does not mean it to stay hidden.
            hidden = [item_id for item_id, before in meant if before.hidden]
            events += [Event(who, item_id, "unhide", None, now) for item_id in hidden]
        count_event(kind, viewer.site.knowledge.tell(events))
    was = _before(said[0], kind) if len(said) == 1 else ""
    back = back_to(request.form.get("back", ""), item_ids, request.args.get("at", ""), was)
    return redirect(back or viewer.item_url(item_ids[0]), HTTPStatus.SEE_OTHER)


def _before(said: Said, kind: str) -> str:
    """What was said before, for the page after the form to offer to go back to it."""
    if kind in {"hide", "unhide"}:
        return HIDDEN if said.hidden else ""
    if said.rating is not None:
        return f"{said.rating:g}"
    return LIKED if said.liked else ""


def _said(site: Site) -> tuple[str, float | None]:
    """What the form says; raises Problem 422 where that is no rating on the scale."""
    if "remove" in request.form:
        return "unrate", None
    if "like" in request.form:
        return "like", None
    low, high = scale_of(site.model.meaning)
    text = request.form.get("rating", "")
    rating = on_scale(text, low, high)
    if rating is None:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"rating is {text[:40]!r}; expected a number from {low:g} to {high:g}",
        )
    return "rating", rating
