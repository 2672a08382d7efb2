"""Pages for people."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from toppicks.web.covers import draw_cover
from toppicks.serving.people import best_rated, n_ratings, some_people
from toppicks.serving.picks import Pick
from toppicks.web.problems import Problem
from toppicks.web.security import need_demo
from toppicks.web.site import Site

PEOPLE_AT_HOME = 12
LIKED_SHOWN = 3
PICKS_PER_PAGE = 24
FOUND_SHOWN = 48
# What a card shows in its own places; an item's page lists the rest by name.
CARD_FACTS = frozenset({"year", "mpaa", "runtime", "genres"})


@dataclass(frozen=True)
class Card:
    """An item as the pages show it; what is not known is None or empty."""

    item_id: str
    title: str
    year: int | None
    mpaa: str | None
    minutes: int | None
    genres: list[str]
    match: float | None = None
    rating: float | None = None


@dataclass(frozen=True)
class Person:
    """Somebody of the data to look at the site as."""

    user_id: str
    n_ratings: int
    liked: list[str]
    cover_ids: list[str]


def create_pages(site: Site) -> Blueprint:
    """The routes of the site's own pages."""
    pages = Blueprint("pages", __name__)
    people = _people(site)
    pages.add_app_template_global(site, "site")

    @pages.get("/")
    def home() -> str:
        model = site.recommender.model
        return render_template(
            "home.html",
            people=people if site.demo else [],
            popular=[_card(site, idx) for idx in site.recommender.popular(site.settings.picks)],
            n_users=len(model.users),
            n_items=len(model.items),
            n_interactions=len(model.histories.item_idx),
        )

    @pages.get("/users")
    def find_user() -> AnyResponse:
        need_demo()
        user_id = request.args.get("user_id", "").strip()
        return redirect(url_for(".user", user_id=user_id) if user_id else url_for(".home"))

    @pages.get("/users/<id:user_id>")
    def user(user_id: str) -> str:
        need_demo()
        model = site.recommender.model
        user_idx = model.users.get(user_id)
        picks = site.recommender.picks(user_id, site.settings.picks)
        liked = [] if user_idx is None else best_rated(model, user_idx, site.settings.picks)
        return render_template(
            "person.html",
            user_id=user_id,
            known=picks.known,
            n_ratings=0 if user_idx is None else n_ratings(model, user_idx),
            source=picks.source,
            picks=[_picked(site, pick) for pick in picks.picks],
            more_url=url_for(".user_picks", user_id=user_id),
            history=[_card(site, one.item_idx, rating=one.rating) for one in liked],
        )

    @pages.get("/users/<id:user_id>/picks")
    def user_picks(user_id: str) -> str:
        need_demo()
        page = _page_number(request.args.get("page", "1"))
        offset = (page - 1) * PICKS_PER_PAGE
        picks = site.recommender.picks(user_id, PICKS_PER_PAGE, offset)
        if page > 1 and not picks.picks:
            raise Problem(HTTPStatus.NOT_FOUND, f"There is no page {page}; the list ends before it.")
        return render_template(
            "picks.html",
            user_id=user_id,
            source=picks.source,
            picks=[_picked(site, pick) for pick in picks.picks],
            page=page,
            pages=max(1, -(-picks.total // PICKS_PER_PAGE)),
            total=picks.total,
            first_rank=offset + 1,
        )

    @pages.get("/items/<id:item_id>")
    def item(item_id: str) -> str:
        item_idx = _item_idx(site, item_id)
        facts = site.catalogue.facts(item_idx)
        return render_template(
            "item.html",
            card=_card(site, item_idx),
            n_ratings=int(site.recommender.model.n_ratings[item_idx]),
            n_likes=int(site.recommender.model.n_likes[item_idx]),
            tags=[(name, str(value)) for name, value in facts.items() if name not in CARD_FACTS],
            similar=[],
        )

    @pages.get("/items/<id:item_id>/cover.svg")
    def cover(item_id: str) -> Response:
        card = _card(site, _item_idx(site, item_id))
        response = Response(
            draw_cover(card.title, card.genres, card.year), mimetype="image/svg+xml"
        )
        response.cache_control.public = True
        response.cache_control.max_age = 86_400
        return response

    @pages.get("/search")
    def search() -> str:
        q = request.args.get("q", "").strip()
        found = site.catalogue.search(q)
        return render_template(
            "search.html",
            q=q,
            results=[_card(site, item_idx) for item_idx in found[:FOUND_SHOWN]],
            total=len(found),
        )

    return pages


def _people(site: Site) -> list[Person]:
    model = site.recommender.model
    people = []
    for user_idx in some_people(model, PEOPLE_AT_HOME):
        liked = [one.item_idx for one in best_rated(model, user_idx, LIKED_SHOWN)]
        people.append(
            Person(
                user_id=model.users[user_idx],
                n_ratings=n_ratings(model, user_idx),
                liked=[site.catalogue.title(item_idx) for item_idx in liked],
                cover_ids=[model.items[item_idx] for item_idx in liked],
            )
        )
    return people


def _item_idx(site: Site, item_id: str) -> int:
    item_idx = site.recommender.model.items.get(item_id)
    if item_idx is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no {site.nouns.one} with the id {item_id!r}.")
    return item_idx


def _card(site: Site, item_idx: int, **more: float | None) -> Card:
    facts = site.catalogue.facts(item_idx)
    return Card(
        item_id=site.recommender.model.items[item_idx],
        title=site.catalogue.title(item_idx),
        year=_number(facts.get("year")),
        mpaa=facts.get("mpaa"),
        minutes=_number(facts.get("runtime")),
        genres=facts.get("genres", []),
        **more,
    )


def _picked(site: Site, pick: Pick) -> Card:
    return _card(site, pick.item_idx, match=pick.match)


def _number(value: Any) -> int | None:
    """A fact that is a number in most data, and may be any text in yours."""
    return value if isinstance(value, int) else None


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= 10**6):
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no page {text[:40]!r}; pages count from 1.")
    return int(text[:9])
