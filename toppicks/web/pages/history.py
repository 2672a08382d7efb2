"""Everything that somebody said: to change, to remove, to take along, to erase."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from toppicks.serving.said import said_by
from toppicks.web.cards.cards import Card
from toppicks.web.exports import export_of, moment
from toppicks.web.guards.forgery import refuse_forgery
from toppicks.web.guards.visitors import forget_visitor, visitor_id
from toppicks.web.pages.paging import Paging
from toppicks.web.pages.viewer import Viewer
from toppicks.web.problems import Problem
from toppicks.web.site import House

PER_PAGE = 48

history_pages = Blueprint("history", __name__)
history_pages.before_request(refuse_forgery)


@dataclass(frozen=True)
class Line:
    """An item that somebody said something about. day: when, as 2026-11-26; "" if not known."""

    card: Card
    day: str


@history_pages.get("/me/history", defaults={"user_id": None})
@history_pages.get("/users/<id:user_id>/history")
def history(user_id: str | None) -> str:
    """What somebody said, the newest first."""
    viewer = Viewer.of(user_id)
    site = viewer.site
    said = list(said_by(viewer.person).items())
    paging = Paging.asked(len(said), PER_PAGE)
    lines = [
        Line(site.cards.item(row, said=one), (moment(one.time) or "")[:10])
        for row, one in said[paging.slice]
    ]
    return render_template("history.html", viewer=viewer, lines=lines, paging=paging)


@history_pages.get("/me/export")
def export() -> Response:
    """Everything that is kept about who asks, as a file."""
    viewer = Viewer.of(None)
    if not viewer.visits:
        raise Problem(HTTPStatus.NOT_FOUND, "Nothing is kept about you: you have rated nothing.")
    text = export_of(viewer.site, viewer.person).model_dump_json(indent=1)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-ratings.json"
    return response


@history_pages.post("/me/erase")
def erase() -> AnyResponse:
    """Erase everything about who asks, and the cookie with it."""
    visitor = visitor_id()
    if visitor is not None:
        House.current().knowledge.erase(visitor)
    forget_visitor()
    return redirect(url_for("home.home"), HTTPStatus.SEE_OTHER)
