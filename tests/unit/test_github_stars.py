"""`data/github_stars.py`, against a stand-in for GitHub's API."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from bench.rig import ROOT
from data import github_stars
from data.github.api import Api
from data.github.people import unique
from data.github.stars import COLUMNS
from data.github.waiting import Waiting, duration, seconds_to_wait
from tests.github_standin import TOKEN, Clock, GitHub, problem, standing_in, star
from tests.local_server import Request, serving
from toppicks.commands.door import run

Captured = pytest.CaptureFixture[str]
Fault = Callable[[Request], None]


@dataclass
class Import:
    """A command line that asks the stand-in, and where its rows go."""

    github: GitHub
    url: str
    out: Path
    clock: Clock
    capsys: Captured

    def run(self, *args: str) -> int:
        return run(github_stars.command, ["--api", self.url, "--out", str(self.out), *args])

    def said(self, *args: str) -> str:
        """What a run says that ends well."""
        assert self.run(*args) == 0
        said = self.capsys.readouterr()
        assert said.err == ""
        assert TOKEN not in said.out
        return said.out

    def refusal(self, *args: str) -> str:
        """The one line on standard error with which a run ends."""
        assert self.run(*args) == 2
        said = self.capsys.readouterr()
        assert said.err.startswith("error: ")
        assert said.err.count("\n") == 1
        assert TOKEN not in said.out + said.err
        return said.err

    def rows(self) -> list[dict[str, str]]:
        with self.out.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture
def ann(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Iterator[Import]:
    """An import where ann has eight stars on three pages, bob one, and cy none."""
    clock = Clock()
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(github_stars, "Waiting", partial(Waiting, sleep=clock.sleep, now=clock.now))
    eight = [star(f"o/r{n}") for n in range(8)]
    github = GitHub({"ann": eight, "bob": [star("o/r1")], "cy": []})
    with standing_in(github) as url:
        yield Import(github, url, tmp_path / "stars.csv", clock, capsys)


# What is written


def test_every_page_of_everybody_becomes_rows(ann: Import) -> None:
    said = ann.said("--user", "ann", "--user", "bob", "--user", "cy")
    assert [(row["user"], row["repo"]) for row in ann.rows()] == [
        *(("ann", f"o/r{n}") for n in range(8)),
        ("bob", "o/r1"),
    ]
    assert ann.rows()[0] == {
        "user": "ann",
        "repo": "o/r0",
        "starred_at": "2024-05-06T07:08:09Z",
        "description": "About o/r0",
        "language": "Python",
        "topics": "a|b-c",
        "stargazers": "7",
    }
    assert [line for line in said.splitlines() if line[0].isdigit()] == [
        "1 of 3: ann, 8 stars",
        "2 of 3: bob, 1 star",
        "3 of 3: cy, 0 stars",
    ]
    assert f"{ann.out}: 9 stars of 3 people" in said
    assert len(ann.github.asked) == 5
    assert {token for _, token in ann.github.asked} == {f"Bearer {TOKEN}"}
    assert set(ann.github.accepted) == {"application/vnd.github.star+json"}


@pytest.mark.parametrize(
    ("described", "written"),
    [
        ('say "hi", you', 'say "hi", you'),
        ("two\nlines\r\nand\u2028more\t\x00!", "two lines and more !"),
        ("👩‍💻 für alle 🎉", "👩‍💻 für alle 🎉"),
        ("  ", ""),
        (None, ""),
        ("=1+1", "=1+1"),
    ],
)
def test_a_description_is_one_line_and_else_what_it_was(
    described: str | None, written: str, ann: Import
) -> None:
    ann.github.stars["ann"] = [star("o/r", description=described, language=None, topics=None)]
    ann.said("--user", "ann")
    assert ann.out.read_bytes().count(b"\n") == 2
    [row] = ann.rows()
    assert (row["description"], row["language"], row["topics"]) == (written, "", "")


def test_stars_of_deleted_repositories_are_counted_and_left_out(ann: Import) -> None:
    gone = {"starred_at": "2024-05-06T07:08:09Z", "repo": None}
    ann.github.stars["ann"] = [star("o/a"), gone, star("o/b", stargazers_count=None), gone]
    assert "left out: 2 stars of what is deleted since" in ann.said("--user", "ann")
    assert [(row["repo"], row["stargazers"]) for row in ann.rows()] == [("o/a", "7"), ("o/b", "")]


@pytest.mark.parametrize(("most", "pages"), [(1, 1), (3, 1), (4, 2), (8, 3), (500, 3)])
def test_of_nobody_are_more_than_wanted(most: int, pages: int, ann: Import) -> None:
    ann.said("--user", "ann", "--most-per-user", str(most))
    assert [row["repo"] for row in ann.rows()] == [f"o/r{n}" for n in range(min(most, 8))]
    assert len(ann.github.asked) == pages


def test_who_is_not_there_is_said_and_the_others_are_read(ann: Import) -> None:
    said = ann.said("--user", "nobody", "--user", "bob")
    assert "1 of 2: nobody, not there" in said
    assert "not there: 1 person (nobody)" in said
    assert [row["user"] for row in ann.rows()] == ["bob"]
    ann.said("--user", "nobody")
    assert len(ann.github.asked) == 2


def test_an_empty_page_is_the_last(ann: Import) -> None:
    def empty(request: Request) -> None:
        again = f'<{ann.url}{request.path}>; rel="next"'
        request.answer(b"[]", 200, {"Link": again})

    ann.github.faults = {1: empty}
    assert "ann, 0 stars" in ann.said("--user", "ann")


# Who is asked for


def test_people_come_from_a_file_each_once(ann: Import, tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    users.write_text("\ufeff# us\n\nbob  # the second\r\nANN\n  cy\n", encoding="utf-8")
    said = ann.said("--user", "ann", "--users-file", str(users))
    assert "1 of 3: ann" in said
    assert [row["user"] for row in ann.rows()] == ["ann"] * 8 + ["bob"]
    assert unique(["b", "A", "B", "a", "c"]) == ["b", "A", "c"]
    assert unique([]) == []


def test_people_are_found_among_followers_and_stargazers(ann: Import) -> None:
    ann.github.followers["max"] = ["bob", "cy", "ann", "dan", "eve"]
    ann.github.stargazers["max/tool.py"] = ["ann", "bob", "fay"]
    args = ("--followers-of", "max", "--stargazers-of", "max/tool.py", "--most-users", "2")
    assert "3 people" in ann.said(*args)
    assert [row["user"] for row in ann.rows()] == ["bob"] + ["ann"] * 8
    before = len(ann.github.asked)
    assert "nothing to do" in ann.said(*args)
    assert len(ann.github.asked) == before
    # A later run goes on in the list: its first page is known.
    assert "not there: 2 people (dan, eve)" in ann.said("--followers-of", "max")
    assert ann.github.counts()["/users/max/followers?per_page=100"] == 1
    assert ann.github.counts()["/users/max/followers?per_page=100&page=2"] == 1


def test_a_list_of_people_ends_with_an_empty_page(ann: Import) -> None:
    def page(people: bytes) -> Fault:
        return lambda r: r.answer(people, 200, {"Link": f'<{ann.url}/more>; rel="next"'})

    ann.github.faults = {1: page(b'[{"login": "bob"}]'), 2: page(b"[]")}
    ann.said("--followers-of", "max")
    assert [row["user"] for row in ann.rows()] == ["bob"]


@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_list_that_is_shown_to_its_owners_alone_is_said(status: int, ann: Import) -> None:
    refuse: Fault = lambda r: r.answer(b"[]", status)  # noqa: E731
    ann.github.faults = {1: refuse, 2: refuse}
    for _ in range(2):
        said = ann.refusal("--stargazers-of", "max/tool")
        assert "admins and collaborators alone: use --followers-of" in said
    assert len(ann.github.asked) == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "nobody is named"),
        (("--user", "../admin"), "../admin: is no login of GitHub's; correct --user"),
        (("--user", ""), "is no login"),
        (("--user", "a b"), "is no login"),
        (("--followers-of", "a/b"), "correct --followers-of"),
        (("--stargazers-of", "tool"), "tool: is no OWNER/REPO"),
        (("--stargazers-of", "a/b/c"), "is no OWNER/REPO"),
        (("--users-file", "no.txt"), "no.txt: cannot be read (No such file"),
        (("--user", "ann", "--most-per-user", "0"), "--most-per-user"),
        (("--user", "ann", "--pause", "nan"), "--pause"),
        (("--user", "ann", "--token", "x"), "No such option"),
    ],
)
def test_what_cannot_be_asked_for_is_said(args: tuple[str, ...], said: str, ann: Import) -> None:
    assert said in ann.refusal(*args)
    assert ann.github.asked == []
    assert not ann.out.exists()


def test_a_file_that_is_no_list_of_people_is_said(ann: Import, tmp_path: Path) -> None:
    users = tmp_path / "users"
    for content, said in ((b"a,b\n", "a,b: is no login"), (b"\xff\xfe\x00", "it is not UTF-8")):
        users.write_bytes(content)
        assert said in ann.refusal("--users-file", str(users))


# The token


def test_without_a_token_none_is_sent(ann: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", " ")
    assert "60 requests an hour" in ann.said("--user", "bob")
    assert {token for _, token in ann.github.asked} == {""}


def test_a_wrong_token_is_said_once(ann: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_old")
    said = ann.refusal("--user", "bob")
    assert "does not accept the token in GITHUB_TOKEN (401)" in said
    assert "ghp_old" not in said
    assert len(ann.github.asked) == 1


@pytest.mark.parametrize("token", ["two words", "line\nend", "ünlike", "\x7f"])
def test_what_is_no_token_is_not_sent_and_not_shown(
    token: str, ann: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    said = ann.refusal("--user", "bob")
    assert "copy it once more" in said
    assert token not in said
    assert ann.github.asked == []


@pytest.mark.parametrize(
    "root", ["http://api.example", "ftp://h", "h", "", "https://", "https://a:b@h", "http://["]
)
def test_the_token_goes_to_no_address_that_is_not_safe(root: str, ann: Import) -> None:
    assert "--api" in ann.refusal("--user", "bob", "--api", root)
    assert not ann.out.exists()
    assert TOKEN not in repr(Api(ann.url, TOKEN, Waiting()))


def _elsewhere(stolen: list[str]) -> Fault:
    def respond(request: Request) -> None:
        stolen.append(request.headers.get("Authorization", ""))
        request.answer(json.dumps([star("evil/r")]).encode())

    return respond


@pytest.mark.parametrize("how", ["link", "redirect", "progress"])
def test_nobody_else_is_asked(how: str, ann: Import) -> None:
    stolen: list[str] = []
    with serving(_elsewhere(stolen)) as evil:
        there = f"{evil}/users/ann/starred?page=2"
        if how == "link":
            link = {"Link": f'<{there}>; rel="next"'}
            ann.github.faults = {1: lambda r: r.answer(b"[]", 200, link)}
        elif how == "redirect":
            ann.github.faults = {1: lambda r: r.answer(b"", 302, {"Location": there})}
        else:
            ann.github.faults = {2: lambda r: problem(r, 418)}
            ann.refusal("--user", "ann")
            progress = ann.out.with_name("stars.csv.progress")
            text = progress.read_text(encoding="utf-8")
            assert ann.url in text
            begun = json.loads(text)
            begun["current"]["next"] = there
            progress.write_text(json.dumps(begun), encoding="utf-8")
        assert "so that nobody else sees the token" in ann.refusal("--user", "ann")
    assert stolen == []


def test_a_redirect_to_the_new_name_of_somebody_is_followed(ann: Import) -> None:
    there = {"Location": "/users/bob/starred?per_page=100"}
    ann.github.faults = {1: lambda r: r.answer(b"", 301, there)}
    ann.said("--user", "old")
    assert [row["user"] for row in ann.rows()] == ["old"]


# Limits and failures


def _limited(status: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: problem(request, status, "no more", named)


def _reset(seconds: int) -> str:
    return str(int(time.time()) + seconds)


def test_a_limit_is_waited_for_and_said(ann: Import) -> None:
    limited = _limited(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=_reset(600))
    ann.github.faults = {2: limited, 4: _limited(429, Retry_After="30")}
    said = ann.said("--user", "ann")
    assert len(ann.rows()) == 8
    long = [seconds for seconds in ann.clock.slept if seconds > 1]
    assert long == [pytest.approx(601, abs=3), 30]
    assert "GitHub's limit is reached until" in said
    assert "30 s from now; waiting" in said


def test_the_last_answer_within_a_limit_is_used_and_the_next_request_waits(ann: Import) -> None:
    ann.github.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": _reset(60)}
    ann.said("--user", "ann")
    assert len(ann.rows()) == 8
    assert len(ann.github.asked) == 3
    assert [s for s in ann.clock.slept if s > 1] == [pytest.approx(61, abs=3)] * 2


def test_nobody_waits_who_does_not_want_to(ann: Import) -> None:
    ann.github.faults = {2: _limited(429, Retry_After="3000")}
    said = ann.refusal("--user", "ann", "--no-wait")
    assert "50 min from now; go on then, with the same command" in said
    assert max(ann.clock.slept) < 1
    assert len(ann.rows()) == 3
    ann.said("--user", "ann", "--no-wait")
    assert [row["repo"] for row in ann.rows()] == [f"o/r{n}" for n in range(8)]
    assert ann.github.counts()["/users/ann/starred?per_page=100"] == 1


def test_a_limit_that_lasts_for_days_is_not_waited_for(ann: Import) -> None:
    ann.github.faults = {1: _limited(429, Retry_After="86400")}
    assert "24 h from now; go on then" in ann.refusal("--user", "ann")
    assert max(ann.clock.slept) < 1


def test_a_limit_that_does_not_say_how_long_is_waited_for_longer_and_longer(ann: Import) -> None:
    secondary: Fault = lambda r: problem(r, 403, "You exceeded a secondary rate limit")  # noqa: E731
    ann.github.faults = dict.fromkeys(range(1, 4), secondary)
    ann.said("--user", "bob")
    assert [s for s in ann.clock.slept if s > 1] == [60, 120, 240]
    ann.github.faults = dict.fromkeys(range(1, 99), secondary)
    assert "answers no more" in ann.refusal("--user", "ann")


def test_failures_are_tried_again(ann: Import) -> None:
    ann.github.faults = {
        1: lambda r: problem(r, 500),
        2: lambda r: problem(r, 503),
        4: lambda r: r.answer(b'[{"starred_at": "2024', 200, {"Content-Length": "5000"}),
        5: lambda r: r.connection.close(),
        7: lambda r: None,
    }
    said = ann.said("--user", "ann")
    assert [row["repo"] for row in ann.rows()] == [f"o/r{n}" for n in range(8)]
    assert [s for s in ann.clock.slept if s >= 1] == [1, 2, 1, 2, 1]
    assert "the server fails (500); trying again in 1 s" in said


def test_failures_have_an_end_and_nothing_is_lost(ann: Import) -> None:
    ann.github.faults = dict.fromkeys(range(2, 8), lambda r: problem(r, 502))
    assert "the server fails (502), 6 times in a row; go on later" in ann.refusal("--user", "ann")
    assert len(ann.rows()) == 3
    ann.said("--user", "ann")
    assert [row["repo"] for row in ann.rows()] == [f"o/r{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda r: r.answer(b"<html>"), "is not what GitHub's API gives"),
        (lambda r: r.answer(b""), "is not what GitHub's API gives"),
        (lambda r: r.answer(b'{"message": "?"}'), "is not what GitHub's API gives"),
        (lambda r: r.answer(b'[{"repo": {"id": 1}}]'), "0.repo.full_name Field required"),
        (lambda r: r.answer(b"[3]"), "is not what GitHub's API gives"),
        (lambda r: problem(r, 403), "does not show it to us (403)"),
        (lambda r: problem(r, 422), "GitHub answers 422"),
        (lambda r: r.answer(b"", 304), "GitHub answers 304"),
        (lambda r: r.answer(b"", 302, {"Location": r.path}), "GitHub answers 302"),
    ],
)
def test_what_is_no_page_is_said_and_nothing_is_lost(answer: Fault, said: str, ann: Import) -> None:
    ann.github.faults = dict.fromkeys(range(2, 20), answer)
    assert said in ann.refusal("--user", "ann")
    assert len(ann.rows()) == 3
    ann.github.faults = {}
    ann.said("--user", "ann")
    assert [row["repo"] for row in ann.rows()] == [f"o/r{n}" for n in range(8)]


def test_one_request_follows_another_after_a_pause(ann: Import) -> None:
    ann.said("--user", "ann", "--pause", "0.25")
    assert ann.clock.slept == [0.25] * 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1060"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1060"}, 61),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"}, 1),
        ({"X-RateLimit-Remaining": "0"}, 60),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, 60),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 30}, 60),
        ({"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1060"}, 7),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "-5"}, 60),
        ({"Retry-After": "Thu, 01 Jan 1970 00:18:00 GMT"}, 80),
        (
            {
                "Retry-After": "Thu, 01 Jan 1970 00:18:00 GMT",
                "Date": "Thu, 01 Jan 1970 00:17:50 GMT",
            },
            10,
        ),
        (
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": "5000",
                "Date": "Thu, 01 Jan 1970 01:23:00 GMT",
            },
            21,
        ),
    ],
)
def test_how_long_an_answer_says_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    message = Message()
    for name, value in headers.items():
        message[name.lower()] = value
    assert seconds_to_wait(message, now=1000) == seconds


def test_durations_are_in_words() -> None:
    assert [duration(s) for s in (0.2, 45, 121, 7200, 7201, 1e9)] == [
        *("1 s", "45 s", "3 min", "120 min", "3 h", "277778 h")
    ]


# Going on


def test_a_finished_import_is_not_repeated_and_can_be_added_to(ann: Import) -> None:
    ann.said("--user", "ann")
    before = ann.out.read_bytes()
    assert "nothing to do: everybody is read already" in ann.said("--user", "Ann")
    assert ann.out.read_bytes() == before
    assert len(ann.github.asked) == 3
    assert "1 of 1: bob, 1 star" in ann.said("--user", "ann", "--user", "bob")
    assert ann.out.read_bytes().startswith(before)
    assert [row["user"] for row in ann.rows()] == ["ann"] * 8 + ["bob"]


def test_whoever_was_begun_is_finished_first(ann: Import) -> None:
    ann.github.faults = {2: lambda r: problem(r, 418)}
    ann.refusal("--user", "ann")
    ann.said("--user", "bob")
    assert [row["user"] for row in ann.rows()] == ["ann"] * 8 + ["bob"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda out: out.write_bytes(b"user,repo\n"), "has 10 bytes, but had"),
        (lambda out: out.unlink(), "has 0 bytes, but had"),
        (lambda out: _progress(out).unlink(), "stars.csv.progress is not; choose another --out"),
        (lambda out: _progress(out).write_bytes(b'{"version": 1'), "is no progress of ours"),
        (lambda out: _progress(out).write_bytes(b"[]"), "is no progress of ours"),
        (
            lambda out: _progress(out).write_text(
                _progress(out).read_text().replace('"version": 1', '"version": 2')
            ),
            "is no progress of ours",
        ),
    ],
)
def test_files_that_do_not_fit_are_not_touched(
    change: Callable[[Path], object], said: str, ann: Import
) -> None:
    ann.said("--user", "bob")
    change(ann.out)
    before = _files(ann.out.parent)
    assert said in ann.refusal("--user", "ann")
    assert _files(ann.out.parent) | {"stars.csv": b""} == before | {"stars.csv": b""}
    assert before.get("stars.csv", b"") == ann.out.read_bytes()


def _progress(out: Path) -> Path:
    return out.with_name("stars.csv.progress")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_other_options_than_it_was_begun_with_are_refused(ann: Import) -> None:
    ann.said("--user", "bob")
    said = ann.refusal("--user", "ann", "--most-per-user", "9")
    assert "was begun with --most-per-user 500, not 9" in said
    with standing_in(ann.github) as other:
        moved = replace(ann, url=other)
        assert f"was begun with --api {ann.url}, not {other}" in moved.refusal("--user", "ann")


def test_two_runs_do_not_write_one_file(ann: Import) -> None:
    inner: list[str] = []

    def meanwhile(request: Request) -> None:
        done = _command(ann, "--user", "bob")
        _, said = done.communicate(timeout=60)
        inner.append(said)
        problem(request, 404)

    ann.github.faults = {1: meanwhile}
    ann.said("--user", "ann")
    assert inner == [
        f"error: {ann.out}: another run is writing it; wait for it, or choose another --out\n"
    ]


@pytest.mark.parametrize("place", ["no/folder/stars.csv", "."])
def test_a_place_that_cannot_be_written_is_said(place: str, ann: Import, tmp_path: Path) -> None:
    assert "cannot be written" in ann.refusal("--user", "ann", "--out", str(tmp_path / place))
    assert ann.github.asked == []


COMMAND = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
left, real = int(sys.argv[1]), os.fsync
def fsync(handle):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(handle)
    if left == 1 and sys.argv[2] == "after":
        os.kill(os.getpid(), signal.SIGKILL)
os.fsync = fsync
from data.github_stars import command
from toppicks.commands.door import run
sys.exit(run(command, sys.argv[3:]))
"""


