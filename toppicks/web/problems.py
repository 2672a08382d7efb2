"""Errors as people and programs see them: a page, or application/problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

PROBLEM = "application/problem+json"
# Where `toppicks.web.telemetry` leaves the id of a request.
REQUEST_ID = "toppicks.request_id"

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
    return _answer(Problem(status, detail, headers=headers))


def unexpected(request_id: str | None) -> dict[str, Any]:
    """The document for an error of ours; the id leads to the line of the log that tells more."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": "Something went wrong on our side; it has been written down.",
        "request_id": request_id,
    }


def _unexpected(error: Exception) -> Response:
    request_id = request.environ.get(REQUEST_ID)
    extra = {"request_id": request_id, "route": getattr(request.url_rule, "rule", None)}
    current_app.logger.error("unexpected error", exc_info=error, extra=extra)
    document = unexpected(request_id)
    if _is_api():
        return Response(json.dumps(document), HTTPStatus.INTERNAL_SERVER_ERROR, mimetype=PROBLEM)
    detail = f"{document['detail']} If you ask about it, name the request {request_id}."
    return _answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def _is_api() -> bool:
    return request.path == "/api" or request.path.startswith("/api/")


def _answer(problem: Problem) -> Response:
    if _is_api():
        return _document(problem)
    page = render_template(
        "error.html",
        status=problem.status.value,
        title=_TITLES.get(problem.status, problem.status.phrase),
        detail=problem.detail,
    )
    return Response(page, problem.status, problem.headers)


def _document(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(json.dumps(body), problem.status, problem.headers, mimetype=PROBLEM)
