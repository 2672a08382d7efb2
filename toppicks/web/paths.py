"""Ids in paths: `owner%2Frepo` is one segment, whatever the server decodes."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from werkzeug.routing import BaseConverter, ValidationError

MAX_ID_LENGTH = 200
# Stands for a slash within a segment while the path is routed; no id can hold it itself, since
# control characters are not routed.
_SLASH = "\x1f"

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class KeepEncodedSlashes:
    """WSGI decodes `%2F` in PATH_INFO, which cuts an id in two; take the path as it was sent."""

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        raw = environ.get("RAW_URI", "")
        if "%2f" in raw.lower():
            path = raw if raw.startswith("/") else urlsplit(raw).path
            segments = path.partition("?")[0].split("/")
            slash = _SLASH.encode()
            decoded = [unquote_to_bytes(segment).replace(b"/", slash) for segment in segments]
            environ["PATH_INFO"] = b"/".join(decoded).decode("latin-1")
        return self.app(environ, start_response)


class IdConverter(BaseConverter):
    """An id: 1 to 200 characters, NFC, of any kind but control characters."""

    part_isolating = True
    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        id_ = unicodedata.normalize("NFC", value.replace(_SLASH, "/"))
        if len(id_) > MAX_ID_LENGTH or any(unicodedata.category(c) == "Cc" for c in id_):
            raise ValidationError
        return id_

    def to_url(self, value: str) -> str:
        return quote(value, safe="")
