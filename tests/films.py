"""A model of the bundled films, trained as a newcomer trains it: once for all tests."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.rig import ROOT


@dataclass(frozen=True)
class FilmsRun:
    """What `python model.py --out PATH` wrote and printed."""

    path: Path
    printed: str


def train_films(folder: Path) -> FilmsRun:
    path = folder / "model.pkl"
    command = [sys.executable, str(ROOT / "model.py"), "--out", str(path)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return FilmsRun(path, run.stdout)
