"""Small worlds whose answers are known, written as the CSV files that a caller would bring."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ids import IdMap
from toppicks.ingest.cleaning import read_interactions
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Source, gather
from toppicks.recommenders.hybrid import HybridSettings
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights, ItemWeights
from toppicks.trained import TrainedModel
from toppicks.training import Trainer, train
from toppicks.tuning.budget import Budget
from toppicks.tuning.hybrids import HybridSpace
from toppicks.tuning.spaces import SPACES

QUICK = HybridSettings(components=8, epochs=5)
QUICK_SPACE = HybridSpace((8,), 5, first=(QUICK,))
# One method of each kind: dense weights, sparse ones, and one that is not served.
QUICK_SPACES = tuple(space for space in SPACES if space.name in {"EASE", "item-KNN", "user-KNN"})


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


@dataclass(frozen=True)
class Checkerboard:
    """Worth of which the answer is known: even people like some of the first half of the items,
    odd ones some of the second; lower rows of a half more often.

    The last `cold` items are nobody's, and the last `strangers` people like nothing.
    """

    people: int = 40
    half: int = 12
    likes: int = 7
    cold: int = 2
    strangers: int = 2
    seed: int = 0

    @property
    def n_items(self) -> int:
        return 2 * self.half + self.cold

    def worth(self) -> sp.csr_array:
        """(people + strangers, n_items) float32."""
        rng = np.random.default_rng(self.seed)
        popularity = 1 / np.arange(3, self.half + 3)
        board = np.zeros((self.people + self.strangers, self.n_items), np.float32)
        for person in range(self.people):
            liked = rng.choice(
                self.half, self.likes, replace=False, p=popularity / popularity.sum()
            )
            board[person, person % 2 * self.half + liked] = 1
        return sp.csr_array(board)

    def own(self, person: int) -> set[int]:
        """The half that somebody likes."""
        return {*range(person % 2 * self.half, (person % 2 + 1) * self.half)}


def random_worth(n_users: int, n_items: int, density: float = 0.2, seed: int = 0) -> sp.csr_array:
    """(n_users, n_items) float32, with worths from .25 to 1."""
    rng = np.random.default_rng(seed)
    worth = rng.integers(1, 5, (n_users, n_items)) / 4
    return sp.csr_array((worth * (rng.random(worth.shape) < density)).astype(np.float32))


def interactions_of(worth: sp.csr_array) -> Interactions:
    """Untimed ratings: 5 for every entry, whatever it is worth."""
    n_users, n_items = worth.shape
    return Interactions(
        IdMap(map(str, range(n_users))),
        IdMap(map(str, range(n_items))),
        np.repeat(np.arange(n_users, dtype=np.int32), np.diff(worth.indptr)),
        worth.indices.astype(np.int32),
        np.full(worth.nnz, 5, np.float32),
        None,
    )


def history_of(row: NDArray[np.floating]) -> History:
    """Somebody's row of worth, (n_items,), as a history in which all of it is seen."""
    items = np.flatnonzero(row).astype(np.int32)
    return History(items, np.asarray(row[items], np.float32), items)


def whole(weights: ItemWeights) -> NDArray[np.float64]:
    """All of B, (n_items, n_items), entry by entry."""
    b = np.zeros((weights.n_items, weights.n_items))
    if isinstance(weights, DenseWeights):
        for row, j in enumerate(weights.sources):
            for column, i in enumerate(weights.targets):
                b[j, i] = weights.weights[row, column]
        return b
    for j in range(weights.n_items):
        for at in range(weights.starts[j], weights.starts[j + 1]):
            b[j, weights.items[at]] += weights.weights[at]
    return b + np.outer(weights.rest_from, weights.rest_to)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def quick_trainer(seed: int = 1) -> Trainer:
    """One that tries a few settings of a few methods, and nothing else."""
    return Trainer(seed, Budget(trials=0), spaces=QUICK_SPACES, hybrid_space=QUICK_SPACE)


def trained(
    ratings: Path, items: Path | None = None, seed: int = 1, users: Path | None = None
) -> TrainedModel:
    """A model trained on these files, in a second or so."""
    model, _ = train(gather(Source((ratings,), items, users)), quick_trainer(seed))
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


@dataclass(frozen=True)
class Shop:
    """An event log in which views mislead and purchases tell.

    Person `u0`, `u2`, ... buys items `00` to `19`, `u1`, `u3`, ... items `20` to `39`; each looks
    around in the other half, passes over some of it, and dislikes or hides some of their own
    half. What is bought was looked at before.
    """

    people: int = 60
    half: int = 20
    bought: int = 9
    viewed: int = 12
    skipped: int = 3
    disliked: int = 2
    seed: int = 5

    def rows(self) -> list[tuple[str, str, str, int]]:
        """user, item, event, timestamp."""
        rng = np.random.default_rng(self.seed)
        rows = []
        for person in range(self.people):
            mine, theirs = person % 2 * self.half, (1 - person % 2) * self.half
            own, other = mine + rng.permutation(self.half), theirs + rng.permutation(self.half)
            bought, against = own[: self.bought], own[self.bought :][: self.disliked]
            viewed, skipped = other[: self.viewed], other[self.viewed :][: self.skipped]
            done = [(item, "Purchase") for item in bought]
            done += [(item, "view") for item in viewed] + [(item, "skip") for item in skipped]
            done += [(item, ("dislike", "hide")[item % 2]) for item in against]
            for at, one in enumerate(rng.permutation(len(done))):
                item, event = done[one]
                time = 1_600_000_000 + at * 86_400
                if event == "Purchase":
                    rows.append((f"u{person}", f"{item:02}", "view", time - 60))
                rows.append((f"u{person}", f"{item:02}", event, time))
        return rows

    def write_events(self, path: Path) -> Path:
        """user,item,event,timestamp."""
        return write_csv(path, ("user", "item", "event", "timestamp"), self.rows())

    def pairs(self, *kinds: str) -> set[tuple[str, str]]:
        """Who did this with what."""
        return {(user, item) for user, item, event, _ in self.rows() if event.lower() in kinds}


@dataclass(frozen=True)
class ChangingTastes:
    """People who, half a year ago, turned from one of four kinds of items to another; or who did
    not, where `changing` is false. What they do now says what they will do next.
    """

    people: int = 80
    kinds: int = 4
    size: int = 20
    each: int = 12
    changing: bool = True
    seed: int = 3

    def write(self, path: Path) -> Path:
        """user,item,timestamp."""
        rng = np.random.default_rng(self.seed)
        rows = []
        for person in range(self.people):
            before, now = rng.permutation(self.kinds)[:2]
            kinds = rng.permutation(self.size)
            if not self.changing:
                before = now
            old = before * self.size + kinds[: self.each // 2 if not self.changing else self.each]
            new = now * self.size + rng.permutation(self.size)[: self.each]
            if not self.changing:
                new = np.setdiff1d(new, old)
            days = [*range(len(old)), *range(200, 200 + len(new))]
            rows += [
                (f"u{person}", f"i{item}", 1_600_000_000 + day * 86_400)
                for item, day in zip([*old, *rng.permutation(new)], days, strict=True)
            ]
        return write_csv(path, ("user", "item", "timestamp"), rows)
