"""From many rows to one for each user and item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ingest.account import Note
from toppicks.ingest.feedback.events import RATED
from toppicks.ingest.feedback.scale import (
    Feedback,
    Scale,
    count_scale,
    driven_codes,
    event_scale,
    rating_scale,
)
from toppicks.ingest.interactions import Mask
from toppicks.ingest.sorting import order_by
from toppicks.scoring.strength import DRIVEN, STRENGTH

# Of a dwell time against the item's usual one: less is "left at once", as much or more is "stayed".
LEFT, STAYED = 0.1, 1.0
# An item with fewer timed visits has no usual time of its own.
FEWEST_VISITS = 5
# A rating that is ten times the others' range away from them is a slip, where there is a scale.
FAR, SCALE_POINTS, FEWEST_RATINGS = 10.0, 101, 20

AGAINST, VIEW, DWELL, LIKE = (STRENGTH[kind] for kind in ("against", "view", "dwell", "like"))


@dataclass(frozen=True)
class Rows:
    """Usable rows in the files' order; users and items are codes.

    value: (n,) float32, rating or count.   kind: (n,) int8, of events.
    dwell: (n,) float32 seconds, nan where unknown.   time: (n,) int64, epoch seconds.
    at:    (n,) int64, which of the rows that came in; None for all of them.
    """

    user_idx: NDArray[np.int32]
    item_idx: NDArray[np.int32]
    value: NDArray[np.float32]
    kind: NDArray[np.int8] | None = None
    dwell: NDArray[np.float32] | None = None
    time: NDArray[np.int64] | None = None
    at: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.user_idx)

    @property
    def place(self) -> NDArray[np.int64]:
        """(n,) which of the rows that came in each is."""
        return np.arange(len(self)) if self.at is None else self.at

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """One after the other; all have the same columns."""

        def column(name: str) -> NDArray[np.generic] | None:
            arrays = [getattr(part, name) for part in parts]
            return None if arrays[0] is None else np.concatenate(arrays)

        return cls(*(column(name) for name in cls.__dataclass_fields__))  # type: ignore[arg-type]

    def take(self, rows: NDArray[np.integer] | Mask) -> "Rows":
        """Some of them, in the order given."""
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__}
        taken = {name: None if one is None else one[rows] for name, one in columns.items()}
        return Rows(**(taken | {"at": self.place[rows]}))


@dataclass(frozen=True)
class Lost:
    """Rows that are no rows of their own any more. first: the place of one of them."""

    reason: str
    rows: int
    first: int
    done: str


@dataclass(frozen=True)
class Folded:
    """At most one row for each user and item, in no promised order, and what its value means."""

    rows: Rows
    scale: Scale
    lost: tuple[Lost, ...] = ()
    notes: tuple[Note, ...] = ()


def folded_pairs(rows: Rows, role: str | None, feedback: Feedback) -> Folded:
    """The latest rating of each pair, the sum of its counts, or its strongest event.

    role: what the rows' numbers are: "rating", "weight", "event" or "dwell"; None where they merely
    happened: then they are counted. Raises InputError where the caller's wishes do not suit them.
    """
    if rows.time is None:
        feedback.check_times()
    if role in {"event", "dwell"}:
        return _events(rows, feedback)
    feedback.check_no_drive({"rating": "ratings", "weight": "counts"}.get(role or "", "mere rows"))
    return _ratings(rows, feedback) if role == "rating" else _counts(rows, role, feedback)


class _Pairs:
    """Rows grouped by user and item, oldest first within each group."""

    def __init__(self, rows: Rows) -> None:
        width = int(rows.item_idx.max()) + 1
        key = rows.user_idx.astype(np.int64) * width + rows.item_idx
        self.order = order_by(key, rows.time)
        grouped = key[self.order]
        first = np.empty(len(rows), bool)
        first[:1] = True
        np.not_equal(grouped[1:], grouped[:-1], out=first[1:])
        self.starts = np.flatnonzero(first)

    @property
    def lengths(self) -> NDArray[np.intp]:
        """How many rows each group has."""
        return np.diff(np.append(self.starts, len(self.order)))

    @property
    def last(self) -> NDArray[np.intp]:
        """The latest row of each group."""
        return np.asarray(self.order[self.starts + self.lengths - 1])

    def repeated(self) -> NDArray[np.intp]:
        """All rows but the latest of each group, in the files' order."""
        is_last = np.zeros(len(self.order), bool)
        is_last[self.last] = True
        return np.flatnonzero(~is_last)


def _ratings(rows: Rows, feedback: Feedback) -> Folded:
    rows, lost = _without_slips(rows)
    pairs = _Pairs(rows)
    repeated = pairs.repeated()
    if len(repeated):
        first = int(rows.place[repeated[0]])
        reason = "an earlier rating of the same user and item"
        lost.append(Lost(reason, len(repeated), first, "the latest counts"))
    final = rows.take(pairs.last)
    return Folded(final, rating_scale(final.value, feedback), tuple(lost))


def _without_slips(rows: Rows) -> tuple[Rows, list[Lost]]:
    """The rows less those whose rating cannot be meant."""
    rated = np.arange(len(rows)) if rows.kind is None else np.flatnonzero(rows.kind == RATED)
    far = rated[_far_outside(rows.value[rated])]
    if not len(far):
        return rows, []
    reason = "rating far outside the scale of the others"
    keep = np.ones(len(rows), bool)
    keep[far] = False
    return rows.take(keep), [Lost(reason, len(far), int(rows.place[far[0]]), "left out")]


