"""Ids in paths: `owner%2Frepo` is one segment, whatever the server decodes."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from werkzeug.routing import BaseConverter, Map

from toppicks.ids import MAX_LENGTH, is_id, normal_id
from toppicks.web.problems import WrongPath, WrongValue

# Stands for a slash within a segment while the path is routed. No id can hold it itself: as a
# control character it is forbidden, and one that is sent is turned into another such.
_SLASH, _FORBIDDEN = "\x1f", "\x00"

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
            environ["PATH_INFO"] = "/".join(map(_decoded, segments))
        elif _SLASH in environ["PATH_INFO"]:
            environ["PATH_INFO"] = environ["PATH_INFO"].replace(_SLASH, _FORBIDDEN)
        if not environ["PATH_INFO"].isascii():
            environ["PATH_INFO"] = _forbid_other_than_utf8(environ["PATH_INFO"])
        return self.app(environ, start_response)


class IdConverter(BaseConverter):
    """An id, in NFC; 422 for what can be none, by its name in the path."""

    part_isolating = True
    regex = r"[^/]+"

    def __init__(self, url_map: Map, name: str = "id") -> None:
        super().__init__(url_map)
        self.name = name

    def to_python(self, value: str) -> str:
        id_ = normal_id(value.replace(_SLASH, "/"))
        if not is_id(id_):
            expected = (
                f"expected 1 to {MAX_LENGTH} characters without control characters, "
                "and neither . nor .."
            )
            raise WrongPath(
                f"{id_[:40]!r} is no id; {expected}", WrongValue(self.name, id_, expected)
            )
        return id_

    def to_url(self, value: str) -> str:
        return quote(value, safe="")


def _decoded(segment: str) -> str:
    """A segment as PATH_INFO has it: bytes, shown as Latin-1."""
    decoded = unquote_to_bytes(segment).decode("latin-1")
    return decoded.replace(_SLASH, _FORBIDDEN).replace("/", _SLASH)


def _forbid_other_than_utf8(path: str) -> str:
    """Bytes that are no text become what no id can hold; otherwise all of them would be U+FFFD,
    and many ids one.
    """
    text = path.encode("latin-1").decode(errors="surrogateescape")
    return re.sub("[\udc80-\udcff]", _FORBIDDEN, text).encode().decode("latin-1")
