"""Tables of text whose cells are parted by commas, semicolons, tabs or bars."""

import csv
import io
import re
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from toppicks.errors import InputError, one_line
from toppicks.ingest.tables.quotes import BROKEN, Quotes
from toppicks.ingest.tables.streams import Text, as_file
from toppicks.ingest.tables.table import Ragged, Table, distinct_names

BLOCK = 1 << 24
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# So many records tell how a file is written.
LOOKED_AT = 200
# What pyarrow reads as one cell may be longer than the csv module's own limit, which is global.
csv.field_size_limit(1 << 30)


class Delimited(Table):
    """A file like CSV, read in blocks.

    A row with too many or too few cells is left out and counted: to fill it up, or to cut it, would
    shift what it holds into other columns.
    """

    unit = "line"

    def __init__(self, path: Path, header: bool = True) -> None:
        self.path = path
        self.text = Text.of(path)
        head = self.text.head()
        self.separator = _separator(head)
        records = _records(io.StringIO(head, newline=""), self.separator)
        first = next(records, None)
        if first is None:
            raise InputError(
                f"{path}: is empty or has no rows; expected a header line and rows beneath it"
            )
        if header:
            _check_first(path, first, head)
        self.header = header
        named = first if header else [str(n + 1) for n in range(len(first))]
        self.names = distinct_names(path, named)
        self.quotes = Quotes(path, self.separator, len(self.names))
        self.ragged: list[Ragged] = []

    @property
    def kind(self) -> str:
        parted = f"parted by {SEPARATORS[self.separator]}, " if self.separator != "," else ""
        return f"CSV, {parted}{self.text.said}"

    @property
    def decimal_comma(self) -> bool:
        """Whether 4,5 may be a number: where commas do not part cells."""
        return self.separator != ","

    def looks_headless(self) -> bool:
        """Whether the first line holds a number, as no header does."""
        return any(name.replace(".", "", 1).replace("-", "", 1).isdigit() for name in self.names)

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        places = {f"f{self.names.index(name)}": name for name in names} or {"f0": self.names[0]}
        misfits = _Misfits(self.quotes, len(self.names))
        header = self.header
        # Blocks of whole rows, each parsed by itself: the streaming reader's threads may outlive
        # a reading that ends early, and then end the process.
        for block in _blocks(self.quotes.checked(self.text.chunks())):
            rows = self._parsed(block, list(places), misfits)
            if rows.num_rows:
                yield rows[int(header) :].rename_columns(list(places.values()))
                header = False
        self.ragged = list(misfits.found.values())

    def _parsed(self, block: bytes, columns: list[str], misfits: "_Misfits") -> pa.RecordBatch:
        names = [f"f{n}" for n in range(len(self.names))]
        try:
            table = pacsv.read_csv(
                pa.BufferReader(block),
                pacsv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
                pacsv.ParseOptions(
                    delimiter=self.separator,
                    newlines_in_values=True,
                    invalid_row_handler=misfits.add,
                ),
                pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=columns,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowException as error:
            raise self._refusal(error, misfits.spanning) from None
        misfits.end_block(table.num_rows)
        arrays = [column.combine_chunks() for column in table.columns]
        return pa.RecordBatch.from_arrays(arrays, names=table.column_names)

    def lines(self, rows: Collection[int]) -> dict[int, int]:
        wanted, found = set(rows), dict[int, int]()
        row = -int(self.header)
        with closing(self._records_by_line()) as records:
            for line, record in records:
                if len(record) == len(self.names):
                    if row in wanted:
                        found[row] = line
                    row += 1
                if len(found) == len(wanted):
                    break
        return found

    def lines_of_records(self, numbers: Collection[int]) -> dict[int, int]:
        """Where records begin, from 1; blank lines are no records."""
        found = dict[int, int]()
        with closing(self._records_by_line()) as records:
            for number, (line, _) in enumerate(records, 1):
                if number in numbers:
                    found[number] = line
                if len(found) == len(numbers):
                    break
        return found

    def check_cells(self, column: pa.Array, row: int) -> None:
        if not self.quotes.seen:
            return
        swallowing = (
            f"(?s)([\r\n].*{re.escape(self.separator)}|{re.escape(self.separator)}.*[\r\n])"
        )
        spans = pc.match_substring_regex(column, swallowing).to_numpy(zero_copy_only=False)
        if spans.any():
            place = row + int(np.argmax(spans))
            raise self._spans(self.lines([place])[place])

    def _records_by_line(self) -> Generator[tuple[int, list[str]]]:
        """Records that are not blank, and the line in which each begins."""
        with as_file(self.quotes.checked(self.text.chunks())) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
            reader = csv.reader(text, delimiter=self.separator)
            line = 1
            for record in reader:
                if record:
                    yield line, record
                line = reader.line_num + 1

    def _spans(self, line: int) -> InputError:
        return InputError(
            f"{self.path}: in the row that begins in line {line}, quotes hold other rows too; "
            "close them where they should be"
        )

    def _refusal(self, error: BaseException, spanning: int) -> InputError:
        if spanning:
            # (What a handler raises would be lost, so the reading is ended instead.)
            return self._spans(self.lines_of_records([spanning])[spanning])
        return InputError(f"{self.path}: cannot be read as CSV ({one_line(error)}); mend that")


class _Misfits:
    """Rows with too many or too few cells, as the reader meets them.

    spanning: the record that spans several lines and has the wrong width; 0 for none.
    """

    def __init__(self, quotes: Quotes, width: int) -> None:
        self.quotes = quotes
        self.width = width
        self.found: dict[str, Ragged] = {}
        self.spanning = 0
        self._records = self._in_block = 0

    def add(self, row: pacsv.InvalidRow) -> str:
        """What the reader is to do: pass the row over, or stop."""
        text = row.text
        if "\n" in text.strip() or "\r" in text.strip():
            # Many lines in one row of the wrong width: a quote has swallowed them.
            self.spanning = self._records + row.number
            return "error"
        self._in_block += 1
        if text.startswith(BROKEN):
            reason, text = "text after a closing quote", self.quotes.first
        elif row.actual_columns > self.width:
            reason = f"too many cells, the header has {self.width}"
        else:
            reason = f"too few cells, the header has {self.width}"
        record = self._records + row.number
        known = self.found.setdefault(reason, Ragged(reason, 0, record, text))
        known.rows += 1
        return "skip"

    def end_block(self, rows: int) -> None:
        """Of the block that was read, so many rows fit; the reader counts anew in the next."""
        self._records += rows + self._in_block
        self._in_block = 0


def _blocks(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of whole rows put together to blocks of a good size; a blank rest is passed over."""
    pieces, size = list[bytes](), 0
    for piece in rows:
        pieces.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(pieces)
            pieces, size = [], 0
    rest = b"".join(pieces)
    if rest.strip(b"\r\n"):
        yield rest


def _separator(head: str) -> str:
    """The one that parts the header into at least two, as most of the rows are."""

    def fits(separator: str) -> tuple[float, int]:
        records = _records(io.StringIO(head, newline=""), separator)
        widths = [len(record) for record, _ in zip(records, range(LOOKED_AT), strict=False)]
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    best = max(SEPARATORS, key=fits)
    return best if fits(best)[1] else ","


def _check_first(path: Path, record: Sequence[str], head: str) -> None:
    """Raises InputError where the first line is no header, or the cells are parted otherwise."""
    first = head.lstrip("\r\n").splitlines()[0]
    if record[0].lower().startswith("sep="):
        raise InputError(f"{path}: its first line, {first[:40]!r}, is for Excel alone; delete it")
    if len(record) > 1:
        return
    if any(_typical_width(head, mark) > 1 for mark in SEPARATORS):
        raise InputError(
            f"{path}: its first line, {first[:40]!r}, is no header but lines below have columns; "
            "delete what stands above the header line"
        )
    for mark in ("::", "^", "\x01", "  "):
        if mark in first:
            raise InputError(
                f"{path}: its cells seem to be parted by {mark!r}; put commas in their place"
            )


def _typical_width(head: str, separator: str) -> int:
    """How many cells a typical record has."""
    records = zip(
        _records(io.StringIO(head, newline=""), separator), range(LOOKED_AT), strict=False
    )
    widths = sorted(len(record) for record, _ in records)
    return widths[len(widths) // 2]


def _records(stream: io.TextIOBase, separator: str) -> Iterator[list[str]]:
    """Records that are not blank."""
    return (record for record in csv.reader(stream, delimiter=separator) if record)
