"""Hostile files through the real command line: read exactly, or refused in one line."""

import json
from pathlib import Path

import pytest

from tests.commands import Captured, be_quick, error_of, write
from tests.hostile import parquet  # noqa: F401 - enters its files among those that are made
from tests.hostile.kept_outcomes import KEPT
from tests.hostile.made import MADE
from tests.hostile.made_outcomes import MADE_OUTCOMES
from tests.hostile.outcome import Outcome, Reads, Refused
from toppicks.cli import main
from toppicks.ingest.cleaning import read_interactions
from toppicks.ingest.interactions import Interactions

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
OLD_MODEL = b"\x80the old model\r\n"


def test_every_file_has_an_outcome() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(KEPT)
    assert set(MADE) == set(MADE_OUTCOMES)
    assert len(KEPT) + len(MADE) >= 100


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_file(name: str, tmp_path: Path, capsys: Captured) -> None:
    _check(CORPUS / name, KEPT[name], tmp_path, capsys)


@pytest.mark.parametrize("name", [*map(ascii, MADE_OUTCOMES)])
def test_a_made_file(name: str, tmp_path: Path, capsys: Captured) -> None:
    place = {ascii(one): one for one in MADE_OUTCOMES}[name]
    path = tmp_path / "made" / place
    path.parent.mkdir()
    MADE[place](path)
    try:
        _check(path, MADE_OUTCOMES[place], tmp_path, capsys)
    finally:
        # The large ones would stay for the next three runs.
        if path.is_file() and not path.is_symlink():
            path.unlink()


@pytest.mark.parametrize(
    "name",
    ["cr-only.csv", "markup-ids.csv", "right-to-left-and-emoji.csv", "iso-that-is-none.csv",
     "events.csv", "stars.csv", "lone-surrogates.jsonl", "utf-16-be-mark.csv"],
)  # fmt: skip
def test_what_can_be_read_can_be_trained_on(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_quick(monkeypatch)
    out = tmp_path / "model.pkl"
    assert main(["--ratings", str(CORPUS / name), "--out", str(out)]) == 0
    assert out.stat().st_size > 1_000


@pytest.mark.parametrize("name", [name for name, one in KEPT.items() if isinstance(one, Refused)])
def test_what_cannot_be_read_leaves_the_model_alone(
    name: str, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "model.pkl"
    out.write_bytes(OLD_MODEL)
    error_of(capsys, ["--ratings", CORPUS / name, "--out", out])
    assert out.read_bytes() == OLD_MODEL
    assert [path.name for path in tmp_path.iterdir()] == ["model.pkl"]


@pytest.mark.parametrize("option", ["--items", "--users"])
@pytest.mark.parametrize("name", KEPT)
def test_a_kept_file_about_items_or_people_is_read_or_refused(
    name: str, option: str, tmp_path: Path, capsys: Captured
) -> None:
    ratings = write(tmp_path / "r.csv", "user,item,rating\nu,a,3\nv,b,4\n")
    command = ["--ratings", ratings, option, CORPUS / name, "--dry-run", "--report", tmp_path]
    code = main([str(arg) for arg in command])
    said = capsys.readouterr().err
    if code:
        assert (code, said.count("\n")) == (2, 1)
        assert said.startswith(f"error: {CORPUS / name}: ")
    else:
        assert said == ""
        accounts = json.loads((tmp_path / "account.json").read_text())
        account = accounts[option.removeprefix("--")]
        removed = sum(one["rows"] for one in account["removed"])
        assert account["rows_in"] == account["rows_used"] + removed > 0


def _check(path: Path, outcome: Outcome, folder: Path, capsys: Captured) -> None:
    model, report = folder / "model.pkl", folder / "report"
    model.write_bytes(OLD_MODEL)
    command = ["--ratings", str(path), "--dry-run", "--report", str(report), "--out", str(model)]
    if isinstance(outcome, Refused):
        assert outcome.why in error_of(capsys, command).replace("\\\\", "\\")
        assert not (report / "account.json").exists()
    else:
        assert main(command) == 0
        assert capsys.readouterr().err == ""
        _check_account(json.loads((report / "account.json").read_text())["feedback"], outcome)
        _check_rows(read_interactions([path]).interactions, outcome)
    assert model.read_bytes() == OLD_MODEL


def _check_account(account: dict[str, object], outcome: Reads) -> None:
    removed: list[dict[str, object]] = account["removed"]  # type: ignore[assignment]
    found = {
        str(one["reason"]).split(":")[0]: (one["rows"], str(one["where"]).rsplit(", ", 1)[1])
        for one in removed
    }
    n_rows = outcome.rows if isinstance(outcome.rows, int) else len(outcome.rows)
    assert found == dict(outcome.left_out)
    assert account["rows_used"] == n_rows
    assert account["rows_in"] == n_rows + sum(rows for rows, _ in outcome.left_out.values())
    notes: list[dict[str, str]] = account["notes"]  # type: ignore[assignment]
    for part in outcome.notes:
        assert any(part in note["what"] for note in notes), part


def _check_rows(interactions: Interactions, outcome: Reads) -> None:
    if isinstance(outcome.rows, int):
        assert len(interactions) == outcome.rows
        return
    columns: list[list[object]] = [
        [interactions.users[idx] for idx in interactions.user_idx],
        [interactions.items[idx] for idx in interactions.item_idx],
        [pytest.approx(number, abs=1e-6) for number in interactions.rating.tolist()],
    ]
    if interactions.timestamp is not None:
        columns.append(interactions.timestamp.tolist())
    assert list(zip(*columns, strict=True)) == list(outcome.rows)
