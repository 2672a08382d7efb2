"""Everybody's picks as a file, by the very code that the site answers with."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pyarrow as pa
from sqlalchemy import URL

from toppicks.errors import InputError, one_line
from toppicks.ids import is_id, normal_id
from toppicks.ingest.live.events import reading
from toppicks.ingest.tables.opening import open_table
from toppicks.serving.histories import Person
from toppicks.serving.live import Served
from toppicks.serving.picks import Wish
from toppicks.serving.recommender import Recommender
from toppicks.store import CatalogueChanges, Event
from toppicks.writing import whole_file

COLUMNS = ("user_id", "rank", "item_id", "score")
EXAMPLE = "user"


@dataclass(frozen=True)
class People:
    """A model, and what came live, if anything is to count that did; of one moment.

    events: of each person who has any, in the order in which they came.
    erased: people of whom what the files say counts no more.
    """

    recommender: Recommender
    events: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()

    @classmethod
    def with_store(cls, recommender: Recommender, address: Path | URL) -> "People":
        """With everything in a store, which is only read; raises InputError and ConfigError."""
        with reading(address) as everything:
            by_user = groupby(everything.events, attrgetter("user_id"))
            events = {user_id: tuple(own) for user_id, own in by_user}
        changes = CatalogueChanges(0, everything.items, list(everything.erased), whole=True)
        served = Served(recommender).after(changes)
        return cls(served.recommender, events, served.erased)

    @property
    def user_ids(self) -> list[str]:
        """Everybody: those of the files, then those who came live, by id."""
        in_files = self.recommender.model.users
        return [
            *(one for one in in_files if one not in self.erased or one in self.events),
            *(one for one in self.events if one not in in_files),
        ]

    def person(self, user_id: str) -> Person:
        events = self.events.get(user_id, ())
        return self.recommender.histories.person(user_id, events, user_id in self.erased)


def export(people: People, user_ids: Iterable[str], n: int, out: Path) -> int:
    """Write n picks for each of these people, best first; how many rows that were.

    Scores have six decimals, as the site shows them. Who was never seen gets what is popular; who
    has rated everything has no row.
    """
    with whole_file(out, "--out") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        rows = 0
        for row in _rows(people, user_ids, n):
            writer.writerow(row)
            rows += 1
    return rows


def _rows(people: People, user_ids: Iterable[str], n: int) -> Iterator[tuple[str, int, str, str]]:
    item_id = people.recommender.catalogue.id
    for user_id in user_ids:
        for pick in people.recommender.picks(people.person(user_id), Wish(n)).picks:
            yield user_id, pick.rank, item_id(pick.item_idx), f"{pick.score:.6f}"


def read_user_ids(path: Path) -> list[str]:
    """Ids one a line, or those of a CSV file's column `user`; each once, in the file's order.

    Plain or gzipped (`.gz`), UTF-8; ids are trimmed and NFC-normalised, empty lines are passed
    over. Raises InputError where the file cannot be read, names nobody, or a line is no id.
    """
    text = _text(path)
    header = next(csv.reader(io.StringIO(text.partition("\n")[0])), [])
    if "user" in header:
        rows = open_table(path, EXAMPLE).batches(["user"])
        ids = [normal_id(text.strip()) for batch in rows for text in batch.column(0).to_pylist()]
    else:
        ids = [normal_id(line.strip()) for line in text.split("\n")]
    for number, id_ in enumerate(ids, 1):
        if id_ and not is_id(id_):
            shown = ascii(id_[:40])
            raise InputError(f"{path}: row {number}, {shown}, is no id; list one id a line")
    named = [id_ for id_ in dict.fromkeys(ids) if id_]
    if not named:
        raise InputError(f"{path}: names nobody; list one id a line, or in a column 'user'")
    return named


def _text(path: Path) -> str:
    try:
        with pa.input_stream(str(path), compression="detect") as stream:
            return str(stream.read().decode("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; name one that lists one id a line") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except (pa.ArrowException, OSError, EOFError) as error:
        raise InputError(f"{path}: cannot be read ({one_line(error)}); mend that") from None
