"""Answers of the API, as bytes; those that are often asked for are remembered."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

import orjson

from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.picks import Pick, Picks
from toppicks.serving.reasons import Reason
from toppicks.serving.recommender import Recommender
from toppicks.serving.remembered import Remembered
from toppicks.web.schemas.picks import PicksQuery

# Some kilobytes each, in every worker. Only lists as they are usually asked for are remembered:
# a long one, or one with an exclusion of the caller's own, is rarely asked for twice.
REMEMBERED_ANSWERS = 4096
REMEMBERED_N = 24


class Answered(NamedTuple):
    """An answer, and by what it came about."""

    body: bytes
    source: str


class Asked(NamedTuple):
    """What an address asks for, and by which route."""

    user_id: str
    query: PicksQuery
    route: str


class RememberedAnswers:
    """Answers by who asked for what, as long as nothing that they depend on changes.

    Safe for threads. remember: False to compute every answer anew.
    """

    def __init__(self, remember: bool) -> None:
        self._remember = remember
        self._known: Remembered[tuple[str, PicksQuery], Answered] = Remembered(REMEMBERED_ANSWERS)
        self._asked: Remembered[Hashable, Asked] = Remembered(REMEMBERED_ANSWERS)

    def get(
        self,
        version: str | None,
        asked: Asked,
        environ: Mapping[str, Any],
        compute: Callable[[], Answered],
    ) -> Answered:
        """The answer of this version: as it was, or computed; computed where there is no telling
        which version it is of.

        environ: of the request, so that its address is known again.
        """
        query = asked.query
        if version is None or not self._remember or query.n > REMEMBERED_N or query.exclude:
            return compute()
        answer = self.known(version, asked.user_id, query)
        if answer is None:
            answer = compute()
            self._known.keep((asked.user_id, query), version, answer)
            self._asked.keep(_address(environ), None, asked)
        return answer

    def known(self, version: str, user_id: str, query: PicksQuery) -> Answered | None:
        """The answer of this version, if it is remembered."""
        return self._known.of((user_id, query), version)

    def asked(self, environ: Mapping[str, Any]) -> Asked | None:
        """What a request asks for, if its address is that of an answer that was remembered."""
        return self._asked.last(_address(environ)) if environ["REQUEST_METHOD"] == "GET" else None


def _address(environ: Mapping[str, Any]) -> Hashable:
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")


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
