"""A PostgreSQL server."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from toppicks.errors import one_line
from toppicks.store import schema
from toppicks.store.addresses import secrets_of, shown
from toppicks.store.links import Parameters

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 5
LONG_SECONDS = 600
# The server ends a statement that takes too long; one that is itself stuck does not, so after so
# many seconds more we stop listening.
SILENT_SECONDS = 2
WAIT_INTERVAL = 0.1
# Any number, but always the same: who holds it makes the tables.
MIGRATION_LOCK = 7_067_105_327_154
# A server that vanished without a word is noticed in seconds, not in a quarter of an hour.
SOCKET = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
ROWS_AT_ONCE = 5_000


T = TypeVar("T")


class ImpatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that does not wait for ever for a server that says nothing.

    limit: seconds for one statement.
    """

    limit = STATEMENT_SECONDS

    def wait(
        self,
        gen: Generator[Any, Any, T],
        interval: float = WAIT_INTERVAL,
        timeout: float | None = None,
    ) -> T:
        """Wait for an answer; raises OperationalError where none comes in time."""
        return super().wait(gen, interval, timeout or self.limit + SILENT_SECONDS)

    def limit_statements(self, seconds: int) -> None:
        # A statement, not an option of the connection, which some poolers refuse.
        self.execute(f"SET statement_timeout = '{seconds}s'")
        self.limit = seconds


class PostgresLink:
    """A connection to a PostgreSQL; see `Link`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        raw = connection.connection.driver_connection
        if raw is None:
            raise psycopg.OperationalError("the connection is closed")
        self._raw: ImpatientConnection = raw

    def rows(self, query: str, parameters: Parameters) -> list[tuple[Any, ...]]:
        return self._raw.execute(query, parameters, prepare=True).fetchall()

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._raw.cursor(name="stream") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(query)
            yield from cursor

    def begin_writing(self) -> None:
        self._raw.execute("BEGIN")

    def change(self, statement: str, rows: Sequence[Parameters] = ({},)) -> int:
        if len(rows) == 1:
            return self._raw.execute(statement, rows[0], prepare=True).rowcount
        cursor = self._raw.cursor()
        cursor.executemany(statement, rows)
        return cursor.rowcount

    def commit(self) -> None:
        self._raw.commit()

    def rollback(self) -> None:
        self._raw.rollback()

    def snapshot(self) -> None:
        self._raw.limit_statements(LONG_SECONDS)
        self._raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def close(self) -> None:
        try:
            # The driver's first: SQLAlchemy would say ROLLBACK to a server that may be gone.
            self._raw.close()
            self._connection.invalidate()
            self._connection.close()
        except (DBAPIError, psycopg.Error):
            pass


class PostgresServer:
    """The database at the address of a PostgreSQL; see `Database`.

    as_it_is: it is only read: no tables are made or renewed.
    """

    failures: tuple[type[Exception], ...] = (psycopg.Error, DBAPIError, OSError)
    one_writer = False

    def __init__(self, url: URL, as_it_is: bool = False) -> None:
        self.where = shown(url)
        self._as_it_is = as_it_is
        self._secrets = secrets_of(url)
        given = {"connect_timeout": CONNECT_SECONDS, "application_name": "toppicks", **SOCKET}
        self.engine = create_engine(
            url,
            poolclass=NullPool,
            connect_args={"autocommit": True}
            | {name: value for name, value in given.items() if name not in url.query},
        )

        @event.listens_for(self.engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

        @event.listens_for(self.engine, "do_connect")
        def connect(*given: Any) -> ImpatientConnection:
            _, _, arguments, options = given
            return ImpatientConnection.connect(*arguments, **options)

    def open(self) -> PostgresLink:
        connection = self.engine.connect()
        try:
            link = PostgresLink(connection)
            raw: Any = connection.connection.driver_connection
            raw.limit_statements(STATEMENT_SECONDS)
            revision = self._revision(raw)
            if self._as_it_is:
                schema.check_current(revision, self.where)
            elif not schema.is_current(revision, self.where):
                raw.limit_statements(LONG_SECONDS)
                self._migrate(connection)
                raw.limit_statements(STATEMENT_SECONDS)
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return link

    def is_read_only(self) -> bool:
        return False

    def reason(self, error: Exception) -> str:
        text = one_line(getattr(error, "orig", None) or error) or type(error).__name__
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return f"{self.where}: {text}"

    def is_stale(self, error: Exception) -> bool:
        cause = _cause(error)
        gone = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        refused = (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)
        # Tables that are not there: somebody made the database anew, and so shall we.
        return (gone and not isinstance(cause, refused)) or isinstance(
            cause, psycopg.errors.UndefinedTable
        )

    def is_mistake(self, error: Exception) -> bool:
        return isinstance(_cause(error), psycopg.DataError | psycopg.IntegrityError)

    def is_conflict(self, error: Exception) -> bool:
        conflicts = psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
        return isinstance(_cause(error), conflicts)

    @staticmethod
    def _revision(raw: Any) -> str | None:
        try:
            row = raw.execute(schema.REVISION_QUERY).fetchone()
        except psycopg.errors.UndefinedTable:
            return None
        return str(row[0]) if row else None

    def _migrate(self, connection: Connection) -> None:
        """One process makes the tables; the others wait, and find that nothing is to be done."""
        with connection.begin():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            if not schema.is_current(schema.revision_of(connection), self.where):
                schema.upgrade(connection)


def _cause(error: Exception) -> BaseException | None:
    """What the driver raised, also where SQLAlchemy wrapped it."""
    return error.orig if isinstance(error, DBAPIError) else error
