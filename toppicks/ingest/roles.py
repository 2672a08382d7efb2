"""Which column is what: by its name, by what it holds where the names say nothing, or by option."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ingest.events import kind_of
from toppicks.ingest.numbers import read_numbers
from toppicks.ingest.times import are_compact_dates, read_times
from toppicks.ingest.vocabulary import words

EXAMPLE = "user,item,rating,timestamp"
# Rows that show what columns hold.
SAMPLE = 20_000
# Names are compared by their letters and digits alone. The stronger tier wins over the weaker:
# `title` names the item only where nothing else does.
NAMES: Mapping[str, Sequence[frozenset[str]]] = {
    "user": (
        words(
            "user userid users uid reviewer reviewerid customer customerid visitor visitorid login "
            "member memberid person personid client clientid account accountid shopper buyer"
        ),
        words("username userlogin reviewername customername membername nickname"),
    ),
    "item": (
        words(
            "item itemid items iid movie movieid film filmid product productid repo repoid "
            "repository artist artistid sku asin book bookid isbn song songid track trackid game "
            "gameid article articleid candy video videoid business businessid"
        ),
        words(
            "title itemname itemtitle movietitle moviename productname producttitle reponame "
            "artistname bookname booktitle songname songtitle trackname gamename"
        ),
    ),
    "rating": (words("rating ratings review stars score userrating overall grade vote liked"),),
    "weight": (words("weight count counts plays playcount listens quantity qty"),),
    "time": (
        words(
            "timestamp ts date time datetime ratedat reviewedat starredat createdat eventtime "
            "unixreviewtime boughtat playedat visitedat"
        ),
    ),
    "event": (words("event eventtype type kind action behavior behaviour"),),
    "dwell": (words("dwell duration seconds dwelltime dwellseconds timespent"),),
}
Floats = NDArray[np.float64]
# In a file of items or of people, the key may be called just that.
KEY_NAMES = frozenset({"id", "key", "name", "code"})
REQUIRED = ("user", "item")
# What is called so is nothing else; each cell that cannot be read is accounted for.
SURE = frozenset({"rating", "ratings", "timestamp"})
# So many items with several rows each tell whether a column goes by the item.
MANY = 5
LIKERT = 11
# Of a column's cells, so many must be readable as what its name says.
MOST_OF = 0.5


@dataclass(frozen=True)
class NamedColumns:
    """The columns that the caller named, by role; None where the data shall say."""

    by_role: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, **columns: str | None) -> "NamedColumns":
        return cls({role: name for role, name in columns.items() if name is not None})

    @property
    def are_places(self) -> bool:
        """Whether they are numbers of columns, as for a file without a header line."""
        return bool(self.by_role) and all(name.isdigit() for name in self.by_role.values())


@dataclass(frozen=True)
class Columns:
    """What each column is.

    by_role: role -> the column's name. others: the rest, in the file's order.
    by_content: roles that were found by what the column holds.
    compact_dates: whether times are days as 20240131.
    unreadable: columns whose name promises what their cells are not: name, role and a cell.
    """

    by_role: Mapping[str, str]
    others: tuple[str, ...]
    by_content: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str, str], ...] = ()
    compact_dates: bool = False

    def get(self, role: str) -> str | None:
        return self.by_role.get(role)


def option_of(role: str) -> str:
    """The option that names a role's column."""
    return f"--{role}-col"


def folded(name: str) -> str:
    """A column's name as it is compared: "Movie ID", "movie_id" and "movieId" are one."""
    return re.sub(r"[\W_]", "", name.casefold())


def any_known(names: Sequence[str]) -> bool:
    """Whether some name says what the column is."""
    known = {word for tiers in NAMES.values() for tier in tiers for word in tier}
    return any(folded(name) in known for name in names)


def recognise(
    path: Path, sample: pa.Table, chosen: NamedColumns, kinds: Mapping[str, str] | None = None
) -> Columns:
    """Each role's column of a file of feedback, by option, name or content.

    sample: the first rows, all columns as text. kinds: the caller's own names of events. Raises
    InputError where a column that the caller named is not there, where there is none for the users
    or the items, and where there are several: then it lists them, and names the option to use.
    """
    return _Recognition(path, sample, chosen, kinds or {}).finish()


def key_column(path: Path, names: Sequence[str], role: str, chosen: NamedColumns) -> str | None:
    """The column of ids in a file of items or people; None where no name says so.

    Raises InputError where several do.
    """
    named = chosen.by_role.get(role)
    if named in names:
        return named
    tiers = [*NAMES[role], KEY_NAMES]
    # What is known of an item is never its key where there is an id.
    return _strongest(path, role, names, [tiers[0], KEY_NAMES & {"id", "key"}, *tiers[1:]])


def _strongest(
    path: Path, role: str, names: Sequence[str], tiers: Sequence[frozenset[str]]
) -> str | None:
    for tier in tiers:
        found = [name for name in names if folded(name) in tier]
        if len(found) > 1:
            raise _ambiguous(path, role, found)
        if found:
            return found[0]
    return None


def _ambiguous(path: Path, role: str, names: Sequence[str]) -> InputError:
    several = " or ".join(map(repr, names))
    return InputError(
        f"{path}: the {role} column could be {several}; say which with {option_of(role)}"
    )


