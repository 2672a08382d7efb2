"""Picks for whoever asks, as the API gives them."""

from collections.abc import Mapping
from typing import Any

import orjson

from toppicks.scoring.reranking import Control
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Person
from toppicks.serving.picks import Pick, Picks, Wish
from toppicks.serving.reasons import Reason
from toppicks.serving.recommender import Recommender
from toppicks.web.answers import Answered, Asked
from toppicks.web.schemas.picks import PicksQuery
from toppicks.web.site import RESTING, Site


def answer(site: Site, asked: Asked, environ: Mapping[str, Any]) -> Answered:
    """The present answer about somebody: remembered, or computed. Raises FilterError.

    site: that looked into the store for this person.   environ: of the request.
    """

    def compute() -> Answered:
        picks = picks_for(site, site.person(asked.user_id), asked.query)
        more = {"notice": RESTING} if site.version is None else None
        return Answered(picks_as_json(asked.user_id, picks, site.recommender, more), picks.source)

    return site.answers.get(site.version, asked, environ, compute)


def picks_for(site: Site, person: Person, query: PicksQuery) -> Picks:
    """What is picked for this history; raises FilterError."""
    wish = Wish(
        n=query.n,
        offset=query.offset,
        exclude=query.exclude,
        where=query.where,
        explain=query.explain,
        control=Control(query.novelty, query.diversity),
    )
    return site.recommender.picks(person, wish)


def picks_as_json(
    user_id: str | None,
    picks: Picks,
    recommender: Recommender,
    more: dict[str, Any] | None = None,
) -> bytes:
    """Picks as the contract has them.

    more: further fields, at the end.
    """
    return orjson.dumps(
        {
            "user_id": user_id,
            "known": picks.known,
            "source": picks.source,
            "model_version": recommender.version,
            "total": picks.total,
            "offset": picks.offset,
            "picks": [_pick(pick, recommender.catalogue) for pick in picks.picks],
            **(more or {}),
        }
    )


def _pick(pick: Pick, catalogue: ItemCatalogue) -> dict[str, Any]:
    return {
        "rank": pick.rank,
        "item_id": catalogue.id(pick.item_idx),
        "title": catalogue.title(pick.item_idx),
        "score": round(pick.score, 6),
        "match": None if pick.match is None else round(pick.match, 4),
        "item": catalogue.facts(pick.item_idx),
        "because": [_reason(reason, catalogue) for reason in pick.because],
    }


def _reason(reason: Reason, catalogue: ItemCatalogue) -> dict[str, Any]:
    return {
        "item_id": catalogue.id(reason.item_idx),
        "title": catalogue.title(reason.item_idx),
        "points": round(reason.points, 6),
        "share": round(reason.share, 4),
        "features": list(reason.shared),
    }
