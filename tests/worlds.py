"""Small worlds whose answers are known, written as the CSV files that a caller would bring."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from toppicks.errors import InputError
from toppicks.ids import IdMap
from toppicks.ingest.cleaning import read_interactions
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.hybrid import HybridSettings
from toppicks.trained import TrainedModel
from toppicks.training import Source, Trainer, gather, train

QUICK = HybridSettings(components=8, epochs=5)


@dataclass(frozen=True)
class TwoTastes:
    """People who like one half of a catalogue and dislike the other; a few items nobody rated.

    Person `u0`, `u2`, ... likes items `00` to `29` ("Red"), `u1`, `u3`, ... items `30` to `59`
    ("Blue"); lower rows of a half are rated more often. Items `60` to `63` are not rated at all.
    """

    people: int = 64
    half: int = 30
    unrated: int = 4
    likes: int = 15
    dislikes: int = 5
    seed: int = 7

    def write_ratings(self, path: Path) -> Path:
        """user,item,rating,timestamp: 4 or 5 for the own half, 1 or 2 for the other."""
        rng = np.random.default_rng(self.seed)
        popularity = 1 / np.arange(2, self.half + 2)
        chances = popularity / popularity.sum()
        rows: list[Sequence[object]] = []
        for person in range(self.people):
            own, other = person % 2, 1 - person % 2
            liked = own * self.half + rng.choice(self.half, self.likes, replace=False, p=chances)
            disliked = other * self.half + rng.choice(self.half, self.dislikes, replace=False)
            rated = [(int(item), int(rng.integers(4, 6))) for item in liked]
            rated += [(int(item), int(rng.integers(1, 3))) for item in disliked]
            times = 1_000_000_000 + rng.permutation(len(rated)) * 86_400
            rows += [
                (f"u{person}", f"{item:02}", rating, time)
                for (item, rating), time in zip(rated, times.tolist(), strict=True)
            ]
        return write_csv(path, ("user", "item", "rating", "timestamp"), rows)

    def write_items(self, path: Path) -> Path:
        """item,title,year,genres: Red ones are of the 1980s, Blue ones of the 2010s."""
        rows = []
        for item in range(2 * self.half + self.unrated):
            blue = item % 2 if item >= 2 * self.half else item // self.half
            kind, year = (("Red", 1980), ("Blue", 2010))[blue]
            rows.append((f"{item:02}", f"{kind} Café {item}", year + item % 10, f"{kind}|All"))
        return write_csv(path, ("item", "title", "year", "genres"), rows)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def trained(ratings: Path, items: Path | None = None, seed: int = 1) -> TrainedModel:
    """A model trained on these files, in well under a second."""
    model, _ = train(gather(Source((ratings,), items)), Trainer(seed, QUICK))
    return model


def few_interactions(rows: Iterable[tuple[int, int, float]], n_items: int) -> Interactions:
    """Untimed rows of (user_idx, item_idx, rating) by four users, in the order given."""
    users, items, ratings = zip(*rows, strict=True)
    return Interactions(
        IdMap(map(str, range(4))),
        IdMap(map(str, range(n_items))),
        np.array(users, np.int32),
        np.array(items, np.int32),
        np.array(ratings, np.float32),
        None,
    )


def input_refusal(path: Path) -> str:
    """The one line with which a file of ratings is refused."""
    with pytest.raises(InputError) as raised:
        read_interactions([path])
    text = str(raised.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text
