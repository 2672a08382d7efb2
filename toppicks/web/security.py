"""Who may ask, and what the browser may do."""

import hmac
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import request

from toppicks.web.paths import WSGIApp
from toppicks.web.problems import Problem
from toppicks.web.site import Site

# Everything comes from this site alone; no script at all yet.
_HEADERS = [
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src 'self'; style-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
]


class SecurityHeaders:
    """Says on every answer what the browser may do with it."""

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + _HEADERS, *more)

        return self.app(environ, start)


def need_key_for_people() -> None:
    """The API's people are open to who has the key; without a key, in demo mode alone."""
    settings = Site.current().settings
    key = settings.api_key
    if key is None:
        if not settings.demo:
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "People's data needs a key: set TOPPICKS_API_KEY and send it, or start in demo "
                "mode with TOPPICKS_DEMO=1.",
            )
        return
    sent = request.headers.get("Authorization", "")
    # WSGI hands headers over as Latin-1, whatever they were written in.
    if not hmac.compare_digest(sent.encode("latin-1"), f"Bearer {key}".encode()):
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "The key is missing or wrong; send the header Authorization: Bearer KEY.",
            headers={"WWW-Authenticate": "Bearer"},
        )


def need_demo() -> None:
    """People's pages are open in demo mode alone."""
    if not Site.current().demo:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "People's pages are private; they can be looked at in demo mode only "
            "(TOPPICKS_DEMO=1).",
        )
