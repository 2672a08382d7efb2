"""What feedback means: which of it is a like, what its levels are, and what the caller decided."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ingest.columns.numbers import LARGEST
from toppicks.ingest.feedback.events import RATED
from toppicks.scoring.meaning import GOALS, Meaning
from toppicks.scoring.strength import DRIVEN, STRENGTH
from toppicks.scoring.worth import DAY, Worth
from toppicks.site_words import Feedback as Kind

# Four of five stars, on whatever scale the file has: three quarters of the way up from its
# lowest rating to its highest (0.5 to 5 gives 3.875, 1 to 5 gives 4, 0 or 1 gives 0.75).
LIKE_SHARE = 0.75
# Counts spread over magnitudes: what half of the pairs reach, and what a fifth do, is a level.
COUNT_SHARES = (0.5, 0.8)
# What is never worth anything, by each of its names.
AGAINST = ("against", "dislike", "hide")
_OF_CODE = {code: kind for kind, code in STRENGTH.items()}

_POSITIVES = {"dwell": "stay as long as the item's usual or longer"}


@dataclass(frozen=True)
class Scale:
    """What the numbers of interactions mean.

    like_from: from which number on something counts as liked: a positive in the evaluation.
    borders:   where the levels begin whose worth is learnt, rising, the first at minus infinity;
               None where they follow from the ratings that one learns from.
    names:     of the levels, in their order, where they are no numbers.
    drive:     of events, the kind that is to be brought about.
    worth:     what the caller says that each level is worth; None where it is learnt.
    half_life: the caller's, in seconds: infinite for none; None where it is learnt.
    rated:     of events that are ratings: up to which number they are against, and from which on
               they are likes; None without any.
    """

    kind: Kind
    like_from: float
    borders: tuple[float, ...] | None = None
    names: tuple[str, ...] = ()
    drive: str | None = None
    worth: Worth | None = None
    half_life: float | None = None
    rated: tuple[float, float] | None = None

    @property
    def is_explicit(self) -> bool:
        """Whether people say what they think, so that the chance of a like means something."""
        return self.kind == "rating" or self.drive == "like"

    @property
    def top(self) -> float:
        """Where the level begins that is worth most; minus infinity where that is not known yet."""
        return (self.worth.starts if self.worth else self.borders or (-math.inf,))[-1]

    @property
    def positive(self) -> str:
        """What counts as a positive, in a few words."""
        if self.drive:
            return f"a positive is a {_POSITIVES.get(self.drive, self.drive)}"
        if self.kind == "rating":
            return f"a like is {self.like_from:g} or more"
        if self.like_from > 0:
            return f"a positive is a count of {self.like_from:g} or more"
        return "every row is a positive"

    def meaning(self, rating: NDArray[np.float32]) -> Meaning:
        """What a site needs of it; rating: (n,) of the files, at least one."""
        low, high = float(rating.min()), float(rating.max())
        return Meaning(self.kind, low, high, self.like_from, self.drive, self.rated)

    def name_of(self, start: float) -> str | None:
        """The name of the level that begins there."""
        if not self.names or self.borders is None or start not in self.borders:
            return None
        return self.names[self.borders.index(start)]

    def over(self, rating: NDArray[np.float32], feedback: "Feedback") -> "Scale":
        """The same for these numbers, of which some came live: of events with a level for each
        kind that is there; what ratings and counts mean is what they mean in the files.
        """
        if self.drive is None:
            return self
        return event_scale(rating, self.drive, feedback, self.rated)

    def liking_from(self, like_from: float | None, rating: NDArray[np.float32]) -> "Scale":
        """The same with the caller's own threshold; None changes nothing. Raises InputError where
        nothing would be a like, and for events, which have no numbers.
        """
        if like_from is None:
            return self
        if self.kind == "event":
            raise InputError(
                f"--like-from {like_from:g}: the files hold events, not ratings or counts; leave "
                "it out, and say which kind is a positive with --drive"
            )
        return replace(self, like_from=given_threshold(rating, like_from))


@dataclass(frozen=True)
class Feedback:
    """What the caller decided; everything may be left to the data.

    drive:     the kind of event that is to be brought about.
    worth:     by kind of event, or by the rating or count from which on it holds.
    half_life: in seconds; infinite for none.
    kinds:     the caller's own names of events -> ours.
    rated:     as of `Scale`; None for the data to say.
    """

    drive: str | None = None
    worth: Mapping[str, float] = field(default_factory=dict)
    half_life: float | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    rated: tuple[float, float] | None = None

    def code_of(self, kind: str) -> int:
        """How strong a kind is."""
        if kind == "rating":
            return RATED
        return STRENGTH["against" if kind in AGAINST else kind]

    def for_more_of(self, scale: Scale) -> "Feedback":
        """For further files, to be understood as those of this scale were: of what they hold
        nothing is learnt, so that no worth is asked of them.
        """
        return Feedback(scale.drive, kinds=self.kinds, rated=scale.rated)

    def check_times(self) -> None:
        """Raises InputError where feedback shall fade and nobody knows how old it is."""
        if self.half_life is not None and math.isfinite(self.half_life):
            raise InputError(
                f"--feedback: half_life_days is {self.half_life / DAY:g}, but the files have no "
                "times; leave it out, or say which column holds them with --time-col"
            )

    def check_no_drive(self, there: str) -> None:
        """Raises InputError where a kind of event is wanted of what has none; of ratings, those
        that are likes are what is driven at anyhow.
        """
        if self.drive and (self.drive, there) != ("like", "ratings"):
            raise InputError(
                f"--drive {self.drive}: the files hold {there}, not events; leave it out, or say "
                "which column names the events with --event-col"
            )

    def goal(self, codes: set[int]) -> str:
        """What is to be brought about: as the caller says, else the most telling kind there is.

        Who stays has come to see, so a stay is a view too. Raises InputError where no event is of
        that kind.
        """
        there = [kind for kind in GOALS if codes & driven_codes(kind)]
        if not there:
            raise InputError(
                f"no event is a {', '.join(GOALS[:-1])} or {GOALS[-1]}, so there is nothing that "
                "could be recommended; check the column of events"
            )
        if self.drive is None:
            return there[0]
        if self.drive not in there:
            raise InputError(
                f"--drive {self.drive}: no event is of that kind; there are {', '.join(there)}"
            )
        return self.drive

    def worth_of(self, borders: tuple[float, ...], names: tuple[str, ...]) -> Worth | None:
        """What each level is worth by the caller; None where nothing is said.

        Raises InputError where a level is not named, a name is none, they fall, or an opinion
        against is worth something.
        """
        if not self.worth:
            return None
        for name, value in self.worth.items():
            if name not in {*STRENGTH, *AGAINST}:
                kinds = ", ".join([*STRENGTH, *AGAINST[1:]])
                raise InputError(
                    f"--feedback: [worth] has {name!r}, which is no kind of event; expected any of "
                    f"{kinds}"
                )
            if name in AGAINST and value:
                raise InputError(
                    f"--feedback: [worth] of {name!r} is {value:g}; what somebody is against is "
                    "worth 0, so leave it out"
                )
        missing = [name for name in names if name not in self.worth and name != "against"]
        if missing:
            raise InputError(
                f"--feedback: [worth] names no {missing[0]!r}; give each of "
                f"{', '.join(name for name in names if name != 'against')}, or none to have them "
                "learnt"
            )
        return _worth(borders, [self.worth.get(name, 0.0) for name in names], names)

    def worth_of_numbers(self) -> Worth | None:
        """The same for ratings and counts: each from its number on, and below the first nothing.

        Raises InputError where a name is no number, or the worths fall.
        """
        if not self.worth:
            return None
        pairs = sorted((_start(name), value) for name, value in self.worth.items())
        starts, values = zip(*pairs, strict=True)
        if len(set(starts)) < len(starts):
            raise InputError(
                f"--feedback: [worth] has {', '.join(map(repr, self.worth))}, of which two are the "
                "same number; leave one out"
            )
        names = ("what is below", *(f"{start:g}" for start in starts))
        return _worth((-math.inf, *starts), [0.0, *values], names)


def driven_codes(drive: str) -> set[int]:
    """How strong the events are that count as what is driven at."""
    return {STRENGTH[kind] for kind in ("view", "dwell")} if drive == "view" else {STRENGTH[drive]}


def rating_scale(rating: NDArray[np.float32], feedback: Feedback) -> Scale:
    """Of ratings on a scale."""
    return Scale(
        "rating",
        like_threshold(rating),
        worth=_of_some(feedback.worth_of_numbers(), rating, "rating"),
        half_life=feedback.half_life,
    )


def count_scale(counts: NDArray[np.float32], counted: bool, feedback: Feedback) -> Scale:
    """Of counts, or of what merely happened: every row is a positive."""
    some = np.quantile(counts, COUNT_SHARES, method="nearest") if len(counts) else counts
    levels = np.unique(some)
    borders = (-math.inf, *(float(level) for level in levels if level > counts.min()))
    return Scale(
        "count" if counted else "presence",
        0.0,
        borders,
        worth=_of_some(feedback.worth_of_numbers(), counts, "count"),
        half_life=feedback.half_life,
    )


def event_scale(
    codes: NDArray[np.float32],
    drive: str,
    feedback: Feedback,
    rated: tuple[float, float] | None = None,
) -> Scale:
    """Of events: a level for each kind that is there, what is driven on top."""
    there = np.unique(codes).tolist()
    names = tuple(drive if code == DRIVEN else _OF_CODE[int(code)] for code in there)
    borders = (-math.inf, *(float(code) for code in there[1:]))
    return Scale(
        "event",
        float(DRIVEN),
        borders,
        names,
        drive,
        worth=feedback.worth_of(borders, names),
        half_life=feedback.half_life,
        rated=rated,
    )


def like_threshold(rating: NDArray[np.float32]) -> float:
    """The rating from which on something counts as liked.

    rating: (n,), at least one; the answer is one of them. Where all are equal, all are likes.
    """
    low, high = float(rating.min()), float(rating.max())
    return float(rating[rating >= low + LIKE_SHARE * (high - low)].min())


def given_threshold(rating: NDArray[np.float32], like_from: float) -> float:
    """The caller's own threshold; raises InputError where nothing would be a like."""
    if not math.isfinite(like_from) or not (rating >= like_from).any():
        raise InputError(
            f"--like-from {like_from:g}: expected a number that some rating reaches; "
            f"the highest is {float(rating.max()):g}"
        )
    return like_from


