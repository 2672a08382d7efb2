"""Text as moments."""

import pyarrow as pa
import pytest

from toppicks.ingest.columns.times import are_compact_dates, read_times

NOON = 1_577_934_245  # 2020-01-02T03:04:05Z


def _read(text: str) -> int | None:
    times = read_times(pa.array([text]))
    return int(times.values[0]) if times.readable[0] else None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (f"{NOON}", NOON), (f"{NOON}.9", NOON), (f" {NOON} ", NOON), (f"{NOON}678", NOON),
        (f"{NOON}678901", NOON), (f"{NOON}678901234", NOON), ("0", 0), ("-1", -1), ("-1.5", -2),
        ("99999999999", 99999999999), ("100000000000", 100000000), ("-100000000001", -100000001),
        ("1.577934245e9", NOON), ("20200102", 20200102),
    ],
)  # fmt: skip
def test_numbers_go_by_their_size(text: str, seconds: int) -> None:
    assert _read(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2020-01-02T03:04:05Z", NOON), ("2020-01-02 03:04:05", NOON), ("2020-01-02t", None),
        ("2020-01-02T03:04:05.999999Z", NOON), ("2020-01-02T03:04:05,5Z", NOON),
        ("2020-01-02T05:04:05+02:00", NOON), ("2020-01-02T05:04:05+02", NOON),
        ("2020-01-01T21:34:05-0530", NOON), ("20200102T030405Z", NOON),
        (" 2020-01-02 ", NOON - 11045),
        ("2020-01-02T03:04Z", NOON - 5), ("2020-01-02 03:04:05 UTC", NOON),
        ("1969-12-31T23:59:59Z", -1), ("0001-01-01", -62135596800),
        ("9999-12-31T23:59:59Z", 253402300799), ("2020-01-01T24:00:00Z", NOON - 11045),
        ("2016-12-31T23:59:60Z", 1483228800),
    ],
)  # fmt: skip
def test_iso_8601_is_read_with_and_without_zones(text: str, seconds: int | None) -> None:
    assert _read(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "nan", "inf", "1e400", "1e19", "0000-01-01", "2020-00-01", "2020-13-01",
     "2020-02-30", "2019-02-29", "2020-01-01T24:30", "2020-01-01T25:00", "2020-01-01T00:60",
     "01/02/2020", "2020-1-2", "2020-01-02T03", "2020-01-02T03:04:05+2", "12020-01-02", "0x10"],
)  # fmt: skip
def test_what_is_no_moment_is_none(text: str) -> None:
    assert _read(text) is None


def test_units_are_counted() -> None:
    texts = [f"{NOON}", f"{NOON}", f"{NOON}000", f"{NOON}000000", "2020-01-02", "x",
             "2020-01-02T00:00Z"]  # fmt: skip
    times = read_times(pa.array(texts))
    assert times.units == {
        "seconds": 2, "milliseconds": 1, "microseconds": 1, "ISO 8601 without zone": 1,
        "ISO 8601 with zone": 1,
    }  # fmt: skip
    assert times.readable.sum() == sum(times.units.values())


def test_days_of_eight_digits_are_days_where_all_are() -> None:
    days = pa.array(["20200102", " 20191231", ""])
    assert are_compact_dates(days)
    times = read_times(days, compact_dates=True)
    assert times.values[times.readable].tolist() == [NOON - 11045, 1577750400]
    assert not are_compact_dates(pa.array(["20200102", "20201301"]))
    assert not are_compact_dates(pa.array(["20200102", "21200102"]))
    assert not are_compact_dates(pa.array(["20200102", "1577934245"]))
    assert not are_compact_dates(pa.array(["", " "]))
