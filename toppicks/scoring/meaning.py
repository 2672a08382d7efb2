"""What the numbers of feedback mean: what comes later is understood as the files were."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from toppicks.site_words import Feedback
from toppicks.validity import check_number, need

# What somebody may want to bring about, the most telling first.
GOALS = ("purchase", "like", "dwell", "view")


@dataclass(frozen=True)
class Meaning:
    """What training made of the files' feedback.

    kind:      ratings on a scale, counts, events, or what merely happened.
    low, high: of the numbers in the files; of events, of how strong they are.
    like_from: from which number on something counts as liked.
    drive:     of events, the kind that is to be brought about; else None.
    rated:     of events that are ratings: up to which number they are against, and from which on
               they are likes; None without any.
    """

    kind: Feedback
    low: float
    high: float
    like_from: float
    drive: str | None = None
    rated: tuple[float, float] | None = None

    def to_plain(self) -> dict[str, Any]:
        """Plain values, as an artifact's header holds them."""
        return vars(self) | {"rated": list(self.rated) if self.rated else None}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Meaning":
        """Raises ValueError, KeyError or TypeError for what no training writes."""
        kind, drive, rated = plain["kind"], plain["drive"], plain["rated"]
        need(kind in get_args(Feedback), f"feedback is of the kind {kind!r}")
        driven = drive in GOALS if kind == "event" else drive is None
        need(driven, f"feedback of the kind {kind!r} is to bring about {drive!r}")
        need(rated is None or kind == "event", f"feedback of the kind {kind!r} has rated events")
        low, high, like_from = (_finite(name, plain[name]) for name in ("low", "high", "like_from"))
        need(low <= high, "the lowest feedback is above the highest")
        return cls(kind, low, high, like_from, drive, None if rated is None else _borders(rated))


def _borders(rated: object) -> tuple[float, float]:
    if not isinstance(rated, list) or len(rated) != 2:
        raise ValueError("of events that are ratings there are not two borders")
    against, like = (_finite("a border of ratings", one) for one in rated)
    need(against <= like, "a rating is against and a like")
    return against, like


def _finite(name: str, value: object) -> float:
    number = check_number(name, value, low=-math.inf)
    need(math.isfinite(number), f"{name} is infinite")
    return number
