"""How long to wait before GitHub is asked again."""

import email.utils
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from toppicks.errors import ConfigError, DownloadError

RETRIES = 5
# GitHub's own advice where an answer does not say how long to wait.
UNSAID_SECONDS = 60
# Its limits are by the hour: whoever asks for more than two is not to be waited for.
LONGEST_SECONDS = 2 * 3600


@dataclass(frozen=True)
class Waiting:
    """What waiting is done with; the tests bring a clock of their own.

    pause: seconds between two requests. patient: whether to wait for a limit, or rather stop.
    say: tells somebody, in a line, why nothing happens. Raises ConfigError if `pause` is no number.
    """

    pause: float = 0.5
    patient: bool = True
    say: Callable[[str], None] = print
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        if not math.isfinite(self.pause):
            raise ConfigError(f"{self.pause}: is no number of seconds; correct --pause")

    def between_requests(self) -> None:
        """One request at a time, and not as fast as can be."""
        if self.pause:
            self.sleep(self.pause)

    def after_failure(self, failures: int, what: str) -> None:
        """1, 2, 4, ... seconds; raises DownloadError after `RETRIES` failures in a row."""
        if failures > RETRIES:
            raise DownloadError(f"{what}, {failures} times in a row; go on later, {GO_ON}")
        seconds = 2.0 ** (failures - 1)
        self.say(f"{what}; trying again in {duration(seconds)}")
        self.sleep(seconds)

    def until_allowed(self, seconds: float) -> None:
        """Wait for the limit to end; raises DownloadError if that is not wanted or is too long."""
        until = datetime.fromtimestamp(self.now() + seconds, UTC).astimezone()
        when = f"until {until:%H:%M:%S}, {duration(seconds)} from now"
        if not self.patient or seconds > LONGEST_SECONDS:
            raise DownloadError(f"GitHub's limit is reached {when}; go on then, {GO_ON}")
        self.say(f"GitHub's limit is reached {when}; waiting")
        self.sleep(seconds)


GO_ON = "with the same command: it starts where it stopped"


def duration(seconds: float) -> str:
    """In words, rounded up: "45 s", "12 min", "3 h"."""
    for size, unit in ((1, "s"), (60, "min")):
        if seconds <= 120 * size:
            return f"{-(-seconds // size):.0f} {unit}"
    return f"{-(-seconds // 3600):.0f} h"


class Headers(Protocol):
    """Those of an answer."""

    def get(self, name: str, /) -> str | None: ...


def seconds_to_wait(headers: Headers, now: float) -> float | None:
    """How long the headers of an answer tell us to wait; None if they say nothing of it.

    `Retry-After` goes before `X-RateLimit-Reset`, which counts where `X-RateLimit-Remaining` is 0.
    A time is taken by the server's clock (`Date`) if it says it: ours may be wrong. At least 1.
    """
    after, now = headers.get("Retry-After"), _instant(headers.get("Date")) or now
    if after is not None:
        seconds = _number(after)
        instant = _instant(after)
        return max(1.0, seconds if seconds is not None else (instant or now + UNSAID_SECONDS) - now)
    if _number(headers.get("X-RateLimit-Remaining")) != 0:
        return None
    reset = _number(headers.get("X-RateLimit-Reset"))
    # A second more: the reset is a whole second, and may come at its end.
    return UNSAID_SECONDS if reset is None else max(1.0, reset - now + 1)


def _number(text: str | None) -> float | None:
    """A whole number of at most eleven digits, else None."""
    plain = (text or "").strip()
    return float(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 11 else None


def _instant(text: str | None) -> float | None:
    """Seconds since 1970 of a date as HTTP writes it, else None."""
    try:
        return email.utils.parsedate_to_datetime(text or "").timestamp()
    except (ValueError, OverflowError, OSError):
        return None
