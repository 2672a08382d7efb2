"""Which rows are hidden to ask about them later."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toppicks.ingest.interactions import Interactions, Mask

TEST_SHARE = 0.2
# However little or much a caller hides: enough to choose by, and enough to learn from.
GIVEN_SHARES = (0.05, 0.5)
# Of few people, everybody is held out from one of three fits; of many, one group is enough.
FOLDS, FEW_PEOPLE = 3, 3_000
MOST_HELD_OUT = 2_000
MOST_ASKED = 10_000


def last_by_time(interactions: Interactions, seed: int, share: float = TEST_SHARE) -> Mask:
    """(n,) True for each user's last `share` of rows by time; a random share without times.

    By each user's own clock: what others did later is known.

    Rounded to the nearest row, at least one for who has two or more; whoever has a single row
    keeps it for training.
    """
    starts = interactions.user_starts()
    user_idx, time = interactions.user_idx, interactions.timestamp
    luck = np.random.default_rng(seed).random(len(interactions))
    # Equal times are common (a page of films rated at one go): luck decides, not the item's row.
    order = np.lexsort((luck, user_idx) if time is None else (luck, time, user_idx))
    place = np.empty(len(interactions), np.int64)
    place[order] = np.arange(len(interactions))
    n_rows = np.diff(starts)
    hidden = np.maximum(np.rint(n_rows * share).astype(np.int64), (n_rows > 1).astype(np.int64))
    return np.asarray(place - starts[user_idx] >= (n_rows - hidden)[user_idx])


def cut_in_time(interactions: Interactions, share: float = TEST_SHARE) -> tuple[Interactions, ...]:
    """Everything before one moment, and everything from it on: the last `share` of all rows.

    Without times, or where they are all the same, nothing is before and nothing after.
    """
    times = interactions.timestamp
    nothing = interactions.where(np.zeros(len(interactions), bool))
    if times is None or not len(times):
        return nothing, nothing
    border = np.quantile(times, 1 - share, method="nearest")
    late = times >= border
    if late.all():
        # The first moment has more rows than there are before the cut.
        late = times > border
    if not late.any():
        return nothing, nothing
    return interactions.where(~late), interactions.where(late)


def held_out_people(n_users: int, seed: int) -> list[NDArray[np.intp]]:
    """Disjoint random groups, each sorted: `FOLDS` of everybody, or one of some of many people."""
    shuffled = np.random.default_rng(seed).permutation(n_users)
    if n_users > FEW_PEOPLE:
        return [np.sort(shuffled[:MOST_HELD_OUT])]
    return [np.sort(fold) for fold in np.array_split(shuffled, FOLDS)]


def some_people(n_users: int, most: int, seed: int) -> NDArray[np.intp]:
    """Everybody, or a random `most` of them, sorted."""
    return np.sort(np.random.default_rng(seed).permutation(n_users)[:most])


def is_later(known: Interactions, hidden: Interactions) -> bool:
    """Whether the hidden rows are what people did last: for most people who have rows of both
    kinds, no hidden one is older than any known one. False without times.
    """
    if known.timestamp is None or hidden.timestamp is None:
        return False
    newest = np.full(len(known.users), np.iinfo(np.int64).min)
    oldest = np.full(len(known.users), np.iinfo(np.int64).max)
    np.maximum.at(newest, known.user_idx, known.timestamp)
    np.minimum.at(oldest, hidden.user_idx, hidden.timestamp)
    both = np.intersect1d(known.user_idx, hidden.user_idx)
    return bool(len(both) and np.mean(oldest[both] >= newest[both]) > 0.5)


@dataclass(frozen=True)
class Split:
    """One set of rows, divided for choosing and for judging.

    known, hidden: everybody's first 80 % and last 20 %.
    known_early, known_late: of the known rows once more the first 80 % and the rest: what is
                   chosen by the late ones has never seen a hidden row.
    folds:         groups of people, each held out altogether from one fit.
    others:        for each fold, the known rows of everybody else.
    asked:         the people of the contest: everybody, or `MOST_ASKED` of them.
    """

    known: Interactions
    hidden: Interactions
    known_early: Interactions
    known_late: Interactions
    folds: list[NDArray[np.intp]]
    others: list[Interactions]
    asked: NDArray[np.intp]

    @classmethod
    def of(cls, interactions: Interactions, seed: int) -> "Split":
        last = last_by_time(interactions, seed)
        known = interactions.where(~last)
        late = last_by_time(known, seed)
        folds = held_out_people(len(interactions.users), seed)
        return cls(
            known=known,
            hidden=interactions.where(last),
            known_early=known.where(~late),
            known_late=known.where(late),
            folds=folds,
            others=[known.where(~np.isin(known.user_idx, fold)) for fold in folds],
            asked=some_people(len(interactions.users), MOST_ASKED, seed),
        )

    @classmethod
    def given(cls, known: Interactions, hidden: Interactions, seed: int) -> "Split":
        """The caller's own: of the known rows as large a share is set apart to choose by as is
        hidden of all, and in the same way: the last ones or, where the hidden ones are not the
        last, random ones. Everybody is asked.
        """
        share = len(hidden) / max(1, len(known) + len(hidden))
        # Random or not, what is known keeps its times: feedback may fade.
        ordered = known if is_later(known, hidden) else replace(known, timestamp=None)
        late = last_by_time(ordered, seed, float(np.clip(share, *GIVEN_SHARES)))
        folds = held_out_people(len(known.users), seed)
        return cls(
            known=known,
            hidden=hidden,
            known_early=known.where(~late),
            known_late=known.where(late),
            folds=folds,
            others=[known.where(~np.isin(known.user_idx, fold)) for fold in folds],
            asked=np.arange(len(known.users)),
        )
