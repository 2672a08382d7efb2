"""Somebody's history: what the files say of them, and what came live since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.evidence import Evidence, evidence, stands
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

    in_file:   the files' number, if it still stands; None without any.
    file_time: epoch seconds of the files' row; None where there is none, or it has no time.
    evidence:  what the pair says of taste; None where it is none.
    seen:      whether the item must not be picked again.
    """

    item_idx: int
    in_file: float | None
    file_time: float | None
    evidence: Evidence | None
    seen: bool
    reaction: Reaction

    @property
    def number(self) -> float | None:
        """What it comes to on the files' scale; None where it is no evidence."""
        return None if self.evidence is None else self.evidence.number

    @property
    def telling_time(self) -> float:
        """When the deed was done that it is evidence by; 0 where nobody knows."""
        live = None if self.evidence is None else self.evidence.time
        return (self.file_time if live is None else live) or 0.0

    @property
    def done(self) -> tuple[Done, float | None]:
        """The clearest of what was done, and when; of the files' rows "interaction"."""
        reaction = self.reaction
        if reaction.hidden:
            return "hide", reaction.hidden_at
        if reaction.opinion is not None and reaction.opinion != "none":
            return reaction.opinion, reaction.said_at
        if reaction.bought:
            return "purchase", reaction.bought_at
        if self.in_file is not None:
            return "interaction", self.file_time
        if reaction.glances:
            return "view", reaction.glanced_at
        return "skip", reaction.skipped_at


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
    live:    what live events come to, by the item's row.
    erased:  whether what the files hold of them counts no more.
    """

    user_id: str
    known: bool
    history: History
    histories: "Histories"
    live: Mapping[int, Reaction]
    erased: bool

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """All that is known, by item; put together when somebody asks, which no score does."""
        return self.histories.pairs(self.user_id, self.live, self.erased)

    @cached_property
    def liked_idx(self) -> frozenset[int]:
        """Rows of the items that they like."""
        if not self.live:
            # As below, without a pair for each row: pages ask it of a dozen people at once.
            return frozenset() if self.erased else self.histories.liked_in_files(self.user_id)
        return frozenset(pair.item_idx for pair in self.pairs if self.histories.is_liked(pair))

    @property
    def told_likes_idx(self) -> frozenset[int]:
        """Rows of the items of which they said that they like them."""
        return frozenset(row for row, said in self.live.items() if said.opinion == "like")

    @property
    def hidden_idx(self) -> frozenset[int]:
        """Rows of the items that they do not want to be shown."""
        return frozenset(row for row, reaction in self.live.items() if reaction.hidden)

    def entries(self) -> list[Entry]:
        """Newest first; where there are no times, by item."""
        entries = [self.histories.entry(pair) for pair in self.pairs]
        return sorted(entries, key=lambda entry: (-(entry.time or 0.0), entry.item_id))


class Histories:
    """Puts together what a model's files and live events say of people."""

    def __init__(self, model: TrainedModel, catalogue: ItemCatalogue) -> None:
        self.model = model
        self.catalogue = catalogue

    def person(self, user_id: str, events: Sequence[Happened] = (), erased: bool = False) -> Person:
        """Somebody's history, computed anew from everything that is known.

        events: their live events in the order in which they came.   erased: as of `reacting`.
        """
        return self.reacting(user_id, reactions(events), erased)

    def reacting(self, user_id: str, said: Mapping[str, Reaction], erased: bool = False) -> Person:
        """The same from what their live events come to, by item id.

        What is about unknown items waits until the item is known.

        erased: whether what the files hold of them counts no more.
        """
        user_idx = None if erased else self.model.users.get(user_id)
        known = user_idx is not None or bool(said)
        live = self._by_row(said)
        if live:
            history = self._history(live, user_idx)
        else:
            history = STRANGER if user_idx is None else self.model.histories.history(user_idx)
        return Person(user_id, known, history, self, live, erased)

    def pairs(self, user_id: str, live: Mapping[int, Reaction], erased: bool) -> list[Pair]:
        """Everything known of somebody and any item, by the item's row."""
        in_file, time = ({}, {}) if erased else self._in_file(user_id)
        pairs = (
            self._pair(row, in_file.get(row), time.get(row), live.get(row, UNTOUCHED))
            for row in sorted({*in_file, *live})
        )
        return [pair for pair in pairs if pair.seen or not pair.reaction.says_nothing]

    def liked_in_files(self, user_id: str) -> frozenset[int]:
        """Rows of the items that somebody likes by what the files say alone."""
        user_idx, histories = self.model.users.get(user_id), self.model.histories
        if user_idx is None:
            return frozenset()
        rows = histories.rows(user_idx)
        liked = histories.item_idx[rows][histories.rating[rows] >= histories.like_from]
        return frozenset(liked.tolist())

    def is_liked(self, pair: Pair) -> bool:
        # In the files' precision, in which 4.1 reaches 4.1, and training counts likes.
        number, like_from = pair.number, self.model.histories.like_from
        return number is not None and bool(np.float32(number) >= np.float32(like_from))

    def entry(self, pair: Pair) -> Entry:
        """A pair in words."""
        rates, (done, time) = self.model.meaning.kind == "rating", pair.done
        rating = pair.reaction.rating
        if pair.in_file is not None and rates:
            rating = pair.in_file
        from_file = done == "interaction"
        return Entry(
            item_id=self.catalogue.id(pair.item_idx),
            kind="rating" if from_file and rates else done,
            rating=rating,
            liked=self.is_liked(pair),
            hidden=pair.reaction.hidden,
            time=time,
            source="file" if from_file else "live",
        )

    def _by_row(self, said: Mapping[str, Reaction]) -> dict[int, Reaction]:
        """The same by the rows of the items that are known."""
        return {
            row: reaction
            for item_id, reaction in said.items()
            if not reaction.is_void and (row := self.catalogue.row(item_id)) is not None
        }

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
        meaning, top = self.model.meaning, self.model.histories.worth.starts[-1]
        left = stands(reaction, in_file, meaning)
        return Pair(
            item_idx=row,
            in_file=left,
            file_time=time,
            evidence=evidence(reaction, in_file, meaning, top),
            seen=left is not None or reaction.settles,
            reaction=reaction,
        )

    def _history(self, live: Mapping[int, Reaction], user_idx: int | None) -> History:
        """By item, so that the same feedback gives the same sums to the last bit, in whichever
        order it came and was taken back.

        As the pairs have it; but only those that live events speak of are put together one by one,
        since files may hold thousands of rows of one person.
        """
        files = self.model.histories
        rows = NOTHING if user_idx is None else files.by_item(user_idx)
        is_live = np.zeros(len(self.catalogue), bool)
        is_live[list(live)] = True
        is_touched = is_live[files.item_idx[rows]]
        touched, rest = rows[is_touched], rows[~is_touched]
        items_of_touched = files.item_idx[touched].tolist()
        in_file = dict(zip(items_of_touched, files.rating[touched].tolist(), strict=True))
        times = files.timestamp[touched].tolist() if len(files.timestamp) else []
        time = dict(zip(items_of_touched, times, strict=False))
        pairs = [self._pair(row, in_file.get(row), time.get(row), live[row]) for row in live]
        telling = [pair for pair in pairs if pair.number is not None]
        items = _after(files.item_idx[rest], [pair.item_idx for pair in telling])
        worth = files.worth.of(_after(files.rating[rest], [pair.number for pair in telling]))
        left = self._left(rest, telling)
        if left is not None:
            worth = worth * left
        order = np.argsort(items)
        history = History.of_worth(
            items[order],
            worth[order],
            None if user_idx is None else files.profile(user_idx),
            None if left is None else left[order],
        )
        seen = _after(files.item_idx[rest], [pair.item_idx for pair in pairs if pair.seen])
        return replace(history, seen_idx=np.sort(seen))

    def _left(
        self, rest: NDArray[np.integer], telling: Sequence[Pair]
    ) -> NDArray[np.float32] | None:
        """The share of its worth that each has left, of the files' rows first; None if all has all.

        Counted back, as training does, from the newest of what is evidence.
        """
        files = self.model.histories
        if not files.worth.fades or not len(rest) + len(telling):
            return None
        of_files = np.zeros(len(rest))
        if len(files.timestamp):
            of_files = files.timestamp[rest].astype(np.float64)
        times = _after(of_files, [pair.telling_time for pair in telling])
        return files.worth.left(times.max() - times)


def _after(of_files: NDArray[Any], live: Sequence[Any]) -> NDArray[Any]:
    return np.concatenate([of_files, np.array(live, of_files.dtype)])
