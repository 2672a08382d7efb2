"""Who may ask, and what the browser may do."""

import hmac
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from flask import request

from toppicks.site_words import is_origin
from toppicks.web.paths import WSGIApp
from toppicks.web.problems import Problem
from toppicks.web.site import Site


def content_policy(image_hosts: Sequence[str]) -> str:
    """Everything comes from this site alone, but for pictures from these origins; no script yet.

    Raises ValueError where one is no origin: this text decides what a browser may do.
    """
    if not all(map(is_origin, image_hosts)):
        raise ValueError(f"expected origins such as https://example.org, got {image_hosts!r}")
    sources = " ".join(["'self'", *image_hosts])
    return (
        f"default-src 'none'; img-src {sources}; style-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """Says on every answer what the browser may do with it.

    image_hosts: origins that pictures may come from, beside this site.
    """

    def __init__(self, app: WSGIApp, image_hosts: Sequence[str] = ()) -> None:
        self.app = app
        self.headers = [
            ("Content-Security-Policy", content_policy(image_hosts)),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
        ]

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + self.headers, *more)

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
