"""Style, scripts and the icon, as the browser gets them."""

import gzip
import re
import shutil
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from toppicks.web import assets
from toppicks.web.application import ROOT
from toppicks.web.assets import KINDS, SHEETS, Assets

STATIC = ROOT / "static"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the folder, to be changed."""
    return Path(shutil.copytree(STATIC, tmp_path / "static"))


@pytest.fixture
def static(client: FlaskClient) -> str:
    """Where a page says that everything is."""
    found = re.search(r'href="(/static/[0-9a-f]{10})/style.css"', client.get("/").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["/", "/users/u0", "/items/00", "/model", "/docs", "/nothing"])
def test_a_page_has_one_style_sheet_and_one_script(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert len(re.findall(r'<link rel="stylesheet"', page)) == 1
    assert re.findall(r"<script[^>]*>", page) == [
        f'<script type="module" src="/static/{Assets.of(STATIC).version}/js/main.js">'
    ]


def test_every_sheet_of_the_room_is_in_the_declared_order() -> None:
    assert sorted(SHEETS) == sorted(path.name for path in (STATIC / "style").iterdir())


def test_the_style_sheet_is_its_room_each_once_and_in_order(
    client: FlaskClient, static: str
) -> None:
    parts = [(STATIC / "style" / sheet).read_text(encoding="utf-8") for sheet in SHEETS]
    style = client.get(f"{static}/style.css").text
    assert [style.count(part) for part in parts] == [1] * len(parts)
    places = [style.index(part) for part in parts]
    assert places == sorted(places)
    assert len(style) == sum(map(len, parts)) + len(parts) - 1


def test_a_sheet_that_the_order_names_and_the_room_lacks_is_told(folder: Path) -> None:
    (folder / "style" / SHEETS[0]).unlink()
    with pytest.raises(KeyError, match=r"style/tokens\.css"):
        Assets.of(folder)


def test_every_file_is_of_a_kind_that_is_served() -> None:
    suffixes = {path.suffix for path in STATIC.rglob("*") if path.is_file()}
    assert suffixes <= KINDS.keys()


def test_a_file_of_another_kind_is_not_served(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "js" / "main.js~").write_bytes(b"x")
    assert Assets.of(folder).by_name.keys() == Assets.of(STATIC).by_name.keys()


@pytest.mark.parametrize("script", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_what_a_script_imports_is_beside_it(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    for name in re.findall(r"""\b(?:from|import)\s*\(?\s*["']([^"']+)["']""", text):
        assert name.startswith("./"), "another address has no version"
        assert (script.parent / name).is_file(), name


@pytest.mark.parametrize("name", ["favicon.svg", "js/main.js", f"style/{SHEETS[-1]}"])
def test_the_version_changes_with_any_byte_and_any_name(folder: Path, name: str) -> None:
    first = Assets.of(folder).version
    assert first == Assets.of(STATIC).version
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    second = Assets.of(folder).version
    (folder / "js" / "new.js").write_bytes(b"")
    third = Assets.of(folder).version
    (folder / "js" / "new.js").rename(folder / "js" / "newer.js")
    assert len({first, second, third, Assets.of(folder).version}) == 4


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("style.css", "text/css; charset=utf-8"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_a_file_is_kept_for_good_and_what_is_not_its_version_is_not(
    client: FlaskClient, static: str, name: str, content_type: str
) -> None:
    present = client.get(f"{static}/{name}")
    assert (present.status_code, present.headers["Content-Type"]) == (200, content_type)
    assert present.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    former = client.get(f"/static/0123456789/{name}")
    assert (former.status_code, former.headers["Content-Type"]) == (200, content_type)
    assert former.headers["Cache-Control"] == "no-cache"
    assert former.data == present.data


@pytest.mark.parametrize("version", [None, "0123456789"])
def test_who_has_it_is_told_so(client: FlaskClient, static: str, version: str | None) -> None:
    address = f"{f'/static/{version}' if version else static}/style.css"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("gzip;q=0.9, br;q=0.5", "gzip"),
        ("*", "br"),
        ("zstd", None),
        ("identity", None),
        ("", None),
        (None, None),
    ],
)
def test_it_is_compressed_for_who_can_read_that(
    client: FlaskClient, static: str, accepted: str | None, coding: str | None
) -> None:
    plain = client.get(f"{static}/style.css").data
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    response = client.get(f"{static}/style.css", headers=headers)
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers.getlist("Vary") == ["Accept-Encoding"]
    read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert read(response.data) == plain
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert coding is None or len(response.data) < len(plain) / 3


def test_each_coding_has_a_tag_of_its_own(client: FlaskClient, static: str) -> None:
    codings = ("br", "gzip", "identity")
    tags = {
        client.get(f"{static}/style.css", headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in codings
    }
    assert len(tags) == len(codings)


def test_what_gets_no_shorter_is_sent_as_it_is() -> None:
    assert list(assets.Asset(b"x", "text/css").encodings) == ["identity"]


def test_it_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def compress(body: bytes, **_: int) -> bytes:
        made.append(body)
        return b""

    monkeypatch.setattr(brotli, "compress", compress)
    app = Flask("toppicks", static_folder=None)
    assets.register(app, STATIC)
    for _ in range(3):
        app.test_client().get("/static/x/style.css", headers={"Accept-Encoding": "br"})
    assert len(made) == 1


def test_a_head_is_the_answer_without_its_body(client: FlaskClient, static: str) -> None:
    whole, head = client.get(f"{static}/style.css"), client.head(f"{static}/style.css")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_can_be_read_and_nothing_else(client: FlaskClient, static: str, method: str) -> None:
    response = client.open(f"{static}/style.css", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "nothing.css",
        "style",
        "style/",
        "style/tokens.css",
        "js",
        "../../app.py",
        "../x/style.css",
        "%2e%2e/%2e%2e/app.py",
        "..%2f..%2fapp.py",
        "js/../style.css",
        "%00",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        str(STATIC / "favicon.svg"),
    ],
)
def test_there_is_nothing_else(client: FlaskClient, path: str) -> None:
    address = f"/static/x/{path}"
    # As the server has it: where a slash was encoded, the path is taken as it was sent.
    response = client.get(address, environ_overrides={"RAW_URI": address}, follow_redirects=True)
    assert response.status_code == 404


def test_an_address_without_a_version_is_none(client: FlaskClient) -> None:
    assert client.get("/static/style.css").status_code == 404


def test_files_are_not_counted_by_the_rate_limit(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_RATE_LIMIT="1/hour")
    assert [client.get("/search").status_code for _ in range(2)] == [200, 429]
    for name in ("style.css", "js/main.js", "favicon.svg"):
        response = client.get(f"/static/x/{name}")
        assert response.status_code == 200
        assert "RateLimit-Limit" not in response.headers


@pytest.mark.parametrize("version", [None, "0123456789"])
def test_no_cookie_is_set_nor_looked_at(
    make_client: MakeClient, static: str, version: str | None
) -> None:
    client = make_client(TOPPICKS_DEMO="1")
    address = f"{f'/static/{version}' if version else static}/style.css"
    with client.session_transaction() as session:
        session["visitor"] = "~" + "v" * 22
    assert client.get_cookie("visitor") is not None
    response = client.get(address)
    assert "Set-Cookie" not in response.headers
    assert response.headers.getlist("Vary") == ["Accept-Encoding"]
    assert "private" not in response.headers["Cache-Control"]
