"""What the documents promise is what the code does."""

import json
import re
from pathlib import Path

import pytest

from bench.rig import ROOT
from toppicks.cli import cli, main

README = (ROOT / "README.md").read_text()
DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
OPERATE = (ROOT / "docs" / "operate.md").read_text()


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ |^    )make ([a-z-]+)", README, re.MULTILINE))
    assert {"serve", "test", "bench"} <= named
    assert named <= targets


def test_every_file_that_is_linked_exists() -> None:
    for document in ROOT.glob("**/*.md"):
        if ".venv" in document.parts:
            continue
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / link).exists(), f"{document.name} links {link}"


def test_every_setting_that_is_read_is_documented() -> None:
    code = "".join((ROOT / name).read_text() for name in ("toppicks/config.py", "gunicorn.conf.py"))
    read = set(re.findall(r'"([A-Z][A-Z_]{3,})"', code)) - {"DYNO", "GUNICORN_PID"}
    read -= {name for name in read if name.startswith("SC_") or name.endswith("_NUM_THREADS")}
    assert {"SECRET_KEY", "MODEL_PATH", "WEB_CONCURRENCY", "TOPPICKS_DEMO"} <= read
    assert {name for name in read if f"| `{name}` |" not in DEPLOY} == set()


def test_the_error_that_is_shown_is_the_error_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sales.csv").write_text("customer,amount\na,5\nb,5\n")
    assert main(["--ratings", "sales.csv"]) == 2
    assert capsys.readouterr().err.strip() in README


def test_every_option_of_training_is_documented() -> None:
    options = {name for option in cli.commands["train"].params for name in option.opts}
    assert {"--ratings", "--items", "--users", "--out", "--budget", "--trials"} <= options
    assert {name for name in options if name not in README} == set()


def test_every_metric_is_documented() -> None:
    web = ROOT / "toppicks" / "web"
    code = "".join((web / name).read_text() for name in ("metrics.py", "metrics_page.py"))
    counters = set(re.findall(r'Counter\(\s*"(toppicks_\w+)"', code))
    others = set(re.findall(r'(?:Histogram|GaugeMetricFamily)\(\s*"(toppicks_\w+)"', code))
    assert len(counters) == 5
    assert len(others) == 2
    names = {f"{name}_total" for name in counters} | others
    documented = set(re.findall(r"\| `(toppicks_\w+)", OPERATE))
    assert documented == names


def test_a_line_of_the_log_is_shown_as_it_is() -> None:
    (shown,) = re.findall(r'^    (\{"route".*\})$', OPERATE, re.MULTILINE)
    assert set(json.loads(shown)) == {
        "route", "method", "status", "ms", "bytes", "request_id", "event", "level", "time",
    }  # fmt: skip
