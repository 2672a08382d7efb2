"""JSON schemas in words, for who reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

JSON = Mapping[str, Any]
_REF = "#/components/schemas/"


@dataclass(frozen=True)
class Field:
    """A field or a parameter.

    kind:    what it may be: "whole number, 1 to 100"; before `ref` if that is given: "list of".
    ref:     the name of the schema that it is made of.
    default: as JSON has it; empty where there is none worth telling.
    """

    name: str
    kind: str
    ref: str | None
    needed: bool
    default: str
    about: str


def fields_of(schema: JSON) -> list[Field]:
    """The named fields of an object's schema; of a list, the one line that says of what."""
    if schema.get("type") == "array":
        return [field_of("[ ]", {**schema, "description": ""}, needed=True)]
    needed = schema.get("required", ())
    return [
        field_of(name, one, name in needed) for name, one in schema.get("properties", {}).items()
    ]


def field_of(name: str, schema: JSON, needed: bool = False) -> Field:
    """One field in words."""
    kind, ref = _kind(schema)
    default = schema.get("default")
    return Field(
        name=name,
        kind=kind,
        ref=ref,
        needed=needed,
        default="" if default is None or default in ([], "") else str(default).lower(),
        about=schema.get("description", ""),
    )


def _kind(schema: JSON) -> tuple[str, str | None]:
    """In words, and the schema that is referred to at their end."""
    if "$ref" in schema:
        return "", schema["$ref"].removeprefix(_REF)
    if "anyOf" in schema:
        kinds = [_kind(one)[0] for one in schema["anyOf"]]
        return " or ".join(kinds), None
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), None
    if "const" in schema:
        return str(schema["const"]), None
    if schema.get("type") == "array":
        words, ref = _kind(schema.get("items", {}))
        return f"list of {_PLURALS.get(words, words)}".rstrip(), ref
    told = _OF_TYPE.get(schema.get("type", ""))
    return told(schema) if told else "anything", None


def _bounded(word: str) -> Callable[[JSON], str]:
    def told(schema: JSON) -> str:
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is None and high is None:
            return word
        # The largest of all whole numbers is a bound that nobody needs to read.
        if high is None or high >= 2**31 - 1:
            return f"{word}, at least {low}"
        return f"{word}, {low} to {high}"

    return told


_PLURALS = {"text": "texts", "number": "numbers"}
_OF_TYPE: dict[str, Callable[[JSON], str]] = {
    "integer": _bounded("whole number"),
    "number": _bounded("number"),
    "boolean": lambda _: "true or false",
    "string": lambda schema: "ISO 8601" if schema.get("format") == "date-time" else "text",
    "object": lambda _: "object",
    "null": lambda _: "null",
}
