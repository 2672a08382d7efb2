"""Hostile Parquet files."""

import datetime as dt
import decimal
import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.made import MADE

RATINGS = {"user": ["u", "v"], "item": ["a", "b"], "rating": [3, 4]}


def _table(name: str, columns: Callable[[], dict[str, object]]) -> None:
    MADE[name] = lambda path: pq.write_table(pa.table(columns()), path)


def _whole(folder: Path) -> bytes:
    path = folder / "whole"
    pq.write_table(pa.table(RATINGS), path)
    return path.read_bytes()


_table("plain.parquet", lambda: RATINGS)
_table("categories.parquet", lambda: {
    "user": pa.array(["u", None, "u"]).dictionary_encode(),
    "item": pa.array(["007", "7", "NA"]).dictionary_encode(),
    "rating": pa.array([1, 2, 3], pa.int8()),
})  # fmt: skip
_table("decimals.parquet", lambda: {
    "user": pa.array([decimal.Decimal(7), decimal.Decimal(8)], pa.decimal128(38, 0)),
    "item": ["a", "b"],
    "rating": pa.array([decimal.Decimal("4.50"), None], pa.decimal128(5, 2)),
})  # fmt: skip
_table("ids-as-floats.parquet", lambda: {
    "user": pa.array([1.0, None, 12345678.0, float("nan"), 2.5], pa.float64()),
    "item": pa.array([10, 11, 12, 13, 9007199254740993], pa.int64()),
    "rating": pa.array([4.1, 4.1, 0.5, 3, float("inf")], pa.float32()),
})  # fmt: skip
_table("large-ids.parquet", lambda: {
    "user": pa.array([2**64 - 1, 2**63], pa.uint64()),
    "item": pa.array([-(2**63), 1234567890123456789], pa.int64()),
    "rating": pa.array([3.5, 4], pa.float16()),
})  # fmt: skip


def _moments(unit: str) -> pa.Array:
    microseconds = pa.array([1_577_934_245_678_000, None, -1_000_000], pa.timestamp("us"))
    return microseconds.cast(pa.timestamp(unit), safe=False)


for _unit in ("s", "ms", "us", "ns"):
    _table(f"times-{_unit}.parquet", lambda unit=_unit: {  # type: ignore[misc]
        "user": ["u", "v", "w"],
        "item": ["a", "b", "c"],
        "timestamp": _moments(unit),
        "rating": [1, 2, 3],
    })  # fmt: skip
_table("times-with-zone.parquet", lambda: {
    "user": ["u"], "item": ["a"], "rating": [1],
    "time": pa.array([1577934245], pa.int64()).cast(pa.timestamp("s", "America/New_York")),
})  # fmt: skip
_table("times-beyond-all-years.parquet", lambda: {
    "user": ["u", "v", "w"], "item": ["a", "b", "c"], "rating": [1, 2, 3],
    "time": pa.array([10**15, 5, -(10**15)], pa.int64()).cast(pa.timestamp("ms")),
})  # fmt: skip
_table("days.parquet", lambda: {
    "user": ["u", "v"], "item": ["a", "b"], "rating": [1, 2],
    "date": pa.array([dt.date(2020, 1, 2), dt.date(1969, 1, 1)]),
})  # fmt: skip
_table("lists-and-structs.parquet", lambda: {
    "user": ["u", "v", "w"], "item": ["a", "b", "a"], "rating": [1, 2, 3],
    "genres": [["x", "y"], None, ["x", "y"]],
    "place": [{"city": "Oslo"}, {"city": None}, {"city": "Oslo"}],
    "raw": pa.array([b"\xff\xfe", b"ok", b"\xff\xfe"], pa.binary()),
    "span": pa.array([1, 2, 3], pa.duration("s")),
    "at": pa.array([dt.time(1), None, dt.time(3)]),
    "none": pa.nulls(3),
})  # fmt: skip
_table("ids-as-bytes.parquet", lambda: {
    "user": pa.array([b"u", b"\xc3\xa9", b"\xff"], pa.binary()),
    "item": pa.array([b"aa", b"bb", b"cc"], pa.binary(2)),
    "rating": [1, 2, 3],
})  # fmt: skip
_table("no-utf-8.parquet", lambda: {
    "user": pa.StringArray.from_buffers(
        1, pa.py_buffer(b"\0\0\0\0\x01\0\0\0"), pa.py_buffer(b"\xff")
    ),
    "item": ["a"], "rating": [1],
})  # fmt: skip
_table("no-rows.parquet", lambda: {name: pa.array([], pa.string()) for name in RATINGS})
MADE["no-columns.parquet"] = lambda path: pq.write_table(pa.table({}), path)
_table("dots-in-names.parquet", lambda: {
    "user.id": ["u", "v"], "item": ["a", "b"], "rating": [True, False],
})  # fmt: skip
MADE["repeated-name.parquet"] = lambda path: pq.write_table(
    pa.Table.from_arrays([pa.array(["u"]), pa.array(["a"]), pa.array(["b"])],
                         names=["user", "item", "item"]), path
)  # fmt: skip
MADE["truncated.parquet"] = lambda path: path.write_bytes(_whole(path.parent)[:-20])
MADE["header-of-parquet.parquet"] = lambda path: path.write_bytes(b"PAR1")
MADE["spoilt.parquet"] = lambda path: path.write_bytes(
    (whole := _whole(path.parent))[:20] + b"\xff" * 60 + whole[80:]
)
MADE["gzipped.parquet.gz"] = lambda path: path.write_bytes(gzip.compress(_whole(path.parent)))
MADE["parquet.csv"] = lambda path: path.write_bytes(_whole(path.parent))
