"""What was counted, as Prometheus reads it."""

import os
from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from toppicks.web.site import Site

metrics_page = Blueprint("metrics", __name__)


@metrics_page.get("/metrics")
def metrics() -> Response:
    """All of it as text, with which model this worker serves."""
    text = generate_latest(_counted()) + generate_latest(_served())
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class _ServedModel(Collector):
    """Which model the worker that is asked serves; for some 2 s after a swap they may differ."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        recommender = Site.current().recommender
        served = GaugeMetricFamily(
            "toppicks_model_info", "The model that is served.", labels=("version", "trained_at")
        )
        trained_at = str(recommender.model.about.get("trained_at", ""))
        served.add_metric((recommender.version, trained_at), 1)
        yield served


def _counted() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _served() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_ServedModel())
    return registry
