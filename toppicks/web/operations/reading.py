"""What a request holds, checked against a model; what is wrong is named, every value at once."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qsl

import orjson
from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge

from toppicks.web.problems import Place, Problem, WrongValue, wrong_values
from toppicks.web.schemas.described import Query

LARGEST_BODY = 2**20
MOST_PARAMETERS = 2_000

Asked = TypeVar("Asked", bound=Query)
Sent = TypeVar("Sent", bound=BaseModel)

# What a value should have been, by what pydantic calls the error; its own words where none fits.
_EXPECTED = {
    "missing": "expected, and not given",
    "extra_forbidden": "not known here; leave it out",
    "greater_than_equal": "expected at least {ge:g}",
    "less_than_equal": "expected at most {le:g}",
    "finite_number": "expected a finite number",
    "int_parsing_size": "expected a smaller number",
    "float_type": "expected a number",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "string_type": "expected a text",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "dict_type": "expected an object",
    "model_type": "expected an object",
    "literal_error": "expected {expected}",
    "too_short": "expected at least {min_length} of them",
    "too_long": "expected at most {max_length} of them",
    "string_too_short": "expected at least {min_length} characters",
    "string_too_long": "expected at most {max_length} characters",
    "value_error": "{error}",
}


def query_reader(model: type[Asked]) -> Callable[[str], Asked]:
    """A function from a raw query string to the model; it raises Problem 422.

    An empty query costs nothing: the defaults are made once.
    """
    default = model()
    many = {
        name for name, field in model.model_fields.items() if get_origin(field.annotation) is tuple
    }

    def read(query_string: str) -> Asked:
        if not query_string:
            return default
        given: dict[str, list[str]] = {}
        for name, value in _parameters(query_string):
            if name in model.model_fields:
                given.setdefault(name, []).append(value)
        twice = [name for name, values in given.items() if len(values) > 1 and name not in many]
        if twice:
            raise wrong_values(
                "query", [WrongValue(name, given[name], "expected once") for name in twice]
            )
        try:
            return model.model_validate(
                {name: values if name in many else values[0] for name, values in given.items()}
            )
        except ValidationError as error:
            raise _unprocessable("query", error) from None

    return read


def read_body(model: type[Sent]) -> Sent:
    """The JSON of the present request; raises Problem 400, 413, 415 or 422."""
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type is {request.mimetype[:80]!r}; expected application/json.",
        )
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is compressed; send it as it is."
        )
    largest = request.max_content_length or LARGEST_BODY
    request.max_content_length = largest
    try:
        sent = orjson.loads(request.get_data(cache=False))
    except RequestEntityTooLarge:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Expected at most {largest:,} bytes."
        ) from None
    except orjson.JSONDecodeError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from None
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise _unprocessable("body", error) from None


def _parameters(query_string: str) -> list[tuple[str, str]]:
    """WSGI hands bytes over as Latin-1, whatever they were."""
    try:
        text = query_string.encode("latin-1").decode()
        return parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except UnicodeDecodeError:
        expected = "expected UTF-8, percent-encoded"
    except ValueError:
        expected = f"expected at most {MOST_PARAMETERS:,} parameters"
    raise wrong_values("query", [WrongValue("query", query_string, expected)])


def _unprocessable(place: Place, error: ValidationError) -> Problem:
    return wrong_values(place, [_wrong_value(place, one) for one in _distinct(error)])


def _distinct(error: ValidationError) -> Iterator[ErrorDetails]:
    """One error a value: a union says of each of its kinds that it is not that."""
    named = set()
    for one in error.errors(include_url=False):
        if one["loc"] not in named:
            named.add(one["loc"])
            yield one


def _wrong_value(place: Place, error: ErrorDetails) -> WrongValue:
    location = error["loc"][:1] if place == "query" else error["loc"]
    expected = _EXPECTED.get(error["type"])
    return WrongValue(
        field=_field(location) or place,
        value=None if error["type"] == "missing" else error["input"],
        expected=expected.format(**error.get("ctx", {})) if expected else error["msg"],
    )


def _field(location: tuple[Any, ...]) -> str:
    """As in JavaScript: `history[0].rating`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in location]
    return "".join(step for step in steps if step != ".[key]").removeprefix(".")
