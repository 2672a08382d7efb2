"""The store: what happened live, kept for ever, seen by every process at once."""

import json
import math
import time
import weakref
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL

from toppicks.errors import StoreAway
from toppicks.ids import is_id
from toppicks.store.addresses import address_of
from toppicks.store.connections import Connections
from toppicks.store.links import Database, Link
from toppicks.store.queries import CATALOGUE, USERS_AT_ONCE, Changes, Queries, subject_of
from toppicks.store.records import (
    KINDS,
    CatalogueChanges,
    Event,
    Everything,
    ItemChange,
    UserActivity,
    Versions,
)
from toppicks.store.together import Undone

T = TypeVar("T")

# How long one failed write makes the store count as resting, if nobody tries another.
RESTING_SECONDS = 10.0


class Store:
    """Live events, items put over HTTP, and erased users, in SQLite or PostgreSQL.

    What a method that writes has returned from is durable, and in what every process reads next.
    Every method raises StoreAway while the database cannot be reached (or, for those that write,
    cannot be written), at once rather than after a wait, and heals by itself. May be shared by
    threads, and used after a fork.
    """

    def __init__(self, database: Database) -> None:
        self._connections = Connections(database)
        self._queries = Queries(database.engine.dialect)
        self._changes = Changes(database.engine.dialect)
        # At the end of the process, too: the last one to close a SQLite file tidies up its log.
        self._end = weakref.finalize(self, self._connections.close)

    @classmethod
    def open(cls, url: str | None, instance: Path) -> "Store":
        """The store that DATABASE_URL names, or else that in a SQLite file under `instance`.

        Makes the tables where they are missing or old. A database that is away is no error: it is
        tried again when it is needed. Raises ConfigError for an address that is none, or a
        database of a newer version of the site.
        """
        store = cls(database_at(address_of(url, instance), make_folder=url is None))
        with suppress(StoreAway):
            store.prepare()
        # A server that forks its workers must not hand them a connection.
        store.close()
        return store

    @classmethod
    def existing(cls, address: Path | URL) -> "Store":
        """A store to be read as it is: neither made nor brought up to date.

        What reads it raises ConfigError where its tables are not those of this version.
        """
        return cls(database_at(address, as_it_is=True))

    @property
    def where(self) -> str:
        """The address, without its password."""
        return self._connections.database.where

    @property
    def resting(self) -> str | None:
        """Why ratings are not taken just now, in one line; None while all is well."""
        reaching, writing = self._connections.reaching, self._connections.writing
        if reaching.reason is not None:
            return reaching.reason
        if self._connections.database.is_read_only():
            return f"{self.where}: nobody may write to it"
        # Nobody writes to a store that rests, so that of itself this would never end.
        recent = writing.clock() - writing.last_failure < RESTING_SECONDS
        return writing.reason if recent else None

    @property
    def on_error(self) -> Callable[[str], None] | None:
        """Called with "read" or "write" each time that StoreAway is raised."""
        return self._connections.on_error

    @on_error.setter
    def on_error(self, called: Callable[[str], None] | None) -> None:
        self._connections.on_error = called

    def close(self) -> None:
        """Close every connection of this process; the store may be used again."""
        self._connections.close()

    def prepare(self) -> None:
        """See to it that the tables are there; raises StoreAway or NewerSchema."""
        with self._connections.own():
            pass

    def versions(self, user_id: str) -> Versions:
        """What answers about a user depend on: one cheap look-up.

        Read these first and events afterwards: an answer is then never older than its versions.
        """
        parameters = {"subject": subject_of(user_id)}
        query = self._queries.versions
        [(user, catalogue)] = self._connections.read(lambda link: link.rows(query, parameters))
        return Versions(user or 0, catalogue or 0)

    def events_of(self, user_id: str) -> list[Event]:
        """A user's live events in the order of arrival; empty for who has none."""
        return list(map(Event._make, self._rows(self._queries.events_of, user_id=user_id)))

    def deeds_of(self, user_id: str) -> list[tuple[str, str, float | None, float]]:
        """The item, kind, value and time of the same, which is all that a history is made of."""
        return self._rows(self._queries.deeds_of, user_id=user_id)

    def events_of_all(self, user_ids: Sequence[str]) -> dict[str, list[Event]]:
        """The same of several users, who have any, in few look-ups."""
        found: dict[str, list[Event]] = {}
        for start in range(0, len(user_ids), USERS_AT_ONCE):
            some = user_ids[start : start + USERS_AT_ONCE]
            # As many as ever: fewer statements to prepare.
            ids = {f"user_{at}": some[min(at, len(some) - 1)] for at in range(USERS_AT_ONCE)}
            for row in self._rows(self._queries.events_of_some, **ids):
                event = Event._make(row)
                found.setdefault(event.user_id, []).append(event)
        return found

    def add(self, events: Sequence[Event]) -> int:
        """Write events, all or none; how many were new.

        One whose event_id was there before, in the store or in this very list, is not new and
        changes nothing. Raises ValueError for what no event can be; see `Event`.
        """
        for event in events:
            _check(event)
        if not events:
            return 0
        users = {subject_of(event.user_id) for event in events}
        rows = [_row(event) for event in events]

        def change(link: Link) -> int:
            # The versions first: their locks put the writers of one user in a row.
            self._bump(link, users)
            new = link.change(self._changes.add_events, rows)
            if not new:
                raise Undone(new)
            return new

        return self._connections.write(change)

    def erase(self, user_id: str) -> None:
        """Delete a user's events and leave a tombstone; what comes afterwards counts anew."""
        _check_id(user_id)

        def change(link: Link) -> None:
            version = self._bump_catalogue(link, subject_of(user_id))
            link.change(self._changes.forget_events, [{"user_id": user_id}])
            link.change(self._changes.bury, [{"user_id": user_id, "version": version}])

        self._connections.write(change)

    def put_item(self, item_id: str, fields: dict[str, Any]) -> None:
        """Add an item, or replace all of its metadata; what was deleted is back.

        Raises ValueError for what JSON cannot say.
        """
        self._put(item_id, json.dumps(fields, allow_nan=False))

    def delete_item(self, item_id: str) -> None:
        """Mark an item as deleted, whether or not the store knows it."""
        self._put(item_id, None)

    def _put(self, item_id: str, fields: str | None) -> None:
        _check_id(item_id)

        def change(link: Link) -> None:
            version = self._bump_catalogue(link)
            row = {"item_id": item_id, "fields": fields, "version": version}
            link.change(self._changes.put_item, [row])

        self._connections.write(change)

    def changes_since(self, version: int) -> CatalogueChanges:
        """What happened to the catalogue after a version; 0 for all of it.

        See `CatalogueChanges.whole` for when the answer is to be added to what one knows.
        """
        current = self.versions("").catalogue
        # Versions are never used twice: this database had it, or what was known is of another.
        whole = version == 0 or (
            version != current and not self._rows(self._queries.knows_version, since=version)
        )
        since = 0 if whole else version
        return CatalogueChanges(
            current,
            _items(self._rows(self._queries.items_since, since=since)),
            [row[0] for row in self._rows(self._queries.erased_since, since=since)],
            whole,
        )

    def users(self, offset: int = 0, n: int = 100) -> list[UserActivity]:
        """Users who have live events, by id; empty past the last one."""
        return [UserActivity(*row) for row in self._rows(self._queries.users, n=n, skipped=offset)]

    @contextmanager
    def everything(self) -> Iterator[Everything]:
        """All that is known at one moment, for a training; on a connection of its own."""
        with self._connections.own() as link:
            guarded = self._connections.guarded
            with guarded():
                link.snapshot()
                items = _items(link.rows(self._queries.items_since, {"since": 0}))
                erased = {row[0] for row in link.rows(self._queries.erased_since, {"since": -1})}

            def events() -> Generator[Event, None, None]:
                with guarded():
                    for row in link.stream(self._queries.all_events):
                        yield Event._make(row)

            with closing(events()) as in_order:
                yield Everything(in_order, items, erased)

    def _rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        return self._connections.read(lambda link: link.rows(query, parameters))

    def _bump(self, link: Link, subjects: Collection[str]) -> None:
        """Raise versions, in an order that is the same for all."""
        now = time.time_ns() // 1_000
        rows = [{"subject": subject, "version": now} for subject in sorted(subjects)]
        link.change(self._changes.bump, rows)

    def _bump_catalogue(self, link: Link, *others: str) -> int:
        """The same of the catalogue and of others; the catalogue's version afterwards."""
        self._bump(link, {CATALOGUE, *others})
        [(version,)] = link.rows(self._queries.catalogue_version, {})
        link.change(self._changes.mark, [{"version": version}])
        return int(version)