def _start(name: str) -> float:
    """The rating or count that a level begins with, in the precision of those of the files."""
    try:
        start = float(name)
    except ValueError:
        start = math.nan
    if math.isnan(start) or abs(start) >= LARGEST:
        raise InputError(
            f"--feedback: [worth] has {name[:40]!r}; for ratings and counts expected numbers, such "
            'as "4" = 1.0'
        )
    return float(np.float32(start))


def _of_some(worth: Worth | None, values: NDArray[np.float32], what: str) -> Worth | None:
    """The same; raises InputError where nothing would be worth anything."""
    if worth and not worth.of(values).any():
        raise InputError(
            f"--feedback: [worth] gives no {what} a worth: the highest is {float(values.max()):g}; "
            "give one that is reached"
        )
    return worth


def _worth(borders: tuple[float, ...], values: list[float], names: tuple[str, ...]) -> Worth:
    """Values brought to at most 1; raises InputError where they fall or say nothing."""
    for (name, value), (after, later) in zip(
        zip(names, values, strict=True), zip(names[1:], values[1:], strict=True), strict=False
    ):
        if later < value:
            raise InputError(
                f"--feedback: [worth] of {after!r} is {later:g}, less than {value:g} of the weaker "
                f"{name!r}; expected rising numbers in the order {', '.join(names)}"
            )
    if values[-1] <= 0:
        raise InputError(
            f"--feedback: [worth] of {names[-1]!r} is {values[-1]:g}; expected above 0"
        )
    return Worth(borders, tuple(value / values[-1] for value in values))
