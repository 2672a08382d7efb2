"""Tables of text whose cells are parted by commas, semicolons, tabs or bars."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from toppicks.errors import InputError, one_line
from toppicks.ingest.streams import Text
from toppicks.ingest.tables import Ragged, Table, distinct_names

BLOCK = 1 << 24
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# So many records tell how a file is written.
LOOKED_AT = 200
# What pyarrow reads as one cell may be longer than the csv module's own limit, which is global.
csv.field_size_limit(1 << 30)
# A row of our own at the end: where it does not arrive as one, a quote was never closed.
_END = "\x1e"


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
        self.header = header
        named = first if header else [str(n + 1) for n in range(len(first))]
        self.names = distinct_names(path, named)
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
        width = len(self.names)
        places = {f"f{self.names.index(name)}": name for name in names}
        counts: dict[int, Ragged] = {}
        spanning: list[int] = []

        def left_out(row: pacsv.InvalidRow) -> str:
            if "\n" in row.text.strip() or "\r" in row.text.strip():
                # Many lines in one row of the wrong width: a quote has swallowed them. (What is
                # raised here would be lost, so the reading is ended instead.)
                spanning.append(row.number)
                return "error"
            known = counts.get(row.actual_columns)
            if known is None:
                counts[row.actual_columns] = Ragged(row.actual_columns, 1, row.number, row.text)
            else:
                known.rows += 1
            return "skip"

        end = self.separator.join([_END] * width)
        source = self.text.open(f"\n{end}\n".encode())
        last = None
        try:
            with pacsv.open_csv(
                pa.PythonFile(source, mode="r"),
                pacsv.ReadOptions(
                    use_threads=False, block_size=BLOCK, autogenerate_column_names=True
                ),
                pacsv.ParseOptions(
                    delimiter=self.separator,
                    newlines_in_values=True,
                    invalid_row_handler=left_out,
                ),
                pacsv.ConvertOptions(
                    column_types={f"f{n}": pa.string() for n in range(width)},
                    include_columns=[*(places or ["f0"])],
                    strings_can_be_null=False,
                ),
            ) as reader:
                for number, batch in enumerate(reader):
                    if last is not None:
                        yield last
                    rows = batch[1:] if number == 0 and self.header else batch
                    last = rows.rename_columns(list(places.values()) or ["f0"])
        except (pa.ArrowException, OSError, EOFError) as error:
            raise self._swallowed(spanning[0]) if spanning else self._refusal(error) from None
        self.ragged = list(counts.values())
        if last is None or not last.num_rows or last.column(0)[-1].as_py() != _END:
            raise self._unclosed()
        yield last[:-1]

    def lines(self, rows: Collection[int]) -> dict[int, int]:
        wanted, found = set(rows), dict[int, int]()
        with self.text.open() as stream:
            reader = csv.reader(_text_of(stream), delimiter=self.separator)
            row, line = -int(self.header), 1
            while wanted and (record := next(reader, None)) is not None:
                if len(record) == len(self.names):
                    if row in wanted:
                        found[row] = line
                        wanted.discard(row)
                    row += 1
                line = reader.line_num + 1
        return found

    def line_of_record(self, number: int) -> int:
        """Where the n-th record begins, from 1; blank lines are no records."""
        with self.text.open() as stream:
            reader = csv.reader(_text_of(stream), delimiter=self.separator)
            line = 1
            while (record := next(reader, None)) is not None:
                number -= bool(record)
                if not number:
                    break
                line = reader.line_num + 1
        return line

    def _swallowed(self, record: int) -> InputError:
        line = self.line_of_record(record)
        return InputError(
            f"{self.path}: the row that begins in line {line} spans several lines and does not fit "
            "the header; a quote in it is not closed where it should be, mend it"
        )

    def _unclosed(self) -> InputError:
        with self.text.open() as stream:
            reader = csv.reader(_text_of(stream), delimiter=self.separator)
            line = 1
            before = 1
            for _ in reader:
                before, line = line, reader.line_num + 1
        return InputError(
            f"{self.path}: a quote that opens in line {before} is never closed; mend it"
        )

    def _refusal(self, error: BaseException) -> InputError:
        text = one_line(error)
        if "straddl" in text or "block" in text:
            return InputError(
                f"{self.path}: a single row is longer than {BLOCK >> 20} MB; is a quote not closed?"
            )
        return InputError(f"{self.path}: cannot be read as CSV ({text}); mend that")


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


def _records(stream: io.TextIOBase, separator: str) -> Iterator[list[str]]:
    """Records that are not blank."""
    return (record for record in csv.reader(stream, delimiter=separator) if record)


def _text_of(stream: io.BufferedReader) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8", newline="")
