"""Errors as programs read them (RFC 9457)."""

from typing import Any, Literal

from pydantic import Field

from toppicks.web.schemas.described import Reply, example

_ERROR = {"in": "query", "field": "n", "value": "101", "message": "expected at most 100"}


class FieldError(Reply, json_schema_extra=example(_ERROR)):
    """A value that is wrong."""

    in_: Literal["path", "query", "body"] = Field(alias="in", description="Where it was.")
    field: str = Field(description="Its name; within a body as in `history[0].rating`.")
    value: Any = Field(description="What was given, shortened; null if nothing was.")
    message: str = Field(description="What was expected.")


class ProblemReply(
    Reply,
    json_schema_extra=example(
        {
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "n is '101': expected at most 100",
            "errors": [_ERROR],
        }
    ),
):
    """What is wrong, and what to do about it."""

    type: str
    title: str = Field(description="The status in words.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="What was wrong with this request.")
    errors: list[FieldError] = Field(
        default_factory=list, description="Given with 422: every wrong value, up to twenty."
    )
