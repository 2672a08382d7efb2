"""Which rows are hidden to ask about them later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.ingest.interactions import Interactions, Mask

TEST_SHARE = 0.2
VALIDATION_PEOPLE, TEST_PEOPLE = 0.15, 0.25


def last_by_time(interactions: Interactions, seed: int, share: float = TEST_SHARE) -> Mask:
    """(n,) True for each user's last `share` of rows by time; a random share without times.

    Rounded to the nearest row, at least one for who has two or more; whoever has a single row
    keeps it for training.
    """
    starts = interactions.user_starts()
    user_idx = interactions.user_idx
    n_rows = np.diff(starts)
    if interactions.timestamp is None:
        shuffled = np.random.default_rng(seed).random(len(interactions))
        place = np.empty(len(interactions), np.int64)
        place[np.lexsort((shuffled, user_idx))] = np.arange(len(interactions))
    else:
        place = np.arange(len(interactions))
    hidden = np.maximum(np.rint(n_rows * share).astype(np.int64), (n_rows > 1).astype(np.int64))
    return np.asarray(place - starts[user_idx] >= (n_rows - hidden)[user_idx])


def held_out_people(n_users: int, shares: tuple[float, ...], seed: int) -> list[NDArray[np.int64]]:
    """Disjoint random groups of users, one for each share, each sorted."""
    shuffled = np.random.default_rng(seed).permutation(n_users)
    ends = np.cumsum([int(n_users * share) for share in shares])
    return [np.sort(group) for group in np.split(shuffled[: ends[-1]], ends[:-1])]


@dataclass(frozen=True)
class Split:
    """One set of rows, divided for choosing and for judging.

    known, hidden:          everybody's first 80 % and last 20 %.
    validation, test:       users held out altogether from `others`.
    others:                 the known rows of everybody else.
    validation_known, validation_hidden: of the known rows once more the first 80 % and the rest,
                            so that nothing is chosen by rows that it is judged on.
    """

    known: Interactions
    hidden: Interactions
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    others: Interactions
    validation_known: Interactions
    validation_hidden: Interactions

    @classmethod
    def of(cls, interactions: Interactions, seed: int) -> "Split":
        later = last_by_time(interactions, seed)
        known = interactions.where(~later)
        latest_known = last_by_time(known, seed)
        shares = (VALIDATION_PEOPLE, TEST_PEOPLE)
        validation, test = held_out_people(len(interactions.users), shares, seed)
        held_out = np.concatenate([validation, test])
        return cls(
            known=known,
            hidden=interactions.where(later),
            validation=validation,
            test=test,
            others=known.where(~np.isin(known.user_idx, held_out)),
            validation_known=known.where(~latest_known),
            validation_hidden=known.where(latest_known),
        )
