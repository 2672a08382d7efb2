"""`model.py info`: what a model file says of itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Captured, error_of
from tests.worlds import trained, write_csv
from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.cli import main
from toppicks.trained import TrainedModel
from toppicks.training import publish


def _told(model: Path, capsys: Captured) -> dict[str, Any]:
    assert main(["info", "--model", str(model), "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    told: dict[str, Any] = json.loads(said.out)
    return told


def _said(model: Path, capsys: Captured) -> str:
    assert main(["info", "--model", str(model)]) == 0
    return capsys.readouterr().out


def test_programs_are_told_what_the_model_is(tiny_model_path: Path, capsys: Captured) -> None:
    told = _told(tiny_model_path, capsys)
    loaded = artifact.load(tiny_model_path)
    about = TrainedModel.from_artifact(loaded).about
    assert {name: told[name] for name in ("users", "items", "interactions")} == {
        "users": 64,
        "items": 64,
        "interactions": 1280,
    }
    assert told["format"] == artifact.FORMAT
    assert told["version"] == loaded.version
    assert told["trained_at"] == about["trained_at"]
    assert told["trained_from"] == ["ratings.csv"]
    assert told["like_from"] == 4
    assert told["holdout"] == about["report"]["holdout"]
    assert told["settings"] == about["settings"]


def test_people_are_told_the_same_and_popularity_first(
    tiny_model_path: Path, capsys: Captured
) -> None:
    said, told = _said(tiny_model_path, capsys), _told(tiny_model_path, capsys)
    assert f"version {told['version']}, format {told['format']}" in said
    assert f"trained {told['trained_at']} from ratings.csv" in said
    assert "64 users, 64 items, 1,280 interactions; a like is 4 or more" in said
    assert f"items {told['settings']['items']}, " in said
    assert "hybrid.epochs " in said
    table = said[said.index("nDCG@10") :]
    names = [row["name"] for row in told["holdout"]]
    places = [table.index(f" {name}  ") for name in (names[0], names[-1])]
    assert places == sorted(places)
    assert all(f"{row['ndcg']:.4f}" in table for row in told["holdout"])


def test_a_model_in_its_usual_place_needs_no_name(
    tiny_model_path: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "model.pkl: no such model" in error_of(capsys, ["info"])
    Path("model.pkl").write_bytes(tiny_model_path.read_bytes())
    assert main(["info"]) == 0


def test_where_nothing_could_be_judged_that_is_said(tmp_path: Path, capsys: Captured) -> None:
    ratings = write_csv(tmp_path / "r.csv", ("user", "item", "rating"), [("u", "a", 5)])
    publish(trained(ratings), tmp_path / "m.pkl")
    assert "Nobody liked anything that could be hidden" in _said(tmp_path / "m.pkl", capsys)
    told = _told(tmp_path / "m.pkl", capsys)
    assert (told["users"], told["items"], told["interactions"]) == (1, 1, 1)
    assert told["holdout"] == []
    assert told["comparison"] is None


@pytest.mark.parametrize("content", [None, b"", b"not a model", b"\x80\x04N."])
def test_what_is_no_model_is_one_line(
    tmp_path: Path, capsys: Captured, content: bytes | None
) -> None:
    path = tmp_path / "m.pkl"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in error_of(capsys, ["info", "--model", path])


def _crafted(tiny_model_path: Path, path: Path, about: object) -> Path:
    loaded = artifact.load(tiny_model_path)
    artifact.save(Artifact(loaded.header | {"about": about}, loaded.arrays), path)
    return path


@pytest.mark.parametrize(
    "about",
    [
        {},
        None,
        {"report": None, "trained_at": "x", "trained_from": [], "settings": {}},
        {"report": {"k": 10}, "trained_at": "x", "trained_from": [], "settings": {}},
    ],
)
@pytest.mark.parametrize("args", [[], ["--json"]])
def test_a_model_that_does_not_say_what_it_is_is_one_line(
    tiny_model_path: Path, tmp_path: Path, capsys: Captured, about: object, args: list[str]
) -> None:
    path = _crafted(tiny_model_path, tmp_path / "m.pkl", about)
    text = error_of(capsys, ["info", "--model", path, *args])
    assert f"{path}: does not say what it is" in text


def test_a_table_of_something_else_is_one_line(
    tiny_model_path: Path, tmp_path: Path, capsys: Captured
) -> None:
    about = dict(artifact.load(tiny_model_path).header["about"])
    about["report"] = about["report"] | {"holdout": [{"name": "x", "role": "served"}]}
    path = _crafted(tiny_model_path, tmp_path / "m.pkl", about)
    assert "does not say what it is" in error_of(capsys, ["info", "--model", path])


def test_what_a_model_says_leaves_the_terminal_as_it_is(
    tiny_model_path: Path, tmp_path: Path, capsys: Captured
) -> None:
    about = dict(artifact.load(tiny_model_path).header["about"])
    odd = "\x1b[31mred\nline"
    about |= {"trained_at": odd, "trained_from": [odd], "settings": {odd: odd}}
    row = about["report"]["holdout"][0] | {"name": odd}
    about["report"] = about["report"] | {"holdout": [row]}
    said = _said(_crafted(tiny_model_path, tmp_path / "m.pkl", about), capsys)
    assert "\x1b" not in said


def test_the_format_is_the_files_own(
    tiny_model_path: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TrainedModel.from_artifact(artifact.load(tiny_model_path))
    with monkeypatch.context() as older:
        older.setattr(artifact, "FORMAT", 1)
        publish(model, tmp_path / "m.pkl")
    assert artifact.FORMAT > 1
    assert _told(tmp_path / "m.pkl", capsys)["format"] == 1
