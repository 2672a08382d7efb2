"""Parquet files."""

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toppicks.errors import InputError, one_line
from toppicks.ingest.tables.table import Ragged, Table, distinct_names

MAGIC = b"PAR1"
BLOCK = 1 << 19
# The years 1 to 9999 in seconds since 1970.
_FIRST, _LAST = -62_135_596_800, 253_402_300_799


class Parquet(Table):
    """Every value as the text that says it exactly; a null is empty."""

    unit = "row"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ragged: list[Ragged] = []
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise InputError(
                    f"{path}: is Parquet within gzip; unpack it (Parquet is compressed by itself)"
                )
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from None
        columns = self._file.schema_arrow.names
        if not columns:
            raise InputError(f"{path}: has no columns; expected a row for each interaction")
        self._columns = dict(zip(distinct_names(path, columns), columns, strict=True))
        self.names = list(self._columns)

    @property
    def kind(self) -> str:
        return "Parquet"

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        columns = [self._columns[name] for name in names]
        try:
            for batch in self._file.iter_batches(BLOCK, columns=columns, use_threads=False):
                yield pa.RecordBatch.from_arrays(
                    [_text(batch.column(column)) for column in columns], names=list(names)
                )
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from None

    def lines(self, rows: Collection[int]) -> dict[int, int]:
        return {row: row + 1 for row in rows}

    def _refusal(self, error: BaseException) -> InputError:
        return InputError(f"{self.path}: cannot be read as Parquet ({one_line(error)}); mend that")


def _text(column: pa.Array) -> pa.Array:
    """Any column as text; raises ArrowInvalid where a text is no UTF-8."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return _text(column.dictionary_decode())
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return _moments(column)
    if pa.types.is_floating(type_):
        return _numbers(column)
    if pa.types.is_nested(type_):
        return pa.array([_json(value) for value in column.to_pylist()], pa.string())
    try:
        column.validate(full=True)
        text = pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        if _is_text(type_):
            raise
        text = pa.array([_said(value) for value in column.to_pylist()], pa.string())
    return pc.fill_null(text, "")


def _is_text(type_: pa.DataType) -> bool:
    return any(is_type(type_) for is_type in (pa.types.is_string, pa.types.is_large_string))


def _said(value: object) -> str | None:
    """Bytes that are no UTF-8, a span of time, and whatever else has no text of its own."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return None if value is None else str(value)


def _moments(column: pa.Array) -> pa.Array:
    """Moments as ISO 8601 in UTC; without a zone they are taken for UTC. What is no moment of the
    years 1 to 9999 is none.
    """
    if pa.types.is_date(column.type):
        column = pc.cast(column, pa.timestamp("s"))
    # Less the zone, which needs a database that not every machine has.
    numbers = column.view(pa.int64())
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    first, last = (bound * per_second for bound in (_FIRST, _LAST))
    within = pc.and_(
        pc.greater_equal(numbers, max(first, -(2**63))),
        pc.less_equal(numbers, min(last, 2**63 - 1)),
    )
    moments = pc.if_else(within, numbers, 0).view(pa.timestamp(column.type.unit))
    iso = pc.strftime(moments, format="%Y-%m-%dT%H:%M:%SZ")
    return pc.fill_null(pc.if_else(within, iso, "no moment"), "")


def _numbers(column: pa.Array) -> pa.Array:
    """Floats that are whole numbers without their ".0": ids became floats where one was missing."""
    if pa.types.is_float16(column.type):
        column = pc.cast(column, pa.float32())
    whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 2.0**53))
    as_int = pc.cast(pc.cast(pc.if_else(whole, column, 0), pa.int64()), pa.string())
    text = pc.if_else(whole, as_int, pc.cast(column, pa.string()))
    missing = pc.or_kleene(pc.is_null(column), pc.is_nan(column))
    return pc.if_else(pc.fill_null(missing, fill_value=True), "", text)


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
