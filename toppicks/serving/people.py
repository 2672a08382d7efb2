"""People of the data: what they rated, and a few to choose from."""

from dataclasses import dataclass

import numpy as np

from toppicks.trained import TrainedModel

# Enough to show taste, few enough to be read at a glance.
FEWEST_LIKES, MOST_RATINGS = 8, 200


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating of a person's."""

    item_idx: int
    rating: float


def best_rated(model: TrainedModel, user_idx: int, n: int) -> list[Rated]:
    """What somebody liked best: highest rating first, then what most people know.

    Only what they liked; the items that others know too say most to whoever looks on. Of counts
    what they did most often comes first; of events there is only what is driven at.
    """
    rows = model.histories.rows(user_idx)
    items, ratings = model.histories.item_idx[rows], model.histories.rating[rows]
    order = np.lexsort((items, -model.n_ratings[items], -ratings))[:n]
    return [
        Rated(int(items[row]), float(ratings[row]))
        for row in order
        if ratings[row] >= model.histories.like_from
    ]


def n_ratings(model: TrainedModel, user_idx: int) -> int:
    """How many items somebody has rated, liked or not."""
    rows = model.histories.rows(user_idx)
    return int(rows.stop - rows.start)


def some_people(model: TrainedModel, n: int) -> list[int]:
    """A spread of people to look at the site as: different tastes, histories of a readable size.

    Each is the one whose likes' mean factors lie farthest from those already chosen, beginning
    with the one nearest to the middle (farthest-first traversal, Gonzalez 1985). Fewer where the
    data has fewer people.
    """
    likes = [model.histories.history(user_idx).item_idx for user_idx in range(len(model.users))]
    everybody = list(range(len(model.users)))
    readable = [
        user_idx
        for user_idx in everybody
        if len(likes[user_idx]) >= FEWEST_LIKES and n_ratings(model, user_idx) <= MOST_RATINGS
    ]
    candidates = (
        readable if len(readable) >= n else [user for user in everybody if len(likes[user])]
    )
    if not candidates:
        return []
    tastes = np.stack([model.scorer.item_factors[likes[user]].mean(axis=0) for user in candidates])
    tastes /= np.maximum(np.linalg.norm(tastes, axis=1, keepdims=True), 1e-9)
    chosen = [int(np.argmax(tastes @ tastes.mean(axis=0)))]
    nearest = tastes @ tastes[chosen[0]]
    while len(chosen) < min(n, len(candidates)):
        nearest[chosen[-1]] = np.inf  # people of one and the same taste are still different people
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, tastes @ tastes[chosen[-1]])
    return [candidates[row] for row in chosen]
