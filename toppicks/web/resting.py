"""What is said while the database is away."""

from http import HTTPStatus

from flask import Flask, current_app
from flask.typing import ResponseReturnValue

from toppicks.errors import StoreAway
from toppicks.web.metrics import count_store_error
from toppicks.web.problems import Problem


def register(app: Flask) -> None:
    """Answer 503, with when to come again, wherever the store was needed and is away."""
    app.register_error_handler(StoreAway, _answer)


def _answer(error: StoreAway) -> ResponseReturnValue:
    count_store_error()
    problem = Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Ratings are resting: they cannot be kept just now. Try again in a moment.",
        headers={"Retry-After": str(error.retry_after)},
    )
    return current_app.handle_user_exception(problem)