def database_at(address: Path | URL, make_folder: bool = False, as_it_is: bool = False) -> Database:
    """The database at an address; neither is loaded that is not needed."""
    if isinstance(address, Path):
        from toppicks.store.sqlite_file import SqliteFile

        return SqliteFile(address, make_folder, as_it_is)
    from toppicks.store.postgres import PostgresServer

    return PostgresServer(address, as_it_is)


def _items(rows: Iterable[tuple[Any, ...]]) -> list[ItemChange]:
    return [
        ItemChange(item_id, None if fields is None else json.loads(fields), version)
        for item_id, fields, version in rows
    ]


def _row(event: Event) -> dict[str, object]:
    """Its columns; numbers as both databases have them, whatever kind of number was given."""
    value = None if event.value is None else float(event.value)
    return {**event._asdict(), "value": value, "time": float(event.time)}


def _check_id(id_: str) -> None:
    try:
        id_.encode()
        fine = is_id(id_)
    except UnicodeEncodeError:
        fine = False
    if not fine:
        raise ValueError(f"{id_[:40]!r} is no id; expected 1 to 200 characters of text")


def _check(event: Event) -> None:
    _check_id(event.user_id)
    _check_id(event.item_id)
    if event.event_id is not None:
        _check_id(event.event_id)
    if event.kind not in KINDS:
        raise ValueError(f"{event.kind!r} is no kind of event; expected {', '.join(KINDS)}")
    if not all(math.isfinite(number) for number in (event.value or 0.0, event.time)):
        raise ValueError(f"{event} has a number that is not finite")
