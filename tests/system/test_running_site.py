"""A real gunicorn of two workers: what they count, what they write down, what they refuse."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.rig import ROOT, RunningSite, running_site

KEY = "the-key-of-the-test"
SECRET = "the-secret-of-the-test"
BEARER = {"Authorization": f"Bearer {KEY}"}
PRIVATE = ("private-id", "private-query", "private-cookie", "private-body", KEY, SECRET)


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site keeps what it needs while it runs."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def site(
    tiny_model_path: Path, temporary: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """Outside demo mode, with a key; its address is not believed from anybody."""
    settings = {
        "MODEL_PATH": str(tiny_model_path),
        "TOPPICKS_INSTANCE": str(tmp_path_factory.mktemp("instance")),
        "TMPDIR": str(temporary),
        "SECRET_KEY": SECRET,
        "TOPPICKS_API_KEY": KEY,
        "TOPPICKS_DEMO": "0",
        "TOPPICKS_RATE_LIMIT": "none",
        "TOPPICKS_LOG": "json",
        "TOPPICKS_MAX_BODY": "4096",
        "WEB_CONCURRENCY": "2",
    }
    with running_site(settings) as running:
        yield running


def requests_of(site: RunningSite, route: str) -> float:
    text = site.get("/metrics")[1]
    series = re.findall(
        rf'toppicks_requests_total{{[^}}]*route="{re.escape(route)}"[^}}]*}} (\S+)', text
    )
    return sum(map(float, series))


def exchange(site: RunningSite, sent: bytes) -> bytes:
    """What comes back for these very bytes, until the site hangs up or is silent for a while."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=3) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while part := connection.recv(65_536):
                received += part
        except TimeoutError:
            pass
        return received


def lines(site: RunningSite) -> list[dict[str, object]]:
    return [json.loads(line) for line in site.said().splitlines()]


def test_metrics_are_of_all_workers(site: RunningSite, temporary: Path) -> None:
    before = requests_of(site, "/search")
    asked = 60
    for _ in range(asked):
        # A connection each, so that both workers come to answer.
        assert site.get("/search?q=red")[0] == 200
    # Whichever worker is asked says the same.
    assert {requests_of(site, "/search") for _ in range(10)} == {before + asked}
    files = temporary.glob("toppicks-*/counter_*.db")
    counting = {int(file.stem.partition("_")[2]) for file in files} - {site.pid}
    assert len(counting) == 2


def test_a_worker_that_died_goes_on_counting_for_the_sum(site: RunningSite) -> None:
    site.get("/search?q=red")
    before = requests_of(site, "/search")
    children = Path(f"/proc/{site.pid}/task/{site.pid}/children")
    first = int(children.read_text().split()[0])
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while str(first) in children.read_text().split() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert site.get("/search?q=red")[0] == 200
    assert requests_of(site, "/search") == before + 1


def test_nothing_private_is_ever_written_down(site: RunningSite) -> None:
    headers = {"Cookie": "visitor=private-cookie", "X-Request-ID": "joined-by-this"}
    for path in ("/api/users/private-id/picks?exclude=private-query", "/items/private-id"):
        site.get(path, headers | BEARER)
        site.get(path, headers | {"Authorization": "Bearer private-id"})
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("POST", "/me/ratings/private-id", "rating=private-body", headers)
    assert connection.getresponse().status == 400
    connection.close()
    # Lines that gunicorn itself refuses, and would quote.
    for odd in (
        f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization Bearer {KEY}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\nBad Name {KEY}: x\r\n\r\n",
        f"GET /private-id?{KEY} HTTP/9.9\r\n\r\n",
        f"{KEY}\r\n\r\n",
        "POST /me/erase HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nprivate-body\r\n",
    ):
        assert exchange(site, odd.encode())[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 505", b""}, odd
    time.sleep(0.2)
    said = site.said()
    assert [word for word in PRIVATE if word in said] == []
    assert "joined-by-this" in said


def test_every_request_is_one_line_that_says_what_was_asked(site: RunningSite) -> None:
    site.get("/api/users/u0/picks?n=3", BEARER | {"X-Request-ID": "one-of-a-kind"})
    (line,) = [one for one in lines(site) if one.get("request_id") == "one-of-a-kind"]
    assert line["event"] == "request"
    assert line["route"] == "/api/users/{user_id}/picks"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert isinstance(line["bytes"], int)
    assert line["bytes"] > 100
    assert isinstance(line["ms"], float)
    assert set(line) == {
        "event", "level", "time", "route", "method", "status", "ms", "bytes", "request_id",
    }  # fmt: skip


def test_gunicorns_own_lines_look_the_same(site: RunningSite) -> None:
    said = [one for one in lines(site) if one.get("logger") == "gunicorn.error"]
    assert any(str(one["event"]).startswith("Listening at") for one in said)
    assert all({"time", "level"} <= set(one) for one in said)


CHUNK = b"400\r\n" + b"x" * 1024 + b"\r\n"
FORM = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def test_a_body_beyond_the_limit_is_413_however_it_is_sent(site: RunningSite) -> None:
    post = b"POST /me/erase HTTP/1.1\r\n" + FORM
    told = exchange(site, post + b"Content-Length: 999999999\r\n\r\n" + b"x" * 100)
    assert told.startswith(b"HTTP/1.1 413")
    chunked = post + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert exchange(site, chunked + CHUNK * 9 + b"0\r\n\r\n").startswith(b"HTTP/1.1 413")
    # Below the limit it is the missing token that is refused.
    assert exchange(site, chunked + CHUNK + b"0\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_a_length_that_lies_harms_nobody(site: RunningSite) -> None:
    post = b"POST /me/erase HTTP/1.1\r\n" + FORM
    for length in (b"-1", b"x", b"1e3", b"\xff", b"5\r\nContent-Length: 6"):
        told = exchange(site, post + b"Content-Length: " + length + b"\r\n\r\nabcdef")
        assert told.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413")), (length, told[:80])
    both = post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert exchange(site, both).startswith(b"HTTP/1.1 400")
    # Shorter than it says: the rest is no part of it; longer: the site does not wait for ever.
    short = exchange(site, post + b"Content-Length: 3\r\n\r\nabcGET /smuggled")
    assert short.startswith(b"HTTP/1.1 400")
    assert site.get("/api/health/live")[0] == 200


def test_a_wrong_log_format_stops_the_start_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "app:app"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "SECRET_KEY": "x", "TOPPICKS_LOG": "loud", "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.splitlines() == ["error: TOPPICKS_LOG is 'loud'; expected json or console"]
