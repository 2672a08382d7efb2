"""Everything in a store that a training needs, read at one moment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL

from toppicks.errors import InputError, StoreAway
from toppicks.scoring.reactions import Reaction, reactions
from toppicks.store import Event, Everything, ItemChange, Store
from toppicks.store.addresses import name_of


class LivePair(NamedTuple):
    """What one person's events say of one item; n_events: how many there are."""

    user_id: str
    item_id: str
    reaction: Reaction
    n_events: int


@dataclass(frozen=True)
class Live:
    """What came live.

    name:   of the database, for everybody to read.
    pairs:  by user, then in the order in which each came to their items.
    items:  that were put over HTTP or deleted, by when that was last.
    erased: users whose history and profile in files count no more.
    """

    name: str
    pairs: Sequence[LivePair] = ()
    items: Sequence[ItemChange] = ()
    erased: frozenset[str] = frozenset()


def read_live(address: Path | URL) -> Live:
    """What there is now; raises InputError and ConfigError as `reading` does."""
    with reading(address) as everything:
        return Live(
            name=name_of(address),
            pairs=tuple(pairs_of(everything.events)),
            items=tuple(everything.items),
            erased=frozenset(everything.erased),
        )


@contextmanager
def reading(address: Path | URL) -> Iterator[Everything]:
    """Read a store as it is now; nothing is made or written there.

    Raises InputError where it is away, and ConfigError where its tables are not those of this
    version of the site.
    """
    try:
        with Store.existing(address).everything() as everything:
            yield everything
    except StoreAway as error:
        raise InputError(
            f"--database: {error.reason}; see that it is there and runs, or name another"
        ) from error


def pairs_of(events: Iterable[Event]) -> Iterator[LivePair]:
    """The events of each person in turn, never those of all at once."""
    for user_id, of_user in groupby(events, attrgetter("user_id")):
        happened = list(of_user)
        counts = Counter(event.item_id for event in happened)
        for item_id, reaction in reactions(happened).items():
            yield LivePair(user_id, item_id, reaction, counts[item_id])