def _command(ann: Import, *args: str, kill_at: int = 0, how: str = "") -> subprocess.Popen[str]:
    """The import as a process, which kills itself at its n-th flush to disk, before or after."""
    options = ("--api", ann.url, "--out", str(ann.out), "--pause", "0", *args)
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(kill_at), how, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


EVERYBODY = ("--followers-of", "max", "--user", "ann", "--user", "bob", "--user", "nobody")


@pytest.fixture
def whole(ann: Import, tmp_path: Path) -> bytes:
    """What an import that nobody interrupts writes."""
    ann.github.followers["max"] = ["dan", "ann", "eve", "cy"]
    ann.github.stars["dan"] = [star(f"d/r{n}", description='a\n"b", 🎉') for n in range(7)]
    alone = replace(ann, out=tmp_path / "whole.csv")
    alone.said(*EVERYBODY)
    ann.github.asked.clear()
    return alone.out.read_bytes()


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("kill_at", [1, 2, 3, 4, 5, 6, 9, 14, 23])
def test_a_kill_between_any_two_steps_loses_and_repeats_nothing(
    kill_at: int, how: str, ann: Import, whole: bytes
) -> None:
    killed = _command(ann, *EVERYBODY, kill_at=kill_at + (how == "after"), how=how)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    ann.said(*EVERYBODY)
    assert ann.out.read_bytes() == whole
    counts = ann.github.counts()
    assert sum(counts.values()) - len(counts) <= 1
    assert {path.name for path in ann.out.parent.iterdir()} == {
        *("stars.csv", "stars.csv.progress", "whole.csv", "whole.csv.progress")
    }