class _Recognition:
    """Roles are given out in turn; a column has one at most."""

    def __init__(
        self, path: Path, sample: pa.Table, chosen: NamedColumns, kinds: Mapping[str, str]
    ) -> None:
        self.path = path
        self.kinds = kinds
        self.sample = sample
        self.chosen = chosen
        self.found: dict[str, str] = {}
        self.by_content: list[str] = []
        self.unreadable: list[tuple[str, str, str]] = []

    def finish(self) -> Columns:
        names = self.sample.column_names
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
        time = self.found.get("time")
        return Columns(
            self.found,
            others,
            tuple(self.by_content),
            tuple(self.unreadable),
            compact_dates=time is not None and are_compact_dates(self._column(time)),
        )

    def _named(self, role: str, name: str) -> str:
        """The column of an option: as it is written, else in any case."""
        names = self.sample.column_names
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
        free = [name for name in self.sample.column_names if name not in self.found.values()]
        fitting = []
        for name in free:
            if any(folded(name) in tier for tier in NAMES[role]):
                if self._fits(role, name):
                    fitting.append(name)
                elif not self._is_of_item(name):
                    self.unreadable.append((name, role, self._example(name)))
        return _strongest(self.path, role, fitting, NAMES[role])

    def _fits(self, role: str, name: str) -> bool:
        """Whether its cells are what its name says; ids may be anything."""
        if role in REQUIRED:
            return True
        column = self._column(name)
        filled = column.filter(pc.not_equal(pc.utf8_trim_whitespace(column), ""))
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
            readable = read_numbers(filled, decimal_comma=True).readable
            if role != "rating" or folded(name) not in SURE:
                readable = readable & (not self._is_of_item(name))
        return folded(name) in SURE or bool(readable.mean() >= MOST_OF)

    def _is_of_item(self, name: str) -> bool:
        """Whether it says the same in all rows of an item, for many items, as a weight in grams or
        a film's duration does: then it is no feedback, but a fact about the item.
        """
        if "item" not in self.found:
            return False
        values = read_numbers(self._column(name), decimal_comma=True).values
        codes = self._column(self.found["item"]).dictionary_encode().indices.to_numpy()
        several = np.bincount(codes) > 1
        if several.sum() < MANY:
            return False
        lowest, highest = _extremes(codes, values)
        return bool((highest == lowest).all() and len(np.unique(lowest[several])) > 1)

    def _by_content(self) -> None:
        """One missing column of ids, where a single column could be it; times; and ratings."""
        missing = [role for role in REQUIRED if role not in self.found]
        if len(missing) == 1:
            self._take_only(missing[0], self._like_ids)
        if "time" not in self.found:
            times = [name for name in self._free() if self._like_times(name)]
            if len(times) == 1:
                self._take("time", times[0])
        has_ids = all(role in self.found for role in REQUIRED)
        if has_ids and not {"rating", "weight", "event", "dwell"} & set(self.found):
            self._take_only("rating", self._like_ratings)

    def _take_only(self, role: str, fits: Callable[[str], bool]) -> None:
        """The one column that fits; raises InputError where several do."""
        able = [name for name in self._free() if fits(name)]
        if len(able) > 1:
            raise _ambiguous(self.path, role, able)
        if able:
            self._take(role, able[0])

    def _take(self, role: str, name: str) -> None:
        self.found[role] = name
        self.by_content.append(role)

    def _free(self) -> list[str]:
        return [name for name in self.sample.column_names if name not in self.found.values()]

    def _like_ids(self, name: str) -> bool:
        """Several different values, most of which come more than once."""
        column = self._column(name)
        values = pc.unique(column)
        if self._like_times(name) or not 1 < len(values) <= max(2, len(column) / 2):
            return False
        # A few numbers are more likely ratings.
        return len(values) > LIKERT or not read_numbers(values).readable.all()

    def _like_times(self, name: str) -> bool:
        """Dates, or numbers that are moments since the nineties."""
        times = read_times(self._column(name))
        if not len(times.readable) or times.readable.mean() < 0.95:
            return False
        return bool(np.median(times.values[times.readable]) > 600_000_000)

    def _like_ratings(self, name: str) -> bool:
        """A few different numbers that go by neither the item nor the user alone."""
        column = self._column(name)
        numbers = read_numbers(column, decimal_comma=True)
        if not len(column) or numbers.readable.mean() < 0.95:
            return False
        values = np.unique(numbers.values[numbers.readable])
        if not 2 <= len(values) <= LIKERT or values[0] < -10 or values[-1] > 100:
            return False
        return all(self._varies_within(self.found[role], numbers.values) for role in REQUIRED)

    def _varies_within(self, key: str, values: Floats) -> bool:
        """Whether rows of the same key have different values."""
        codes = self._column(key).dictionary_encode().indices.to_numpy()
        lowest, highest = _extremes(codes, values)
        return bool((highest > lowest).any())

    def _column(self, name: str) -> pa.Array:
        return self.sample[name].combine_chunks()

    def _example(self, name: str) -> str:
        filled = [text for text in self._column(name).slice(0, 100).to_pylist() if text.strip()]
        return filled[0][:40] if filled else ""

    def _missing(self, role: str) -> InputError:
        names = self.sample.column_names
        free = self._free()
        choose = f"one of {_listed(free)}" if free else "one of its columns"
        return InputError(
            f"{self.path}: has no column {role!r} but {_listed(names)}; say which is the {role} "
            f"with {option_of(role)} ({choose}), or name its columns {EXAMPLE}"
        )


def _extremes(codes: NDArray[np.integer], values: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest value of each code from 0 on."""
    lowest = np.full(codes.max() + 1, np.inf)
    highest = np.full(codes.max() + 1, -np.inf)
    np.minimum.at(lowest, codes, values)
    np.maximum.at(highest, codes, values)
    return lowest, highest


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
