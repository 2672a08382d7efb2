"""JSON lines: an object a line."""

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from toppicks.errors import InputError
from toppicks.ingest.tables.streams import Text
from toppicks.ingest.tables.table import Ragged, Table, distinct_names

BLOCK = 50_000
# Keys are looked for in so many lines; one that appears only later is passed over.
LOOKED_AT = 20_000


class JsonLines(Table):
    """Numbers stay as they are written, lists and objects stay JSON; a missing key is empty."""

    unit = "line"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = Text.of(path)
        keys: dict[str, None] = {}
        for n, (_, _, row) in enumerate(self._rows()):
            keys.update(dict.fromkeys(row or ()))
            if n >= LOOKED_AT:
                break
        if not keys:
            raise InputError(
                f"{path}: is empty or its lines are no JSON objects; "
                'expected lines like {"user": "1", "item": "2"}'
            )
        self._keys = dict(zip(distinct_names(path, list(keys)), keys, strict=True))
        self.names = list(self._keys)
        self.ragged: list[Ragged] = []

    @property
    def kind(self) -> str:
        return f"JSON lines, {self.text.said}"

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        broken = Ragged("no JSON object, or one that repeats a key", 0, 0, "")
        block: list[dict[str, Any]] = []
        for line, text, row in self._rows():
            if row is None:
                broken.rows += 1
                broken.record, broken.text = broken.record or line, broken.text or text
            else:
                block.append(row)
            if len(block) == BLOCK:
                yield self._batch(block, names)
                block = []
        self.ragged = [broken] if broken.rows else []
        yield self._batch(block, names)

    def lines(self, rows: Collection[int]) -> dict[int, int]:
        wanted, found, row = set(rows), dict[int, int](), 0
        for line, _, object_ in self._rows():
            if object_ is not None:
                if row in wanted:
                    found[row] = line
                row += 1
            if len(found) == len(wanted):
                break
        return found

    def _rows(self) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
        """Line number, text and object of each line that is not blank; None for what is none."""
        with self.text.open() as stream:
            for number, line in enumerate(stream, 1):
                if stripped := line.strip():
                    yield number, stripped.decode(errors="replace")[:200], _object(stripped)

    def _batch(self, rows: list[dict[str, Any]], names: Sequence[str]) -> pa.RecordBatch:
        columns = [[_text(row.get(self._keys[name])) for row in rows] for name in names]
        return pa.RecordBatch.from_arrays(
            [pa.array(column, pa.string()) for column in columns], names=list(names)
        )


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        # Not as numbers: 19 digits, or 1.10, would come back as something else.
        found = json.loads(
            line,
            parse_int=str,
            parse_float=str,
            parse_constant=_constant,
            object_pairs_hook=_without_repetition,
        )
        if b"\\u" in line:
            # Half of a character, as "\ud800", is none.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _constant(name: str) -> str | None:
    """NaN is how pandas writes that nothing is there."""
    return None if name == "NaN" else name


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice, and nobody knows which is meant")
    return found


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)