def test_killed_again_and_again_it_still_comes_to_its_end(ann: Import, whole: bytes) -> None:
    kills = 0
    while True:
        process = _command(ann, *EVERYBODY, kill_at=5)
        process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
        assert kills < 30
    assert kills > 3
    assert ann.out.read_bytes() == whole
    counts = ann.github.counts()
    assert sum(counts.values()) - len(counts) <= kills
    assert max(counts.values()) == 2


@pytest.mark.parametrize("number", [1, 3, 5, 8])
@pytest.mark.parametrize("delay", [None, 0, 0.002])
def test_a_kill_from_outside_loses_and_repeats_nothing(
    number: int, delay: float | None, ann: Import, whole: bytes
) -> None:
    """In the middle of an answer (None), or so many seconds after one."""
    process, started = None, Event()

    def kill(at: int) -> None:
        if at == number:
            assert started.wait(60)
            time.sleep(delay or 0)
            assert process is not None
            process.kill()

    if delay is None:

        def half(request: Request) -> None:
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
            request.wfile.write(b'[{"starred_at"')

        ann.github.faults = {number: half}
    ann.github.answered = kill
    process = _command(ann, *EVERYBODY)
    started.set()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    ann.github.answered = lambda _: None
    ann.said(*EVERYBODY)
    assert ann.out.read_bytes() == whole
    counts = ann.github.counts()
    assert sum(counts.values()) - len(counts) <= 1


