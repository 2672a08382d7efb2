"""The app, put together."""

import logging
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from toppicks.config import Settings, warnings
from toppicks.web import assets, pages, problems, resting
from toppicks.web.again import Again
from toppicks.web.api import api
from toppicks.web.docs_page import docs
from toppicks.web.guards import cors, forgery, limits, visitors
from toppicks.web.guards.security import SecurityHeaders
from toppicks.web.metrics_page import metrics_page
from toppicks.web.model.page import model_pages
from toppicks.web.paths import IdConverter, KeepEncodedSlashes, WSGIApp
from toppicks.web.site import House, Site
from toppicks.web.telemetry import Telemetry

ROOT = Path(__file__).resolve().parent.parent.parent

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app; settings come from the environment unless given.

    Raises ConfigError or ArtifactError, one line each, where it cannot start.
    """
    settings = settings or Settings.from_environment()
    for warning in warnings(settings):
        log.warning(warning)
    house = House(settings)
    app = Flask("toppicks", template_folder=ROOT / "templates", static_folder=None)
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=["text/html", "image/svg+xml"],
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    house.attach(app)
    visitors.register(app, settings)
    forgery.register(app)
    problems.register(app)
    resting.register(app)
    limits.register(app, settings)
    cors.register(app, settings)
    assets.register(app, ROOT / "static")
    app.register_blueprint(api)
    app.register_blueprint(docs)
    pages.register(app)
    app.register_blueprint(model_pages)
    app.register_blueprint(metrics_page)
    app.url_defaults(_version)
    # Pages alone: compressing an answer of the API costs more than computing it.
    compress = Compress(app).after_request
    for blueprint in (*pages.blueprints, model_pages, docs):
        app.after_request_funcs[blueprint.name] = [compress]
    inner: WSGIApp = Again(app.wsgi_app, house) if Again.suits(settings) else app.wsgi_app
    wsgi_app: WSGIApp = KeepEncodedSlashes(SecurityHeaders(inner, house.image_hosts))
    if settings.proxies:
        wsgi_app = ProxyFix(wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
    app.wsgi_app = Telemetry(wsgi_app)  # type: ignore[method-assign]
    return app


def _version(endpoint: str, values: dict[str, Any]) -> None:
    """What changes has a new address, so that no browser shows an old picture."""
    if endpoint in {"items.cover", "model.plot"}:
        values.setdefault("v", Site.current().recommender.version)
