"""Text as numbers."""

import pyarrow as pa
import pytest

from toppicks.ingest.columns.numbers import read_numbers


def _read(text: str, decimal_comma: bool = False) -> float | None:
    values, readable = read_numbers(pa.array([text]), decimal_comma)
    return float(values[0]) if readable[0] else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4), (" 4.5 ", 4.5), ("+1", 1), ("-2", -2), (".5", 0.5), ("3.", 3), ("1e2", 100),
        ("5E-1", 0.5), ("+.5e+1", 5), ("0", 0), ("007", 7), ("\t4\n", 4), ("1e-400", 0),
        ("0." + "3" * 400, 1 / 3), ("99999999999999999", 99999999999999999),
        ("Yes", 1), ("no", 0), ("TRUE", 1), ("false", 0), ("👍", 1), ("👎", 0),
    ],
)  # fmt: skip
def test_numbers_are_read_however_they_are_written(text: str, value: float) -> None:
    assert _read(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "good", "nan", "inf", "-Infinity", "1e400", "-1e400", "1e18", "9" * 400, "4,5",
     "1,234", "0x10", "1_000", "--1", "+-1", "1 2", "٣", "½", "4/5", ".", "e5", "1e", "\u00a04"],
)  # fmt: skip
def test_what_is_no_finite_number_is_none(text: str) -> None:
    assert _read(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("4,5", 4.5), (" -0,25 ", -0.25), ("0,125", 0.125), ("1234,567", 1234.567), ("4.5", 4.5),
     ("1,2345", 1.2345), ("1,234", None), ("-12,345", None), ("012,345", None), ("1,234,567", None),
     ("1.234,5", None), ("\u0663,\u0665", None), (",5", None), ("5,", None)],
)  # fmt: skip
def test_a_decimal_comma_is_read_where_it_cannot_part_thousands(
    text: str, value: float | None
) -> None:
    assert _read(text, decimal_comma=True) == value


def test_each_of_a_column_is_read_by_itself() -> None:
    values, readable = read_numbers(pa.array(["1", "x", "yes", "2.5", "x", ""]))
    assert values.tolist() == [1, 0, 1, 2.5, 0, 0]
    assert readable.tolist() == [True, False, True, True, False, False]
    empty = read_numbers(pa.array([], pa.string()))
    assert len(empty.values) == len(empty.readable) == 0
