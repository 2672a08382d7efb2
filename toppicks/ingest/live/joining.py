"""The files' interactions and what came live, put together as the site does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from toppicks.ids import IdMap
from toppicks.ingest.account import Account, FileRead, Ledger, Note
from toppicks.ingest.id_codes import in_natural_order
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.live.events import Live, LivePair
from toppicks.ingest.sorting import by_user
from toppicks.scoring.evidence import evidence
from toppicks.scoring.meaning import Meaning
from toppicks.scoring.reactions import Reaction

UNKNOWN = "about items that neither the files nor the site know"
AGAINST = "of somebody who dislikes or hides the item"
TAKEN_BACK = "of what was taken back"
SAYS_NOTHING = "that say nothing beside what the files hold, such as a view beside ratings"
FURTHER = "further events of the same user and item"


@dataclass(frozen=True)
class Joined:
    """What there is to learn from, and what became of every live event."""

    interactions: Interactions
    account: Account


def joined(
    files: Interactions, live: Live, items: IdMap, people: IdMap, meaning: Meaning, top: float
) -> Joined:
    """One row for each user and item: what the events come to, else what the files hold.

    A pair with events has the number and the time of its `evidence`, or no row at all; where the
    files have no times, those of events say nothing, and their rows come last.
    Users and items with rows come first in the maps, in natural order, then the others as they are.

    files:  less whoever was erased.
    items:  all that are known; events about others wait until they are.
    people: all that files know.
    meaning, top: of the files' numbers; see `evidence`.
    """
    joining = _Joining(files, items, meaning, top)
    for _, pairs in groupby(live.pairs, attrgetter("user_id")):
        joining.add(list(pairs))
    return Joined(joining.interactions(items, people), joining.account(live, people))


@dataclass
class _Rows:
    """Rows that came live, in the order in which they came."""

    user_id: list[str] = field(default_factory=list)
    item_id: list[str] = field(default_factory=list)
    number: list[float] = field(default_factory=list)
    time: list[float] = field(default_factory=list)

    def add(self, pair: LivePair, number: float, time: float) -> None:
        self.user_id.append(pair.user_id)
        self.item_id.append(pair.item_id)
        self.number.append(number)
        self.time.append(time)


class _Joining:
    """The files' rows that still stand, and those that came live."""

    def __init__(self, files: Interactions, items: IdMap, meaning: Meaning, top: float) -> None:
        self.files = files
        self.items = items
        self.meaning = meaning
        self.top = top
        self.starts = files.user_starts()
        self.stands = np.ones(len(files), bool)
        self.rows = _Rows()
        self.ledger = Ledger()
        self.replaced, self.gone = 0, 0

    def add(self, pairs: Sequence[LivePair]) -> None:
        """Everything that one person did."""
        row_of = self._rows_of(pairs[0].user_id)
        for pair in pairs:
            if pair.item_id not in self.items:
                self._lose(UNKNOWN, pair.n_events, pair, "they count once the item is known")
                continue
            if pair.reaction.is_void:
                self._lose(TAKEN_BACK, pair.n_events, pair, "left out")
                continue
            row = row_of.get(pair.item_id)
            in_file = None if row is None else float(self.files.rating[row])
            found = evidence(pair.reaction, in_file, self.meaning, self.top)
            if found is not None and found.time is None:
                # The files' row, as it is.
                self._lose(_why_none(pair.reaction), pair.n_events, pair, "left out")
                continue
            if row is not None:
                self.stands[row] = False
                self.replaced += found is not None
                self.gone += found is None
            if found is None or found.time is None:
                self._lose(_why_none(pair.reaction), pair.n_events, pair, "left out")
            else:
                self.rows.add(pair, found.number, found.time)
                self._lose(FURTHER, pair.n_events - 1, pair, "what they come to together counts")

    def _rows_of(self, user_id: str) -> dict[str, int]:
        """The files' rows of a user, by item."""
        user_idx = self.files.users.get(user_id)
        if user_idx is None:
            return {}
        rows = range(self.starts[user_idx], self.starts[user_idx + 1])
        return {self.files.items[self.files.item_idx[row]]: row for row in rows}

    def _lose(self, reason: str, events: int, pair: LivePair, done: str) -> None:
        # The account goes into the model: it names items, and nobody who did something with them.
        self.ledger.lose(reason, events, pair.item_id, "", done)

    def interactions(self, items: IdMap, people: IdMap) -> Interactions:
        """All rows, over maps that hold everybody and everything that is known."""
        files, rows = self.files.where(self.stands), self.rows
        users = _map(files.users, files.user_idx, rows.user_id, people)
        known = _map(files.items, files.item_idx, rows.item_id, items)
        user_idx = np.concatenate(
            [_rows(files.users, users)[files.user_idx], _rows(rows.user_id, users)]
        )
        item_idx = np.concatenate(
            [_rows(files.items, known)[files.item_idx], _rows(rows.item_id, known)]
        )
        rating = np.concatenate([files.rating, np.array(rows.number, np.float32)])
        time = None
        if files.timestamp is not None:
            live_time = np.floor(np.array(rows.time, np.float64)).astype(np.int64)
            time = np.concatenate([files.timestamp, live_time])
        order = by_user(user_idx, np.arange(len(rating)) if time is None else time, item_idx)
        return Interactions(
            users=users,
            items=known,
            user_idx=user_idx[order],
            item_idx=item_idx[order],
            rating=rating[order],
            timestamp=None if time is None else time[order],
        )

    def account(self, live: Live, people: IdMap) -> Account:
        """Events are the rows that came in, and pairs those that are used."""
        n_events = sum(pair.n_events for pair in live.pairs)
        users = {pair.user_id for pair in live.pairs}
        new = sum(user_id not in people for user_id in users)
        counts = [
            ("people with live events", len(users), f"{new:,} of them in no file"),
            ("rows of files that live events replace", self.replaced, "the last word counts"),
            ("rows of files that were taken back or spoken against", self.gone, "left out"),
            ("people who were erased on the site", len(live.erased), "left out of all files"),
        ]
        if self.files.timestamp is None:
            counts.append(
                ("times of live events", len(self.rows.number), "not used: the files have none")
            )
        return Account(
            rows_in=n_events,
            rows_used=len(self.rows.number),
            removed=self.ledger.removed(),
            notes=tuple(Note(what, n, "", done) for what, n, done in counts if n),
            files=(FileRead(live.name, "live events", n_events),),
        )


def _why_none(reaction: Reaction) -> str:
    # Of a low rating among events no number comes, either.
    if reaction.against or reaction.opinion == "rating":
        return AGAINST
    return TAKEN_BACK if reaction.opinion == "none" else SAYS_NOTHING


def _map(in_files: IdMap, rows: NDArray[np.int32], live: Iterable[str], others: IdMap) -> IdMap:
    """Who (or what) has a row, in natural order, then the others."""
    with_rows = {in_files[idx] for idx in np.unique(rows).tolist()} | set(live)
    return IdMap(in_natural_order(with_rows)).union(others)


def _rows(ids: Iterable[str], of: IdMap) -> NDArray[np.int32]:
    """The row of each id."""
    return np.array([of.idx(id_) for id_ in ids], np.int32)
