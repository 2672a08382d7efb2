"""How good the picks are, against everything that is published on the same splits.

    python bench/quality.py                          # every data set that is there
    python bench/quality.py candy films --seeds 0-4
    python bench/quality.py films --seeds 6          # seeds 1 to 6
    python bench/quality.py --write                  # and write docs/quality.md

Every run is a process of its own, timed, with the most memory that it held. A seed changes what
is random in a run: LightFM, what is tried, whom the films hold out, and how the candy is split;
ML-100K and Gowalla are always split as published. ML-100K comes from a wheel on PyPI where no path
is given.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import page, splits
from bench.page import Exhibit, Published
from bench.rig import ROOT
from bench.runs import Run, evaluated, trained
from toppicks.errors import InputError, TopPicksError

DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "quality.md"

EXHIBITS = {
    "films": Exhibit(
        "Films",
        "The bundled films. Each user's last 20 % by time is hidden and asked for; likes are "
        "ratings of 4 or more.",
    ),
    "candy": Exhibit(
        "Candy",
        "Reviews of candy: of everybody's rows a random 20 % is hidden, likes (4 or more) are "
        "asked for.",
    ),
    "ml-100k": Exhibit(
        "ML-100K, Microsoft split",
        "The split of the Microsoft recommenders' benchmark (75,066 and 24,934 rows); every hidden "
        "rating counts as relevant.",
        published=(Published("BiVAE", {"ndcg": 0.475}), Published("EASE", {"ndcg": 0.4855})),
        goals={"ndcg": 0.495},
    ),
    "gowalla": Exhibit(
        "Gowalla, LightGCN split",
        "Check-ins, as LightGCN and its successors split them; recall is by all hidden places.",
        k=20,
        published=(
            Published("EASE", {"recall": 0.1765, "ndcg": 0.1467}),
            Published("UltraGCN", {"recall": 0.1862, "ndcg": 0.1580}),
            Published("ChebyCF", {"recall": 0.1941, "ndcg": 0.1616}),
        ),
        goals={"recall": 0.190, "ndcg": 0.157},
    ),
}
SEEDS = {"films": (1, 2, 3), "candy": (0, 1, 2, 3, 4), "ml-100k": (1,), "gowalla": (1,)}


@dataclass(frozen=True)
class Places:
    """Where the data sets are; None where ML-100K has to be fetched."""

    candy: Path
    gowalla: Path
    ml_100k: Path | None

    def missing(self, name: str) -> Path | None:
        """What a data set needs and has not got."""
        needed = {
            "candy": [self.candy],
            "gowalla": [self.gowalla / "train.csv.gz", self.gowalla / "test.csv.gz"],
            "ml-100k": [self.ml_100k] if self.ml_100k else [],
        }
        return next((path for path in needed.get(name, []) if not path.exists()), None)


def runner(name: str, places: Places, folder: Path, budget: float | None) -> Callable[[int], Run]:
    """What makes one run of a data set, by seed."""
    allowed = [] if budget is None else ["--budget", str(budget)]
    if name == "films":
        return lambda seed: trained(folder, seed, allowed)
    one = partial(evaluated, folder=folder, budget=allowed, k=EXHIBITS[name].k)
    if name == "candy":
        return lambda seed: one(splits.candy(places.candy, seed, folder), seed=seed, like_from=4.0)
    every = 0.0 if name == "ml-100k" else None
    files = (
        splits.ml_100k(places.ml_100k, folder)
        if name == "ml-100k"
        else splits.gowalla(places.gowalla)
    )
    return lambda seed: one(files, seed=seed, like_from=every)


def read_seeds(text: str) -> tuple[int, ...]:
    """`0-4` is 0 to 4, `2,5` is both, and a number alone is so many, from 1 on."""
    try:
        if "-" in text:
            first, last = text.split("-")
            seeds = range(int(first), int(last) + 1)
        elif "," in text:
            return tuple(int(part) for part in text.split(","))
        else:
            seeds = range(1, int(text) + 1)
    except ValueError:
        seeds = range(0)
    if not seeds:
        raise InputError(f"--seeds {text}: expected 0-4, or 2,5, or how many, as 6")
    return tuple(seeds)


def chosen_of(names: Sequence[str], places: Places) -> list[str]:
    """The data sets to run: those that are named, or all that are there."""
    for name in names:
        if path := places.missing(name):
            raise InputError(f"{path}: is not there; say with --{name} where {name} is")
    there = []
    for name in names or EXHIBITS:
        if path := places.missing(name):
            print(f"{name}: left out, {path} is not there")
        else:
            there.append(name)
    return there


def run_all(
    names: Sequence[str], seeds: tuple[int, ...] | None, places: Places, budget: float | None
) -> Iterator[tuple[str, str]]:
    """The page's sections with their titles, each as soon as it is known."""
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            run = runner(name, places, Path(folder), budget)
            runs = []
            for seed in seeds or SEEDS[name]:
                print(f"{name}: seed {seed}", file=sys.stderr, flush=True)
                runs.append(run(seed))
        exhibit = EXHIBITS[name]
        yield exhibit.title, page.section(exhibit, runs, budget)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(EXHIBITS)))
@click.option("--seeds", help="0-4, or 2,5, or how many, as 6.")
@click.option("--ml-100k", "ml_100k", type=click.Path(path_type=Path))
@click.option("--candy", type=click.Path(path_type=Path), default=DATA / "candy" / "candy.csv")
@click.option("--gowalla", type=click.Path(path_type=Path), default=DATA / "gowalla")
@click.option("--budget", type=click.FloatRange(0, 86_400), help="Seconds for tuning each run.")
@click.option("--write", is_flag=True, help="Bring docs/quality.md up to date.")
def main(
    names: tuple[str, ...],
    seeds: str | None,
    ml_100k: Path | None,
    candy: Path,
    gowalla: Path,
    budget: float | None,
    write: bool,
) -> None:
    """Run data sets, and print a table for each, popularity first."""
    places = Places(candy, gowalla, ml_100k)
    try:
        chosen = chosen_of(names, places)
        asked = read_seeds(seeds) if seeds else None
        for title, section in run_all(chosen, asked, places, budget):
            print(section, flush=True)
            if write:
                page.write(PAGE, {title: section}, [one.title for one in EXHIBITS.values()])
    except TopPicksError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
