"""The description as OpenAPI 3.1 has it."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from toppicks.web.operations.description import Access, Group, Operation
from toppicks.web.operations.statuses import MEANINGS, Meaning
from toppicks.web.schemas.described import Query
from toppicks.web.schemas.problem import ProblemReply
from toppicks.web.schemas.values import ID_SCHEMA

JSON = dict[str, Any]
VERSION = "1.0"
ABOUT = """\
Picks for everybody, with reasons.

Ids are strings of 1 to 200 characters, compared in NFC and percent-encoded in paths; a slash is
`%2F`. Every error is a problem document (RFC 9457) that says what was wrong, what was expected and
what to do. Names in an address that are not known are ignored; names in a body are refused."""

_PATH_IDS = {"user_id": "Whose.", "item_id": "Which item."}
WITH_KEY: frozenset[Access] = frozenset({"open", "people", "write"})
_REF = "#/components/schemas/{model}"


def document(groups: Iterable[Group], with_key: frozenset[Access] = WITH_KEY) -> JSON:
    """The whole description, every schema with its example.

    with_key: what needs the key at this site.
    """
    groups = list(groups)
    operations = [(group, one) for group in groups for one in group.operations]
    paths: JSON = {}
    for group, operation in operations:
        path = paths.setdefault(operation.template, {})
        security: list[JSON] = [{"key": []}] if operation.access in with_key else []
        path[operation.method.lower()] = _operation(group, operation) | {"security": security}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Top Picks", "version": VERSION, "description": ABOUT},
        "tags": [{"name": group.name, "description": group.about} for group in groups],
        "paths": paths,
        "components": {
            "schemas": _schemas(model for _, one in operations for model in (one.reply, one.body)),
            "responses": {m.name: _problem(status, m) for status, m in MEANINGS.items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def parameters(query: type[Query]) -> dict[str, JSON]:
    """Name -> schema of what may stand in a query; its description is taken along."""
    schema: JSON = query.model_json_schema(schema_generator=_Plain)
    properties: dict[str, JSON] = schema["properties"]
    return properties


def example_of(model: type[BaseModel]) -> Any:
    """The example that a model's schema carries."""
    extra: Any = model.model_config["json_schema_extra"]
    return extra["examples"][0]


class _Plain(GenerateJsonSchema):
    """Without titles that say the field's name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _operation(group: Group, operation: Operation) -> JSON:
    described: JSON = {
        "tags": [group.name],
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.tagged:
        described["parameters"].append(
            {
                "name": "If-None-Match",
                "in": "header",
                "description": "The ETag of an answer that the caller has.",
                "schema": {"type": "string"},
            }
        )
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return {name: value for name, value in described.items() if value}


def _path_parameters(operation: Operation) -> list[JSON]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_IDS[name],
            "schema": ID_SCHEMA,
            "example": example,
        }
        for name, example in operation.example_ids.items()
    ]


def _query_parameters(operation: Operation) -> list[JSON]:
    described = parameters(operation.query) if operation.query else {}
    return [
        {
            "name": name,
            "in": "query",
            "description": schema["description"],
            "schema": {key: value for key, value in schema.items() if key != "description"},
        }
        for name, schema in described.items()
    ]


def _responses(operation: Operation) -> JSON:
    good: JSON = {"description": "Done."}
    if operation.reply:
        good = {"description": _first_line(operation.reply), "content": _content(operation.reply)}
    responses = {str(operation.status.value): good}
    if operation.tagged:
        good["headers"] = _header("ETag", "Changes with the answer.")
        responses["304"] = {
            "description": "The answer that the caller has still holds.",
            "headers": good["headers"],
        }
    return responses | {
        str(status.value): {"$ref": f"#/components/responses/{MEANINGS[status].name}"}
        for status in operation.problems
    }


def _problem(status: HTTPStatus, meaning: Meaning) -> JSON:
    example = example_of(ProblemReply) if status == HTTPStatus.UNPROCESSABLE_ENTITY else {}
    told = {"title": status.phrase, "status": status.value, "detail": meaning.detail}
    content = _content(ProblemReply, "application/problem+json")
    content["application/problem+json"]["example"] = {"type": "about:blank", **example, **told}
    headers = {"headers": _header(*meaning.header)} if meaning.header else {}
    return {"description": meaning.when, "content": content, **headers}


def _content(model: type[BaseModel], media_type: str = "application/json") -> JSON:
    ref = _REF.format(model=model.__name__)
    return {media_type: {"schema": {"$ref": ref}, "example": example_of(model)}}


def _header(name: str, description: str) -> JSON:
    return {name: {"description": description, "schema": {"type": "string"}}}


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or model.__name__).partition("\n")[0]


def _schemas(models: Iterable[type[BaseModel] | None]) -> Mapping[str, JSON]:
    """Of these models, and of all that they are made of."""
    distinct = {model.__name__: model for model in models if model} | {
        ProblemReply.__name__: ProblemReply
    }
    inputs: Sequence[Any] = [
        (name, "validation", TypeAdapter(model)) for name, model in distinct.items()
    ]
    _, found = TypeAdapter.json_schemas(inputs, ref_template=_REF, schema_generator=_Plain)
    schemas: Mapping[str, JSON] = found["$defs"]
    return schemas
