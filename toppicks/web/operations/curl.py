"""A call of the API as it is pasted into a shell."""

import shlex
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import orjson
from pydantic import BaseModel

from toppicks.web.operations.description import Operation
from toppicks.web.operations.openapi import example_of, parameters

LONGEST_LINE = 60


def curl(operation: Operation, site_url: str, ids: Mapping[str, str], with_key: bool) -> str:
    """One command, over as many lines as it has parts.

    site_url: with a slash at its end.   ids: for the path, where the operation has none of its own.
    """
    method = "" if operation.method == "GET" else f"-X {operation.method} "
    parts = [f"curl {method}{shlex.quote(site_url.rstrip('/') + _address(operation, ids))}"]
    if with_key:
        parts.append('-H "Authorization: Bearer $TOPPICKS_API_KEY"')
    if operation.body:
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_body(operation.body))}"]
    return " \\\n  ".join(parts)


def _body(model: type[BaseModel]) -> str:
    """On one line where it has room, over many where it has none."""
    example = example_of(model)
    short = orjson.dumps(example).decode()
    if len(short) <= LONGEST_LINE:
        return short
    return orjson.dumps(example, option=orjson.OPT_INDENT_2).decode().replace("\n", "\n  ")


def _address(operation: Operation, ids: Mapping[str, str]) -> str:
    given = {**ids, **operation.ids}
    path = operation.template.format(**{name: quote(id_, safe="") for name, id_ in given.items()})
    described = parameters(operation.query) if operation.query else {}
    query = {name: one["examples"][0] for name, one in described.items() if "examples" in one}
    return f"{path}?{urlencode(query).lower()}" if query else path
