"""One run of `model.py` in a process of its own: what it found, how long it took, what it held."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.rig import ROOT
from bench.splits import Files
from toppicks.errors import TopPicksError

# Says in the end what it held: `ru_maxrss`, as others see it, begins with what its parent held.
_MEASURED = """
import os, runpy, sys
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    from toppicks.recommenders.memory import peak_bytes
    print(peak_bytes())
"""
People = dict[str, float]


@dataclass(frozen=True)
class Run:
    """What one run found.

    contenders: figures by contender, as `evaluate --json` and the model's report have them.
    comparison: what is served against the best other.
    by_user:    nDCG of each person by contender; empty where a run does not tell.
    report:     the whole report, of a training run.
    seconds, memory_mb: of the whole process; the most that it held, in millions of bytes.
    """

    seed: int
    contenders: list[dict[str, Any]]
    comparison: dict[str, Any] | None
    seconds: float
    memory_mb: float
    by_user: dict[str, People] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


class RunFailed(TopPicksError):
    """A run ended with an error; its last line says which."""


def evaluated(
    files: Files, folder: Path, seed: int, k: int, like_from: float | None, budget: Sequence[str]
) -> Run:
    """`model.py evaluate` on one split."""
    out, people = folder / f"found{seed}.json", folder / f"people{seed}.csv"
    likes = [] if like_from is None else ["--like-from", str(like_from)]
    args = ["--ratings", files.train, "--test", files.test, "--k", k, "--seed", seed]
    args += ["--items", files.items] if files.items else []
    args += ["--json", out, "--by-user", people, *likes, *budget]
    seconds, memory = measured(["evaluate", *map(str, args)])
    found = json.loads(out.read_text())
    return Run(
        seed=seed,
        contenders=found["contenders"],
        comparison=found["comparison"],
        seconds=seconds,
        memory_mb=memory,
        by_user=_by_user(people),
        report=found,
    )


def trained(folder: Path, seed: int, args: Sequence[str]) -> Run:
    """`model.py train`, and what the model says of itself."""
    out = folder / f"model{seed}.pkl"
    seconds, memory = measured(["train", "--out", str(out), "--seed", str(seed), *args])
    from toppicks import artifact

    report = artifact.load(out).header["about"]["report"]
    out.unlink()
    return Run(seed, report["holdout"], report["comparison"], seconds, memory, report=report)


def measured(args: Sequence[str]) -> tuple[float, float]:
    """Run `model.py` to its end: seconds, and the most memory that it held, in MB."""
    began = time.monotonic()
    command = [sys.executable, "-c", _MEASURED, str(ROOT / "model.py"), *args]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        last = run.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise RunFailed(f"model.py {args[0]} failed: {last[0].removeprefix('error: ')}")
    return time.monotonic() - began, int(run.stdout.split()[-1]) / 1e6


def together(runs: Sequence[Run]) -> dict[str, NDArray[np.float64]]:
    """Each person's mean nDCG over the runs in which they were asked, by contender.

    The same people in the same order for all contenders that took part in every run. A person is
    one witness however many seeds they were asked in, so a test over people may use these figures.
    """
    names = [
        row["name"] for row in runs[0].contenders if all(row["name"] in run.by_user for run in runs)
    ]
    users = sorted({user for run in runs for user in run.by_user[names[0]]})
    return {
        name: np.array(
            [
                np.mean([run.by_user[name][user] for run in runs if user in run.by_user[name]])
                for user in users
            ]
        )
        for name in names
    }


def _by_user(path: Path) -> dict[str, People]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "user_id"]
    return {name: {row["user_id"]: float(row[name]) for row in rows} for name in names}
