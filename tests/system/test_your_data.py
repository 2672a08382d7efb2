"""The walks of docs/your-data.md, as they are written there."""

import json
import re
import shlex
import shutil
from functools import partial
from pathlib import Path

import pytest

from bench.rig import ROOT
from data import github_stars
from data.github.waiting import Waiting
from tests.commands import Captured, be_quick
from tests.github_standin import TOKEN, GitHub, standing_in, star
from toppicks import artifact
from toppicks.cli import cli, main
from toppicks.commands.door import run
from toppicks.config import Settings
from toppicks.ingest.columns.names import NAMES, option_of
from toppicks.ingest.feedback.events import KINDS
from toppicks.ingest.feedback.settings import read_feedback
from toppicks.ingest.naming import read_site
from toppicks.trained import TrainedModel
from toppicks.web import create_app

PAGE = (ROOT / "docs" / "your-data.md").read_text(encoding="utf-8")
SHARED = ROOT.parent / "shared" / "data"
needs_candy = pytest.mark.skipif(
    not (SHARED / "candy").is_dir(), reason="candy.csv is not there: python data/fetch.py candy"
)
needs_lastfm = pytest.mark.skipif(
    not (SHARED / "lastfm").is_dir(), reason="Last.fm's files are not there: docs/your-data.md"
)


def block(start: str) -> list[str]:
    """The lines of the indented block that begins with a line like this."""
    found = re.search(
        rf"^ {{4}}{re.escape(start)}.*\n(?: {{4}}.*\n|\n(?= {{4}}))*", PAGE, re.MULTILINE
    )
    assert found, f"docs/your-data.md has no block that begins with {start!r}"
    return [line[4:] for line in found[0].splitlines()]


def walk(heading: str) -> tuple[list[str], list[str]]:
    """The command of a walk's training, and the lines of the account that stand beneath it."""
    section = PAGE[PAGE.index(f"## {heading}") :]
    found = re.search(r"^ {4}\$ python model\.py (.*)\n((?: {4}.*\n)*)", section, re.MULTILINE)
    assert found
    return shlex.split(found[1]), [line[4:] for line in found[2].splitlines()]


def shown(line: str, printed: str) -> bool:
    """Whether a line of the page, perhaps shortened by dots, is printed; spaces do not count."""
    parts = [" ".join(part.split()) for part in line.split("...")]
    return re.search(".*".join(map(re.escape, parts)), " ".join(printed.split())) is not None


def check_account(heading: str, capsys: Captured) -> None:
    """What a walk shows beneath its training is what the reading says."""
    args, lines = walk(heading)
    assert main([*args, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    told = [line for line in lines if line.strip(" .─")]
    assert told
    assert [line for line in told if not shown(line, printed)] == []


@needs_candy
def test_candy_needs_no_option_and_its_repeats_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    shutil.copy(SHARED / "candy" / "candy.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    check_account("A walk with stars: candy", capsys)
    be_quick(monkeypatch)
    assert main(["--ratings", "candy.csv", "--report", "report"]) == 0
    account = json.loads(Path("report/account.json").read_text())["feedback"]
    assert [(one["rows"], one["done"]) for one in account["removed"]] == [(35, "the latest counts")]
    environ = {"TOPPICKS_DEMO": "1", "SECRET_KEY": "of the tests", "TOPPICKS_INSTANCE": "instance"}
    client = create_app(Settings.from_environment(environ)).test_client()
    assert "candies" in client.get("/").text
    picks = json.loads(client.get("/api/users/darlene90/picks").text)
    assert picks["source"] == "personal"
    assert len(picks["picks"]) == 6


@needs_lastfm
def test_counts_and_a_tag_a_row_need_no_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    for path in (SHARED / "lastfm").iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    check_account("A walk with counts: Last.fm", capsys)


@pytest.mark.usefixtures("no_proxy")
def test_stars_are_imported_and_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """From the importer's file to a model: repos, their times, and what is known of them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(github_stars, "Waiting", partial(Waiting, sleep=lambda _: None))
    people = [f"p{n}" for n in range(6)]
    repos = [
        star(f"o/r{n}", language=f"L{n % 3}", topics=[f"t{n % 2}", "b-c"], stargazers_count=n)
        for n in range(9)
    ]
    github = GitHub(
        {one: [repos[(n + k) % 9] for k in range(5)] for n, one in enumerate(people)},
        followers={"ann": people},
    )
    _, *following = block("$ GITHUB_TOKEN=")
    with standing_in(github) as url:
        command = shlex.split(block("$ GITHUB_TOKEN=")[0].replace("LOGIN", "ann"))[4:]
        assert run(github_stars.command, [*command, "--api", url]) == 0
    be_quick(monkeypatch)
    assert main(shlex.split(following[0])[3:]) == 0
    capsys.readouterr()
    model = TrainedModel.from_artifact(artifact.load(Path("model.pkl")))
    assert (model.words.one, model.words.many, model.words.feedback) == (
        "repo",
        "repos",
        "presence",
    )
    assert set(model.items) == {f"o/r{n}" for n in range(9)}
    assert {"description", "language", "topics", "stargazers"} <= set(model.fields)
    assert model.fields["topics"][0] == ["t0", "b-c"]
    assert len(model.histories.timestamp) == 30


def test_the_files_of_settings_are_such_files(tmp_path: Path) -> None:
    for start, read in (("# feedback.toml", read_feedback), ("# site.toml", read_site)):
        path = tmp_path / "file.toml"
        path.write_text("\n".join(block(start)), encoding="utf-8")
        read(path)


def test_every_role_kind_and_option_is_told() -> None:
    options = {name for option in cli.commands["train"].params for name in option.opts}
    for role, (strong, *_) in NAMES.items():
        assert f"`{option_of(role)}`" in PAGE
        assert option_of(role) in options
        assert any(f"`{name}`" in PAGE for name in strong)
    assert [kind for kind in KINDS if kind not in PAGE] == []
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= options | {
        "--followers-of", "--most-users", "--user", "--users-file", "--no-wait",
        "--stargazers-of", "--force",
    }  # fmt: skip


def test_the_refusal_that_is_shown_is_the_one_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text("customer_id,login,sku\n1,ann,7\n")
    command, expected = block("$ python model.py --ratings orders.csv")[:2]
    assert main(shlex.split(command)[3:]) == 2
    assert capsys.readouterr().err.strip() == expected
