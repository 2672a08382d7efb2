"""Style, scripts and the icon: what is under static/, as the browser gets it.

An address holds the version of the whole folder, so that a browser may keep for good what it has,
and the modules that a script imports by relative addresses are always of the script's own version.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, Response, abort, request

ENDPOINT = "static"
# The style sheet is one for the browser and a room here, in the order of its cascade: of two rules
# as specific as each other the later one holds.
STYLE, ROOM = "style.css", "style"
SHEETS = (
    "tokens.css",
    "ground.css",
    "header.css",
    "forms.css",
    "heads.css",
    "rows.css",
    "saying.css",
    "people.css",
    "groups.css",
    "filters.css",
    "item.css",
    "explained.css",
    "history.css",
    "empty.css",
    "motion.css",
    "model.css",
    "docs.css",
)
# What is of no other kind is not served. Named here, since what a system takes .js for differs.
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
IDENTITY = "identity"


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    mimetype: str

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def encodings(self) -> dict[str, bytes]:
        """The body by content coding, the one that is liked best first; none makes it longer.

        Made when somebody first asks: the style sheet takes some 25 ms, too long for each request.
        """
        made = {
            "br": brotli.compress(self.body, mode=brotli.MODE_TEXT, quality=11),
            "gzip": gzip.compress(self.body, compresslevel=9, mtime=0),
            IDENTITY: self.body,
        }
        return {coding: body for coding, body in made.items() if len(body) <= len(self.body)}


@dataclass(frozen=True)
class Assets:
    """All of them by name, such as "js/main.js"; their version is ten hexadecimal digits."""

    version: str
    by_name: Mapping[str, Asset]

    @classmethod
    def of(cls, folder: Path) -> "Assets":
        """What is in a folder now."""
        files = _read(folder)
        style = b"\n".join(files[f"{ROOM}/{sheet}"] for sheet in SHEETS)
        loose = {name: body for name, body in files.items() if not name.startswith(f"{ROOM}/")}
        served = {
            name: Asset(body, KINDS[Path(name).suffix])
            for name, body in ({STYLE: style} | loose).items()
            if Path(name).suffix in KINDS
        }
        return cls(_version(files), served)


def register(app: Flask, folder: Path) -> None:
    """Serve a folder; `url_for("static", filename="js/main.js")` is an address in it."""
    assets = Assets.of(folder)

    def file(version: str, filename: str) -> Response:
        asset = assets.by_name.get(filename)
        if asset is None:
            abort(404)
        return _answer(asset, is_present=version == assets.version)

    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values.setdefault("version", assets.version)

    app.add_url_rule(
        "/static/<version>/<path:filename>", ENDPOINT, file, provide_automatic_options=False
    )
    app.url_defaults(add_version)


def _answer(asset: Asset, is_present: bool) -> Response:
    coding = request.accept_encodings.best_match(asset.encodings, IDENTITY)
    response = Response(asset.encodings[coding], mimetype=asset.mimetype)
    if coding != IDENTITY:
        response.content_encoding = coding
    response.vary.add("Accept-Encoding")
    # A page from before a deploy asks for another version: it may have this one, but not keep it.
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_present else "no-cache"
    )
    response.set_etag(f"{asset.digest}-{coding}")
    response.make_conditional(request)
    return response


def _read(folder: Path) -> dict[str, bytes]:
    """Bytes by name, in the order of the names."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}


def _version(files: Mapping[str, bytes]) -> str:
    told = hashlib.sha256()
    for name, body in files.items():
        told.update(f"{name}\0{len(body)}\0".encode())
        told.update(body)
    return told.hexdigest()[:10]
