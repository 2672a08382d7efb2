"""See more: a whole list of somebody's, page by page, filtered and turned as they like."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from toppicks.serving.filters import FilterError
from toppicks.serving.lists import KINDS, Kind, Lists
from toppicks.serving.picks import Wish
from toppicks.web.cards.cards import Card
from toppicks.web.metrics import count_picks
from toppicks.web.pages.filters import Form, is_wordy
from toppicks.web.pages.paging import Paging
from toppicks.web.pages.showing import headings, shown_picks
from toppicks.web.pages.viewer import Viewer, known_item
from toppicks.web.problems import Problem

PER_PAGE = 24

list_pages = Blueprint("lists", __name__)


@list_pages.get("/me/picks", defaults={"user_id": None})
@list_pages.get("/users/<id:user_id>/picks")
def picks(user_id: str | None) -> tuple[str, HTTPStatus] | Response:
    """`list` says which, `about` what a list is about, `page` which page of it.

    A browser without scripts sends every field of the form; the address that it is sent on to says
    only what was asked for, so that it can be passed on.
    """
    viewer = Viewer.of(user_id)
    kind, seed = _asked(viewer)
    form = Form.asked(request.args, viewer.site.cards.facts.choices, turns=kind == "picks")
    if is_wordy(request.args) and not form.slips:
        return redirect(viewer.url("lists.picks", **_of_list(kind), **form.query))
    lists = viewer.lists(Wish(where=form.where, explain=True, control=form.control))
    _need_a_like(viewer, lists, seed)
    slips, ranking = list(form.slips), None
    try:
        ranking = lists.ranking(kind, seed)
    except FilterError as error:
        slips.append(f"{error.clause[:60]}: {error}")
    if ranking is None or slips:
        return _page(viewer, kind, seed, form, [], Paging(1, PER_PAGE, 0), slips)
    count_picks(viewer.site.recommender.source(viewer.person.history))
    paging = Paging.asked(ranking.total, PER_PAGE)
    found = lists.described(ranking.cut(PER_PAGE, paging.offset))
    cards = shown_picks(viewer, lists, kind, found, seed)
    return _page(viewer, kind, seed, form, cards, paging)


def _page(
    viewer: Viewer,
    kind: Kind,
    seed: int | None,
    form: Form,
    cards: Sequence[Card],
    paging: Paging,
    slips: Sequence[str] = (),
) -> tuple[str, HTTPStatus]:
    """slips: what is wrong with the form; then there are no cards."""
    heading, line = headings(viewer, kind, seed)
    page = render_template(
        "picks.html",
        viewer=viewer,
        heading=heading,
        line=line,
        kind=kind,
        about=request.args.get("about"),
        form=form,
        slips=slips,
        # Of the address, what a page of the same list keeps.
        query=_of_list(kind) | form.query,
        cleared=viewer.url("lists.picks", **_of_list(kind)),
        paging=paging,
        picks=cards,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if slips else HTTPStatus.OK


def _asked(viewer: Viewer) -> tuple[Kind, int | None]:
    """Which list; raises Problem 404 where there is none of the kind."""
    name = request.args.get("list", "picks")
    kind = next((kind for kind in KINDS if kind == name), None)
    if kind is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            f"There is no list {name[:40]!r}; there are {', '.join(KINDS)}.",
        )
    if kind != "because":
        return kind, None
    return kind, known_item(viewer.site, request.args.get("about", ""))


def _need_a_like(viewer: Viewer, lists: Lists, seed: int | None) -> None:
    """Raise Problem 404 for a list about something that is not liked."""
    if seed is not None and seed not in lists.likes:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            f"There is no such list about {viewer.site.catalogue.title(seed)!r}: it is about what "
            f"somebody {viewer.site.words.liked}.",
        )


def _of_list(kind: Kind) -> dict[str, object]:
    if kind == "picks":
        return {}
    about = request.args.get("about")
    return {"list": kind} | ({"about": about} if about and kind == "because" else {})
