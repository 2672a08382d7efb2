"""Operations at work: from a declaration to a route of Flask."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as AnyResponse

from toppicks.web.guards.access import Access, need, need_person
from toppicks.web.operations.description import Answer, Group, Operation
from toppicks.web.operations.reading import query_reader, read_body

JSON = "application/json"


def routes(name: str, groups: Iterable[Group]) -> Blueprint:
    """A blueprint of every operation."""
    blueprint = Blueprint(name, __name__)
    for group in groups:
        for operation in group.operations:
            blueprint.add_url_rule(
                # The converter says of a wrong id which one it is.
                re.sub(r"<id:(\w+)>", r"<id(\1):\1>", operation.path),
                operation.name,
                _endpoint(operation),
                methods=[operation.method],
                # An empty id is a slip, and not the id before it.
                merge_slashes=False,
            )
    return blueprint


def _endpoint(operation: Operation) -> Callable[..., AnyResponse]:
    """The view behind its checks: first who asks, then what."""
    view, body = operation.view, operation.body
    access = operation.access
    read_query = query_reader(operation.query) if operation.query else None

    def endpoint(**given: Any) -> AnyResponse:
        if access != "machines":
            _let_in(access, given.get("user_id"))
        if read_query:
            given["query"] = read_query(request.environ.get("QUERY_STRING", ""))
        if body:
            given["body"] = read_body(body)
        return _response(view(**given))

    return endpoint


def _let_in(access: Access, user_id: str | None) -> None:
    """Raises Problem where the caller may not; nobody's data are in the catalogue."""
    if user_id is None:
        need(access)
    else:
        need_person(user_id, access)


def _response(answer: Answer) -> AnyResponse:
    if isinstance(answer, AnyResponse):
        return answer
    if isinstance(answer, BaseModel):
        return Response(answer.model_dump_json(exclude_unset=True), content_type=JSON)
    if answer is None:
        return Response(status=HTTPStatus.NO_CONTENT)
    return Response(answer, content_type=JSON)
