"""What is counted, for Prometheus: over all workers where PROMETHEUS_MULTIPROC_DIR is set.

gunicorn.conf.py sets it before anything here is imported. The names are listed in docs/operate.md.
"""

from typing import NamedTuple

from prometheus_client import Counter, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

REQUESTS = Counter("toppicks_requests", "Requests answered.", ("route", "method", "status"))
LATENCY = Histogram(
    "toppicks_request_seconds", "Until an answer was ready.", ("route",), buckets=_SECONDS
)
PICKS = Counter("toppicks_picks", "Lists of picks given, by what they rest on.", ("source",))
SWAPS = Counter("toppicks_model_swaps", "New models, taken up or refused.", ("result",))
STORE_ERRORS = Counter("toppicks_store_errors", "Times that the database was away.")
EVENTS = Counter("toppicks_events_written", "Live events written, by kind.", ("kind",))


class Counted(NamedTuple):
    """The counters of requests of one route, method and status, looked up once."""

    requests: Counter
    latency: Histogram

    @classmethod
    def of(cls, route: str, method: str, status: str) -> "Counted":
        return cls(REQUESTS.labels(route, method, status), LATENCY.labels(route))


def count_picks(source: str) -> None:
    """A list of picks was given: `personal`, `profile` or `popular`."""
    PICKS.labels(source).inc()


def count_swap(taken_up: bool) -> None:
    """A new model was found, and taken up or refused, by this worker."""
    SWAPS.labels("ok" if taken_up else "refused").inc()


def count_store_error() -> None:
    """The database was away when it was needed."""
    STORE_ERRORS.inc()


def count_event(kind: str, n: int = 1) -> None:
    """Events of a kind were written and had not been there before."""
    EVENTS.labels(kind).inc(n)
