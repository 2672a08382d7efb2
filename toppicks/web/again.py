"""What was asked before is answered again, without Flask.

Flask takes longer to find out what is asked than all that is left to do: to look whether anything
changed, and to compute anew where it did. What is given is byte for byte what Flask would give;
whatever is not certain goes to Flask.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from toppicks.config import Settings
from toppicks.web.freshness import JSON, is_known, tag_headers, tag_of
from toppicks.web.guards.access import shows_key
from toppicks.web.metrics import count_picks
from toppicks.web.paths import WSGIApp
from toppicks.web.picking import answer
from toppicks.web.problems import ROUTE
from toppicks.web.site import SITE, House


class Again:
    """WSGI middleware around Flask."""

    def __init__(self, app: WSGIApp, house: House) -> None:
        self.app = app
        self._house = house

    @staticmethod
    def suits(settings: Settings) -> bool:
        """Whether Flask need not see every request: to count it, or to add what CORS needs."""
        open_to_some = settings.demo or settings.api_key is not None
        return open_to_some and settings.rate_limit is None and not settings.cors_origins

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        try:
            given = self._given(environ)
        except Exception:
            # Flask comes upon it again, and says it as it says everything.
            given = None
        if given is None:
            return self.app(environ, start_response)
        if given.source is not None:
            count_picks(given.source)
        environ[ROUTE] = given.route
        start_response(given.status, given.headers)
        return [given.body]

    def _given(self, environ: dict[str, Any]) -> "_Given | None":
        """The answer; None where it is for Flask to give."""
        house = self._house
        asked = house.answers.asked(environ)
        if asked is None or not self._may_ask(environ):
            return None
        # One look-up serves the whole request, whoever answers it.
        site = environ[SITE] = house.site(asked.user_id)
        version = site.version
        if version is None:
            return None
        tag = tag_of(version, environ)
        if is_known(tag, environ):
            return _Given("304 NOT MODIFIED", tag_headers(tag), b"", asked.route)
        answered, version = answer(site, version, asked, environ)
        if version is None:
            return None
        length = ("Content-Length", str(len(answered.body)))
        headers = [JSON, *tag_headers(tag_of(version, environ)), length]
        return _Given("200 OK", headers, answered.body, asked.route, answered.source)

    def _may_ask(self, environ: dict[str, Any]) -> bool:
        """Nobody is remembered who may not be asked about by whoever may ask at all."""
        key = self._house.settings.api_key
        return key is None or shows_key(environ.get("HTTP_AUTHORIZATION", ""), key)


class _Given(NamedTuple):
    """An answer as WSGI sends it. source: by what its picks came about; None without any."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    route: str
    source: str | None = None
