"""One block of rows, cleaned: what can be used of it, and what cannot."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from toppicks.ids import MAX_LENGTH
from toppicks.ingest.columns.numbers import read_counts, read_numbers
from toppicks.ingest.columns.times import read_times
from toppicks.ingest.feedback.events import RATED, kind_of
from toppicks.ingest.feedback.pairs import Rows
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.id_codes import BLANK, ERASED, IMPOSSIBLE, IdCodes
from toppicks.ingest.interactions import Mask
from toppicks.ingest.losses import OF_ERASED
from toppicks.ingest.sources import FeedbackFile
from toppicks.scoring.strength import STRENGTH

ID_RULE = f"over {MAX_LENGTH} characters, a control character, . or .."
NO_TIME = "timestamp is no time: expected seconds since 1970 or ISO 8601"
NO_KIND = "event of an unknown kind: name it in the file of --feedback"


@dataclass
class Seen:
    """What all batches share: the ids that have come so far, how times are written, and what the
    texts of events mean.
    """

    feedback: Feedback
    users: IdCodes = field(default_factory=IdCodes)
    items: IdCodes = field(default_factory=IdCodes)
    units: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, str | None] = field(default_factory=dict)


class CleanBatch:
    """One batch; rows are marked as left out, with the first reason that fits."""

    def __init__(self, seen: Seen, file: FeedbackFile, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self.used = file.used
        self.losses = file.losses
        self.in_order = sorted(set(self.used.values()), key=file.table.names.index)
        self.comma = file.table.decimal_comma
        self.compact_dates = file.columns.compact_dates
        self.dotted = file.columns.dotted
        for role in self.used:
            file.table.check_cells(self._column(role), file.losses.rows)
        self.keep: Mask = np.ones(batch.num_rows, bool)
        user_idx = self._ids("user", seen.users)
        item_idx = self._ids("item", seen.items)
        kind = self._kinds(seen) if "event" in self.used else None
        value = self._values(file.feedback_role, kind)
        dwell = self._dwell(kind) if "dwell" in self.used else None
        time = self._times(seen) if "time" in self.used else None
        keep = self.keep
        self.rows = Rows(
            user_idx=user_idx[keep],
            item_idx=item_idx[keep],
            value=value[keep].astype(np.float32),
            kind=None if kind is None else kind[keep],
            dwell=None if dwell is None else dwell[keep],
            time=None if time is None else time[keep],
        )

    def _column(self, role: str) -> pa.Array:
        return self.batch.column(self.used[role])

    def _remove(self, reason: str, bad: Mask) -> None:
        """Leave rows out, unless an earlier reason already has."""
        bad = bad & self.keep
        if bad.any():
            first = int(np.argmax(bad))
            cells = [self.batch.column(name)[first].as_py() for name in self.in_order]
            self.losses.lose(reason, int(bad.sum()), first, cells)
            self.keep &= ~bad

    def _ids(self, role: str, ids: IdCodes) -> NDArray[np.int32]:
        codes = ids.codes(self._column(role))
        erased = (codes == ERASED) & self.keep
        if erased.any():
            # Nothing of them is told, not even as an example.
            self.losses.lose(OF_ERASED, int(erased.sum()), int(np.argmax(erased)), [])
            self.keep &= ~erased
        self._remove(f"no {role}", codes == BLANK)
        self._remove(f"{role} that is no id: {ID_RULE}", codes == IMPOSSIBLE)
        return codes

    def _kinds(self, seen: Seen) -> NDArray[np.int8]:
        encoded = self._column("event").dictionary_encode()
        known = seen.kinds
        codes = []
        for text in encoded.dictionary.to_pylist():
            kind = known.setdefault(text, kind_of(text, seen.feedback.kinds))
            if kind == "rating" and "rating" not in self.used:
                kind = "view"  # of whoever rates something without a number, only that is known
            codes.append(-1 if kind is None else seen.feedback.code_of(kind))
        of_row = np.array(codes, np.int8)[encoded.indices.to_numpy()] if codes else None
        kinds = np.zeros(0, np.int8) if of_row is None else of_row
        self._remove(NO_KIND, kinds < 0)
        return kinds

    def _values(self, role: str | None, kind: NDArray[np.int8] | None) -> NDArray[np.float64]:
        """The rating or the count of each row; 1 where there is neither."""
        if kind is not None and "rating" in self.used:
            # Only what is called a rating must have one.
            values, readable = read_numbers(self._column("rating"), self.comma)
            self._remove("rating is no finite number", (kind == RATED) & ~readable)
        elif role == "rating":
            values, readable = read_numbers(self._column("rating"), self.comma)
            self._remove("rating is no finite number", ~readable)
        elif role == "weight":
            # Only where a comma may be decimal can a dot part thousands.
            dotted = self.dotted and self.comma
            values, readable = read_counts(self._column("weight"), self.comma, dotted)
            self._remove("count is no finite number", ~readable)
        else:
            values = np.ones(self.batch.num_rows)
        return values

    def _dwell(self, kind: NDArray[np.int8] | None) -> NDArray[np.float32]:
        """Seconds; nan where a row says nothing about them."""
        values, readable = read_numbers(self._column("dwell"), self.comma)
        readable &= values >= 0
        needed = np.ones(len(values), bool) if kind is None else kind == STRENGTH["dwell"]
        self._remove("dwell time is no number of seconds", needed & ~readable)
        return np.where(readable, values, np.nan).astype(np.float32)

    def _times(self, seen: Seen) -> NDArray[np.int64]:
        times = read_times(self._column("time"), self.compact_dates)
        seen.units.update(times.units)
        self._remove(NO_TIME, ~times.readable)
        return times.values
