"""One log line and one count for each request, whatever answered it.

Neither says more than which route was asked: no id, no query, no header, no body. The id of the
request is what joins a caller's report to a line; a caller may choose it (`X-Request-ID`).

All of it costs some tens of microseconds, which is why nothing here is looked up twice.
"""

import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import structlog

from toppicks.web.metrics import Counted
from toppicks.web.paths import WSGIApp
from toppicks.web.problems import PROBLEM, REQUEST_ID, ROUTE, unexpected

NOTHING = "none"

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}\Z")
_CONVERTED = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
# Anything may stand where the method stands; what is counted must be few.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})

# Route, method, status.
_Key = tuple[str, str, str]

_log = logging.getLogger(__name__)


class Telemetry:
    """WSGI middleware around everything else."""

    def __init__(self, app: WSGIApp) -> None:
        self.app = app
        # Unset where nobody settled how lines are written: in tests, and in programs of others.
        self._log = structlog.get_logger().bind() if structlog.is_configured() else None
        self._counted: dict[_Key, tuple[str, Counted]] = {}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        start = time.perf_counter()
        asked = environ.get("HTTP_X_REQUEST_ID")
        request_id = asked if asked and _SANE_ID.match(asked) else _new_id()
        environ[REQUEST_ID] = request_id
        status, size, rule = "500", None, NOTHING

        def started(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal status, size, rule
            status = line[:3]
            # Now: Flask forgets its request with the answer. Whoever is before it makes none.
            before = environ.get(ROUTE, NOTHING)
            matched = getattr(environ.get("werkzeug.request"), "url_rule", before)
            rule = getattr(matched, "rule", matched) or NOTHING
            for name, value in headers:
                if name == "Content-Length":
                    size = int(value)
            return start_response(line, [*headers, ("X-Request-ID", request_id)], *more)

        try:
            answer = self.app(environ, started)
        except Exception as error:
            answer = self._broken(error, request_id, started)
        seconds = time.perf_counter() - start
        method = environ["REQUEST_METHOD"]
        key = (rule, method if method in _METHODS else "other", status)
        if size is None and status not in {"204", "304"}:
            return _Measured(answer, lambda n: self._tell(key, seconds, n, request_id))
        self._tell(key, seconds, size or 0, request_id)
        return answer

    def _tell(self, key: _Key, seconds: float, size: int, request_id: str) -> None:
        known = self._counted.get(key)
        if known is None:
            route = route_of(key[0])
            known = self._counted[key] = route, Counted.of(route, *key[1:])
        route, counted = known
        counted.requests.inc()
        counted.latency.observe(seconds)
        if self._log is not None:
            # A log that cannot be written to must not fail a request.
            with suppress(OSError, ValueError):
                self._log.info(
                    "request",
                    route=route,
                    method=key[1],
                    status=int(key[2]),
                    ms=round(seconds * 1000, 2),
                    bytes=size,
                    request_id=request_id,
                )

    def _broken(
        self, error: Exception, request_id: str, start_response: Callable[..., Any]
    ) -> list[bytes]:
        """Answer for what went wrong outside of Flask: the server would write down the address."""
        _log.error("unexpected error", exc_info=error, extra={"request_id": request_id})
        body = json.dumps(unexpected(request_id)).encode()
        headers = [("Content-Type", PROBLEM), ("Content-Length", str(len(body)))]
        start_response("500 Internal Server Error", headers)
        return [body]


class _Measured:
    """An answer whose length is known only when it has been sent."""

    def __init__(self, answer: Iterable[bytes], tell: Callable[[int], None]) -> None:
        self._answer = answer
        self._tell = tell
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._answer:
            self._size += len(part)
            yield part

    def close(self) -> None:
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            self._tell(self._size)


def _new_id() -> str:
    """16 digits; without asking the system, which would let another thread go first."""
    return f"{random.getrandbits(64):016x}"


def route_of(rule: str) -> str:
    """How a route is called in lines and metrics.

    >>> route_of("/users/<id:user_id>/picks")
    '/users/{user_id}/picks'
    """
    return _CONVERTED.sub(r"{\1}", rule)
