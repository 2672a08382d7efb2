"""What log lines may say."""

import json
import subprocess
import sys

import pytest

from toppicks.errors import ConfigError
from toppicks.logs import set_up, what_happened

SAYING = """
import logging, os
from toppicks import logs
logs.set_up(os.environ)
import structlog
structlog.get_logger().info("request", route="/x")
logging.getLogger("toppicks.x").warning("a warning of %s", "ours", extra={"request_id": "r"})
logging.getLogger("gunicorn.error").warning("Invalid request from ip=1: Authorization: hush")
try:
    try:
        int("hush")
    except ValueError as error:
        raise RuntimeError("hush") from error
except RuntimeError:
    logging.getLogger("gunicorn.error").exception("Error handling request %s", "/users/hush")
"""


def said(**environ: str) -> list[str]:
    """The lines of a process of its own: how lines are written is settled once in each."""
    command = [sys.executable, "-c", SAYING]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_every_line_is_an_object_that_says_when_and_how_bad() -> None:
    lines = [json.loads(line) for line in said()]
    assert [line["level"] for line in lines] == ["info", "warning", "warning", "error"]
    assert all(line["time"].endswith("Z") for line in lines)
    assert lines[0]["event"] == "request"
    assert lines[1]["event"] == "a warning of ours"
    assert (lines[1]["logger"], lines[1]["request_id"]) == ("toppicks.x", "r")


@pytest.mark.parametrize("log", ["json", "console"])
def test_what_a_request_sent_is_in_no_line(log: str) -> None:
    lines = said(TOPPICKS_LOG=log)
    assert "hush" not in "".join(lines)
    assert any("request that is not well-formed" in line for line in lines)
    assert any("a request could not be handled" in line for line in lines)


def test_a_terminal_gets_lines_for_people() -> None:
    lines = said(TOPPICKS_LOG="console")
    assert not lines[0].startswith("{")
    assert "request" in lines[0]


def test_an_error_tells_where_it_came_from_but_not_what_it_says() -> None:
    try:
        try:
            json.loads("[hush-1")
        except ValueError:
            raise KeyError("hush-2")  # noqa: B904
    except KeyError as error:
        told = what_happened(error)
    assert told.index("builtins.KeyError") < told.index("json.decoder.JSONDecodeError")
    assert "test_logs.py" in told
    assert (told.count("hush-1"), told.count("hush-2")) == (1, 1)  # lines of code
    assert "line 1 column" not in told


def test_errors_that_point_at_each_other_end() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert what_happened(first).count("ValueError") == 2


def test_a_wrong_format_is_named() -> None:
    with pytest.raises(ConfigError, match="TOPPICKS_LOG is 'loud'"):
        set_up({"TOPPICKS_LOG": "loud"})
