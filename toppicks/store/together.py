"""Changes that are written together, so that many wait for the disk once."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from toppicks.errors import StoreAway
from toppicks.store.links import Link

# Whoever is not even taken along by then is told that the store is away.
PATIENCE_SECONDS = 5.0

Change = Callable[[Link], Any]


class Undone(Exception):
    """Raised by a change that came to nothing, so that none of it stays.

    answer: what its caller is given.
    """

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer


class Pending:
    """A change, and how it went."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._answer: Any = None
        self._error: Exception | None = None
        self.is_settled = False

    def make(self, link: Link) -> None:
        """Within a transaction that holds nothing else; what is wrong with it is raised."""
        try:
            self._answer = self._change(link)
        except Undone as undone:
            link.rollback()
            self._answer = undone.answer

    def make_among_others(self, link: Link, is_to_blame: Callable[[Exception], bool]) -> None:
        """Within a transaction that holds other changes, which stay whatever is wrong with this.

        is_to_blame: whether an error is this change's own; any other is raised.
        """
        link.change("SAVEPOINT part")
        try:
            self._answer = self._change(link)
        except Undone as undone:
            link.change("ROLLBACK TO part")
            self._answer = undone.answer
        except Exception as error:
            if not is_to_blame(error):
                raise
            link.change("ROLLBACK TO part")
            self._error = error
        link.change("RELEASE part")

    def settle(self, error: Exception | None = None) -> None:
        """It is durable, or by this error it is not."""
        self._error = error or self._error
        self.is_settled = True

    def answer(self) -> Any:
        """What came of it; raises what was wrong."""
        if isinstance(self._error, StoreAway):
            # One of its own for each thread.
            raise StoreAway(self._error.reason, self._error.retry_after) from self._error
        if self._error is not None:
            raise self._error
        return self._answer


class Together:
    """Lets one of the threads that write at once do it for all of them.

    A commit waits for the disk for milliseconds, in which other threads come with changes of their
    own. Whoever is next then writes all that has gathered in one transaction, and waits once.
    """

    def __init__(self, write_all: Callable[[Sequence[Pending]], None]) -> None:
        """write_all: makes changes and settles them, or raises where none is made."""
        self._write_all = write_all
        self._gathered: list[Pending] = []
        self._gathering = threading.Lock()
        self._writing = threading.Lock()

    def write(self, change: Change) -> Any:
        """What the change gives, once it is durable; raises TimeoutError if it is not in time."""
        mine = Pending(change)
        with self._gathering:
            self._gathered.append(mine)
        if not self._writing.acquire(timeout=PATIENCE_SECONDS):
            with self._gathering:
                left_out = mine in self._gathered
                if left_out:
                    self._gathered.remove(mine)
            if left_out:
                raise TimeoutError(0, "other writers are not done")
            # Somebody has taken it along: it is being written, and how that ends must be told.
            self._writing.acquire()
        try:
            if not mine.is_settled:
                self._write_gathered()
        finally:
            self._writing.release()
        return mine.answer()

    def _write_gathered(self) -> None:
        with self._gathering:
            batch, self._gathered = self._gathered, []
        try:
            self._write_all(batch)
        except Exception as error:
            for one in batch:
                one.settle(error)
            return
        except BaseException:
            for one in batch:
                one.settle(RuntimeError("the thread that wrote was ended"))
            raise
        for one in batch:
            one.settle()
