"""JSON over HTTP."""

from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, request

from toppicks.serving.picks import Pick
from toppicks.web.schemas import PicksQuery, picks_query
from toppicks.web.security import need_key_for_people
from toppicks.web.site import Site

# Some kilobytes each, in every worker. Only lists as they are usually asked for are remembered:
# a long one, or one with an exclusion of the caller's own, is rarely asked for twice.
REMEMBERED_ANSWERS = 1024
REMEMBERED_N = 24

api = Blueprint("api", __name__, url_prefix="/api")


@api.get("/users/<id:user_id>/picks")
def user_picks(user_id: str) -> Response:
    """A person's picks."""
    need_key_for_people()
    query = picks_query(request.args)
    site = Site.current()
    often_asked = query.n <= REMEMBERED_N and not query.exclude
    answer = _remembered_picks_body if often_asked and site.settings.remember else picks_body
    return Response(answer(site, user_id, query), mimetype="application/json")


@api.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@api.get("/health/ready")
def ready() -> Response:
    """The model is loaded, and which."""
    return jsonify(status="ready", model_version=Site.current().recommender.version)


def picks_body(site: Site, user_id: str, query: PicksQuery) -> bytes:
    """Picks as the contract has them, as JSON."""
    picks = site.recommender.picks(user_id, query.n, query.offset, query.exclude)
    body = {
        "user_id": user_id,
        "known": picks.known,
        "source": picks.source,
        "model_version": site.recommender.version,
        "total": picks.total,
        "offset": picks.offset,
        "picks": [_pick(site, pick) for pick in picks.picks],
    }
    return orjson.dumps(body)


# A site's model never changes, so neither does an answer from it.
_remembered_picks_body = lru_cache(REMEMBERED_ANSWERS)(picks_body)


def _pick(site: Site, pick: Pick) -> dict[str, Any]:
    return {
        "rank": pick.rank,
        "item_id": site.recommender.model.items[pick.item_idx],
        "title": site.catalogue.title(pick.item_idx),
        "score": round(pick.score, 6),
        "match": None if pick.match is None else round(pick.match, 4),
        "item": site.catalogue.facts(pick.item_idx),
        "because": [],
    }
