"""Whether the caller has the present answer already (RFC 9110, section 13.1.2)."""

import zlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response

# The caller may keep an answer about a person, and asks each time whether it still holds.
_CACHE = "private, no-cache"
JSON = ("Content-Type", "application/json")


def tag_of(version: str, environ: Mapping[str, Any]) -> str:
    """The tag of an answer: what it is made from, and what was asked.

    version: of letters, digits, dots and hyphens.   environ: of the request.
    """
    asked: str = environ.get("QUERY_STRING", "")
    return f"{version}-{zlib.crc32(asked.encode('latin-1')):x}" if asked else version


def is_known(tag: str, environ: Mapping[str, Any]) -> bool:
    """Whether a request names this tag in If-None-Match."""
    sent: str = environ.get("HTTP_IF_NONE_MATCH", "")
    if not sent:
        return False
    tags = [one.strip().removeprefix("W/") for one in sent.split(",")]
    return f'"{tag}"' in tags or tags == ["*"]


def tagged(answer: bytes, tag: str) -> Response:
    """JSON that says by its tag what it is of."""
    return Response(answer, headers=[JSON, *tag_headers(tag)])


def not_modified(tag: str) -> Response:
    """304: what the caller has still holds."""
    return Response(status=HTTPStatus.NOT_MODIFIED, headers=tag_headers(tag))


def tag_headers(tag: str) -> list[tuple[str, str]]:
    """What says by its tag what an answer is of."""
    return [("ETag", f'"{tag}"'), ("Cache-Control", _CACHE)]
