"""What reading costs: from a file of ratings to `Interactions`, for 1, 5 and 25 million rows.

    python bench/training.py            # make the files, read each in a process of its own
    python bench/training.py --check    # also exit 1 where a bar is missed

The files are `user,item,rating,timestamp`, made here: how often a user or an item occurs follows a
power law, times are in no order, and some five in a hundred rows repeat an earlier pair. Each size
is read by itself, so that its peak is its own. Machines are shared and noisy: the growth is judged
by seconds of a processor's work, which stay level for each million rows where growth is linear.
"""

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toppicks.ingest.cleaning import read_interactions

MILLION = 1_000_000
SIZES = (1, 5, 25)
# For 25 million rows; and how far from straight (1) the exponent of the growth may be.
MOST_SECONDS, MOST_GB, STRAIGHT = 120.0, 6.0, 1.15
ROWS_A_USER, ROWS_AN_ITEM = 150, 400


@dataclass(frozen=True)
class Reading:
    """What one file took. rows, used: how many there are, and how many pairs came of them.

    seconds: on the clock. work: of a processor, which a busy machine does not stretch as much.
    """

    rows: int
    used: int
    seconds: float
    work: float
    peak_gb: float

    @property
    def work_a_million(self) -> float:
        return self.work / (self.rows / MILLION)


def write_ratings(path: Path, rows: int, seed: int = 1) -> Path:
    """A file of so many ratings by a power law."""
    rng = np.random.default_rng(seed)
    n_users, n_items = rows // ROWS_A_USER, max(1_000, rows // ROWS_AN_ITEM)
    table = pa.table(
        {
            "user": (n_users * rng.random(rows) ** 2.2).astype(np.int64),
            "item": (n_items * rng.random(rows) ** 3.0).astype(np.int64),
            "rating": rng.integers(1, 11, rows) / 2,
            "timestamp": rng.integers(900_000_000, 1_700_000_000, rows),
        }
    )
    pacsv.write_csv(table, path)
    return path


def read_one(path: Path) -> Reading:
    """Read a file here and now; the peak is that of the whole process."""
    began, worked = time.monotonic(), time.process_time()
    account = read_interactions([path]).account
    seconds, work = time.monotonic() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes, but bytes on a Mac.
    peak_gb = peak / (1e9 if sys.platform == "darwin" else 1e6)
    return Reading(account.rows_in, account.rows_used, seconds, work, peak_gb)


def read_apart(path: Path) -> Reading:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", path], stdout=subprocess.PIPE, text=True, check=True
    )
    return Reading(**json.loads(done.stdout))


def exponent(readings: list[Reading]) -> float:
    """Of work ~ rows ^ exponent between the smallest and the largest: 1 where it is linear."""
    first, last = readings[0], readings[-1]
    return math.log(last.work / first.work) / math.log(last.rows / first.rows)


def missed(readings: list[Reading]) -> list[str]:
    """The bars that were missed, a sentence each."""
    largest = readings[-1]
    said = []
    if largest.seconds > MOST_SECONDS:
        said.append(f"{largest.seconds:.0f} s are more than {MOST_SECONDS:.0f} s")
    if largest.peak_gb > MOST_GB:
        said.append(f"{largest.peak_gb:.1f} GB are more than {MOST_GB:.0f} GB")
    if len(readings) > 1 and exponent(readings) > STRAIGHT:
        said.append(f"work grows by rows ^ {exponent(readings):.2f}, more than {STRAIGHT}")
    return said


def tell(readings: list[Reading], console: Console) -> None:
    """A line for each size."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("million rows", "pairs", "seconds", "of work", "a million", "peak GB"):
        table.add_column(heading, justify="right")
    for one in readings:
        table.add_row(
            f"{one.rows / MILLION:g}",
            f"{one.used:,}",
            f"{one.seconds:.1f}",
            f"{one.work:.1f}",
            f"{one.work_a_million:.2f}",
            f"{one.peak_gb:.2f}",
        )
    console.print(table)
    if len(readings) > 1:
        console.print(f"work grows as rows ^ {exponent(readings):.2f}")


@click.command()
@click.option("--sizes", default=SIZES, multiple=True, type=click.FloatRange(min=0.001))
@click.option("--check", is_flag=True, help="Exit 1 where a bar is missed.")
@click.option("--one", type=click.Path(path_type=Path), help="Read this file and say it as JSON.")
def main(sizes: tuple[float, ...], check: bool, one: Path | None) -> None:
    """Time and memory of reading, by size in million rows."""
    if one:
        click.echo(json.dumps(vars(read_one(one))))
        return
    readings = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(sizes):
            path = write_ratings(Path(folder) / "ratings.csv", int(size * MILLION))
            readings.append(read_apart(path))
    tell(readings, Console())
    said = missed(readings)
    for sentence in said:
        click.echo(f"missed: {sentence}")
    if check and said:
        sys.exit(1)


if __name__ == "__main__":
    main()
