"""See more: a whole list of somebody's, page by page, filtered and turned as they like."""

from http import HTTPStatus

from flask import Blueprint, render_template, request

from toppicks.serving.filters import FilterError
from toppicks.serving.lists import KINDS, Kind, Lists, Ranking
from toppicks.serving.picks import Wish
from toppicks.web.metrics import count_picks
from toppicks.web.pages.filters import Form
from toppicks.web.pages.items import known_item
from toppicks.web.pages.paging import Paging
from toppicks.web.pages.showing import headings, shown_picks
from toppicks.web.pages.viewer import Viewer
from toppicks.web.problems import Problem

PER_PAGE = 24

list_pages = Blueprint("lists", __name__)


@list_pages.get("/me/picks", defaults={"user_id": None})
@list_pages.get("/users/<id:user_id>/picks")
def picks(user_id: str | None) -> str:
    """`list` says which, `about` what a list is about, `page` which page of it."""
    viewer = Viewer.of(user_id)
    kind, seed = _asked(viewer)
    form = Form.asked(request.args, viewer.site.cards.facts.choices)
    lists = viewer.lists(Wish(where=form.where, explain=True, control=form.control))
    if seed is not None and seed not in lists.seeds:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            f"There is no such list about {viewer.site.catalogue.title(seed)!r}: it is about what "
            f"somebody {viewer.site.words.liked}.",
        )
    ranking = _ranking(lists, kind, seed)
    source = viewer.site.recommender.source(viewer.person.history)
    count_picks(source)
    paging = Paging.asked(ranking.total, PER_PAGE)
    items = lists.described(ranking.cut(PER_PAGE, paging.offset))
    heading, line = headings(viewer, lists, kind, seed)
    return render_template(
        "picks.html",
        viewer=viewer,
        heading=heading,
        line=line,
        kind=kind,
        about=request.args.get("about"),
        form=form,
        # Of the address, what a page of the same list keeps.
        query=_of_list(kind) | form.query,
        cleared=viewer.url("lists.picks", **_of_list(kind)),
        paging=paging,
        picks=shown_picks(viewer, lists, kind, items, seed),
    )


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


def _ranking(lists: Lists, kind: Kind, seed: int | None) -> Ranking:
    try:
        return lists.ranking(kind, seed)
    except FilterError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error.clause[:60]}: {error}") from error


def _of_list(kind: Kind) -> dict[str, object]:
    if kind == "picks":
        return {}
    about = request.args.get("about")
    return {"list": kind} | ({"about": about} if about and kind == "because" else {})
