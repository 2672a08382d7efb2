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


def answer(
    site: Site, version: str | None, asked: Asked, environ: Mapping[str, Any]
) -> tuple[Answered, str | None]:
    """The present answer about somebody, remembered or computed; and the version that it is of,
    None where it tells that ratings rest. Raises FilterError.

    site: that looked into the store for this person.   version: the site's, as it was just now.
    environ: of the request.
    """
    known = site.answers.known(version, asked) if version is not None else None
    if known is not None:
        return known, version
    site, person = site.meet()
    # Once: ratings may begin to rest at any moment, and what is told is also what is kept.
    version = site.version
    picks = picks_for(site, person, asked.query)
    more = {"notice": RESTING} if version is None else None
    body = picks_as_json(asked.user_id, picks, site.recommender, more)
    answered = Answered(body, picks.source)
    if version is not None:
        site.answers.keep(version, asked, environ, answered)
    return answered, version


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
