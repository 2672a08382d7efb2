"""The API, described: for programs at /openapi.json, for people at /docs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape
from pydantic import BaseModel

from toppicks.config import Settings
from toppicks.web.api import GROUPS
from toppicks.web.operations.curl import curl
from toppicks.web.operations.description import PATH_EXAMPLES, Access, Operation
from toppicks.web.operations.openapi import ABOUT, WITH_KEY, document, example_of, parameters
from toppicks.web.operations.schema_words import Field, field_of, fields_of
from toppicks.web.operations.statuses import MEANINGS
from toppicks.web.site import Site

docs = Blueprint("docs", __name__)


@dataclass(frozen=True)
class Schema:
    """What a body or an answer is made of."""

    name: str
    about: str
    fields: list[Field]
    example: str


@docs.get("/openapi.json")
def openapi() -> Response:
    """The description for programs."""
    needed = access_with_key(Site.current().settings)
    return Response(_document(needed), content_type="application/json")


@docs.get("/docs")
def page() -> str:
    """The same for people, with calls that can be pasted."""
    site = Site.current()
    ids, with_key = _known_ids(site), access_with_key(site.settings)

    def call(operation: Operation) -> str:
        return curl(operation, request.host_url, ids, operation.access in with_key)

    return render_template(
        "docs.html",
        about=ABOUT,
        call=call,
        example=_example,
        groups=GROUPS,
        has_key=site.settings.api_key is not None,
        meanings=MEANINGS,
        parameters=_parameters,
        prose=prose,
        schemas=_schemas(),
    )


def prose(text: str) -> Markup:
    """Paragraphs, with what stands between backticks as code."""
    paragraphs = [str(escape(" ".join(one.split()))) for one in text.split("\n\n") if one.strip()]
    coded = [re.sub(r"`([^`]+)`", r"<code>\1</code>", one) for one in paragraphs]
    return Markup("".join(f"<p>{one}</p>" for one in coded))  # noqa: S704  # escaped above


def access_with_key(settings: Settings) -> frozenset[Access]:
    """What needs the key: everything where there is one; without, what is closed for want of it."""
    if settings.api_key is not None:
        return WITH_KEY
    return frozenset() if settings.demo else WITH_KEY - {"open"}


@cache
def _document(with_key: frozenset[Access]) -> bytes:
    return orjson.dumps(document(GROUPS, with_key), option=orjson.OPT_INDENT_2)


@cache
def _schemas() -> dict[str, Schema]:
    found: Mapping[str, Any] = document(GROUPS)["components"]["schemas"]
    return {
        name: Schema(name, schema["description"], fields_of(schema), _json(schema["examples"][0]))
        for name, schema in found.items()
    }


def _parameters(operation: Operation) -> list[Field]:
    described = parameters(operation.query) if operation.query else {}
    return [field_of(name, schema) for name, schema in described.items()]


def _example(model: type[BaseModel]) -> str:
    return _json(example_of(model))


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _known_ids(site: Site) -> dict[str, str]:
    """Ids that are there, so that what is pasted answers; people's in demo mode alone."""
    model, ids = site.recommender.model, dict(PATH_EXAMPLES)
    if site.demo and len(model.users):
        ids["user_id"] = model.users[0]
    popular = site.recommender.popular()
    if popular:
        ids["item_id"] = site.catalogue.id(popular[0])
    return ids
