"""Parquet files."""

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toppicks.errors import InputError, one_line
from toppicks.ingest.tables import Ragged, Table, distinct_names

MAGIC = b"PAR1"
BLOCK = 1 << 19


class Parquet(Table):
    """Every value as the text that says it exactly; a null is empty."""

    unit = "row"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ragged: list[Ragged] = []
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from None
        columns = self._file.schema_arrow.names
        self._columns = dict(zip(distinct_names(path, columns), columns, strict=True))
        self.names = list(self._columns)

    @property
    def kind(self) -> str:
        return "Parquet"

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        columns = [self._columns[name] for name in names]
        try:
            for batch in self._file.iter_batches(BLOCK, columns=columns):
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
    """Any column as text."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return _text(column.dictionary_decode())
    if pa.types.is_timestamp(type_):
        return _seconds(column)
    if pa.types.is_date(type_):
        return pc.fill_null(pc.strftime(column, format="%Y-%m-%d"), "")
    if pa.types.is_floating(type_):
        return _numbers(column)
    if pa.types.is_nested(type_):
        return pa.array([_json(value) for value in column.to_pylist()], pa.string())
    return pc.fill_null(pc.cast(column, pa.string()), "")


def _seconds(column: pa.Array) -> pa.Array:
    """Moments as microseconds since 1970, whatever their unit and zone: without a zone, in UTC."""
    moments = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    iso = pc.strftime(pc.cast(moments, pa.timestamp("us", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
    return pc.fill_null(iso, "")


def _numbers(column: pa.Array) -> pa.Array:
    """Floats that are whole numbers without their ".0": ids became floats where one was missing."""
    whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 2.0**53))
    as_int = pc.cast(pc.cast(pc.if_else(whole, column, 0), pa.int64()), pa.string())
    text = pc.if_else(whole, as_int, pc.cast(column, pa.string()))
    missing = pc.or_kleene(pc.is_null(column), pc.is_nan(column))
    return pc.if_else(pc.fill_null(missing, fill_value=True), "", text)


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
