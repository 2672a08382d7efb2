"""Answers of the API, as bytes; those that are often asked for are remembered."""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

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

    def known(self, version: str, asked: Asked) -> Answered | None:
        """The answer of this version, if it is remembered."""
        return self._known.of((asked.user_id, asked.query), version)

    def keep(
        self, version: str, asked: Asked, environ: Mapping[str, Any], answered: Answered
    ) -> None:
        """Remember an answer of this version, if its like is asked for again and again.

        environ: of the request, so that its address is known again.
        """
        query = asked.query
        if self._remember and query.n <= REMEMBERED_N and not query.exclude:
            self._known.keep((asked.user_id, query), version, answered)
            self._asked.keep(_address(environ), None, asked)

    def asked(self, environ: Mapping[str, Any]) -> Asked | None:
        """What a request asks for, if its address is that of an answer that was remembered."""
        return self._asked.last(_address(environ)) if environ["REQUEST_METHOD"] == "GET" else None


def _address(environ: Mapping[str, Any]) -> Hashable:
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")
