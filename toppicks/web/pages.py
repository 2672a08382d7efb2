"""Pages for people."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from toppicks.scoring.evidence import scale_of
from toppicks.serving.picks import Wish
from toppicks.web.guards.access import need_demo, need_page_of
from toppicks.web.problems import Problem
from toppicks.web.said import said_about, the_visitor
from toppicks.web.site import Site

PICKS_PER_PAGE = 24
FOUND_SHOWN = 48
COVER_MAX_AGE = 86_400
LAST_PAGE = 10**6

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """What this is; a person to choose, an item to search for, what is popular."""
    site = Site.current()
    model = site.recommender.model
    popular = site.recommender.popular()[: site.settings.picks]
    people = site.knowledge.people(site.people_at_home, site.look).values()
    return render_template(
        "home.html",
        people=site.cards.people(people),
        popular=[site.cards.item(item_idx) for item_idx in popular],
        n_users=len(model.users),
        n_items=len(model.items),
        n_interactions=len(model.histories.item_idx),
    )


@pages.get("/users")
def find_user() -> AnyResponse:
    """From the small form at home to a person's page."""
    need_demo()
    user_id = request.args.get("user_id", "").strip()
    return redirect(url_for(".user", user_id=user_id) if user_id else url_for(".home"))


@pages.get("/users/<id:user_id>")
def user(user_id: str) -> str:
    """A person's rows."""
    need_page_of(user_id)
    site = Site.current(user_id)
    shown = site.settings.picks
    person = site.person(user_id)
    picks = site.recommender.picks(person, Wish(shown))
    return render_template(
        "person.html",
        user_id=user_id,
        known=picks.known,
        n_ratings=len(person.pairs),
        source=picks.source,
        picks=site.cards.picks(picks.picks),
        more_url=url_for(".user_picks", user_id=user_id) if picks.total > shown else None,
        history=site.cards.best_rated(person, shown),
    )


@pages.get("/users/<id:user_id>/picks")
def user_picks(user_id: str) -> str:
    """See more: the whole list, page by page."""
    need_page_of(user_id)
    site = Site.current(user_id)
    page = _page_number(request.args.get("page", "1"))
    offset = (page - 1) * PICKS_PER_PAGE
    picks = site.recommender.picks(site.person(user_id), Wish(PICKS_PER_PAGE, offset))
    if page > 1 and not picks.picks:
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no page {page}; the list ends before it.")
    return render_template(
        "picks.html",
        user_id=user_id,
        source=picks.source,
        picks=site.cards.picks(picks.picks),
        page=page,
        pages=max(1, -(-picks.total // PICKS_PER_PAGE)),
        total=picks.total,
        first_rank=offset + 1,
    )


@pages.get("/items/<id:item_id>")
def item(item_id: str) -> str:
    """What is known of an item."""
    visitor = the_visitor()
    site = Site.current()
    item_idx = known_item(site, item_id)
    return render_template(
        "item.html",
        said=said_about(visitor, item_idx),
        scale=scale_of(site.model.meaning),
        card=site.cards.item(item_idx),
        n_ratings=site.catalogue.n_ratings(item_idx),
        n_likes=site.catalogue.n_likes(item_idx),
        chips=site.cards.chips(item_idx),
        details=site.cards.details(item_idx),
    )


@pages.get("/items/<id:item_id>/cover.svg")
def cover(item_id: str) -> Response:
    """The item's picture, drawn by us."""
    site = Site.current()
    response = Response(site.cards.cover(known_item(site, item_id)), mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = COVER_MAX_AGE
    return response


@pages.get("/search")
def search() -> str:
    """Items by title."""
    site = Site.current()
    q = request.args.get("q", "").strip()
    found = site.catalogue.search(q)
    results = [site.cards.item(item_idx) for item_idx in found[:FOUND_SHOWN]]
    return render_template("search.html", q=q, results=results, total=len(found))


def known_item(site: Site, item_id: str) -> int:
    """The row of an item; raises Problem 404 where there is none."""
    item_idx = site.catalogue.idx(item_id)
    if item_idx is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, f"There is no {site.words.one} with the id {item_id!r}."
        )
    return item_idx


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LAST_PAGE):
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no page {text[:40]!r}; pages count from 1.")
    return int(text[:9])
