"""Connections: one a thread, kept, in autocommit, so that no read holds on to an old state."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine

Parameters = Mapping[str, object]


class Link(Protocol):
    """One open connection to a database whose tables are as they should be."""

    def rows(self, query: str, parameters: Parameters) -> list[tuple[Any, ...]]:
        """All rows of one of `Queries`, run by the driver itself.

        Raises one of the database's `failures` also where what is open is not what the address
        names any more.
        """

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Rows of a query, read bit by bit, within `snapshot`."""

    def begin_writing(self) -> None:
        """Begin a transaction that may write; also the proof that the other side is there."""

    def change(self, statement: str, rows: Sequence[Parameters] = ({},)) -> int:
        """Run one of `Changes` for each of these, within `begin_writing`; how many rows it told
        the database something new about.
        """

    def commit(self) -> None:
        """End it; afterwards it is durable, in what the address names."""

    def rollback(self) -> None:
        """End it; none of it was."""

    def snapshot(self) -> None:
        """Begin a transaction whose reads all see the same moment."""

    def close(self) -> None:
        """Never raises."""


class Database(Protocol):
    """One kind of database, at one address."""

    engine: Engine
    where: str
    # What its driver, SQLAlchemy and the system raise when it is away.
    failures: tuple[type[Exception], ...]
    # Whether only one can write at a time, so that threads had better do it together.
    one_writer: bool

    def open(self) -> Link:
        """A new connection; makes or renews the tables where that is needed.

        Raises one of `failures`, or NewerSchema.
        """

    def is_read_only(self) -> bool:
        """Whether it is seen without asking that nothing can be written; takes a microsecond."""

    def reason(self, error: Exception) -> str:
        """One line without secrets."""

    def is_stale(self, error: Exception) -> bool:
        """Whether a new connection may do better than the one that failed, at once."""

    def is_mistake(self, error: Exception) -> bool:
        """Whether the caller, not the database, is to blame."""

    def is_conflict(self, error: Exception) -> bool:
        """Whether nothing was written because two writers met, so that it may be done again."""
