"""JSON over HTTP."""

from flask import Blueprint, Response, jsonify, request

from toppicks.web.access import need_person
from toppicks.web.schemas import picks_query
from toppicks.web.site import Site

api = Blueprint("api", __name__, url_prefix="/api")


@api.get("/users/<id:user_id>/picks")
def user_picks(user_id: str) -> Response:
    """A person's picks."""
    need_person(user_id, "people")
    query = picks_query(request.args)
    answer = Site.current().answers.body(user_id, query)
    return Response(answer, mimetype="application/json")


@api.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@api.get("/health/ready")
def ready() -> Response:
    """The model is loaded, and which."""
    return jsonify(status="ready", model_version=Site.current().recommender.version)
