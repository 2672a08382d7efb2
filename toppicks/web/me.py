"""A visitor's own pages: their picks, what they said, and how to take it back."""

import math
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from toppicks.scoring.evidence import scale_of
from toppicks.serving.picks import Wish
from toppicks.web.exports import export_of
from toppicks.web.guards.forgery import refuse_forgery
from toppicks.web.guards.visitors import forget_visitor, visitor_id
from toppicks.web.metrics import count_event, count_picks
from toppicks.web.pages import known_item
from toppicks.web.problems import Problem
from toppicks.web.said import said_by, the_visitor
from toppicks.web.site import House, Site

me_pages = Blueprint("me", __name__, url_prefix="/me")
me_pages.before_request(refuse_forgery)


@me_pages.get("")
def me() -> str:
    """Top picks of who asks, and their history; without one, what is popular."""
    person = the_visitor()
    site = Site.current()
    known = site.recommender.histories.person("") if person is None else person
    picks = site.recommender.picks(known, Wish(site.settings.picks))
    count_picks(picks.source)
    said = [
        (one, site.cards.item(one.item_idx, rating=one.rating))
        for one in said_by(person)
        if one.item_idx not in site.catalogue.deleted
    ]
    return render_template(
        "me.html",
        picks=site.cards.picks(picks.picks),
        source=picks.source,
        said=said,
        visitor=person is not None,
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
    person = the_visitor()
    if person is None:
        raise Problem(HTTPStatus.NOT_FOUND, "Nothing is kept about you: you have rated nothing.")
    text = export_of(Site.current(), person).model_dump_json(indent=1)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-ratings.json"
    return response


@me_pages.post("/erase")
def erase() -> AnyResponse:
    """Erase everything about who asks, and the cookie with it."""
    visitor = visitor_id()
    if visitor is not None:
        House.current().knowledge.erase(visitor)
    forget_visitor()
    return redirect(url_for("pages.home"), HTTPStatus.SEE_OTHER)


def _say(item_id: str, kind: str, value: float | None = None) -> AnyResponse:
    site = Site.current()
    known_item(site, item_id)
    # To take back what was never said needs no visitor.
    visitor = visitor_id(create=kind not in {"unrate", "unhide"})
    if visitor is not None:
        count_event(kind, site.knowledge.say(visitor, item_id, kind, value))
    back = url_for("pages.item", item_id=item_id)
    if request.form.get("back") == "me":
        back = url_for(".me")
    return redirect(back, HTTPStatus.SEE_OTHER)


def _said(site: Site) -> tuple[str, float | None]:
    """What the form says; raises Problem 422 where that is no rating on the scale."""
    if "remove" in request.form:
        return "unrate", None
    if "like" in request.form:
        return "like", None
    low, high = scale_of(site.model.meaning)
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
