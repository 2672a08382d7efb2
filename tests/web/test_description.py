"""The description is whole and valid."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.web.api import DESCRIPTION, OPERATIONS, breaches, examples
from tests.web.conftest import MakeClient
from toppicks.web.api import GROUPS
from toppicks.web.operations.openapi import document


@pytest.fixture(scope="module")
def client(make_client: MakeClient) -> FlaskClient:
    return make_client(TOPPICKS_DEMO="1")


def test_it_is_openapi_3_1(client: FlaskClient) -> None:
    told = client.get("/openapi.json").get_json()
    assert told == json.loads(json.dumps(document(GROUPS, with_key=frozenset())))
    assert told["openapi"].startswith("3.1")
    assert jsonschema_rs.is_valid(OPENAPI_31, told)
    for schema in told["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize(
    ("settings", "with_key"),
    [
        ({"TOPPICKS_DEMO": "1"}, set()),
        ({}, {"people", "write"}),
        ({"TOPPICKS_API_KEY": "sesame", "TOPPICKS_DEMO": "1"}, {"open", "people", "write"}),
    ],
)
def test_it_says_what_needs_the_key(
    make_client: MakeClient, settings: dict[str, str], with_key: set[str]
) -> None:
    told = make_client(**settings).get("/openapi.json").get_json()
    for operation in OPERATIONS:
        security = told["paths"][operation.template][operation.method.lower()]["security"]
        assert security == ([{"key": []}] if operation.access in with_key else [])


def test_every_reference_leads_somewhere() -> None:
    for ref in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(DESCRIPTION))):
        part: Any = DESCRIPTION
        for step in ref.removeprefix("#/").split("/"):
            part = part[step]


@pytest.mark.parametrize(
    ("name", "schema", "example"), list(examples()), ids=[name for name, *_ in examples()]
)
def test_every_example_fits_its_schema(name: str, schema: dict[str, Any], example: object) -> None:
    assert breaches(schema, example) == []


def test_every_route_is_described_and_the_other_way_round(client: FlaskClient) -> None:
    routed = {
        (re.sub(r"<[^:>]+:(\w+)>", r"{\1}", rule.rule), method)
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method.upper())
        for path, methods in DESCRIPTION["paths"].items()
        for method in methods
    }
    assert routed == described


def test_everything_has_words() -> None:
    for path in DESCRIPTION["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert all(one["description"] for one in operation.get("parameters", ()))
            answers = operation["responses"].values()
            assert all("$ref" in one or one["description"] for one in answers)
    assert all(schema["description"] for schema in DESCRIPTION["components"]["schemas"].values())
