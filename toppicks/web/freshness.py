"""Whether the caller has the present answer already (RFC 9110, section 13.1.2)."""

import zlib
from http import HTTPStatus

from flask import Response, request

# The caller may keep an answer about a person, and asks each time whether it still holds.
_CACHE = "private, no-cache"


def tag_of(version: str) -> str:
    """The tag of an answer: what it is made from, and what was asked.

    version: of letters, digits, dots and hyphens.
    """
    asked: str = request.environ.get("QUERY_STRING", "")
    return f"{version}-{zlib.crc32(asked.encode('latin-1')):x}" if asked else version


def is_known(tag: str) -> bool:
    """Whether the present request names this tag in If-None-Match."""
    sent: str = request.environ.get("HTTP_IF_NONE_MATCH", "")
    if not sent:
        return False
    tags = [one.strip().removeprefix("W/") for one in sent.split(",")]
    return f'"{tag}"' in tags or tags == ["*"]


def tagged(answer: bytes, tag: str) -> Response:
    """JSON that says by its tag what it is of."""
    return Response(answer, headers=[("Content-Type", "application/json"), *_headers(tag)])


def not_modified(tag: str) -> Response:
    """304: what the caller has still holds."""
    return Response(status=HTTPStatus.NOT_MODIFIED, headers=_headers(tag))


def _headers(tag: str) -> list[tuple[str, str]]:
    return [("ETag", f'"{tag}"'), ("Cache-Control", _CACHE)]
