"""A visitor's own pages: their picks, what they said, and how to take it back."""

import math
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from toppicks.errors import StoreAway
from toppicks.web.cards import Card
from toppicks.web.feedback_desk import Kind, Reaction, feedback_desk
from toppicks.web.forgery import refuse_forgery
from toppicks.web.metrics import count_picks, count_store_error
from toppicks.web.pages import known_item
from toppicks.web.problems import Problem
from toppicks.web.site import Site
from toppicks.web.visitors import forget_visitor, visitor_id

me_pages = Blueprint("me", __name__, url_prefix="/me")
me_pages.before_request(refuse_forgery)


@me_pages.get("")
def me() -> str:
    """Top picks of who asks, and their history; without one, what is popular."""
    site, visitor = Site.current(), visitor_id()
    source, picks, said, resting = "popular", _popular(site), [], False
    if visitor is not None:
        try:
            found = feedback_desk().picks(visitor, site.settings.picks)
            said = [(one, _card(site, one)) for one in feedback_desk().reactions(visitor)]
            source, picks = found.source, site.cards.picks(found.picks)
        except StoreAway:
            count_store_error()
            resting = True
    count_picks(source)
    shown = [(reaction, card) for reaction, card in said if card]
    return render_template(
        "me.html", picks=picks, source=source, said=shown, resting=resting, visitor=visitor
    )


@me_pages.post("/ratings/<id:item_id>")
def rate(item_id: str) -> AnyResponse:
    """Rate an item, like it, or take that back; from the next page on it counts."""
    kind, value = _said(Site.current())
    return _say(item_id, kind, value)


@me_pages.post("/hidden/<id:item_id>")
def hide(item_id: str) -> AnyResponse:
    """Hide an item from all picks, or show it again."""
    return _say(item_id, "unhide" if "show" in request.form else "hide")


@me_pages.get("/export")
def export() -> Response:
    """Everything that is kept about who asks, as a file."""
    visitor = visitor_id()
    if visitor is None:
        raise Problem(HTTPStatus.NOT_FOUND, "Nothing is kept about you: you have rated nothing.")
    response = Response(feedback_desk().export(visitor), mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-ratings.json"
    return response


@me_pages.post("/erase")
def erase() -> AnyResponse:
    """Erase everything about who asks, and the cookie with it."""
    visitor = visitor_id()
    if visitor is not None:
        feedback_desk().erase(visitor)
    forget_visitor()
    return redirect(url_for("pages.home"), HTTPStatus.SEE_OTHER)


def _say(item_id: str, kind: Kind, value: float | None = None) -> AnyResponse:
    known_item(Site.current(), item_id)
    # To take back what was never said needs no visitor.
    visitor = visitor_id(create=kind not in {"unrate", "unhide"})
    if visitor is not None:
        feedback_desk().say(visitor, item_id, kind, value)
    back = url_for("pages.item", item_id=item_id)
    if request.form.get("back") == "me":
        back = url_for(".me")
    return redirect(back, HTTPStatus.SEE_OTHER)


def _said(site: Site) -> tuple[Kind, float | None]:
    """What the form says; raises Problem 422 where that is no rating on the scale."""
    if "remove" in request.form:
        return "unrate", None
    if "like" in request.form:
        return "like", None
    low, high = site.recommender.model.histories.rating_range
    text = request.form.get("rating", "")
    try:
        rating = float(text)
    except ValueError:
        rating = math.nan
    if not low <= rating <= high:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"rating is {text[:40]!r}; expected a number from {low:g} to {high:g}",
        )
    return "rating", rating


def _popular(site: Site) -> list[Card]:
    return [site.cards.item(idx) for idx in site.recommender.popular(site.settings.picks)]


def _card(site: Site, reaction: Reaction) -> Card | None:
    """The item that was spoken of; None if it is no longer there."""
    item_idx = site.recommender.model.items.get(reaction.item_id)
    return None if item_idx is None else site.cards.item(item_idx, rating=reaction.rating)
