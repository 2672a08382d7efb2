"""What is said while the database is away."""

from http import HTTPStatus

from flask import Flask, current_app
from flask.typing import ResponseReturnValue

from toppicks.errors import StoreAway
from toppicks.web.problems import Problem
from toppicks.web.site import RESTING


def register(app: Flask) -> None:
    """Answer 503, with when to come again, wherever the store was needed and is away."""
    app.register_error_handler(StoreAway, _answer)


def _answer(error: StoreAway) -> ResponseReturnValue:
    problem = Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        RESTING,
        headers={"Retry-After": str(error.retry_after)},
    )
    return current_app.handle_user_exception(problem)
