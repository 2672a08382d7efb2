"""Somebody's history: what the files say of them, and what came live since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from toppicks.scoring.evidence import evidence
from toppicks.scoring.history import History
from toppicks.scoring.ranking import NOTHING
from toppicks.scoring.reactions import Happened, Reaction, reactions
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.trained import TrainedModel

STRANGER = History.of_likes(NOTHING, NOTHING)
UNTOUCHED = Reaction()


Done = Literal[
    "rating", "like", "dislike", "hide", "purchase", "view", "dwell", "skip", "interaction"
]


class Pair(NamedTuple):
    """What is known of one person and one item.

    in_file:  the files' number, unless it was taken back or replaced; None without any.
    number:   what the pair comes to on the files' scale; None where it is no evidence.
    seen:     whether the item must not be picked again.
    time:     epoch seconds of the last thing done; None where the files have no times.
    """

    item_idx: int
    in_file: float | None
    number: float | None
    seen: bool
    time: float | None
    reaction: Reaction


@dataclass(frozen=True)
class Entry:
    """A line of somebody's history, as they and programs see it.

    kind:   what was done: an opinion, "hide", "purchase", "view", "skip", or "interaction" for a
            row of the files that is no rating.
    rating: what was given, where it is a number. liked: whether it counts as a like.
    source: "file" or "live".
    """

    item_id: str
    kind: Done
    rating: float | None
    liked: bool
    hidden: bool
    time: float | None
    source: Literal["file", "live"]


@dataclass(frozen=True, eq=False)
class Person:
    """One person at one moment.

    known:   whether files or live events hold them at all.
    history: what a score depends on.
    pairs:   all that is known, by item; None until somebody asks, of who has nothing live.
    """

    user_id: str
    known: bool
    history: History
    histories: "Histories"
    live: Sequence[Pair] | None = None

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        if self.live is not None:
            return self.live
        return self.histories.pairs(self.user_id, {}, erased=False)

    @cached_property
    def liked_idx(self) -> frozenset[int]:
        """Rows of the items that they like."""
        return frozenset(pair.item_idx for pair in self.pairs if self.histories.is_liked(pair))

    def entries(self) -> list[Entry]:
        """Newest first; where there are no times, by item."""
        ordered = sorted(
            self.pairs,
            key=lambda pair: (-(pair.time or 0.0), self.histories.catalogue.id(pair.item_idx)),
        )
        return [self.histories.entry(pair) for pair in ordered]


class Histories:
    """Puts together what a model's files and live events say of people."""

    def __init__(self, model: TrainedModel, catalogue: ItemCatalogue) -> None:
        self.model = model
        self.catalogue = catalogue

    def person(self, user_id: str, events: Sequence[Happened] = (), erased: bool = False) -> Person:
        """Somebody's history, computed anew from everything that is known.

        events: their live events in the order in which they came; those about unknown items wait
                until the item is known.
        erased: whether what the files hold of them counts no more.
        """
        user_idx = None if erased else self.model.users.get(user_id)
        known = user_idx is not None or bool(events)
        if not events:
            history = STRANGER if user_idx is None else self.model.histories.history(user_idx)
            return Person(user_id, known, history, self, () if user_idx is None else None)
        pairs = self.pairs(user_id, reactions(events), erased)
        return Person(user_id, known, self._history(pairs, user_idx), self, pairs)

    def pairs(self, user_id: str, live: dict[str, Reaction], erased: bool) -> list[Pair]:
        """Everything known of somebody and any item, by the item's row."""
        in_file, time = ({}, {}) if erased else self._in_file(user_id)
        by_row = {
            row: reaction
            for item_id, reaction in live.items()
            if not reaction.is_void and (row := self.catalogue.row(item_id)) is not None
        }
        pairs = (
            self._pair(row, in_file.get(row), time.get(row), by_row.get(row, UNTOUCHED))
            for row in sorted({*in_file, *by_row})
        )
        return [pair for pair in pairs if pair.seen or not pair.reaction.says_nothing]

    def is_liked(self, pair: Pair) -> bool:
        return pair.number is not None and pair.number >= self.model.histories.like_from

    def entry(self, pair: Pair) -> Entry:
        """A pair in words."""
        reaction, rates = pair.reaction, self.model.meaning.kind == "rating"
        is_live = reaction is not UNTOUCHED
        rating = reaction.rating if reaction.opinion == "rating" else None
        if pair.in_file is not None and rates:
            rating = pair.in_file
        return Entry(
            item_id=self.catalogue.id(pair.item_idx),
            kind=_kind(pair, rates),
            rating=rating,
            liked=self.is_liked(pair),
            hidden=reaction.hidden,
            time=pair.time,
            source="live" if is_live else "file",
        )

    def _in_file(self, user_id: str) -> tuple[dict[int, float], dict[int, float]]:
        """The files' numbers and times by item."""
        user_idx, histories = self.model.users.get(user_id), self.model.histories
        if user_idx is None:
            return {}, {}
        rows = histories.rows(user_idx)
        items = histories.item_idx[rows].tolist()
        numbers = dict(zip(items, histories.rating[rows].tolist(), strict=True))
        times = histories.timestamp[rows].tolist() if len(histories.timestamp) else []
        return numbers, dict(zip(items, times, strict=False))

    def _pair(
        self, row: int, in_file: float | None, time: float | None, reaction: Reaction
    ) -> Pair:
        top = self.model.histories.worth.starts[-1]
        stands = None if reaction.replaces_file else in_file
        return Pair(
            item_idx=row,
            in_file=stands,
            number=evidence(reaction, in_file, self.model.meaning, top),
            seen=stands is not None or reaction.settles,
            time=time if reaction is UNTOUCHED else reaction.time,
            reaction=reaction,
        )

    def _history(self, pairs: Sequence[Pair], user_idx: int | None) -> History:
        """By item, so that the same feedback gives the same sums to the last bit, in whichever
        order it came and was taken back.
        """
        worth = self.model.histories.worth
        telling = [pair for pair in pairs if pair.number is not None]
        numbers = np.array([pair.number for pair in telling], np.float32)
        values = worth.of(numbers)
        left = None
        if worth.fades and telling:
            times = np.array([pair.time or 0.0 for pair in telling])
            newest = max(pair.time or 0.0 for pair in pairs)
            left = worth.left(newest - times)
            values = values if left is None else values * left
        history = History.of_worth(
            np.array([pair.item_idx for pair in telling], np.int32),
            values,
            None if user_idx is None else self.model.histories.profile(user_idx),
            left,
        )
        seen = np.array([pair.item_idx for pair in pairs if pair.seen], np.int32)
        return replace(history, seen_idx=seen)


def _kind(pair: Pair, rates: bool) -> Done:
    """What was done with an item, the clearest of it."""
    reaction = pair.reaction
    if reaction.hidden:
        return "hide"
    if reaction.opinion is not None and reaction.opinion != "none":
        return reaction.opinion
    if reaction.bought:
        return "purchase"
    if pair.in_file is not None:
        return "rating" if rates else "interaction"
    return "view" if reaction.glances else "skip"
