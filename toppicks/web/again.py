"""What was asked before is answered again, without Flask.

Flask takes longer to find out what is asked than all that is left to do: to look whether anything
changed, and to compute anew where it did. What is given is byte for byte what Flask would give;
whatever is not certain goes to Flask.
"""

from collections.abc import Callable, Iterable
from typing import Any

from toppicks.config import Settings
from toppicks.serving.filters import FilterError
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
        body = self._given_again(environ, start_response)
        return self.app(environ, start_response) if body is None else [body]

    def _given_again(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> bytes | None:
        """The answer's body; None where it is for Flask to answer."""
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
            environ[ROUTE] = asked.route
            start_response("304 NOT MODIFIED", tag_headers(tag))
            return b""
        try:
            answered = answer(site, asked, environ)
        except FilterError:
            return None
        environ[ROUTE] = asked.route
        count_picks(answered.source)
        length = ("Content-Length", str(len(answered.body)))
        start_response("200 OK", [JSON, *tag_headers(tag), length])
        return answered.body

    def _may_ask(self, environ: dict[str, Any]) -> bool:
        """Nobody is remembered who may not be asked about by whoever may ask at all."""
        key = self._house.settings.api_key
        return key is None or shows_key(environ.get("HTTP_AUTHORIZATION", ""), key)
