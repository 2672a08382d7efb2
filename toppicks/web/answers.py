"""Answers of the API, as bytes; those that are often asked for are remembered."""

from collections.abc import Callable, Hashable, Mapping
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
        answer = self._known.of((asked.user_id, query), version)
        if answer is None:
            answer = compute()
            self._known.keep((asked.user_id, query), version, answer)
            self._asked.keep(_address(environ), None, asked)
        return answer

    def asked(self, environ: Mapping[str, Any]) -> Asked | None:
        """What a request asks for, if its address is that of an answer that was remembered."""
        return self._asked.last(_address(environ)) if environ["REQUEST_METHOD"] == "GET" else None


def _address(environ: Mapping[str, Any]) -> Hashable:
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")
