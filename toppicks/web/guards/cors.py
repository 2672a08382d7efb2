"""Which pages of other sites may call the API from a browser."""

from flask import Flask
from flask_cors import CORS

from toppicks.config import Settings

PREFLIGHT_SECONDS = 3600


def register(app: Flask, settings: Settings) -> None:
    """Let the origins of the settings in; without any, nothing is added to any answer.

    Cookies are never let in: the API knows none.
    """
    if not settings.cors_origins:
        return
    CORS(
        app,
        resources={r"/api/.*": {"origins": list(settings.cors_origins)}},
        methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-Request-ID"],
        expose_headers=["ETag", "Retry-After", "X-Request-ID", "RateLimit-Remaining"],
        max_age=PREFLIGHT_SECONDS,
        send_wildcard=True,
    )
