"""Whether something works, and when it is tried again."""

import logging
import threading
import time
from collections.abc import Callable

from toppicks.errors import StoreAway

# After a failure nobody waits: one caller tries again, this many seconds later, and if that fails
# the next one as much later again.
RETRY_SECONDS = 1.0
# What clients are told. By then somebody has tried.
RETRY_AFTER = 2
# A caller who tries and never says how it went (its own mistake came first) blocks no longer.
LONGEST_TRY = 15.0

log = logging.getLogger(__name__)


class Outage:
    """What is known of one thing that can be away, such as writing; there is none at first.

    what:  the words of the log, such as "writing to the store".
    since: when it was last found away, by `clock`; None while all is well.
    """

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.what = what
        self.clock = clock
        self.reason: str | None = None
        self.last_failure = 0.0
        self._next_try = 0.0
        self._lock = threading.Lock()

    def admit(self) -> None:
        """Let callers pass while all is well, and one at a time, now and then, otherwise.

        Raises StoreAway for the others, at once. Who was let through says `begin` or `end`.
        """
        if self.reason is None:
            return
        with self._lock:
            reason, now = self.reason, self.clock()
            if reason is None:
                return
            if now < self._next_try:
                raise StoreAway(reason, RETRY_AFTER)
            self._next_try = now + LONGEST_TRY

    def begin(self, reason: str) -> StoreAway:
        """It does not work; the error to raise. Logged when that is news."""
        with self._lock:
            if self.reason is None:
                log.error("%s: away: %s", self.what, reason)
            self.reason = reason
            self.last_failure = self.clock()
            self._next_try = self.last_failure + RETRY_SECONDS
        return StoreAway(reason, RETRY_AFTER)

    def end(self) -> None:
        """It works. Logged when that is news."""
        if self.reason is None:
            return
        with self._lock:
            if self.reason is not None:
                log.warning("%s: back", self.what)
            self.reason = None
