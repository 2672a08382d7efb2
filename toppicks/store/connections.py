"""The connections of one process, and what is done when they fail."""

import os
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from toppicks.errors import StoreAway
from toppicks.store.links import Database, Link
from toppicks.store.outages import Outage
from toppicks.store.schema import NewerSchema
from toppicks.store.together import Pending, Together

T = TypeVar("T")

CONFLICT_TRIES = 5
# Connections that a fork inherited. They are the parent's: to close one, or let it be collected,
# would end the parent's session or delete its log.
_inherited: list[object] = []


class Connections:
    """Reads and writes through a connection a thread, opened when it is first needed.

    reaching, writing: the outages of the database, and of writing to one that can be read.
    on_error:          called with "read" or "write" for every StoreAway that is raised.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reaching = Outage(f"the store at {database.where}")
        self.writing = Outage(f"writing to the store at {database.where}")
        self.on_error: Callable[[str], None] | None = None
        self._begin_process()

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._of_thread = threading.local()
        self._open: weakref.WeakSet[Link] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._together = Together(self._write_all)

    def read(self, ask: Callable[[Link], T]) -> T:
        """What `ask` finds; raises StoreAway."""
        try:
            with self.reaching.trial():
                answer = self._read(ask)
        except StoreAway:
            self._count("read")
            raise
        return answer

    def _read(self, ask: Callable[[Link], T]) -> T:
        database = self.database
        link, fresh = self._link()
        try:
            try:
                return ask(link)
            except database.failures as error:
                if fresh or database.is_mistake(error) or not database.is_stale(error):
                    raise
                # The server may have been restarted, the file replaced: it is there again.
                self._drop()
                return ask(self._link()[0])
        except database.failures as error:
            self._drop()
            if database.is_mistake(error):
                raise
            raise self.reaching.begin(database.reason(error)) from error

    def write(self, change: Callable[[Link], T]) -> T:
        """What `change` returns, once all it did is durable; nothing is where it raises.

        Raises StoreAway; it is then not known whether the change was made in one case alone: the
        connection broke while the end of the transaction was on its way.
        """
        try:
            with self.reaching.trial(), self.writing.trial():
                answer: T = self._write(change)
        except StoreAway:
            self._count("write")
            raise
        return answer

    def _write(self, change: Callable[[Link], T]) -> Any:
        database = self.database
        try:
            if database.one_writer:
                return self._together.write(change)
            alone = Pending(change)
            self._write_all([alone])
            return alone.answer()
        except TimeoutError as error:
            raise self.writing.begin(database.reason(error)) from error

    def _write_all(self, batch: Sequence[Pending]) -> None:
        """All of these in one transaction; raises where none of them is made."""
        database = self.database
        tries = CONFLICT_TRIES
        while True:
            tries -= 1
            link = self._begun()
            try:
                self._make(batch, link)
                link.commit()
            except database.failures as error:
                self._drop()
                if database.is_mistake(error):
                    raise
                if not (tries and database.is_conflict(error)):
                    raise self.writing.begin(database.reason(error)) from error
            except BaseException:
                self._drop()
                raise
            else:
                return

    def _make(self, batch: Sequence[Pending], link: Link) -> None:
        if len(batch) == 1:
            batch[0].make(link)
            return
        failures, is_mistake = self.database.failures, self.database.is_mistake
        for one in batch:
            one.make_among_others(
                link, lambda error: not isinstance(error, failures) or is_mistake(error)
            )

    def _begun(self) -> Link:
        """A connection in a transaction of its own."""
        database = self.database
        link, fresh = self._link()
        try:
            try:
                link.begin_writing()
            except database.failures as error:
                if fresh or not database.is_stale(error):
                    raise
                self._drop()
                link, _ = self._link()
                link.begin_writing()
        except database.failures as error:
            # What is read-only or locked can be read on through the same connection.
            if database.is_stale(error):
                self._drop()
            raise self.writing.begin(database.reason(error)) from error
        return link

    @contextmanager
    def own(self) -> Iterator[Link]:
        """A connection for one long use, beside those of the threads.

        Raises StoreAway, and NewerSchema as it is.
        """
        with self.guarded(), self.reaching.trial():
            link = self.database.open()
        try:
            yield link
        finally:
            link.close()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what fails within into StoreAway."""
        try:
            yield
        except self.database.failures as error:
            self._count("read")
            raise self.reaching.begin(self.database.reason(error)) from error

    def _link(self) -> tuple[Link, bool]:
        """The thread's connection, and whether it was opened just now; raises StoreAway."""
        if self._pid != os.getpid():
            _inherited.extend([self._of_thread, *self._open])
            self._begin_process()
        link: Link | None = getattr(self._of_thread, "link", None)
        if link is not None:
            return link, False
        try:
            link = self._of_thread.link = self.database.open()
        except self.database.failures as error:
            raise self.reaching.begin(self.database.reason(error)) from error
        except NewerSchema as error:
            # While the site runs, a database of a newer one is as good as none.
            raise self.reaching.begin(str(error)) from error
        with self._lock:
            self._open.add(link)
        return link, True

    def _drop(self) -> None:
        """Close the thread's connection; the next use opens another."""
        link: Link | None = getattr(self._of_thread, "link", None)
        self._of_thread.link = None
        if link is not None:
            with self._lock:
                self._open.discard(link)
            link.close()

    def _count(self, what: str) -> None:
        if self.on_error is not None:
            self.on_error(what)

    def close(self) -> None:
        """Close every thread's connection; threads that go on open new ones."""
        if self._pid != os.getpid():
            return
        with self._lock:
            links = list(self._open)
            self._open = weakref.WeakSet()
            self._of_thread = threading.local()
        for link in links:
            link.close()
