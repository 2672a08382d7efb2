"""Errors as people and programs see them: a page, or application/problem+json (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

import orjson
from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, UnprocessableEntity
from werkzeug.wrappers import Response as AnyResponse

Place = Literal["path", "query", "body"]
MOST_ERRORS = 20
LONGEST_SHOWN = 100
# What every reader of JSON takes; orjson writes none that is larger than 64 bits.
LARGEST_INTEGER = 2**53
PROBLEM = "application/problem+json"
# Where `toppicks.web.telemetry` leaves the id of a request.
REQUEST_ID = "toppicks.request_id"
# Where whoever answers before Flask does leaves which of its routes it was.
ROUTE = "toppicks.route"
# What programs read, as they do everything under /api.
_FOR_PROGRAMS = frozenset({"/api", "/openapi.json", "/docs"})
# As a person would say it.
_TITLES = {
    HTTPStatus.NOT_FOUND: "We cannot find that",
    HTTPStatus.FORBIDDEN: "That is private",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
}


class Problem(Exception):
    """Something wrong with a request.

    errors: for each wrong field, what was given and what is expected.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}


class WrongValue(NamedTuple):
    """A value of a request that cannot be; `expected` begins so: "expected at most 100"."""

    field: str
    value: Any
    expected: str


class WrongPath(UnprocessableEntity):
    """422 of a path: while it is routed, Flask catches errors of Werkzeug's kind alone."""

    def __init__(self, detail: str, wrong: WrongValue) -> None:
        super().__init__(detail)
        self.wrong = wrong


def wrong_values(place: Place, wrong: Sequence[WrongValue]) -> Problem:
    """422 that names every wrong value, up to twenty of them, and what is expected."""
    errors = [
        {"in": place, "field": one.field, "value": _shown(one.value), "message": one.expected}
        for one in wrong[:MOST_ERRORS]
    ]
    said = [
        f"{error['field']}: {error['message']}"
        if error["value"] is None
        else f"{error['field']} is {error['value']!r}: {error['message']}"
        for error in errors
    ]
    more = [f"and {len(wrong) - MOST_ERRORS} more"] if len(wrong) > MOST_ERRORS else []
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(said + more), errors)


def no_such_item(item_id: str) -> Problem:
    """404, as every route about an item has it."""
    return Problem(HTTPStatus.NOT_FOUND, f"There is no item with the id {item_id!r}.")


def register(app: Flask) -> None:
    """Turn every error of the app into a problem document under /api, into a page elsewhere."""
    app.register_error_handler(Problem, _answer)
    app.register_error_handler(HTTPException, _of_http_exception)
    app.register_error_handler(Exception, _unexpected)


def _of_http_exception(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect is no error
    status = HTTPStatus(error.code)
    headers = {}
    if status is HTTPStatus.NOT_FOUND:
        detail = "There is nothing at this address."
    elif status is HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        detail = f"{request.method} is not allowed here; expected {allowed}."
        headers["Allow"] = allowed
    elif status is HTTPStatus.TOO_MANY_REQUESTS:
        detail = f"More than {error.description} from one client; wait as long as Retry-After says."
    else:
        detail = error.description or status.description
    errors = wrong_values("path", [error.wrong]).errors if isinstance(error, WrongPath) else None
    return _answer(Problem(status, detail, errors, headers))


def document(status: HTTPStatus, detail: str) -> dict[str, Any]:
    """An error as programs see it."""
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }


def unexpected(request_id: str | None) -> dict[str, Any]:
    """The document for an error of ours; the id leads to the line of the log that tells more."""
    detail = "Something went wrong on our side; it has been written down."
    said = document(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
    return said | {"request_id": request_id}


def _unexpected(error: Exception) -> Response:
    request_id = request.environ.get(REQUEST_ID)
    extra = {"request_id": request_id, "route": getattr(request.url_rule, "rule", None)}
    current_app.logger.error("unexpected error", exc_info=error, extra=extra)
    document = unexpected(request_id)
    if _is_for_programs():
        return Response(orjson.dumps(document), HTTPStatus.INTERNAL_SERVER_ERROR, mimetype=PROBLEM)
    detail = f"{document['detail']} If you ask about it, name the request {request_id}."
    return _answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def _is_for_programs() -> bool:
    return request.path in _FOR_PROGRAMS or request.path.startswith("/api/")


def _answer(problem: Problem) -> Response:
    if _is_for_programs():
        return _document(problem)
    page = render_template(
        "error.html",
        status=problem.status.value,
        title=_TITLES.get(problem.status, problem.status.phrase),
        detail=problem.detail,
    )
    return Response(page, problem.status, problem.headers)


def _document(problem: Problem) -> Response:
    body = document(problem.status, problem.detail)
    if problem.errors:
        body["errors"] = problem.errors
    return Response(orjson.dumps(body), problem.status, problem.headers, mimetype=PROBLEM)


def _shown(value: Any) -> Any:
    """A value short enough to be sent back."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < LARGEST_INTEGER:
        return value
    # Not as JSON again: what is nested deeply can be read, but not be written.
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
