"""The place where the model lies, whatever is done to it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError
from toppicks.serving.model_file import ModelFile, Stamp


@pytest.fixture
def file(models: list[Path], tmp_path: Path) -> ModelFile:
    shutil.copyfile(models[0], tmp_path / "model.pkl")
    return ModelFile(tmp_path / "model.pkl", tmp_path / "instance" / "served")


def copies(file: ModelFile) -> list[str]:
    return sorted(path.name for path in file.copies.iterdir())


def total(loaded: Artifact) -> float:
    """Reads every byte that is mapped."""
    return float(sum(np.nansum(array.astype(np.float64)) for array in loaded.arrays.values()))


def test_what_is_served_is_a_copy(file: ModelFile) -> None:
    loaded = file.load()
    assert loaded.version == artifact.load(file.path).version
    assert copies(file) == [".lock", f"{loaded.version}.pkl"]


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 10_000_000])
def test_writing_into_the_model_file_changes_nothing_of_what_is_served(
    file: ModelFile, content: bytes
) -> None:
    loaded = file.load()
    before = total(loaded)
    file.path.write_bytes(content)
    assert total(loaded) == before
    with pytest.raises(ArtifactError) as refused:
        file.load()
    assert str(file.path) in str(refused.value)
    assert "incoming" not in str(refused.value)
    last = file.last_copy()
    assert last is not None
    assert last.version == loaded.version


def test_the_copies_of_other_models_go_and_whoever_has_them_keeps_them(
    file: ModelFile, models: list[Path]
) -> None:
    first = file.load()
    before = total(first)
    shutil.copyfile(models[1], file.path)
    second = file.load()
    assert copies(file) == [".lock", f"{second.version}.pkl"]
    assert total(first) == before


def test_a_model_that_does_not_verify_leaves_the_copies_alone(file: ModelFile) -> None:
    loaded = file.load()
    file.path.write_bytes(file.path.read_bytes()[:-1])
    with pytest.raises(ArtifactError, match="truncated or altered"):
        file.load()
    assert copies(file) == [".lock", f"{loaded.version}.pkl"]


def test_a_damaged_copy_is_made_anew(file: ModelFile) -> None:
    copy = file.copies / f"{file.load().version}.pkl"
    copy.write_bytes(copy.read_bytes()[:-1])
    assert file.last_copy() is None
    loaded = file.load()
    assert artifact.load(copy).version == loaded.version


def test_all_workers_share_one_copy(file: ModelFile) -> None:
    file.load()
    copy = next(file.copies.glob("*.pkl"))
    before = copy.stat().st_ino
    file.load()
    assert copy.stat().st_ino == before


def test_where_nothing_can_be_written_the_model_itself_is_mapped(
    file: ModelFile, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    elsewhere = ModelFile(file.path, tmp_path / "taken" / "served")
    assert elsewhere.load().version == artifact.load(file.path).version
    assert elsewhere.last_copy() is None


def test_a_copy_that_cannot_be_finished_is_done_without(
    file: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    assert file.load().version == artifact.load(file.path).version
    assert copies(file) == [".lock"]


def test_a_missing_model_is_said(file: ModelFile, caplog: pytest.LogCaptureFixture) -> None:
    file.path.unlink()
    assert file.stamp() == Stamp()
    with pytest.raises(ArtifactError, match=f"{file.path}: no such model"):
        file.load()
    assert "cannot be copied" not in caplog.text


def test_a_stamp_tells_another_file_and_the_same_one_written_again(file: ModelFile) -> None:
    stamp = file.stamp()
    assert file.stamp() == stamp
    content = file.path.read_bytes()
    beside = file.path.with_name("other")
    beside.write_bytes(content)
    beside.rename(file.path)
    renamed = file.stamp()
    assert renamed != stamp
    file.path.write_bytes(content)
    os.utime(file.path, ns=(0, 12_345))
    assert file.stamp() != renamed


LOADS = """
import sys
from pathlib import Path
from toppicks.serving.model_file import ModelFile
for _ in range(5):
    print(ModelFile(Path(sys.argv[1]), Path(sys.argv[2])).load().version)
"""


def test_several_processes_at_once(file: ModelFile, models: list[Path]) -> None:
    version = artifact.load(file.path).version
    command = [sys.executable, "-c", LOADS, str(file.path), str(file.copies)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * 3
    assert said == [[version] * 5] * 3
    assert copies(file) == [".lock", f"{version}.pkl"]


FORKS = """
import os, sys, time
from pathlib import Path
from toppicks.serving.model_file import ModelFile
file = ModelFile(Path(sys.argv[1]), Path(sys.argv[2]))
with file._copies_locked():
    child = os.fork()
    if not child:
        time.sleep(30)
        os._exit(0)
print(file.load().version, flush=True)
os.kill(child, 9)
"""


def test_a_process_that_is_forked_meanwhile_locks_nobody_out(file: ModelFile) -> None:
    command = [sys.executable, "-c", FORKS, str(file.path), str(file.copies)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.split() == [artifact.load(file.path).version]
