"""How much one client may ask: requests in a time, and bytes in a request."""

import ipaddress
import logging
import math
import time
from contextlib import suppress
from functools import lru_cache
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from redis import RedisError

from toppicks.config import Settings
from toppicks.errors import ConfigError
from toppicks.web.guards.bodies import BoundedRequest

# What a page asks for by itself: pictures, some dozens of them, and suggestions with every letter
# that is typed. Flask-Limiter itself leaves "static" alone.
BY_A_PAGE = frozenset({"items.cover", "model.plot", "search.suggest"})
# For machines that ask by the clock.
FREE = frozenset({"/api/health/live", "/api/health/ready", "/metrics"})
# A Redis that does not answer must not hold up requests: seconds.
REDIS_TIMEOUT = 0.25


def register(app: Flask, settings: Settings) -> None:
    """Limit the app; without a rate, as in demo mode, requests are not even counted.

    Raises ConfigError where REDIS_URL cannot be one. A Redis that is away is no error: each worker
    counts for itself until it is back, and one line of the log says so.
    """
    app.request_class = BoundedRequest
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    if settings.rate_limit is None:
        return
    # One line for each refused request is written already, and it does not name the client.
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    try:
        limiter = Limiter(
            client,
            app=app,
            application_limits=[settings.rate_limit],
            storage_uri=settings.redis_url or "memory://",
            storage_options=_redis_options(settings),
            in_memory_fallback_enabled=True,
            swallow_errors=True,
            # An address where there is nothing counts too.
            request_identifier=lambda: request.endpoint or "nothing",
            key_prefix="toppicks",
        )
    except Exception as error:
        raise ConfigError(
            f"REDIS_URL cannot be used ({type(error).__name__}); expected "
            "redis://:password@host:6379/0"
        ) from error
    limiter.request_filter(_is_free)

    @app.after_request
    def tell(response: Response) -> Response:
        """Say on each answer that was counted what is left."""
        limit = limiter.current_limit
        if limit is not None:
            # Redis may go away between the count and the question what is left.
            with suppress(RedisError):
                response.headers.update(_told(limit))
        return response


def client() -> str:
    """Who asks: the address, once the trusted proxies are seen through."""
    return network(request.remote_addr or "unknown")


@lru_cache(4096)
def network(address: str) -> str:
    """What counts as one client: an IPv4 address; of IPv6 a /64, which is given to one household.

    >>> network("192.0.2.1"), network("::ffff:192.0.2.1"), network("2001:db8::1")
    ('192.0.2.1', '192.0.2.1', '2001:db8::/64')
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address  # a Unix socket has none
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((int(ip), 64), strict=False))


def _told(limit: RequestLimit) -> dict[str, str]:
    """What is left to this client, and where nothing is, when to come again (in seconds)."""
    wait = str(max(1, math.ceil(limit.reset_at - time.time())))
    told = {
        "RateLimit-Limit": str(limit.limit.amount),
        "RateLimit-Remaining": str(limit.remaining),
        "RateLimit-Reset": wait,
    }
    return told | {"Retry-After": wait} if limit.breached else told


def _is_free() -> bool:
    # A browser's question whether it may ask is not asked for its own sake.
    preflight = request.method == "OPTIONS"
    return preflight or request.path in FREE or request.endpoint in BY_A_PAGE


def _redis_options(settings: Settings) -> dict[str, Any]:
    if settings.redis_url is None:
        return {}
    return {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT}
