"""Single values as the API takes them, each described as strictly as it is checked."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)

from toppicks.ids import MAX_LENGTH, is_id, normal_id

FURTHEST_OFFSET = 2**31 - 1
# 2100-01-01: seconds reach it in generations, milliseconds have long passed it.
LATEST = 4_102_444_800
# As every language's regular expressions know them.
_NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]+$"
_NO_NUL = r"^[^\u0000]*$"
_YEARS = "^(19[789][0-9]|20[0-9]{2})-"
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def _as_id(text: str) -> str:
    id_ = normal_id(text)
    if not is_id(id_):
        raise ValueError(
            f"expected 1 to {MAX_LENGTH} characters without control characters, neither . nor .."
        )
    return id_


ID_SCHEMA: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LENGTH,
    "pattern": _NO_CONTROLS,
    "not": {"enum": [".", ".."]},
}
Id = Annotated[str, AfterValidator(_as_id), WithJsonSchema(ID_SCHEMA)]


def _digits(text: object) -> object:
    """Pydantic reads 6.0 and 1_0 as whole numbers too; an address that says so is a slip."""
    if isinstance(text, str) and not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError("expected a whole number in digits")
    return text


def _decimal(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", text):
        raise ValueError("expected a number such as 0.5")
    return text


def _whole(given: object) -> object:
    """JSON knows one kind of number: 6.0 is 6."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def _flag(given: object) -> bool:
    """True and false, as JSON has them or as an address does."""
    told = _BOOLEANS.get(given.lower()) if isinstance(given, str) else given
    if not isinstance(told, bool):
        raise ValueError("expected true or false")
    return told


Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
# What comes before is written last.
Count = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]
Offset = Annotated[int, Field(ge=0, le=FURTHEST_OFFSET), BeforeValidator(_digits)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), BeforeValidator(_decimal)]
# In a body a number is a number: neither true nor "4.5".
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
CountSent = Annotated[int, Field(strict=True, ge=1, le=100), BeforeValidator(_whole)]
OffsetSent = Annotated[int, Field(strict=True, ge=0, le=FURTHEST_OFFSET), BeforeValidator(_whole)]
ShareSent = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Text = Annotated[str, StringConstraints(max_length=MAX_LENGTH)]


def _clause(text: str) -> str:
    field, colon, value = text.partition(":")
    if not (field and colon and value):
        raise ValueError("expected field:value, such as genres:Crime or year:1990..1999")
    return text


Clause = Annotated[
    str,
    StringConstraints(max_length=1_000),
    AfterValidator(_clause),
    WithJsonSchema({"type": "string", "pattern": "^[^:]+:[\\s\\S]+$", "maxLength": 1_000}),
]


def epoch_seconds(given: object) -> float:
    """A moment as ISO 8601 (UTC unless it says otherwise) or in seconds since 1970.

    >>> epoch_seconds("1970-01-02T00:00:00Z"), epoch_seconds(86_400)
    (86400.0, 86400.0)
    """
    seconds = _seconds_of_text(given) if isinstance(given, str) else given
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ValueError("expected ISO 8601 or seconds since 1970")
    if not 0 <= seconds <= LATEST:
        hint = "; these look like milliseconds" if 0 <= seconds / 1000 <= LATEST else ""
        raise ValueError(f"expected a moment from 1970 to 2100, in seconds{hint}")
    return float(seconds)


def _seconds_of_text(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError("expected ISO 8601, such as 2026-11-25T20:15:00Z") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    # The first and the last day of these years are partly outside, east or west of Greenwich.
    return min(max(seconds, 0), LATEST) if 1970 <= moment.year < 2100 else seconds


Moment = Annotated[
    float,
    PlainValidator(epoch_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date-time", "pattern": _YEARS},
                {"type": "number", "minimum": 0, "maximum": LATEST},
            ]
        }
    ),
]

LONGEST_TEXT, LONGEST_LIST = 10_000, 200


def _fact(value: object) -> object:
    """A value of an item's metadata; orjson has refused numbers that are not finite."""
    if isinstance(value, list):
        if len(value) > LONGEST_LIST or not all(isinstance(one, str) for one in value):
            raise ValueError(f"expected at most {LONGEST_LIST} texts in a list")
        list(map(_short, value))
    elif isinstance(value, str):
        _short(value)
    elif not (value is None or isinstance(value, bool | int | float)):
        raise ValueError("expected a text, a number, true, false, null or a list of texts")
    return value


def _short(text: str) -> None:
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise ValueError(f"expected at most {LONGEST_TEXT:,} characters, none of them NUL")


_TEXT_SCHEMA = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": _NO_NUL}
_LIST_SCHEMA = {"type": "array", "items": _TEXT_SCHEMA, "maxItems": LONGEST_LIST}
_PLAIN_SCHEMAS = [{"type": name} for name in ("number", "boolean", "null")]
Fact = Annotated[
    Any,
    PlainValidator(_fact),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, *_PLAIN_SCHEMAS, _LIST_SCHEMA]}),
]


def _field_name(name: str) -> str:
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise ValueError("expected a field's name without control characters")
    return name


FieldName = Annotated[
    str, StringConstraints(min_length=1, max_length=100), AfterValidator(_field_name)
]
FIELD_NAME_SCHEMA = {"minLength": 1, "maxLength": 100, "pattern": _NO_CONTROLS}
