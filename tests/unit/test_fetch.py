"""`data/fetch.py`: the very file we know, or one line and nothing."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from bench.rig import ROOT
from data import fetch
from tests.local_server import Request, serving
from toppicks.commands.door import run
from toppicks.errors import DownloadError

Captured = pytest.CaptureFixture[str]

BODY = b"item,user,review\n" + b"Twix,ann,5\n" * 9_000  # more than a chunk
CANDY = fetch.DATA_SETS["candy"]
SHARED = ROOT.parent / "shared" / "data" / "candy" / "candy.csv"


pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture
def sweets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A data set whose file is `BODY`."""
    known = fetch.DataSet(
        "candy.csv", CANDY.url, len(BODY), hashlib.sha256(BODY).hexdigest(), "free"
    )
    monkeypatch.setitem(fetch.DATA_SETS, "candy", known)


def _fetch(folder: Path, url: str, *args: str) -> int:
    return run(fetch.command, ["candy", "--to", str(folder), "--url", url, *args])


def _refusal(capsys: Captured, code: int) -> str:
    """The one line on standard error that a fetch ended with."""
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    return said.err


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.usefixtures("sweets")
def test_the_file_is_fetched_into_a_folder_that_is_made(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "new" / "folder"
    with serving(lambda request: request.answer(BODY)) as url:
        assert _fetch(folder, url) == 0
    assert _files(folder) == {"candy.csv": BODY}
    assert "wrote" in capsys.readouterr().out


@pytest.mark.usefixtures("sweets")
def test_a_right_file_is_not_fetched_again(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "candy.csv").write_bytes(BODY)
    asked: list[str] = []
    with serving(lambda request: asked.append(request.path)) as url:
        assert _fetch(tmp_path, url, "--force") == 0
    assert asked == []
    assert "is there already" in capsys.readouterr().out


@pytest.mark.usefixtures("sweets")
def test_another_file_is_replaced_only_if_asked(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "candy.csv").write_bytes(b"mine")
    with serving(lambda request: request.answer(BODY)) as url:
        assert "replace it with --force" in _refusal(capsys, _fetch(tmp_path, url))
        assert _files(tmp_path) == {"candy.csv": b"mine"}
        assert _fetch(tmp_path, url, "--force") == 0
    assert _files(tmp_path) == {"candy.csv": BODY}


def _chunked(request: Request, body: bytes) -> None:
    """Without a length beforehand, as long as the client listens."""
    request.protocol_version = "HTTP/1.0"
    request.send_response(200)
    request.end_headers()
    request.wfile.write(body)


@pytest.mark.usefixtures("sweets")
@pytest.mark.parametrize(
    ("respond", "said"),
    [
        (lambda r: r.answer(BODY.replace(b"Twix", b"Mars")), "is not the candy.csv we know"),
        (lambda r: r.answer(BODY + b"x"), "gave more than 99,017 bytes"),
        (lambda r: _chunked(r, BODY * 50), "gave more than 99,017 bytes"),
        (lambda r: r.answer(BODY[:-1]), "gave only 99,016 of 99,017 bytes"),
        (lambda r: r.answer(BODY[:70_000], 200, {"Content-Length": "99017"}), "gave only 70,000"),
        (lambda r: r.answer(b""), "gave only 0 of"),
        (lambda r: r.answer(b"no", 404), "answers 404 Not Found"),
        (lambda r: r.answer(b"no", 500), "answers 500 Internal"),
        (lambda r: r.answer(b"", 302, {"Location": "file:///etc/passwd"}), "is not allowed"),
        (lambda r: r.answer(b"", 302, {"Location": "ftp://127.0.0.1/x"}), "unknown url type"),
        (lambda r: r.answer(b"", 302, {"Location": "/again"}), "infinite loop"),
        (lambda r: r.wfile.write(b"\x00 nonsense\n\n"), "cannot be fetched"),
        (lambda r: None, "cannot be fetched"),
    ],
)
def test_what_is_not_the_file_is_refused_and_leaves_nothing(
    respond: Callable[[Request], None], said: str, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "candy.csv").write_bytes(b"mine")
    with serving(respond) as url:
        assert said in _refusal(capsys, _fetch(tmp_path, url, "--force"))
    assert _files(tmp_path) == {"candy.csv": b"mine"}


@pytest.mark.usefixtures("sweets")
def test_a_redirect_is_followed(tmp_path: Path) -> None:
    def respond(request: Request) -> None:
        if request.path == "/there":
            request.answer(BODY)
        else:
            request.answer(b"", 301, {"Location": "/there"})

    with serving(respond) as url:
        assert _fetch(tmp_path, url) == 0
    assert _files(tmp_path) == {"candy.csv": BODY}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://h/x", "candy.csv", "", "http://"])
def test_an_address_is_one_of_the_web(url: str) -> None:
    with pytest.raises(DownloadError, match="--url"):
        next(fetch.received(url, 9))


@pytest.mark.parametrize("url", ["http://[", "http://h:port/", "http://a b/", "http://127.0.0.1:1"])
def test_an_address_that_cannot_be_one_is_said(url: str, tmp_path: Path, capsys: Captured) -> None:
    assert url in _refusal(capsys, _fetch(tmp_path, url))
    assert _files(tmp_path) == {}


def test_an_unknown_name_is_said_with_the_known_ones(capsys: Captured) -> None:
    assert "'candy'" in _refusal(capsys, run(fetch.command, ["caviar"]))
    assert "candy" in _refusal(capsys, run(fetch.command, []))


def test_a_place_that_is_no_folder_is_said(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"mine")
    assert "choose another" in _refusal(capsys, _fetch(file, "http://127.0.0.1:1"))
    assert "choose another" in _refusal(capsys, _fetch(file / "in", "http://127.0.0.1:1"))
    (tmp_path / "candy.csv").mkdir()
    assert "choose another" in _refusal(capsys, _fetch(tmp_path, "http://127.0.0.1:1"))


@pytest.fixture
def silence() -> Iterator[str]:
    """The address of somebody who takes a call and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_silence_is_not_waited_for(
    silence: str, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SILENCE_SECONDS", 0.1)
    assert "timed out" in _refusal(capsys, _fetch(tmp_path, silence))
    assert _files(tmp_path) == {}


def test_a_longer_file_is_not_read_to_its_end() -> None:
    sent: list[int] = []

    def respond(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        sent.extend(request.wfile.write(bytes(1 << 16)) for _ in range(1_000))

    with serving(respond) as url, pytest.raises(DownloadError, match="more than"):
        list(fetch.received(url, 1 << 17))
    assert sum(sent) < 1 << 25


def test_a_trickle_is_not_waited_for() -> None:
    over = Event()

    def respond(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        while not over.wait(0.02):
            request.wfile.write(b"x")

    with serving(respond) as url:
        with pytest.raises(DownloadError, match=r"not done within 0 seconds"):
            list(fetch.received(url, 1_000_000, longest=0.2))
        over.set()


def _as_a_command(tmp_path: Path, url: str, before: str = "") -> subprocess.Popen[str]:
    script = f'{before} exec "$0" "$@"'
    args = [sys.executable, str(ROOT / "data" / "fetch.py"), "candy", "--to", ".", "--url", url]
    return subprocess.Popen(
        ["/bin/bash", "-c", script, *args], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )


def test_a_full_disk_is_said_and_nothing_stays(tmp_path: Path) -> None:
    with serving(lambda request: request.answer(b"x" * CANDY.size)) as url:
        process = _as_a_command(tmp_path, url, "ulimit -f 100;")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert (
        said == "error: candy.csv: cannot be written (File too large); choose another place "
        "with --to\n"
    )
    assert _files(tmp_path) == {}


def test_ctrl_c_ends_it_and_nothing_stays(tmp_path: Path) -> None:
    asked, over = Event(), Event()

    def respond(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"x" * 1_000)
        asked.set()
        over.wait(60)

    with serving(respond) as url:
        process = _as_a_command(tmp_path, url)
        assert asked.wait(60)
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
        over.set()
    assert process.returncode == 130
    assert "Traceback" not in said
    assert _files(tmp_path) == {}


def test_what_is_known_of_a_file_is_whole() -> None:
    for known in fetch.DATA_SETS.values():
        assert known.url.startswith("https://")
        assert len(bytes.fromhex(known.sha256)) == 32
        assert known.size > 0
        assert known.terms


@pytest.mark.skipif(not SHARED.is_file(), reason="candy.csv is not there")
def test_candy_is_the_file_that_the_benches_use(tmp_path: Path) -> None:
    with serving(lambda request: request.answer(SHARED.read_bytes())) as url:
        assert _fetch(tmp_path, url) == 0
    text = (tmp_path / "candy.csv").read_text(encoding="utf-8")
    assert text.startswith("item,user,review\n")
    assert text.count("\n") == 17_235
