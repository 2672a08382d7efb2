"""What the browser may do."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from toppicks.site_words import is_origin
from toppicks.web.paths import WSGIApp


def content_policy(image_hosts: Sequence[str]) -> str:
    """Everything comes from this site alone, but for pictures from these origins.

    Raises ValueError where one is no origin: this text decides what a browser may do.
    """
    if not all(map(is_origin, image_hosts)):
        raise ValueError(f"expected origins such as https://example.org, got {image_hosts!r}")
    sources = " ".join(["'self'", *image_hosts])
    return (
        f"default-src 'none'; img-src {sources}; style-src 'self'; "
        "script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """Says on every answer what the browser may do with it.

    image_hosts: gives the origins that pictures may come from, beside this site; another model may
                 have others.
    """

    def __init__(self, app: WSGIApp, image_hosts: Callable[[], tuple[str, ...]] = tuple) -> None:
        self.app = app
        self.image_hosts = image_hosts

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        said = _headers(self.image_hosts())

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + said, *more)

        return self.app(environ, start)


@lru_cache(maxsize=2)
def _headers(image_hosts: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        ("Content-Security-Policy", content_policy(image_hosts)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
