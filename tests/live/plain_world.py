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

    rates:   whether the files hold ratings, which what is said replaces.
    in_file: what stands of the file's number.   word: the last opinion: its kind, and its rating.
    last:    when each kind of thing was done last.
    """

    item_id: str
    rates: bool
    in_file: float | None = None
    file_time: float | None = None
    word: tuple[str, float | None] | None = None
    hidden: bool = False
    glances: int = 0
    last: dict[str, float] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        if event.kind in {"rating", "like", "dislike", "unrate"}:
            self.word = (event.kind, event.value if event.kind == "rating" else None)
            self.last["word"] = event.time
            # Whatever was said replaces the file's rating, and taking it back takes that too; what
            # was bought or counted stays so.
            if self.rates:
                self.in_file = None
        elif event.kind in {"hide", "unhide"}:
            self.hidden = event.kind == "hide"
            self.last["hide"] = event.time
        elif event.kind in {"purchase", "skip"}:
            self.last[event.kind] = event.time
        else:
            self.glances += 1
            self.last["view"] = event.time

    @property
    def opinion(self) -> str | None:
        return self.word[0] if self.word and self.word[0] != "unrate" else None

    @property
    def bought(self) -> bool:
        return "purchase" in self.last

    @property
    def is_live(self) -> bool:
        """Whether something live is left of it."""
        return bool(
            self.opinion is not None or self.hidden or {"purchase", "skip", "view"} & {*self.last}
        )

    @property
    def seen(self) -> bool:
        return self.in_file is not None or self.opinion is not None or self.hidden or self.bought

    @property
    def shown(self) -> tuple[str, float | None]:
        """What is told of it, and when that was."""
        if self.hidden:
            return "hide", self.last["hide"]
        if self.opinion is not None:
            return self.opinion, self.last["word"]
        if self.bought:
            return "purchase", self.last["purchase"]
        if self.in_file is not None:
            return "rating" if self.rates else "interaction", self.file_time
        return ("view", self.last["view"]) if self.glances else ("skip", self.last["skip"])

    @property
    def is_of_file(self) -> bool:
        """Whether it is the file that tells."""
        told = self.hidden or self.opinion is not None or self.bought
        return self.in_file is not None and not told


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
        rates = model.meaning.kind == "rating"
        if user_id in model.users and user_id not in self.erased:
            files, user_idx = model.histories, model.users.idx(user_id)
            for at in range(files.starts[user_idx], files.starts[user_idx + 1]):
                item_id = model.items[files.item_idx[at]]
                time = float(files.timestamp[at]) if len(files.timestamp) else None
                found[item_id] = Line(item_id, rates, float(files.rating[at]), time)
        rows = self.rows(model)
        for event in self.events:
            if event.user_id == user_id and event.item_id in rows:
                found.setdefault(event.item_id, Line(event.item_id, rates)).hear(event)
        left = [line for line in found.values() if line.is_live or line.in_file is not None]
        return sorted(left, key=lambda line: rows[line.item_id])

    def history(self, user_id: str, model: TrainedModel) -> History:
        """What a score depends on."""
        lines, rows = self.lines(user_id, model), self.rows(model)
        told = [one for line in lines if (one := evidence(line, model)) is not None]
        newest = max((time for _, time in told), default=0.0)
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
    found = evidence(line, model)
    return None if found is None else found[0]


def evidence(line: Line, model: TrainedModel) -> tuple[float, float] | None:
    """The same, and when it was done; 0 where nobody knows."""
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


def _as_rating(line: Line, model: TrainedModel) -> tuple[float, float] | None:
    if line.opinion == "rating" and line.word and line.word[1] is not None:
        return line.word[1], line.last["word"]
    if line.in_file is not None:
        return line.in_file, line.file_time or 0.0
    if line.opinion == "like":
        return model.meaning.high, line.last["word"]
    return (model.meaning.high, line.last["purchase"]) if line.bought else None


def _as_event(line: Line, model: TrainedModel, loved: bool) -> tuple[float, float] | None:
    done = [("skip", SKIPPED, "skip" in line.last, "skip")]
    done += [("view", VIEWED, "view" in line.last, "view")]
    done += [("view", VIEWED, line.opinion == "rating", "word"), ("like", LIKED, loved, "word")]
    done += [("purchase", BOUGHT, line.bought, "purchase")]
    strongest = -1.0 if line.in_file is None else line.in_file
    # The file's own row is as old as it gets, beside a live deed of the same strength.
    time: float | None = None
    for kind, strength, happened, when in done:
        own = GOAL if kind == model.meaning.drive else strength
        if not happened or own < strongest:
            continue
        if own > strongest or time is None or line.last[when] > time:
            strongest, time = own, line.last[when]
    if strongest < 0:
        return None
    return strongest, (line.file_time or 0.0) if time is None else time


def _as_count(line: Line, model: TrainedModel, loved: bool) -> tuple[float, float] | None:
    count = (line.in_file or 0.0) + line.glances
    count += 1 if line.bought else 0
    count += 1 if line.opinion == "rating" else 0
    if not count and not loved:
        return None
    if loved:
        count = max(count, 1.0, model.histories.worth.starts[-1])
    spoken = ["word"] if line.opinion in {"rating", "like"} else []
    times = [line.last[what] for what in (*spoken, "view", "purchase") if what in line.last]
    return count, max(times) if times else line.file_time or 0.0


def _worth(line: Line, newest: float, model: TrainedModel) -> np.float32:
    found, worth = evidence(line, model), model.histories.worth
    if found is None:
        return np.float32(0)
    value, time = found
    worths = np.float32(worth.values[0])
    for start, one in zip(worth.starts, worth.values, strict=True):
        if np.float32(value) >= start:
            worths = np.float32(one)
    if not np.isfinite(worth.half_life):
        return worths
    return worths * np.float32(np.exp2(np.float64(-(newest - time) / worth.half_life)))
