"""A table of text, written in every format that is read."""

import csv
import gzip
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SEPARATORS = {"commas": ",", "semicolons": ";", "tabs": "\t", "bars": "|"}
FORMATS = (*SEPARATORS, "JSON lines", "Parquet")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "latin-1")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Manner:
    """How a table is written. loud: with every quote, escape and null that there may be.

    Where the encoding cannot hold a table so that it can be told from UTF-8, it is UTF-8.
    """

    format: str
    encoding: str = "utf-8"
    gzipped: bool = False
    loud: bool = False

    @property
    def separator(self) -> str | None:
        return SEPARATORS.get(self.format)

    def write(self, path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if self.format == "Parquet":
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array([cell or (None if self.loud else "") for cell in column], pa.string())
                for column in columns
            ]
            pq.write_table(pa.table(dict(zip(names, arrays, strict=True))), path)
            return
        text = (self._csv if self.separator else self._json)(names, rows)
        told = self.encoding != "latin-1" or _is_surely_latin(text)
        content = text.encode(self.encoding if told else "utf-8")
        path.write_bytes(gzip.compress(content, 1) if self.gzipped else content)

    def _csv(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        stream = io.StringIO(newline="")
        mark = self.separator or ","
        if self.loud:
            csv.writer(stream, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([names, *rows])
        else:
            csv.writer(stream, delimiter=mark).writerows([names, *rows])
        return stream.getvalue()

    def _json(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        def value(text: str) -> str:
            if self.loud and _JSON_NUMBER.fullmatch(text):
                return text
            return json.dumps(text or None if self.loud else text, ensure_ascii=self.loud)

        lines = (
            ", ".join(
                f"{json.dumps(name)}: {value(cell)}" for name, cell in zip(names, row, strict=True)
            )
            for row in rows
        )
        return "".join(f"{{{line}}}\n" for line in lines)


def _is_surely_latin(text: str) -> bool:
    """Whether it is Latin-1 of which nothing happens to be UTF-8, and nothing Windows' letters."""
    if any(ord(char) > 255 or 0x80 <= ord(char) < 0xA0 for char in text):
        return False
    decoded = text.encode("latin-1").decode("utf-8", "surrogateescape")
    return all(char.isascii() or "\udc80" <= char <= "\udcff" for char in decoded)
