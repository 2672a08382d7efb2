"""How long tuning may take: by the clock, or by a number of trials."""

import time
from dataclasses import dataclass, field

# Seconds for each known row: some 36 s for the films, and never less or more than these.
SECONDS_A_ROW = 4.5e-4
LEAST, MOST = 6.0, 150.0


@dataclass(frozen=True)
class Budget:
    """seconds: of the clock, counted from `begin`; or trials: of each method, whatever they take.

    With trials, or 0 seconds, the same seed gives the same choice; the clock cannot promise that.
    """

    seconds: float | None = None
    trials: int | None = None
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def for_rows(cls, n: int) -> "Budget":
        """The default for n interactions."""
        return cls(seconds=min(MOST, max(LEAST, n * SECONDS_A_ROW)))

    def begin(self) -> "Budget":
        """The same budget, counted from now."""
        return Budget(self.seconds, self.trials)

    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.started

    def allows(self, trials_done: int, share: float, longest: float = 0.0) -> bool:
        """Whether another trial may begin, within a share of the whole.

        trials_done: of this method, beside the defaults that are always tried.
        longest:     seconds that the longest trial of this kind has taken so far.
        """
        if self.trials is not None:
            return trials_done < self.trials
        return self.spent() + longest < (self.seconds or 0.0) * share
