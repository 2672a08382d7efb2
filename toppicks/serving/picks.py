"""Picks: what is asked for, and what is given."""

from dataclasses import dataclass

from toppicks.scoring.reranking import Control
from toppicks.serving.reasons import Reason

AS_IT_IS = Control()


@dataclass(frozen=True, slots=True)
class Wish:
    """Which picks are asked for.

    exclude:   ids of items to leave out; unknown ones are of no consequence.
    where:     conditions on metadata, all of which hold (`Filters`).
    explain:   whether each pick comes with its reasons.
    control:   less of what is popular, and less of the same.
    """

    n: int = 6
    offset: int = 0
    exclude: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    explain: bool = False
    control: Control = AS_IT_IS


@dataclass(frozen=True, slots=True)
class Pick:
    """rank: from 1, over all pages. match: chance of a like, or None where it means nothing."""

    rank: int
    item_idx: int
    score: float
    match: float | None
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Picks:
    """One page of somebody's picks.

    known:  whether the person was ever seen.
    source: `personal` where a history was used, `profile` where only the person's own features
            were, `popular` where there was neither.
    total:  how many items all pages hold together.
    """

    known: bool
    source: str
    total: int
    offset: int
    picks: list[Pick]
