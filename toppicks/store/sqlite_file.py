"""A SQLite file, in WAL mode, that may be deleted, moved, replaced or locked while we use it.

SQLite itself goes on with a file that has lost its name, and acknowledges writes to it. So each
connection remembers which three files it has open (the database, its `-wal`, its `-shm`) and looks,
before every use and again after every write, whether those names still mean them.
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from toppicks.errors import one_line
from toppicks.store import schema
from toppicks.store.links import Parameters
from toppicks.store.sqlite_names import FileMoved, SqliteNames

BUSY_SECONDS = 5.0
# How often a writer looks whether it is its turn. There is one in each process (`together`).
TURN_SECONDS = (0.0002, 0.001)
# A moved database is completed from its log before it is left; who reads it may hold that up.
RESCUE_MILLISECONDS = 200
WAL_KEPT_BYTES = 16 * 2**20
# So long may a deleted file come back before an empty one takes its place.
MADE_ANEW_AFTER = 10.0
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class ReadOnlyFile(OSError):
    """Nobody may write the file: no write bit in its mode, which SQLite run by root overlooks."""


class SqliteLink:
    """A connection to a SQLite file; see `Link`."""

    def __init__(self, connection: Connection, names: SqliteNames) -> None:
        self._connection = connection
        self._raw = _raw(connection)
        self._names = names
        # The first read in WAL mode is what makes -wal and -shm.
        self._raw.execute(schema.REVISION_QUERY).fetchone()
        self._opened = names.identity()
        self._for_reading = not names.writable()

    def rows(self, query: str, parameters: Parameters) -> list[tuple[Any, ...]]:
        self._check()
        return self._raw.execute(query, parameters).fetchall()

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with closing(self._raw.execute(query)) as cursor:
            yield from cursor

    def begin_writing(self) -> None:
        self._check()
        if not self._names.writable():
            raise ReadOnlyFile(f"{self._names.database} is read-only")
        _begin_writing(self._raw)

    def change(self, statement: str, rows: Sequence[Parameters] = ({},)) -> int:
        if len(rows) == 1:
            return self._raw.execute(statement, rows[0]).rowcount
        return self._raw.executemany(statement, rows).rowcount

    def commit(self) -> None:
        self._raw.commit()
        # What went into a file that was deleted meanwhile is not written.
        self._check()

    def rollback(self) -> None:
        self._raw.rollback()

    def snapshot(self) -> None:
        self._check()
        self._raw.execute("BEGIN")

    def _check(self) -> None:
        """Raise FileMoved where the file is to be opened anew."""
        self._names.check(self._opened)
        if self._for_reading and self._names.writable():
            # To SQLite it stays read-only, as long as it is open.
            raise FileMoved(f"{self._names.database} was read-only when it was opened")

    def close(self) -> None:
        with suppress(sqlite3.Error, OSError):
            self._rescue()
        with suppress(sqlite3.Error, DBAPIError):
            self._connection.close()

    def _rescue(self) -> None:
        """Complete a database that was moved away from its log, should it ever come back.

        The log stays behind under its name, and in TRUNCATE mode it ends empty, so that it can
        never be replayed into another database. Not where somebody else has begun another log.
        """
        if self._names.identity() == self._opened:
            return
        with self._names.locked(BUSY_SECONDS):
            if self._names.logs_untouched(self._opened):
                if self._raw.in_transaction:
                    self._raw.rollback()
                self._raw.execute(f"PRAGMA busy_timeout = {RESCUE_MILLISECONDS}")
                self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


class SqliteFile:
    """The database in a SQLite file; see `Database`.

    as_it_is: it is only read: neither made nor renewed.
    clock:    seconds; to measure how long the file has been gone.
    """

    failures: tuple[type[Exception], ...] = (sqlite3.Error, DBAPIError, OSError)
    one_writer = True

    def __init__(
        self,
        path: Path,
        make_folder: bool = False,
        as_it_is: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.where = str(path)
        self._make_folder = make_folder
        self._as_it_is = as_it_is
        self._clock = clock
        self._names = SqliteNames(path)
        self._had_one = False
        self._gone_since: float | None = None
        # Named, so that parameters are given as to PostgreSQL.
        self.engine = create_engine(
            "sqlite://",
            creator=lambda: _connect(self._names.database, "rw"),
            poolclass=NullPool,
            paramstyle="named",
        )
        event.listen(self.engine, "begin", _begin_migrating)

    def open(self) -> SqliteLink:
        if self._as_it_is and not self._names.exists():
            raise FileMoved(f"{self.where}: no such file")
        if self._make_folder and not self._had_one:
            Path(self._names.folder).mkdir(parents=True, exist_ok=True)
        with self._names.locked(BUSY_SECONDS, make=not self._as_it_is):
            if not self._names.exists():
                self._wait_or_make()
            self._names.drop_foreign_logs()
            self._names.free_logs()
            connection = self.engine.connect()
            try:
                self._prepare(connection, in_wal=self._names.writable())
                link = SqliteLink(connection, self._names)
            except BaseException:
                connection.close()
                raise
            self._names.free_logs()
            if not self._as_it_is:
                self._names.remember_owner()
        self._had_one, self._gone_since = True, None
        return link

    def is_read_only(self) -> bool:
        try:
            return not self._names.writable()
        except OSError:
            return False

    def reason(self, error: Exception) -> str:
        if isinstance(error, FileMoved | ReadOnlyFile):
            return str(error)
        cause = getattr(error, "orig", None) or error
        if isinstance(error, OSError) and error.strerror:
            return f"{error.filename or self.where}: {error.strerror}"
        return f"{self.where}: {one_line(cause)}"

    def is_stale(self, error: Exception) -> bool:
        if isinstance(error, OSError):
            return not isinstance(error, ReadOnlyFile)
        cause = getattr(error, "orig", None) or error
        # Waiting once more for who has the lock would take as long again.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF not in _LOCKED

    def is_mistake(self, error: Exception) -> bool:
        cause = getattr(error, "orig", None) or error
        return isinstance(cause, sqlite3.IntegrityError | sqlite3.DataError)

    def is_conflict(self, error: Exception) -> bool:  # noqa: ARG002
        """Never: one writer at a time."""
        return False

    def _wait_or_make(self) -> None:
        """Give a file that was there time to come back; raises FileMoved meanwhile."""
        now = self._clock()
        if self._had_one:
            if self._gone_since is None:
                self._gone_since = now
            left = MADE_ANEW_AFTER - (now - self._gone_since)
            folder_there = Path(self._names.folder).is_dir()
            if left > 0 or not folder_there:
                raise FileMoved(
                    f"{self.where} is gone; put it back"
                    + (f", or an empty one is made {MADE_ANEW_AFTER:.0f} s after its loss")
                    * folder_there
                )
        self._names.make(self._made, again=self._had_one)

    def _made(self, path: str) -> None:
        """Make a database with all tables and nothing in them."""
        engine = create_engine(
            "sqlite://", creator=lambda: _connect(path, "rwc"), poolclass=NullPool
        )
        event.listen(engine, "begin", _begin_migrating)
        with engine.connect() as connection:
            self._prepare(connection, in_wal=True)

    def _prepare(self, connection: Connection, in_wal: bool) -> None:
        """Set what a connection needs to be told, and see to the tables.

        Who is here holds the lock file, so tables are made by one process alone.
        """
        raw = _raw(connection)
        if in_wal and not self._as_it_is:
            raw.execute("PRAGMA journal_mode = WAL").fetchone()
        # FULL: each commit reaches the disk, so that a loss of power forgets none either.
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute(f"PRAGMA journal_size_limit = {WAL_KEPT_BYTES}")
        try:
            row = raw.execute(schema.REVISION_QUERY).fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            row = None
        revision = str(row[0]) if row else None
        if self._as_it_is:
            schema.check_current(revision, self.where)
        elif not schema.is_current(revision, self.where):
            with connection.begin():
                schema.upgrade(connection)


def _connect(path: str, mode: str) -> sqlite3.Connection:
    """A connection in autocommit; mode "rw" never makes a file where there is none."""
    return sqlite3.connect(
        f"file:{quote(path)}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        # Closed by whoever ends the store.
        check_same_thread=False,
    )


def _raw(connection: Connection) -> sqlite3.Connection:
    """The driver's own."""
    raw: sqlite3.Connection | None = connection.connection.driver_connection
    if raw is None:
        raise sqlite3.OperationalError("the connection is closed")
    return raw


def _begin_migrating(connection: Connection) -> None:
    _begin_writing(_raw(connection))


def _begin_writing(raw: sqlite3.Connection) -> None:
    """Begin a transaction that may write, as soon as no other does.

    SQLite's own waiting looks ever more rarely, at last ten times a second: among writers who
    hardly pause, one may then starve.
    """
    end = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _LOCKED or time.monotonic() > end:
                    raise
            time.sleep(random.uniform(*TURN_SECONDS))  # noqa: S311
    finally:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
