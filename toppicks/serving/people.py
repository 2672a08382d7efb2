"""People of the data: what they liked best, and a few to choose from."""

from collections.abc import Sequence

import numpy as np

from toppicks.serving.histories import Pair, Person
from toppicks.trained import TrainedModel

# Enough to show taste, few enough to be read at a glance.
FEWEST_LIKES, MOST_RATINGS = 8, 200


def best_rated(person: Person, n: int) -> Sequence[Pair]:
    """What somebody liked best: highest rating first, then what most people know.

    Only what they like and has not been deleted; the items that others know too say most to whoever
    looks on. Of counts what they did most often comes first; of events there is only what is driven
    at.
    """
    catalogue = person.histories.catalogue
    liked = [
        pair
        for pair in person.pairs
        if pair.item_idx in person.liked_idx and pair.item_idx not in catalogue.deleted
    ]
    liked.sort(
        key=lambda pair: (
            -(pair.number or 0.0),
            -catalogue.n_ratings(pair.item_idx),
            pair.item_idx,
        )
    )
    return liked[:n]


def some_people(model: TrainedModel, n: int) -> list[int]:
    """A spread of people to look at the site as: different tastes, histories of a readable size.

    Each is the one whose likes' mean factors lie farthest from those already chosen, beginning
    with the one nearest to the middle (farthest-first traversal, Gonzalez 1985). Fewer where the
    data has fewer people.
    """
    likes = [model.histories.history(user_idx).item_idx for user_idx in range(len(model.users))]
    sizes = np.diff(model.histories.starts)
    everybody = list(range(len(model.users)))
    readable = [
        user_idx
        for user_idx in everybody
        if len(likes[user_idx]) >= FEWEST_LIKES and sizes[user_idx] <= MOST_RATINGS
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
