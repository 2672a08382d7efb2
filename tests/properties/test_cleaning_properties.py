"""Any rows in any format against a slow and obvious cleaning of them; and any bytes at all."""

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from tests.slow_cleaning import Row, id_of, slowly_cleaned
from tests.worlds import input_refusal, write_csv
from tests.written import ENCODINGS, FORMATS, Manner
from toppicks.errors import InputError
from toppicks.ingest.cleaning import Gathered, read_interactions

IDS = ["007", "7", "NA", "", " ", "1e5", "100000", "1234567890123456789", "null", "nan", "a,b"]
IDS += ['say "x"', "two\nlines", "café", "cafe\u0301", " café\t", "\u00a0x", "é" * 201]
IDS += [
    "e\u0301" * 200,
    '"',
    "a;b",
    "\r",
    ".",
    "..",
    "Jürgen",
    "ÿ",
    "\u0440\u0430\u0443",
    "\ufeffx",
    "'",
    "\\",
]
NUMBERS = ["1", " 4.5 ", "+1", "-2", ".5", "3.", "1e2", "", "x", "nan", "inf", "1e400", "0x1"]
NUMBERS += ["1,5", "1,500", "0,125", "--1", "1e", "٣", "1_0", "5e-324", "9" * 17, "9" * 19, "1 2"]
NUMBERS += ["+-1", ".", "yes", "False", "1,", ",5"]
TIMES = ["0", "-86400", "1577934245", "1577934245678", "1577934245678901", "1577934245678901234"]
TIMES += ["2020-02-29", "2019-02-29", "20200102", "2020-01-02T03:04:05Z", "soon", "", "1e400"]
TIMES += ["2020-01-02 03:04:05.678+0530", "2020-01-02T03:04-11:00", "99999999999", "1.9", "-0.5"]

# All of Unicode but halves of characters, which no format holds, and zero bytes: where there are
# many of them, a file is no text.
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\0"), max_size=6)
ids = st.sampled_from(IDS) | st.sampled_from("abc") | text | latin
numbers = (
    st.sampled_from(NUMBERS)
    | st.integers(-3, 3).map(str)
    | st.floats(allow_nan=False).map(repr)
    | text
)
zones = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=-9, minutes=-30))])
span = dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1)  # noqa: DTZ001
moments = st.datetimes(*span) | st.datetimes(*span, timezones=zones)
times = (
    st.sampled_from(TIMES)
    | st.integers(-(10**11), 10**18).map(str)
    | moments.map(str)
    | moments.map(lambda moment: moment.isoformat(timespec="seconds"))
)
rows = st.lists(st.tuples(ids, ids, numbers, times), min_size=1, max_size=19)
notes = text.map(lambda note: f"~{note}")
manners = st.builds(
    Manner, st.none(), st.sampled_from(ENCODINGS), gzipped=st.booleans(), loud=st.booleans()
)


@pytest.mark.parametrize("written_as", FORMATS)
@given(rows=rows, role=st.sampled_from(["rating", ""]), timed=st.booleans(), notes=st.lists(notes),
       manner=manners)  # fmt: skip
@example(rows=[("u", "i", "1", "5"), ("u", "i", "2", "5"), ("u", "i", "3", "4")], role="rating",
         timed=True, notes=[], manner=Manner(""))  # fmt: skip
@example(rows=[("u", "i", "1", "1"), ("", "i", "2", "2"), ("u", "j", "", "")], role="rating",
         timed=True, notes=["~\n"], manner=Manner("", "utf-16", True, True))  # fmt: skip
def test_every_format_gives_what_a_slow_cleaning_gives(
    written_as: str, rows: list[Row], role: str, timed: bool, notes: list[str], manner: Manner
) -> None:
    manner = Manner(written_as, manner.encoding, manner.gzipped, manner.loud)
    _check(rows, role, timed, notes, manner)


plays = st.lists(
    st.tuples(ids, st.sampled_from("abcd"), st.integers(-2, 9).map(str), times),
    min_size=1,
    max_size=19,
)


@given(rows=plays, timed=st.booleans(), manner=manners, written_as=st.sampled_from(FORMATS))
def test_counts_add_up(rows: list[Row], timed: bool, manner: Manner, written_as: str) -> None:
    manner = Manner(written_as, manner.encoding, manner.gzipped, manner.loud)
    _check(rows, "plays", timed, [], manner)


