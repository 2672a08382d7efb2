"""A call of the API as it is pasted into a shell."""

import shlex
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import orjson

from toppicks.web.description import Operation
from toppicks.web.openapi import example_of, parameters


def curl(operation: Operation, site_url: str, ids: Mapping[str, str], with_key: bool) -> str:
    """One command, over as many lines as it has parts.

    site_url: with a slash at its end.   ids: for the path, where the operation has none of its own.
    """
    parts = ["curl " + shlex.quote(site_url.rstrip("/") + _address(operation, ids))]
    if operation.method != "GET":
        parts.append(f"-X {operation.method}")
    if with_key:
        parts.append('-H "Authorization: Bearer $TOPPICKS_API_KEY"')
    if operation.body:
        body = orjson.dumps(example_of(operation.body)).decode()
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(body)}"]
    return " \\\n  ".join(parts)


def _address(operation: Operation, ids: Mapping[str, str]) -> str:
    given = {**ids, **operation.ids}
    path = operation.template.format(**{name: quote(id_, safe="") for name, id_ in given.items()})
    described = parameters(operation.query) if operation.query else {}
    query = {name: one["examples"][0] for name, one in described.items() if "examples" in one}
    return f"{path}?{urlencode(query).lower()}" if query else path
