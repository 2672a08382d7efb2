"""Whether something works, and when it is tried again."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType

from toppicks.errors import StoreAway

# After a failure nobody waits: one caller tries again, this many seconds later, and if that fails
# another one as much later again.
RETRY_SECONDS = 1.0
# What clients are told. By then somebody has tried.
RETRY_AFTER = 2

log = logging.getLogger(__name__)


class Outage:
    """What is known of one thing that can be away, such as writing; there is none at first.

    what:         the words of the log, such as "writing to the store".
    reason:       why it is away, in one line; None while all is well.
    last_failure: when it was last found away, by `clock`.
    """

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.what = what
        self.clock = clock
        self.reason: str | None = None
        self.last_failure = 0.0
        self._tried_by: int | None = None
        self._lock = threading.Lock()
        self._trial = _Trial(self)

    def trial(self) -> "_Trial":
        """Around each use: raises StoreAway at once while it is away and it is not time to try.

        One caller at a time tries. Whoever comes out of it without an error has ended the outage.
        """
        return self._trial

    def begin(self, reason: str) -> StoreAway:
        """It does not work; the error to raise. Logged when that is news."""
        with self._lock:
            if self.reason is None:
                log.error("%s: away: %s", self.what, reason)
            self.reason = reason
            self.last_failure = self.clock()
        return StoreAway(reason, RETRY_AFTER)

    def _enter(self) -> None:
        with self._lock:
            if self.reason is None:
                return
            early = self.clock() < self.last_failure + RETRY_SECONDS
            if early or self._tried_by is not None:
                raise StoreAway(self.reason, RETRY_AFTER)
            self._tried_by = threading.get_ident()

    def _leave(self, failed: bool) -> None:
        with self._lock:
            if self._tried_by == threading.get_ident():
                self._tried_by = None
            if self.reason is not None and not failed:
                log.warning("%s: back", self.what)
                self.reason = None


class _Trial:
    """The two ends of a use; without state of its own, so that all uses share one."""

    def __init__(self, outage: Outage) -> None:
        self._outage = outage

    def __enter__(self) -> None:
        if self._outage.reason is not None:
            self._outage._enter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._outage.reason is not None:
            self._outage._leave(failed=kind is not None)
