"""Parquet as a table of text."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toppicks.errors import InputError
from toppicks.ingest.cleaning import read_interactions
from toppicks.ingest.tables.parquet import Parquet


def _texts(tmp_path: Path, column: Any) -> list[str]:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": column}), path)
    return [str(text) for text in Parquet(path).sample(99)["a"].to_pylist()]


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array(["007", None, "", " x", "NA"]), ["007", "", "", " x", "NA"]),
        (pa.array(["b", None, "b"]).dictionary_encode(), ["b", "", "b"]),
        (pa.array(["b"], pa.large_string()), ["b"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([-5, None], pa.int8()), ["-5", ""]),
        (pa.array([1.0, None, 2.5, float("nan"), 1e300]), ["1", "", "2.5", "", "1e+300"]),
        (pa.array([float("inf"), -0.0, 2.0**53 - 1]), ["inf", "0", "9007199254740991"]),
        (pa.array([4.1, 3], pa.float32()), ["4.1", "3"]),
        (pa.array([3.5, 4], pa.float16()), ["3.5", "4"]),
        (pa.array([True, None, False]), ["true", "", "false"]),
        (pa.array([Decimal("4.50"), None]), ["4.50", ""]),
        (pa.array([dt.date(2020, 1, 2), None]), ["2020-01-02T00:00:00Z", ""]),
        (pa.array([["é", "y"], [], None]), ['["é", "y"]', "[]", ""]),
        (pa.array([{"b": 1}, None]), ['{"b": 1}', ""]),
        (pa.array([b"ok", b"\xff", None]), ["ok", "\\xff", ""]),
        (pa.array([7], pa.duration("s")), ["7"]),
        (pa.nulls(2), ["", ""]),
    ],
)
def test_every_type_is_the_text_that_says_it(
    tmp_path: Path, column: pa.Array, texts: list[str]
) -> None:
    assert _texts(tmp_path, column) == texts


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York", "+05:30"])
@pytest.mark.parametrize(
    ("unit", "per_second", "fraction"),
    [
        ("s", 1, ".000"),
        ("ms", 10**3, ".000"),
        ("us", 10**6, ".000000"),
        ("ns", 10**9, ".000000000"),
    ],
)
def test_moments_are_in_utc(
    tmp_path: Path, unit: str, per_second: int, fraction: str, zone: str | None
) -> None:
    numbers = pa.array([1_577_934_245 * per_second, None, -per_second], pa.int64())
    assert _texts(tmp_path, numbers.cast(pa.timestamp(unit, zone))) == [
        f"2020-01-02T03:04:05{fraction}Z",
        "",
        f"1969-12-31T23:59:59{fraction}Z",
    ]


def test_a_moment_beyond_all_years_is_none(tmp_path: Path) -> None:
    numbers = pa.array([253_402_300_800_000, 10**18, -62_135_596_800_001], pa.int64())
    assert _texts(tmp_path, numbers.cast(pa.timestamp("ms"))) == [
        "no moment",
        "no moment",
        "no moment",
    ]


def test_text_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    broken = pa.StringArray.from_buffers(
        1, pa.py_buffer(b"\0\0\0\0\x01\0\0\0"), pa.py_buffer(b"\xff")
    )
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        _texts(tmp_path, broken)


def test_places_are_rows_in_any_row_group(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    table = pa.table(
        {"user": [*map(str, range(99)), None], "item": ["a"] * 100, "rating": [3] * 100}
    )
    pq.write_table(table, path, row_group_size=7)
    (removed,) = read_interactions([path]).account.removed
    assert (removed.reason, removed.rows, removed.where) == ("no user", 1, "r.parquet, row 100")


def test_only_the_columns_that_are_asked_for_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1], "b": [2], "c.d": [3]}), path)
    (batch,) = Parquet(path).batches(["c.d", "a"])
    assert batch.to_pylist() == [{"c.d": "3", "a": "1"}]
