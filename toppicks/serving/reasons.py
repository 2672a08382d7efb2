"""Why something is picked: what in somebody's history speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.explanations import explain
from toppicks.scoring.scorer import Scored, Scorer
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.common_ground import MOST, CommonGround
from toppicks.serving.histories import Person

# Reasons that are given for a pick.
REASONS = 5
# As many things as any two items have in common.
EVERYTHING = 10**6


@dataclass(frozen=True, slots=True)
class Reason:
    """An item of the history that speaks for a pick.

    points: its part of the pick's score.
    share:  of all positive points of the history for this pick.
    shared: what both have in common, in words.
    """

    item_idx: int
    points: float
    share: float
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What an item of a history adds to a score, be it liked or not; below 0 it speaks against."""

    item_idx: int
    points: float


@dataclass(frozen=True, slots=True)
class Account:
    """All that adds up to a score.

    parts:   of each item of the history, those that count most first.
    general: what it has whoever asks: popularity and bias.   profile: the person's own features.
    """

    score: float
    parts: tuple[Part, ...]
    general: float
    profile: float


@dataclass(frozen=True, eq=False)
class Reasons:
    """Finds reasons, by the scorer and among the items of one moment."""

    scorer: Scorer
    catalogue: ItemCatalogue
    common_ground: CommonGround

    def of(self, top: NDArray[np.intp], scored: Scored, person: Person) -> list[tuple[Reason, ...]]:
        """For each pick the things that the person likes and that speak for it, the most first.

        Only what adds to the score is a reason, and only what somebody likes and may be shown is
        named as one.
        """
        history = person.history
        parts = explain(self.scorer, history, top, scored).parts
        positive = np.where(parts > 0, parts, 0.0)
        totals = positive.sum(axis=0)
        may_be_named = person.liked_idx - self.catalogue.deleted
        liked = np.array([row in may_be_named for row in history.item_idx.tolist()])
        named = np.where(liked[:, None], positive, 0.0)
        order = np.argsort(-named, axis=0, kind="stable")[:REASONS]
        return [
            tuple(
                Reason(
                    item_idx=(row := int(history.item_idx[place])),
                    points=float(named[place, column]),
                    share=float(named[place, column] / totals[column]),
                    shared=self.shared(row, item_idx),
                )
                for place in order[:, column].tolist()
                # As it is shown, with six decimals: no reason that adds nothing.
                if round(named[place, column], 6) > 0
            )
            for column, item_idx in enumerate(top.tolist())
        ]

    def account(self, item_idx: int, scored: Scored, person: Person) -> Account:
        """What an item's score is made of for this person; without history, of what is general."""
        history = person.history
        told = explain(self.scorer, history, np.array([item_idx]), scored)
        points = told.parts[:, 0]
        order = np.argsort(-np.abs(points), kind="stable").tolist()
        rows = history.item_idx.tolist()
        return Account(
            score=float(scored.scores[item_idx]),
            parts=tuple(Part(rows[at], float(points[at])) for at in order),
            general=float(told.general[0]),
            profile=float(told.profile[0]),
        )

    def shared(self, one: int, other: int) -> tuple[str, ...]:
        """What two items have in common, in words."""
        facts = self.catalogue.facts
        return self.common_ground.shared(facts(one), facts(other))

    def shared_by(self, items: Sequence[int]) -> tuple[str, ...]:
        """What all of several items have in common, what fewest others have first."""
        first, *others = items
        facts = self.catalogue.facts
        common = [
            self.common_ground.shared(facts(first), facts(other), EVERYTHING) for other in others
        ]
        return tuple(word for word in common[0] if all(word in one for one in common))[:MOST]