def _check(rows: list[Row], role: str, timed: bool, notes: list[str], manner: Manner) -> None:
    columns = {"user": 0, "item": 1, role: 2, "timestamp": 3}
    names = [name for name in columns if name and (timed or name != "timestamp")]
    cells = [
        [*(row[columns[name]] for name in names), notes[n % len(notes)] if notes else "~"]
        for n, row in enumerate(rows)
    ]
    expected = slowly_cleaned(rows, role, timed, manner.separator not in {None, ","})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        manner.write(path, [*names, "note"], cells)
        if _swallows(cells, manner.separator):
            event("refused: quotes hold other rows")
            assert "quotes hold other rows" in input_refusal(path)
            return
        if not expected.rows:
            event("refused: no rows")
            assert "no row can be used" in input_refusal(path)
            return
        gathered = read_interactions([path])
    event("read")
    assert _rows(gathered) == expected.rows
    account = gathered.account
    assert {one.reason.split(":")[0]: one.rows for one in account.removed} == expected.left_out
    assert account.rows_in == len(rows) == account.files[0].rows
    assert account.rows_used == len(expected.rows)
    assert account.rows_in == account.rows_used + sum(one.rows for one in account.removed)
    assert all(
        one.where.startswith("table, ") and "\n" not in one.example for one in account.removed
    )


def _swallows(cells: Sequence[Sequence[str]], separator: str | None) -> bool:
    """Whether a cell of an id, a number or a time looks as if rows were in it."""
    return separator is not None and any(
        separator in cell and ("\n" in cell or "\r" in cell) for row in cells for cell in row[:-1]
    )


def _rows(gathered: Gathered) -> list[tuple[str, str, float, int | None]]:
    found = gathered.interactions
    times = [None] * len(found) if found.timestamp is None else found.timestamp.tolist()
    return list(
        zip(
            [found.users[idx] for idx in found.user_idx],
            [found.items[idx] for idx in found.item_idx],
            found.rating.tolist(),
            times,
            strict=True,
        )
    )


@given(user=ids, item=ids)
@example(user="007", item="7")
@example(user="NA", item="null")
@example(user="1e5", item="100000")
@example(user="1234567890123456789", item="1234567890123456788")
def test_ids_are_text_and_come_back_as_written(user: str, item: str) -> None:
    assume(not any("," in id_ and ("\n" in id_ or "\r" in id_) for id_ in (user, item)))
    with tempfile.TemporaryDirectory() as folder:
        rows = [(user, item, 1), ("other", "thing", 1)]
        path = write_csv(Path(folder) / "r.csv", ("user", "item", "rating"), rows)
        interactions = read_interactions([path]).interactions
    usable = id_of(user) is not None and id_of(item) is not None
    assert (id_of(user) in interactions.users) == (usable or id_of(user) == "other")
    assert (id_of(item) in interactions.items) == (usable or id_of(item) == "thing")


def _read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_bytes(content)
        try:
            gathered = read_interactions([path])
        except InputError:
            input_refusal(path)
        else:
            account = gathered.account
            assert account.rows_used == len(gathered.interactions) > 0
            assert account.rows_in == account.rows_used + sum(one.rows for one in account.removed)


@given(content=st.binary(max_size=300))
@example(content=b"user,item,rating\nu,i,\xff\n")
@example(content=b'user,item,rating\n"u,i,1\n')
@example(content=b"user,item,rating,pr\xe9nom\nu,i,1,x\n")
@example(content="user,item,rating\nu,i,1\n".encode("utf-16"))
def test_any_bytes_are_read_or_refused_in_one_line(content: bytes) -> None:
    _read_or_refused(content)


HEADERS = [b"user,item,rating\n", b"user;item;plays\n", b"visitor\trepo\ttimestamp\n", b""]
HEADERS += [b'{"user": "u", "item": "a", "rating": 1}\n', b"\xff\xfe", b"\x1f\x8b", b"PAR1"]


@pytest.mark.parametrize("header", HEADERS)
@given(
    body=st.text(st.sampled_from('ab1,.\n\r"; \t\0é{}[]:'), max_size=60), more=st.binary(max_size=9)
)
def test_anything_beneath_a_good_header_is_read_or_refused_in_one_line(
    header: bytes, body: str, more: bytes
) -> None:
    _read_or_refused(header + body.encode() + more)
