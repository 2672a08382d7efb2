"""Any rows written as CSV against a slow and obvious cleaning of them."""

import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from tests.worlds import input_refusal, write_csv
from toppicks.errors import InputError
from toppicks.ingest.cleaning import read_interactions

Row = tuple[str, str, str, str]

IDS = ["007", "7", "NA", "", " ", "1e5", "100000", "1234567890123456789", "null", "nan", "a,b"]
IDS += [
    'say "x"',
    "two\nlines",
    "café",
    "cafe\u0301",
    " café\t",
    "\u00a0x",
    "é" * 201,
    "e\u0301" * 200,
]
NUMBERS = [
    "1",
    " 4.5 ",
    "+1",
    "-2",
    ".5",
    "3.",
    "1e2",
    "",
    "x",
    "nan",
    "inf",
    "1e400",
    "0x1",
    "1,5",
]
NUMBERS += ["--1", "1e", "٣", "1_0", "5e-324", "9" * 17, "9" * 19, "1 2", "+-1", "."]

# Letters of many scripts, signs and white space, but no unassigned ones: Python's and Arrow's
# tables of Unicode may differ there.
text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co")), max_size=6)
ids = st.sampled_from(IDS) | st.sampled_from("abc") | text
numbers = (
    st.sampled_from(NUMBERS)
    | st.integers(-3, 3).map(str)
    | st.floats(allow_nan=False).map(repr)
    | text
)
rows = st.lists(st.tuples(ids, ids, numbers, numbers), min_size=1, max_size=25)


@dataclass(frozen=True)
class Used:
    user: str
    item: str
    rating: float
    time: float


def _id(text: str) -> str | None:
    trimmed = unicodedata.normalize("NFC", text.strip())
    controls = [char for char in trimmed if unicodedata.category(char) == "Cc"]
    usable = 0 < len(trimmed) <= 200 and not controls and trimmed not in {".", ".."}
    return trimmed if usable else None


def _number(text: str) -> float | None:
    """What float() reads, less its own inventions: underscores, other digits, nan, inf."""
    plain = text.strip(" \t\n\r\f")
    if not plain or set(plain) - set("0123456789+-.eE"):
        return None
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if abs(number) < 1e18 else None


def _slow(rows: list[Row], timed: bool) -> list[Used]:
    """The latest usable row of each pair, by user, time and item."""
    latest: dict[tuple[str, str], Used] = {}
    for place, (user_text, item_text, rating_text, time_text) in enumerate(rows):
        user, item, rating = _id(user_text), _id(item_text), _number(rating_text)
        time = _number(time_text) if timed else place
        if user is None or item is None or rating is None or time is None:
            continue
        old = latest.get((user, item))
        if old is None or time >= old.time:
            latest[user, item] = Used(user, item, rating, time)

    def natural(id_: str) -> tuple[int, str]:
        return len(id_), id_

    return sorted(latest.values(), key=lambda one: (natural(one.user), one.time, natural(one.item)))


@given(rows=rows, timed=st.booleans())
@example(rows=[("u", "i", "1", "5"), ("u", "i", "2", "5"), ("u", "i", "3", "4")], timed=True)
@example(rows=[("u", "i", "1", "1"), ("", "i", "2", "2"), ("u", "j", "", "")], timed=True)
def test_cleaning_gives_what_a_slow_one_gives(rows: list[Row], timed: bool) -> None:
    columns = ("user", "item", "rating", "timestamp")[: 4 if timed else 3]
    expected = _slow(rows, timed)
    with tempfile.TemporaryDirectory() as folder:
        path = write_csv(Path(folder) / "r.csv", columns, [row[: len(columns)] for row in rows])
        if not expected:
            assert "no row can be used" in input_refusal(path)
            return
        interactions, account = read_interactions([path])
    users, items = interactions.users, interactions.items
    found = list(
        zip(
            [users[idx] for idx in interactions.user_idx],
            [items[idx] for idx in interactions.item_idx],
            interactions.rating.tolist(),
            strict=True,
        )
    )
    assert [row[:2] for row in found] == [(one.user, one.item) for one in expected]
    assert [row[2] for row in found] == [_single(one.rating) for one in expected]
    assert set(users) == {one.user for one in expected}
    assert set(items) == {one.item for one in expected}
    if interactions.timestamp is not None:
        assert interactions.timestamp.tolist() == [int(one.time) for one in expected]
    assert (interactions.timestamp is not None) == timed
    # Every row is either used or accounted for.
    assert account.rows_in == len(rows)
    assert account.rows_used == len(expected)
    assert account.rows_in == account.rows_used + sum(one.rows for one in account.removed)


def _single(number: float) -> float:
    """As single precision has it."""
    return float(np.float32(number))


@given(user=ids, item=ids)
@example(user="007", item="7")
@example(user="NA", item="null")
@example(user="1e5", item="100000")
@example(user="1234567890123456789", item="1234567890123456788")
def test_ids_are_text_and_come_back_as_written(user: str, item: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [(user, item, 1), ("other", "thing", 1)]
        path = write_csv(Path(folder) / "r.csv", ("user", "item", "rating"), rows)
        interactions, _ = read_interactions([path])
    usable = _id(user) is not None and _id(item) is not None
    assert (_id(user) in interactions.users) == (usable or _id(user) == "other")
    assert (_id(item) in interactions.items) == (usable or _id(item) == "thing")


def _read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_bytes(content)
        try:
            interactions, account = read_interactions([path])
        except InputError:
            input_refusal(path)
        else:
            assert account.rows_used == len(interactions) > 0


@given(content=st.binary(max_size=300))
@example(content=b"user,item,rating\nu,i,\xff\n")
@example(content=b'user,item,rating\n"u,i,1\n')
@example(content=b"user,item,rating,pr\xe9nom\nu,i,1,x\n")
@example(content="user,item,rating\nu,i,1\n".encode("utf-16"))
def test_any_bytes_are_read_or_refused_in_one_line(content: bytes) -> None:
    _read_or_refused(content)


@given(body=st.text(st.sampled_from('ab1,.\n\r"; \t\0é'), max_size=60))
def test_any_text_under_a_good_header_is_read_or_refused_in_one_line(body: str) -> None:
    _read_or_refused(b"user,item,rating\n" + body.encode())
