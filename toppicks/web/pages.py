"""Pages for people."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from toppicks.errors import StoreAway
from toppicks.web.access import need_demo, need_page_of
from toppicks.web.feedback_desk import Reaction, feedback_desk
from toppicks.web.metrics import count_picks, count_store_error
from toppicks.web.problems import Problem
from toppicks.web.site import Site
from toppicks.web.visitors import visitor_id

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
    popular = site.recommender.popular(site.settings.picks)
    return render_template(
        "home.html",
        people=site.people,
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
    site = Site.current()
    shown = site.settings.picks
    picks = site.recommender.picks(user_id, shown)
    count_picks(picks.source)
    return render_template(
        "person.html",
        user_id=user_id,
        known=picks.known,
        n_ratings=site.cards.n_ratings(user_id),
        source=picks.source,
        picks=site.cards.picks(picks.picks),
        more_url=url_for(".user_picks", user_id=user_id) if picks.total > shown else None,
        history=site.cards.best_rated(user_id, shown),
    )


@pages.get("/users/<id:user_id>/picks")
def user_picks(user_id: str) -> str:
    """See more: the whole list, page by page."""
    need_page_of(user_id)
    site = Site.current()
    page = _page_number(request.args.get("page", "1"))
    offset = (page - 1) * PICKS_PER_PAGE
    picks = site.recommender.picks(user_id, PICKS_PER_PAGE, offset)
    count_picks(picks.source)
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
    site = Site.current()
    item_idx = known_item(site, item_id)
    return render_template(
        "item.html",
        reaction=_reaction(item_id),
        rating_range=site.recommender.model.histories.rating_range,
        card=site.cards.item(item_idx),
        n_ratings=int(site.recommender.model.n_ratings[item_idx]),
        n_likes=int(site.recommender.model.n_likes[item_idx]),
        chips=site.cards.chips(item_idx),
        details=site.cards.details(item_idx),
        similar=[],
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
    item_idx = site.recommender.model.items.get(item_id)
    if item_idx is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, f"There is no {site.words.one} with the id {item_id!r}."
        )
    return item_idx


def _reaction(item_id: str) -> Reaction | None:
    """What the visitor said about an item; None while that cannot be read."""
    visitor = visitor_id()
    if visitor is None:
        return Reaction(item_id)
    try:
        return feedback_desk().reaction(visitor, item_id)
    except StoreAway:
        count_store_error()
        return None


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LAST_PAGE):
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no page {text[:40]!r}; pages count from 1.")
    return int(text[:9])
