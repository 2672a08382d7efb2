"""What people's histories and the catalogue should be, in dicts and loops.

Written from the rules alone, and with nothing of what the site computes them with: it is slow, it
reads every event again for every question, and it is what the site is compared with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toppicks.scoring.history import History
from toppicks.store import Event
from toppicks.trained import TrainedModel

# What the files of events say by their numbers, and the goal's own.
SKIPPED, VIEWED, LIKED, BOUGHT, GOAL = 1.0, 3.0, 5.0, 6.0, 7.0


@dataclass
class Line:
    """One person and one item.

    in_file: what stands of the file's number.   word: the last opinion: its kind, and its rating.
    """

    item_id: str
    in_file: float | None = None
    file_time: float | None = None
    word: tuple[str, float | None] | None = None
    hidden: bool = False
    bought: bool = False
    glances: int = 0
    skips: int = 0
    live_time: float = 0.0

    def hear(self, event: Event) -> None:
        self.live_time = event.time
        if event.kind in {"rating", "like", "dislike", "unrate"}:
            self.word = (event.kind, event.value if event.kind == "rating" else None)
            # Whatever was said replaces the file's word, and taking it back takes that too.
            self.in_file = None
        elif event.kind in {"hide", "unhide"}:
            self.hidden = event.kind == "hide"
        elif event.kind == "purchase":
            self.bought = True
        elif event.kind == "skip":
            self.skips += 1
        else:
            self.glances += 1

    @property
    def opinion(self) -> str | None:
        return self.word[0] if self.word and self.word[0] != "unrate" else None

    @property
    def is_live(self) -> bool:
        """Whether something live is left of it."""
        done = self.hidden or self.bought or self.glances or self.skips
        return bool(self.opinion is not None or done)

    @property
    def seen(self) -> bool:
        return self.in_file is not None or self.opinion is not None or self.hidden or self.bought

    @property
    def time(self) -> float | None:
        return self.live_time if self.is_live else self.file_time


@dataclass
class PlainWorld:
    """Everything that was ever told, as it was told."""

    events: list[Event] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    put: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def hear(self, events: Sequence[Event]) -> int:
        """How many were new."""
        new = 0
        for event in events:
            names = {known.event_id for known in self.events}
            if event.event_id is None or event.event_id not in names:
                self.events.append(event)
                new += 1
        return new

    def erase(self, user_id: str) -> None:
        self.events = [event for event in self.events if event.user_id != user_id]
        self.erased.add(user_id)

    def put_item(self, item_id: str, fields: dict[str, Any]) -> None:
        self.put.pop(item_id, None)
        self.put[item_id] = fields
        self.deleted.discard(item_id)

    def delete_item(self, item_id: str) -> None:
        self.put.pop(item_id, None)
        self.deleted.add(item_id)

    def rows(self, model: TrainedModel) -> dict[str, int]:
        """Of every item that can be spoken of: the model's, and then as they were last put."""
        ids = [*model.items, *(item_id for item_id in self.put if item_id not in model.items)]
        return {item_id: row for row, item_id in enumerate(ids)}

    def shown(self, model: TrainedModel) -> set[str]:
        """Ids of what may be picked."""
        return self.rows(model).keys() - self.deleted

    def knows(self, user_id: str, model: TrainedModel) -> bool:
        in_file = user_id in model.users and user_id not in self.erased
        return in_file or any(event.user_id == user_id for event in self.events)

    def lines(self, user_id: str, model: TrainedModel) -> list[Line]:
        """What is left of all that was said and done, by row."""
        found: dict[str, Line] = {}
        if user_id in model.users and user_id not in self.erased:
            files, user_idx = model.histories, model.users.idx(user_id)
            for at in range(files.starts[user_idx], files.starts[user_idx + 1]):
                item_id = model.items[files.item_idx[at]]
                time = float(files.timestamp[at]) if len(files.timestamp) else None
                found[item_id] = Line(item_id, float(files.rating[at]), time)
        rows = self.rows(model)
        for event in self.events:
            if event.user_id == user_id and event.item_id in rows:
                found.setdefault(event.item_id, Line(event.item_id)).hear(event)
        left = [line for line in found.values() if line.is_live or line.in_file is not None]
        return sorted(left, key=lambda line: rows[line.item_id])

    def history(self, user_id: str, model: TrainedModel) -> History:
        """What a score depends on."""
        lines, rows = self.lines(user_id, model), self.rows(model)
        newest = max((line.time or 0.0 for line in lines), default=0.0)
        worths = [(rows[line.item_id], _worth(line, newest, model)) for line in lines]
        telling = [(row, worth) for row, worth in worths if worth > 0]
        profile = None
        if user_id in model.users and user_id not in self.erased:
            profile = model.histories.profile(model.users.idx(user_id))
        return History(
            np.array([row for row, _ in telling], np.int32),
            np.array([worth for _, worth in telling], np.float32),
            np.array([rows[line.item_id] for line in lines if line.seen], np.int32),
            profile,
        )


def number(line: Line, model: TrainedModel) -> float | None:
    """What a line comes to on the files' scale; None where it is no evidence."""
    if line.hidden or line.opinion == "dislike":
        return None
    kind = model.meaning.kind
    if kind == "rating":
        return _as_rating(line, model)
    loved = line.opinion == "like"
    if line.opinion == "rating":
        stars = line.word[1] if line.word and line.word[1] is not None else 0.0
        against, like = model.meaning.rated or (2.0, 4.0)
        if stars <= against:
            return None
        loved = stars >= like
    return _as_event(line, model, loved) if kind == "event" else _as_count(line, model, loved)


def _as_rating(line: Line, model: TrainedModel) -> float | None:
    if line.opinion == "rating":
        return line.word[1] if line.word else None
    if line.in_file is not None:
        return line.in_file
    return model.meaning.high if line.opinion == "like" or line.bought else None


def _as_event(line: Line, model: TrainedModel, loved: bool) -> float | None:
    strongest = line.in_file
    done = [("skip", SKIPPED, line.skips), ("view", VIEWED, line.glances)]
    done += [("view", VIEWED, line.opinion == "rating"), ("like", LIKED, loved)]
    done += [("purchase", BOUGHT, line.bought)]
    for kind, strength, happened in done:
        if happened:
            own = GOAL if kind == model.meaning.drive else strength
            strongest = own if strongest is None else max(strongest, own)
    return strongest


def _as_count(line: Line, model: TrainedModel, loved: bool) -> float | None:
    count = line.in_file or 0.0
    count += line.glances
    count += 1 if line.bought else 0
    count += 1 if line.opinion == "rating" else 0
    if loved:
        return max(count, 1.0, model.histories.worth.starts[-1])
    return count or None


def _worth(line: Line, newest: float, model: TrainedModel) -> np.float32:
    value, worth = number(line, model), model.histories.worth
    if value is None:
        return np.float32(0)
    worths = np.float32(worth.values[0])
    for start, one in zip(worth.starts, worth.values, strict=True):
        if np.float32(value) >= start:
            worths = np.float32(one)
    if not np.isfinite(worth.half_life):
        return worths
    age = newest - (line.time or 0.0)
    return worths * np.float32(np.exp2(np.float64(-age / worth.half_life)))
