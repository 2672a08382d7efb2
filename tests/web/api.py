"""What the tests of the API share: the description and its schemas."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from werkzeug.test import TestResponse

from toppicks.web.api import GROUPS
from toppicks.web.operations.description import Operation
from toppicks.web.operations.openapi import document

PROBLEM = "application/problem+json"
DESCRIPTION = document(GROUPS)
OPERATIONS: list[Operation] = [one for group in GROUPS for one in group.operations]


def described(operation: Operation) -> dict[str, Any]:
    """What openapi.json says of an operation."""
    found: dict[str, Any] = DESCRIPTION["paths"][operation.template][operation.method.lower()]
    return found


def breaches(schema: dict[str, Any], value: object) -> list[str]:
    """What a value has that its schema forbids; schemas of the description may be referred to."""
    whole = {**schema, "components": DESCRIPTION["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole)
    return [str(error) for error in validator.iter_errors(value)]


def breaches_of(operation: Operation, response: TestResponse) -> list[str]:
    """What an answer has that the description does not allow: its status, type and content."""
    answers = described(operation)["responses"]
    if str(response.status_code) not in answers:
        return [f"{response.status_code} is not described"]
    answer = answers[str(response.status_code)]
    if "$ref" in answer:
        answer = DESCRIPTION["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    missing = [name for name in answer.get("headers", {}) if name not in response.headers]
    if "content" not in answer:
        return missing + ([f"a body: {response.text}"] if response.data else [])
    if response.mimetype not in answer["content"]:
        return [*missing, f"{response.mimetype} is not described"]
    return missing + breaches(
        answer["content"][response.mimetype]["schema"], json.loads(response.data)
    )


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Where it is, its schema, the example: all that the description holds."""
    for name, schema in DESCRIPTION["components"]["schemas"].items():
        yield name, {"$ref": f"#/components/schemas/{name}"}, schema["examples"][0]
    for name, answer in DESCRIPTION["components"]["responses"].items():
        for media in answer["content"].values():
            yield name, media["schema"], media["example"]
    for operation in OPERATIONS:
        for one in described(operation).get("parameters", []):
            given = [one["example"]] if "example" in one else one["schema"].get("examples", [])
            for example in given:
                yield f"{operation.name} {one['name']}", one["schema"], example
