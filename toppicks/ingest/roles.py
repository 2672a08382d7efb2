"""Which column is what: by its name, by what it holds where the names say nothing, or by option."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from toppicks.errors import InputError
from toppicks.ingest.columns.content import Sample
from toppicks.ingest.columns.names import (
    AGAINST,
    NAMES,
    NO_RATING,
    NamedColumns,
    ambiguous,
    any_known,
    folded,
    option_of,
    strongest,
)
from toppicks.ingest.columns.numbers import are_dotted, read_counts, read_numbers
from toppicks.ingest.columns.times import are_compact_dates, read_times
from toppicks.ingest.feedback.events import kind_of

EXAMPLE = "user,item,rating,timestamp"
# Rows that show what columns hold.
SAMPLE = 20_000
REQUIRED = ("user", "item")
# What is called so is nothing else; each cell that cannot be read is accounted for.
SURE = frozenset({"rating", "ratings", "timestamp"})
# Of a column's cells, so many must be readable as what its name says.
MOST_OF = 0.5


@dataclass(frozen=True)
class Columns:
    """What each column is.

    by_role: role -> the column's name. others: the rest, in the file's order.
    by_content: roles that were found by what the column holds.
    compact_dates: whether times are days as 20240131.
    dotted: whether dots in counts part thousands, as in 1.234.567.
    unreadable: columns whose name promises what their cells are not: name, role and a cell.
    """

    by_role: Mapping[str, str]
    others: tuple[str, ...]
    by_content: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str, str], ...] = ()
    compact_dates: bool = False
    dotted: bool = False

    def get(self, role: str) -> str | None:
        return self.by_role.get(role)


def recognise(
    path: Path, sample: pa.Table, chosen: NamedColumns, kinds: Mapping[str, str] | None = None
) -> Columns:
    """Each role's column of a file of feedback, by option, name or content.

    sample: the first rows, all columns as text. kinds: the caller's own names of events. Raises
    InputError where a column that the caller named is not there, where there is none for the users
    or the items, and where there are several: then it lists them, and names the option to use.
    """
    return _Recognition(path, sample, chosen, kinds or {}).finish()


class _Recognition:
    """Roles are given out in turn; a column has one at most."""

    def __init__(
        self, path: Path, sample: pa.Table, chosen: NamedColumns, kinds: Mapping[str, str]
    ) -> None:
        self.path = path
        self.kinds = kinds
        self.sample = Sample(sample)
        self.chosen = chosen
        self.found: dict[str, str] = {}
        self.by_content: list[str] = []
        self.unreadable: list[tuple[str, str, str]] = []

    def finish(self) -> Columns:
        names = self.sample.names
        for role, name in self.chosen.by_role.items():
            self.found[role] = self._named(role, name)
        for role in NAMES:
            named = None if role in self.found else self._by_name(role)
            if named:
                self.found[role] = named
        self._by_content()
        for role in REQUIRED:
            if role not in self.found:
                raise self._missing(role)
        taken = set(self.found.values())
        others = tuple(name for name in names if name not in taken)
        time, weight = self.found.get("time"), self.found.get("weight")
        return Columns(
            self.found,
            others,
            tuple(self.by_content),
            tuple(self.unreadable),
            compact_dates=time is not None and are_compact_dates(self.sample.column(time)),
            dotted=weight is not None and are_dotted(self.sample.column(weight)),
        )

    def _named(self, role: str, name: str) -> str:
        """The column of an option: as it is written, else in any case."""
        names = self.sample.names
        alike = [name] if name in names else [one for one in names if folded(one) == folded(name)]
        if len(alike) != 1:
            raise InputError(
                f"{self.path}: {option_of(role)} {name!r} is not among its columns "
                f"{_listed(names)}; name one of them"
            )
        if alike[0] in self.found.values():
            raise InputError(f"{self.path}: {option_of(role)} {name!r} is named for two roles")
        return alike[0]

    def _by_name(self, role: str) -> str | None:
        free = [name for name in self.sample.names if name not in self.found.values()]
        fitting = []
        for name in free:
            if any(folded(name) in tier for tier in NAMES[role]):
                if self._fits(role, name):
                    fitting.append(name)
                elif not self._goes_by_item(name):
                    self.unreadable.append((name, role, self.sample.example(name)))
        return strongest(self.path, role, fitting, NAMES[role])

    def _fits(self, role: str, name: str) -> bool:
        """Whether its cells are what its name says; ids may be anything."""
        if role in REQUIRED:
            return True
        filled = self.sample.filled(name)
        if not len(filled):
            # Whoever has no times needs none; without ratings, everything would be a like.
            return role == "rating" and folded(name) in SURE
        if role == "time":
            readable = read_times(filled).readable
        elif role == "event":
            encoded = filled.dictionary_encode()
            texts = encoded.dictionary.to_pylist()
            known = np.array([kind_of(text, self.kinds) is not None for text in texts])
            readable = known[encoded.indices.to_numpy()]
        else:
            read = read_counts if role == "weight" else read_numbers
            readable = read(filled, True).readable
            if role != "rating" or folded(name) not in SURE:
                readable = readable & (not self._goes_by_item(name))
        return folded(name) in SURE or bool(readable.mean() >= MOST_OF)

    def _by_content(self) -> None:
        """One missing column of ids, where a single column could be it; times; and ratings."""
        missing = [role for role in REQUIRED if role not in self.found]
        if len(missing) == 1:
            self._take_only(missing[0], self._looks_like_ids)
        if "time" not in self.found:
            self._take_only("time", self._looks_like_times)
        if not {"rating", "weight", "event", "dwell"} & set(self.found):
            self._take_only("event", self._looks_like_events)
            self._check_nothing_against()
        has_ids = all(role in self.found for role in REQUIRED)
        if has_ids and not {"rating", "weight", "event", "dwell"} & set(self.found):
            self._take_only("rating", self._looks_like_ratings)

    def _looks_like_ids(self, name: str) -> bool:
        """Ids, and not what the name says is something else."""
        return not any_known([name]) and self.sample.looks_like_ids(name)

    def _looks_like_events(self, name: str) -> bool:
        """Several kinds of events, and little else."""
        encoded = self.sample.filled(name).dictionary_encode()
        known = [kind_of(text, self.kinds) for text in encoded.dictionary.to_pylist()]
        if len(set(known) - {None}) < 2:
            return False
        there = np.array([kind is not None for kind in known])[encoded.indices.to_numpy()]
        return bool(there.mean() >= MOST_OF)

    def _looks_like_times(self, name: str) -> bool:
        """Moments, but none that are about the item, such as when it came out."""
        return self.sample.looks_like_times(name) and not self._goes_by_item(name)

    def _looks_like_ratings(self, name: str) -> bool:
        keys = (self.found[role] for role in REQUIRED)
        return folded(name) not in NO_RATING and self.sample.looks_like_ratings(name, *keys)

    def _goes_by_item(self, name: str) -> bool:
        """Whether it is no feedback, but a fact about the item."""
        item = self.found.get("item")
        return item is not None and self.sample.goes_by_item(name, item)

    def _check_nothing_against(self) -> None:
        """Raises InputError where a column may say that a row is no positive: `returned`."""
        for name in self._free():
            if "event" not in self.found and folded(name).startswith(AGAINST):
                values = read_numbers(self.sample.filled(name))
                if len(values.readable) and values.readable.all():
                    raise InputError(
                        f"{self.path}: the column {name!r} seems to tell against an item; turn it "
                        "round into a column 'rating' (1 for good), or take it out"
                    )

    def _take_only(self, role: str, fits: Callable[[str], bool]) -> None:
        """The one column that fits; raises InputError where several do."""
        able = [name for name in self._free() if fits(name)]
        if len(able) > 1:
            raise ambiguous(self.path, role, able)
        if able:
            self._take(role, able[0])

    def _take(self, role: str, name: str) -> None:
        self.found[role] = name
        self.by_content.append(role)

    def _free(self) -> list[str]:
        return [name for name in self.sample.names if name not in self.found.values()]

    def _missing(self, role: str) -> InputError:
        names = self.sample.names
        free = self._free()
        choose = f"one of {_listed(free)}" if free else "one of its columns"
        return InputError(
            f"{self.path}: has no column {role!r} but {_listed(names)}; say which is the {role} "
            f"with {option_of(role)} ({choose}), or name its columns {EXAMPLE}"
        )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
