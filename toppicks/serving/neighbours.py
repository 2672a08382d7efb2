"""People like you: by distance between users, in the space of the items."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from toppicks.serving.histories import Person
from toppicks.trained import TrainedModel

Metric = Literal["cosine", "euclidean"]
METRICS: tuple[Metric, ...] = get_args(Metric)
# What is shown of each neighbour.
SHOWN = 6
# Neighbours are found by what the files hold, and their distance is taken anew with what came live:
# so many more are looked at than are asked for.
CANDIDATES = 3

Distances = NDArray[np.float64]


@dataclass(frozen=True)
class Neighbour:
    """Somebody of the data.

    distance: by the metric; the less, the nearer.
    n_shared: how many items are in both histories.
    shared:   items that both like, what fewest people know first.
    liked:    items that they like and that the other has not seen, the best-known first.
    """

    user_id: str
    distance: float
    n_shared: int
    shared: tuple[int, ...]
    liked: tuple[int, ...]


class Neighbourhood:
    """Everybody of a model's files as a point: what each item is worth to them."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model

    def make_ready(self) -> None:
        """Weigh everybody's rows now rather than for whoever asks first."""
        _ = self._norms

    def nearest(
        self,
        person: Person,
        n: int,
        metric: Metric,
        people: Callable[[list[str]], Mapping[str, Person]],
        erased: Collection[str] = (),
    ) -> list[tuple[float, Person]]:
        """Distance and person of the n nearest who share something that says something, rising;
        none for an empty history.

        people: everything that is known now of those with these ids.
        erased: of whom what the files say counts no more; by that they are nobody's neighbours.
        """
        if not len(person.history):
            return []
        distances = self._distances(person, metric)
        users = self.model.users
        gone = [row for one in erased if (row := users.get(one)) is not None]
        distances[np.array(gone, np.intp)] = np.inf
        near = np.argsort(distances, kind="stable")[: CANDIDATES * n + 1]
        ids = [self.model.users[row] for row in near.tolist() if np.isfinite(distances[row])]
        others = people([user_id for user_id in ids if user_id != person.user_id])
        measured = [
            (distance, other)
            for other in others.values()
            if (distance := _distance(person, other, metric)) is not None
        ]
        measured.sort(key=lambda one: (one[0], one[1].user_id))
        return measured[:n]

    def _distances(self, person: Person, metric: Metric) -> Distances:
        """(n_users,) by what the files hold; infinite for who shares nothing."""
        history, histories = person.history, self.model.histories
        here = np.zeros(self.model.scorer.n_items, np.float32)
        trained = history.item_idx < len(here)
        here[history.item_idx[trained]] = history.worth[trained]
        dots = self._totals(self._worth * here[histories.item_idx])
        return _measure(dots, self._norms, float(np.linalg.norm(history.worth)), metric)

    @cached_property
    def _worth(self) -> NDArray[np.float32]:
        """(n,), what each row of the files is worth, with what is old faded."""
        histories = self.model.histories
        worth = np.zeros(len(histories.item_idx), np.float32)
        for user_idx in range(len(self.model.users)):
            worth[histories.rows(user_idx)] = histories.worths(user_idx)
        return worth

    @cached_property
    def _norms(self) -> Distances:
        """(n_users,) the length of each person's row."""
        return np.asarray(np.sqrt(self._totals(self._worth**2)))

    def _totals(self, values: NDArray[np.float32]) -> Distances:
        """(n,) a value for each row of the files -> (n_users,) each person's sum."""
        starts = self.model.histories.starts
        if len(starts) < 2:
            return np.zeros(0)
        # One more at the end, where the slice of who has no rows may begin; it would not be empty.
        totals = np.add.reduceat(np.append(values, 0.0), starts[:-1])
        totals[np.diff(starts) == 0] = 0
        return np.asarray(totals, np.float64)

    def neighbour(self, person: Person, other: Person, distance: float) -> Neighbour:
        """What somebody and one of the nearest share, and what only the other likes."""
        known = self.model.n_ratings
        n_known = len(known)

        def fame(row: int) -> int:
            return int(known[row]) if row < n_known else 0

        both = (person.liked_idx & other.liked_idx) - person.histories.catalogue.deleted
        shared = sorted(both, key=lambda row: (fame(row), row))
        seen = {*person.history.seen_idx.tolist(), *person.histories.catalogue.deleted}
        liked = sorted(other.liked_idx - seen, key=lambda row: (-fame(row), row))
        return Neighbour(
            user_id=other.user_id,
            distance=distance,
            n_shared=len({*_items(person)} & {*_items(other)}),
            shared=tuple(shared[:SHOWN]),
            liked=tuple(liked[:SHOWN]),
        )


def _items(person: Person) -> list[int]:
    return [pair.item_idx for pair in person.pairs if pair.seen]


def _distance(person: Person, other: Person, metric: Metric) -> float | None:
    """Between two histories as they are now; None where they share nothing."""
    _, mine, theirs = np.intersect1d(
        person.history.item_idx, other.history.item_idx, assume_unique=True, return_indices=True
    )
    if not len(mine):
        return None
    a, b = (one.history.worth.astype(np.float64) for one in (person, other))
    dot = np.array([float(a[mine] @ b[theirs])])
    norm = np.array([float(np.linalg.norm(b))])
    return float(_measure(dot, norm, float(np.linalg.norm(a)), metric)[0])


def _measure(dots: Distances, norms: Distances, norm: float, metric: Metric) -> Distances:
    """Distances from dot products and lengths; infinite where there is nothing in common.

    cosine: 1 - a'b / (|a| |b|), from 0 to 1.   euclidean: sqrt(|a|^2 + |b|^2 - 2 a'b).
    """
    distances = np.full(len(dots), np.inf)
    shares = dots > 0
    if metric == "cosine":
        distances[shares] = np.maximum(0, 1 - dots[shares] / (norms[shares] * norm))
    else:
        squares = norms[shares] ** 2 + norm**2 - 2 * dots[shares]
        distances[shares] = np.sqrt(np.maximum(0, squares))
    return distances
