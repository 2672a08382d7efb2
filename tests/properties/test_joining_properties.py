"""Files and live events together: equal to what a slow and plain reckoning finds."""

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slow_joining import FileKind, Row, slow_joining
from tests.worlds import write_csv
from toppicks.ids import IdMap
from toppicks.ingest.cleaning import Gathered, read_interactions
from toppicks.ingest.live.events import Live, pairs_of
from toppicks.ingest.live.joining import joined
from toppicks.store import KINDS, Event

USERS, ITEMS = ("1", "2", "10", "é"), ("a", "b", "aa", "c")
LIVE_USERS, LIVE_ITEMS = (*USERS, "live", "0"), (*ITEMS, "put", "unheard-of")
STARS = (1.0, 2.0, 3.0, 3.5, 4.0, 5.0)

file_rows = st.dictionaries(
    st.tuples(st.sampled_from(USERS), st.sampled_from(ITEMS)),
    st.tuples(st.integers(1, 5), st.integers(1_000_000_000, 1_000_000_009)),
    min_size=1,
)
events = st.lists(
    st.builds(
        lambda user, item, kind, stars, time: Event(
            user, item, kind, stars if kind in {"rating", "dwell"} else None, time
        ),
        st.sampled_from(LIVE_USERS),
        st.sampled_from(LIVE_ITEMS),
        st.sampled_from(KINDS),
        st.sampled_from(STARS),
        st.sampled_from([0.0, 999_999_999.5, 1_000_000_004.0, 1_000_000_004.9, 1_800_000_000.0]),
    ),
    max_size=40,
)
# What the second column of the numbers says, by the kind of file.
COLUMNS = {"rating": ("rating",), "count": ("plays",), "event": ("event",), "presence": ()}
EVENT_NAMES = {1: "skip", 2: "dislike", 3: "view", 4: "like", 5: "purchase"}
STRENGTHS = {"skip": 1.0, "dislike": 0.0, "view": 3.0, "like": 5.0, "purchase": 7.0}


def written(kind: str, number: int) -> tuple[object, ...]:
    """A row's cells beside user, item and time."""
    return {
        "rating": (number,),
        "count": (number,),
        "event": (EVENT_NAMES[number],),
        "presence": (),
    }[kind]


def meant(kind: str, number: int) -> float:
    if kind == "event":
        return STRENGTHS[EVENT_NAMES[number]]
    return 1.0 if kind == "presence" else float(number)


def read(rows: dict[tuple[str, str], tuple[int, int]], kind: str, timed: bool) -> Gathered:
    columns = ("user", "item", *COLUMNS[kind], *(("timestamp",) if timed else ()))
    cells: list[Sequence[object]] = [
        (*pair, *written(kind, number), *((time,) if timed else ()))
        for pair, (number, time) in rows.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        return read_interactions([write_csv(Path(folder) / "f.csv", columns, cells)])


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("kind", ["rating", "count", "presence", "event"])
@given(rows=file_rows, happened=events)
def test_it_is_what_a_plain_reckoning_finds(
    kind: str,
    timed: bool,
    rows: dict[tuple[str, str], tuple[int, int]],
    happened: list[Event],
) -> None:
    if kind == "event":
        # Something must have been brought about.
        rows = rows | {next(iter(rows)): (5, 1_000_000_000)}
    files = read(rows, kind, timed)
    of_user = sorted(happened, key=lambda event: event.user_id)
    known = files.interactions.items.union(["put"])
    interactions, scale = files.interactions, files.scale
    found = joined(
        interactions,
        Live("x", tuple(pairs_of(of_user))),
        known,
        interactions.users,
        scale.meaning(interactions.rating),
        scale.top,
    )
    expected = slow_joining(
        {
            pair: Row(meant(kind, number), time if timed else None)
            for pair, (number, time) in rows.items()
        },
        of_user,
        set(known),
        FileKind(
            kind,
            best=float(interactions.rating.max()),
            often=scale.top if math.isfinite(scale.top) else 1.0,
        ),
        timed,
    )
    both = found.interactions
    times = [None] * len(both) if both.timestamp is None else both.timestamp.tolist()
    pairs = list(zip(both.user_idx.tolist(), both.item_idx.tolist(), strict=True))
    assert {
        (both.users[user], both.items[item]): Row(number, time)
        for (user, item), number, time in zip(pairs, both.rating.tolist(), times, strict=True)
    } == expected
    assert len(both) == len(expected)
    assert (both.timestamp is not None) is timed
    check_maps(both.users, {user for user, _ in expected}, interactions.users)
    check_maps(both.items, {item for _, item in expected}, known)
    order = [
        (user, time or 0, item if timed else 0)
        for (user, item), time in zip(pairs, times, strict=True)
    ]
    assert order == sorted(order)
    assert found.account.rows_in == len(happened)


def check_maps(ids: IdMap, with_rows: set[str], known: IdMap) -> None:
    """Those with rows first, 9 before 10; then whoever else is known."""
    n = len(with_rows)
    first = list(ids)[:n]
    assert first == sorted(with_rows, key=lambda one: (len(one), one))
    assert list(ids)[n:] == [one for one in known if one not in with_rows]


@given(rows=file_rows)
def test_without_live_events_nothing_changes(
    rows: dict[tuple[str, str], tuple[int, int]],
) -> None:
    read_rows = read(rows, "rating", timed=False)
    files, scale = read_rows.interactions, read_rows.scale
    both = joined(
        files, Live("x"), files.items, files.users, scale.meaning(files.rating), scale.top
    ).interactions
    assert list(both.users) == list(files.users)
    assert list(both.items) == list(files.items)
    for name in ("user_idx", "item_idx", "rating"):
        np.testing.assert_array_equal(getattr(both, name), getattr(files, name))
