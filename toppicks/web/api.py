"""JSON over HTTP."""

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, json, jsonify, request

from toppicks.serving.picks import Picks
from toppicks.web.schemas import PicksQuery, picks_query
from toppicks.web.security import need_key_for_people
from toppicks.web.site import Site

# Some kilobytes each, in every worker. Only first pages as they are usually asked for are kept:
# a long list or an exclusion of the caller's own is rarely asked for twice.
REMEMBERED_ANSWERS = 1024
REMEMBERED_N = 24


def create_api(site: Site) -> Blueprint:
    """The routes under /api; answers are remembered for as long as `site` stands."""
    api = Blueprint("api", __name__, url_prefix="/api")

    def body(user_id: str, query: PicksQuery) -> bytes:
        picks = site.recommender.picks(user_id, query.n, query.offset, query.exclude)
        return json.dumps(_plain(site, user_id, picks)).encode()

    remembered = lru_cache(REMEMBERED_ANSWERS)(body)

    @api.get("/users/<id:user_id>/picks")
    def user_picks(user_id: str) -> Response:
        need_key_for_people()
        query = picks_query(request.args)
        rarely_asked = query.exclude or query.n > REMEMBERED_N
        answer = (body if rarely_asked else remembered)(user_id, query)
        return Response(answer, mimetype="application/json")

    @api.get("/health/live")
    def live() -> Response:
        return jsonify(status="live")

    @api.get("/health/ready")
    def ready() -> Response:
        return jsonify(status="ready", model_version=site.recommender.version)

    return api


def _plain(site: Site, user_id: str, picks: Picks) -> dict[str, Any]:
    """Picks as the contract has them."""
    ids, catalogue = site.recommender.model.items, site.catalogue
    return {
        "user_id": user_id,
        "known": picks.known,
        "source": picks.source,
        "model_version": site.recommender.version,
        "total": picks.total,
        "offset": picks.offset,
        "picks": [
            {
                "rank": pick.rank,
                "item_id": ids[pick.item_idx],
                "title": catalogue.title(pick.item_idx),
                "score": round(pick.score, 6),
                "match": None if pick.match is None else round(pick.match, 4),
                "item": catalogue.facts(pick.item_idx),
                "because": [],
            }
            for pick in picks.picks
        ],
    }
