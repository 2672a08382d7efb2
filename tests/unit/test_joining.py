"""Files and live events together, by hand: every reaction beside every kind of file."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.worlds import write_csv
from toppicks.ingest.cleaning import Gathered, read_interactions
from toppicks.ingest.live.events import Live, pairs_of
from toppicks.ingest.live.joining import AGAINST, SAYS_NOTHING, TAKEN_BACK, UNKNOWN, Joined, joined
from toppicks.scoring.strength import DRIVEN, STRENGTH
from toppicks.store import Event

# The file's own row, as it is.
FILE = "file"
OLD, LIVE = 1_000_000_000, 1_100_000_000.75
# `a` is in the file for u, `b` for others alone; the last column is the number.
RATINGS = [("u", "a", 4), ("w", "a", 1), ("w", "b", 5)]
COUNTS = [("u", "a", 4), ("w", "a", 1), ("w", "b", 50)]
EVENTS = [("u", "a", "view"), ("w", "a", "purchase"), ("w", "b", "purchase")]
VISITS = [("u", "a", ""), ("w", "a", ""), ("w", "b", "")]
FILES: dict[str, tuple[str | None, Sequence[tuple[object, ...]]]] = {
    "rating": ("rating", RATINGS),
    "count": ("plays", COUNTS),
    "event": ("event", EVENTS),
    "presence": (None, VISITS),
}
VIEW, LIKE, SKIP = (float(STRENGTH[kind]) for kind in ("view", "like", "skip"))
BOUGHT = float(DRIVEN)


def read(folder: Path, kind: str, timed: bool = True) -> Gathered:
    column, rows = FILES[kind]
    columns = ["user", "item", *([column] if column else []), *(["timestamp"] if timed else [])]
    cells = [
        (*(row if column else row[:2]), *([OLD + at] if timed else []))
        for at, row in enumerate(rows)
    ]
    return read_interactions([write_csv(folder / "f.csv", columns, cells)])


def events_of(*told: str, item: str = "a", user: str = "u", time: float = LIVE) -> list[Event]:
    """Of texts such as "view" or "rating 4.5"."""
    found = []
    for one in told:
        kind, _, value = one.partition(" ")
        found.append(Event(user, item, kind, float(value) if value else None, time))
    return found


def join(folder: Path, kind: str, events: list[Event], timed: bool = True) -> Joined:
    gathered = read(folder, kind, timed)
    files, scale = gathered.interactions, gathered.scale
    return joined(
        files,
        Live("live.db", tuple(pairs_of(events))),
        files.items.union(["put"]),
        files.users.union(["profiled"]),
        scale.meaning(files.rating),
        scale.top,
    )


def rows_of(found: Joined) -> dict[tuple[str, str], tuple[float, float]]:
    both = found.interactions
    assert both.timestamp is not None
    columns = both.user_idx, both.item_idx, both.rating, both.timestamp
    return {
        (both.users[user], both.items[item]): (number, time)
        for user, item, number, time in zip(*(one.tolist() for one in columns), strict=True)
    }


@pytest.mark.parametrize(
    ("kind", "told", "number"),
    [
        # Where people rate, the last opinion counts, and glances say nothing.
        ("rating", ["rating 2.5"], 2.5),
        ("rating", ["rating 2.5", "rating 3"], 3),
        ("rating", ["like"], 5),
        ("rating", ["rating 2", "like"], 5),
        ("rating", ["dislike"], None),
        ("rating", ["dislike", "rating 3"], 3),
        ("rating", ["unrate"], None),
        ("rating", ["rating 3", "unrate"], None),
        ("rating", ["hide"], None),
        ("rating", ["hide", "rating 5"], None),
        ("rating", ["rating 2", "hide", "unhide"], 2),
        ("rating", ["purchase"], FILE),
        ("rating", ["unrate", "purchase"], 5),
        ("rating", ["view", "dwell 9", "skip"], FILE),
        # Counts go on where the file left off.
        ("count", ["view"], 5),
        ("count", ["view", "dwell 9", "purchase", "skip"], 7),
        ("count", ["rating 3"], 5),
        ("count", ["rating 5"], 50),
        ("count", ["rating 1"], None),
        ("count", ["like"], 50),
        ("count", ["view", "dislike"], None),
        ("count", ["view", "unrate"], 5),
        ("count", ["unrate"], FILE),
        ("count", ["hide"], None),
        # Of events the strongest counts, and what is wanted most of all.
        ("event", ["skip"], FILE),
        ("event", ["view"], VIEW),
        ("event", ["like"], LIKE),
        ("event", ["purchase"], BOUGHT),
        ("event", ["purchase", "unrate"], BOUGHT),
        ("event", ["rating 4"], LIKE),
        ("event", ["rating 3"], VIEW),
        ("event", ["rating 2"], None),
        ("event", ["unrate", "skip"], FILE),
        ("event", ["like", "unrate"], FILE),
        ("event", ["dislike"], None),
        ("event", ["purchase", "hide"], None),
        # What merely happened happens once more.
        ("presence", ["view"], 2),
        ("presence", ["like"], 1),
        ("presence", ["skip"], FILE),
        ("presence", ["unrate"], FILE),
        ("presence", ["dislike"], None),
    ],
)
def test_what_a_pair_of_the_file_comes_to(
    tmp_path: Path, kind: str, told: list[str], number: float | str | None
) -> None:
    found = rows_of(join(tmp_path, kind, events_of(*told)))
    pair = found.pop(("u", "a"), None)
    if number == FILE:
        assert pair == rows_of(join(tmp_path, kind, []))["u", "a"]
    else:
        assert pair == (None if number is None else (number, 1_100_000_000))
    # Nobody else's row is touched.
    assert set(found) == {("w", "a"), ("w", "b")}
    assert {time for _, time in found.values()} == {OLD + 1, OLD + 2}


@pytest.mark.parametrize(
    ("kind", "told", "number"),
    [
        ("rating", ["rating 0.5"], 0.5),
        ("rating", ["like"], 5),
        ("rating", ["purchase"], 5),
        ("rating", ["view"], None),
        ("rating", ["skip"], None),
        ("rating", ["unrate"], None),
        ("count", ["view"], 1),
        ("count", ["like"], 50),
        ("count", ["skip"], None),
        ("event", ["skip"], SKIP),
        ("event", ["dwell 3"], VIEW),
        ("event", ["view", "purchase"], BOUGHT),
        ("presence", ["view"], 1),
        ("presence", ["like"], 1),
        ("presence", ["skip"], None),
    ],
)
@pytest.mark.parametrize(("user", "item"), [("u", "b"), ("new", "a"), ("u", "put")])
def test_what_a_pair_of_no_file_comes_to(
    tmp_path: Path, kind: str, told: list[str], number: float | None, user: str, item: str
) -> None:
    found = rows_of(join(tmp_path, kind, events_of(*told, item=item, user=user)))
    assert found.get((user, item)) == (None if number is None else (number, 1_100_000_000))
    assert len(found) == 3 + (number is not None)


def test_hidden_and_shown_again_is_as_never_touched(tmp_path: Path) -> None:
    found = join(tmp_path, "rating", events_of("hide", "unhide"))
    assert rows_of(found)["u", "a"] == (4, OLD)
    assert [(one.reason, one.rows) for one in found.account.removed] == [(TAKEN_BACK, 2)]


def test_without_times_in_the_file_those_of_events_say_nothing(tmp_path: Path) -> None:
    events = events_of("rating 2", time=5.0) + events_of("like", item="put", time=1.0)
    both = join(tmp_path, "rating", events, timed=False).interactions
    assert both.timestamp is None
    columns = both.user_idx, both.item_idx, both.rating
    rows = list(zip(*(one.tolist() for one in columns), strict=True))
    u, w, a, b, put = 0, 1, 0, 1, 2
    # Live rows come last of each person's, in the order in which they came.
    assert rows == [(u, a, 2), (u, put, 5), (w, a, 1), (w, b, 5)]


def test_whoever_has_rows_comes_first_in_natural_order(tmp_path: Path) -> None:
    events = events_of("unrate") + events_of("like", user="t", item="put")
    both = join(tmp_path, "rating", events).interactions
    assert list(both.users) == ["t", "w", "u", "profiled"]
    assert list(both.items) == ["a", "b", "put"]
    assert both.user_idx.tolist() == [0, 1, 1]


def test_nobody_is_left(tmp_path: Path) -> None:
    events = [one for user, item in (("u", "a"), ("w", "a"), ("w", "b"))
              for one in events_of("unrate", user=user, item=item)]  # fmt: skip
    both = join(tmp_path, "rating", events).interactions
    assert len(both) == 0
    assert list(both.users) == ["u", "w", "profiled"]


def test_the_account_is_of_every_event_and_names_nobody(tmp_path: Path) -> None:
    events = [
        *events_of("view", "rating 2", "rating 3", user="someone"),
        *events_of("dislike", user="someone", item="b"),
        *events_of("view", "like", user="someone", item="unheard-of"),
        *events_of("unrate", user="u"),
        *events_of("skip", user="u", item="b"),
        *events_of("rating 3", user="w"),
    ]
    account = join(tmp_path, "rating", events).account
    assert (account.rows_in, account.rows_used) == (9, 2)
    assert {one.reason: (one.rows, one.example) for one in account.removed} == {
        "further events of the same user and item": (2, "a"),
        AGAINST: (1, "b"),
        UNKNOWN: (2, "unheard-of"),
        TAKEN_BACK: (1, "a"),
        SAYS_NOTHING: (1, "b"),
    }
    assert {one.what: (one.n, one.done) for one in account.notes} == {
        "people with live events": (3, "1 of them in no file"),
        "rows of files that live events replace": (1, "the last word counts"),
        "rows of files that were taken back or spoken against": (1, "left out"),
    }
    assert [file.name for file in account.files] == ["live.db"]
    assert "someone" not in str(account)


def test_a_low_rating_among_events_is_against(tmp_path: Path) -> None:
    account = join(tmp_path, "event", events_of("rating 1")).account
    assert [(one.reason, one.rows) for one in account.removed] == [(AGAINST, 1)]
