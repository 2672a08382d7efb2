"""Commands as a caller gives them, with a training that tries next to nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.worlds import QUICK_SPACE, QUICK_SPACES
from toppicks.cli import main
from toppicks.training import Trainer
from toppicks.tuning.budget import Budget

Captured = pytest.CaptureFixture[str]


def quick_trainer_of(
    seed: int, budget: Budget | None, progress: Callable[[str], None] = lambda _: None
) -> Trainer:
    """Stands in for `Trainer`: few methods, few settings, and no tuning unless it is asked for."""
    return Trainer(seed, budget or Budget(trials=0), QUICK_SPACES, QUICK_SPACE, progress)


def be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few epochs and components: how good the picks are is another test's business."""
    for command in ("train", "evaluate"):
        monkeypatch.setattr(f"toppicks.commands.{command}.Trainer", quick_trainer_of)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def error_of(capsys: Captured, args: Sequence[object]) -> str:
    """The one line on standard error that this command ends with."""
    assert main([str(arg) for arg in args]) == 2
    text = capsys.readouterr().err
    assert text.startswith("error: ")
    assert text.endswith("\n")
    assert text.count("\n") == 1
    return text