def test_ctrl_c_stops_cleanly(ann: Import, whole: bytes) -> None:
    asked, over = Event(), Event()

    def hang(request: Request) -> None:
        asked.set()
        over.wait(60)

    ann.github.faults = {4: hang}
    process = _command(ann, *EVERYBODY)
    assert asked.wait(60)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    over.set()
    assert process.returncode == 130
    assert said == "stopped; the same command goes on from here\n"
    assert whole.startswith(ann.out.read_bytes())
    ann.said(*EVERYBODY)
    assert ann.out.read_bytes() == whole


def test_what_a_kill_left_behind_is_cut_off(ann: Import, whole: bytes) -> None:
    ann.github.faults = {5: lambda r: problem(r, 418)}
    ann.refusal(*EVERYBODY)
    with ann.out.open("ab") as file:
        file.write(b'dan,"half a line' * 1_000)
    ann.said(*EVERYBODY)
    assert ann.out.read_bytes() == whole


def _certain_bytes(out: Path) -> int:
    return int(json.loads(_progress(out).read_text(encoding="utf-8"))["certain_bytes"])


@pytest.mark.parametrize("flushes", range(9))
def test_a_full_disk_is_said_and_nothing_is_lost(
    flushes: int, ann: Import, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.fsync, [flushes]

    def full(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        said = ann.refusal(*EVERYBODY)
    assert "cannot be written (No space left on device)" in said
    assert whole.startswith(ann.out.read_bytes())
    if flushes == 8:
        assert ann.out.stat().st_size == _certain_bytes(ann.out)
    ann.said(*EVERYBODY)
    assert ann.out.read_bytes() == whole


def test_a_progress_that_does_not_fit_leaves_the_one_before(ann: Import, tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    users.write_text("".join(f"nobody-{n}\n" for n in range(60)), encoding="utf-8")
    script = 'ulimit -f 1; exec "$0" "$@"'
    args = ("--users-file", str(users), "--api", ann.url, "--out", str(ann.out), "--pause", "0")
    command = (sys.executable, str(ROOT / "data" / "github_stars.py"), *args)
    limited = subprocess.run(
        ["/bin/bash", "-c", script, *command], check=False, capture_output=True
    )
    assert limited.returncode == 2
    assert b"cannot be written (File too large)" in limited.stderr
    assert "not there: 60 people" in ann.said("--users-file", str(users))
    assert max(ann.github.counts().values()) == 2


def test_the_token_is_in_no_file(ann: Import, whole: bytes) -> None:
    ann.said(*EVERYBODY)
    for content in _files(ann.out.parent).values():
        assert TOKEN.encode() not in content


def test_the_columns_are_those_that_are_documented(ann: Import) -> None:
    ann.said("--user", "cy")
    assert ann.out.read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"
    assert all(column in (github_stars.__doc__ or "") for column in COLUMNS)
