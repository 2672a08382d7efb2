"""What the API's queries may hold, checked in one place."""

import re
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from werkzeug.datastructures import MultiDict

from toppicks.ids import normal_id
from toppicks.web.problems import Problem


def _digits(text: object) -> object:
    """Pydantic reads 6.0 and 1_0 as whole numbers too; an address that says so is a slip."""
    if isinstance(text, str) and not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError("expected a whole number in digits")
    return text


WholeNumber = Annotated[int, BeforeValidator(_digits)]


class PicksQuery(BaseModel, frozen=True):
    """The query of `GET /api/users/{user_id}/picks`."""

    n: Annotated[WholeNumber, Field(ge=1, le=100)] = 6
    offset: Annotated[WholeNumber, Field(ge=0, le=2**31 - 1)] = 0
    exclude: tuple[Annotated[str, AfterValidator(normal_id)], ...] = ()
    where: tuple[str, ...] = ()
    explain: bool = False
    novelty: Annotated[float, Field(ge=0, le=1)] = 0
    diversity: Annotated[float, Field(ge=0, le=1)] = 0


_DEFAULT = PicksQuery()
_MANY = frozenset({"exclude", "where"})
_NOT_YET = ("where", "explain", "novelty", "diversity")


def picks_query(args: MultiDict[str, str]) -> PicksQuery:
    """Check a query; raises Problem 422 that names every wrong value and what is expected."""
    if not args:
        return _DEFAULT
    twice = [
        name
        for name in PicksQuery.model_fields
        if name not in _MANY and len(args.getlist(name)) > 1
    ]
    if twice:
        raise _unprocessable([_error(name, args.getlist(name), "expected once") for name in twice])
    given: dict[str, Any] = {
        name: args.getlist(name) if name in _MANY else args[name]
        for name in PicksQuery.model_fields
        if name in args
    }
    try:
        query = PicksQuery.model_validate(given)
    except ValidationError as error:
        raise _unprocessable(
            [_error(str(e["loc"][0]), e["input"], e["msg"]) for e in error.errors()]
        ) from None
    asked = [name for name in _NOT_YET if getattr(query, name)]
    if asked:
        raise _unprocessable([_error(name, given[name], "not yet; leave it out") for name in asked])
    return query


def _error(field: str, value: object, message: str) -> dict[str, Any]:
    return {"in": "query", "field": field, "value": value, "message": message}


def _unprocessable(errors: list[dict[str, Any]]) -> Problem:
    detail = "; ".join(f"{e['field']} is {e['value']!r}: {e['message']}" for e in errors)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors)
