"""Answers of the API, as bytes; those that are often asked for are remembered."""

from functools import lru_cache
from typing import Any

import orjson

from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.picks import Pick, Recommender
from toppicks.web.schemas.picks import PicksQuery

# Some kilobytes each, in every worker. Only lists as they are usually asked for are remembered:
# a long one, or one with an exclusion of the caller's own, is rarely asked for twice.
REMEMBERED_ANSWERS = 1024
REMEMBERED_N = 24


class PicksAnswers:
    """Picks as the contract has them. A model never changes, so neither does an answer from it."""

    def __init__(self, recommender: Recommender, catalogue: ItemCatalogue, remember: bool) -> None:
        self.recommender = recommender
        self.catalogue = catalogue
        self._remembered = lru_cache(REMEMBERED_ANSWERS if remember else 0)(self._computed)

    def body(self, user_id: str, query: PicksQuery) -> bytes:
        """The JSON of somebody's picks."""
        often_asked = query.n <= REMEMBERED_N and not query.exclude
        return (self._remembered if often_asked else self._computed)(user_id, query)

    def _computed(self, user_id: str, query: PicksQuery) -> bytes:
        picks = self.recommender.picks(user_id, query.n, query.offset, query.exclude)
        return orjson.dumps(
            {
                "user_id": user_id,
                "known": picks.known,
                "source": picks.source,
                "model_version": self.recommender.version,
                "total": picks.total,
                "offset": picks.offset,
                "picks": [self._pick(pick) for pick in picks.picks],
            }
        )

    def _pick(self, pick: Pick) -> dict[str, Any]:
        return {
            "rank": pick.rank,
            "item_id": self.recommender.model.items[pick.item_idx],
            "title": self.catalogue.title(pick.item_idx),
            "score": round(pick.score, 6),
            "match": None if pick.match is None else round(pick.match, 4),
            "item": self.catalogue.facts(pick.item_idx),
            "because": [],
        }