def _far_outside(values: NDArray[np.float32]) -> Mask:
    """(n,) slips of the pen: 50000 among stars. None where the others are no scale of few points,
    as with prices or times.
    """
    nothing = np.zeros(len(values), bool)
    if len(values) < FEWEST_RATINGS:
        return nothing
    low = float(np.quantile(values, 0.01, method="higher"))
    high = float(np.quantile(values, 0.99, method="lower"))
    reach = FAR * max(high - low, 1.0)
    far = (values < low - reach) | (values > high + reach)
    if not far.any() or len(np.unique(values[~far])) > SCALE_POINTS:
        return nothing
    return np.asarray(far)


def _counts(rows: Rows, role: str | None, feedback: Feedback) -> Folded:
    pairs = _Pairs(rows)
    totals = np.add.reduceat(rows.value[pairs.order].astype(np.float64), pairs.starts)
    lost = []
    repeated = pairs.repeated()
    if len(repeated):
        first = int(rows.place[repeated[0]])
        lost.append(
            Lost("further rows of the same user and item", len(repeated), first, "added up")
        )
    final = replace(rows.take(pairs.last), value=totals.astype(np.float32))
    nothing = totals <= 0
    if nothing.any():
        first = int(final.place[np.argmax(nothing)])
        lost.append(Lost("counts that add up to nothing", int(nothing.sum()), first, "left out"))
        final = final.take(~nothing)
    counted = role == "weight" or bool(len(repeated))
    return Folded(final, count_scale(final.value, counted, feedback), tuple(lost))


def _events(rows: Rows, feedback: Feedback) -> Folded:
    rows, lost = _without_slips(rows)
    codes, rated, notes = _codes(rows, feedback.rated)
    drive = feedback.goal(set(np.unique(codes).tolist()))
    is_driven = np.isin(codes, list(driven_codes(drive)))
    pairs = _Pairs(rows)
    ordered = codes[pairs.order]
    strength = np.where(is_driven, DRIVEN, codes)[pairs.order]
    strongest = np.maximum.reduceat(strength, pairs.starts)
    # Places within the ordered rows, so that the latest of a pair is the largest; -1 for none.
    places = np.arange(len(ordered))

    def latest(which: Mask) -> NDArray[np.intp]:
        return np.asarray(np.maximum.reduceat(np.where(which, places, -1), pairs.starts))

    contra = latest(ordered == AGAINST)
    is_against = contra > latest(ordered >= LIKE)
    # The time of what counts, not of a later glance: an old purchase stays old.
    telling = latest(strength == np.repeat(strongest, pairs.lengths))
    chosen = pairs.order[np.where(is_against, contra, telling)]
    value = np.where(is_against, AGAINST, strongest).astype(np.float32)
    others = np.ones(len(rows), bool)
    others[chosen] = False
    if others.any():
        first = int(rows.place[np.argmax(others)])
        reason = "further events of the same user and item"
        done = "the strongest counts, or the latest against"
        lost.append(Lost(reason, int(others.sum()), first, done))
    final = replace(rows.take(chosen), value=value)
    if not (value == DRIVEN).any():
        raise InputError(
            f"no user is left with a {drive} that was not taken back; check the events"
        )
    scale = event_scale(value, drive, feedback, rated)
    return Folded(final, scale, tuple(lost), tuple(notes))


def _codes(
    rows: Rows, rated_between: tuple[float, float] | None
) -> tuple[NDArray[np.int8], tuple[float, float] | None, list[Note]]:
    """What each event comes to: ratings are opinions, and dwell times tell who left at once.

    rated_between: up to where a rating is against, and from where on a like; None for the lowest
    and the highest quarter of the scale. Given back with what was used.
    """
    kind = rows.kind
    codes = np.full(len(rows), VIEW, np.int8) if kind is None else kind.copy()
    notes = []
    rated = codes == RATED
    if rated.any():
        values = rows.value[rated]
        rated_between = rated_between or _quarters(values)
        against, like = rated_between
        codes[rated] = np.select([values >= like, values <= against], [LIKE, AGAINST], VIEW)
        notes.append(
            Note(
                "events that are ratings", int(rated.sum()), "",
                f"from {like:g} a like, up to {against:g} against",
            )
        )  # fmt: skip
    if rows.dwell is not None:
        timed = np.isfinite(rows.dwell) & ((codes == VIEW) | (codes == DWELL))
        ratio = rows.dwell[timed] / _usual(rows.item_idx[timed], rows.dwell[timed])
        codes[timed] = np.select([ratio < LEFT, ratio >= STAYED], [STRENGTH["left"], DWELL], VIEW)
        notes.append(
            Note(
                "visits with a dwell time", int(timed.sum()), "",
                "less than a tenth of the item's usual is left at once, as much or more is stayed",
            )
        )  # fmt: skip
    return codes, rated_between, notes


def _quarters(values: NDArray[np.float32]) -> tuple[float, float]:
    """Where the lowest quarter of a scale ends, and where the highest begins."""
    low, high = float(values.min()), float(values.max())
    quarter = (high - low) / 4
    return low + quarter, high - quarter


def _usual(item_idx: NDArray[np.int32], dwell: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) the median dwell time of each row's item; of all where an item has few visits."""
    if not len(dwell):
        return np.zeros(0)
    order = np.lexsort((dwell, item_idx))
    counts = np.bincount(item_idx)
    starts = np.cumsum(counts) - counts
    middle = dwell[order][np.minimum(starts + (counts - 1) // 2, len(dwell) - 1)]
    overall = float(np.median(dwell))
    usual = np.where(counts >= FEWEST_VISITS, middle, overall)[item_idx]
    return np.maximum(usual, 1e-9)
