"""A model of the bundled films, trained as a newcomer trains it, but for tuning: once for all."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.rig import ROOT


@dataclass(frozen=True)
class FilmsRun:
    """What `python model.py --trials 0 --out PATH` wrote and printed."""

    path: Path
    printed: str


def train_films(folder: Path) -> FilmsRun:
    path = folder / "model.pkl"
    # Without trials the defaults alone are weighed: the same every time, and in half the time.
    command = [sys.executable, str(ROOT / "model.py"), "--trials", "0", "--out", str(path)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return FilmsRun(path, run.stdout)
