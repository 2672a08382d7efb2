"""Files as streams of UTF-8, whatever they are compressed with and written in."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from toppicks.errors import InputError, one_line

CHUNK = 1 << 20
# Enough of a text to see its separator, its header and what its columns hold.
HEAD = 1 << 18
# A line is held in memory as a whole.
LONGEST_LINE = 15 << 20
GZIP = b"\x1f\x8b"
# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How files begin that are often taken for text.
_NO_TEXT = (
    (GZIP, "is gzipped twice; unpack it once"),
    (b"PK\x03\x04", "is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV"),
    (b"PK\x05\x06", "is an empty zip archive; give a table, such as a CSV file"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook; save the sheet as CSV"),
    (b"SQLite format 3", "is an SQLite database; export the table as CSV"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it"),
    (b"BZh", "is compressed with bzip2; unpack it, or compress it with gzip"),
    (b"\xfd7zXZ", "is compressed with xz; unpack it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it, or compress it with gzip"),
    (b"%PDF", "is a PDF; give a table, such as a CSV file"),
    *(
        (bytes([0x80, n]), "is a pickle, which could run code; save the table as CSV or Parquet")
        for n in range(2, 6)
    ),
)
_UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_BAD = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
# A text that holds more zero bytes than this is none; fewer are somebody's slip.
_ZEROS = 0.05
# Of a Latin-1 text, a few letters beside each other may happen to be UTF-8 as well.
_BY_CHANCE = 0.1


def check_file(path: Path, example: str) -> None:
    """Raises InputError where there is no file; the example says what one would hold."""
    columns = f"name a file with the columns {example}"
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; {columns}")
        if not path.is_file():
            # A pipe could be read only once, and a file is read twice.
            there = path.exists()
            what = "is a pipe or a device, and no file" if there else "no such file"
            raise InputError(f"{path}: {what}; {columns}")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {columns}") from None


def chunks(path: Path) -> Generator[bytes]:
    """A file's bytes, unpacked where they are gzipped; raises InputError where they are damaged."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(len(GZIP)) == GZIP
            plain.seek(0)
            source = cast("BinaryIO", gzip.GzipFile(fileobj=plain)) if packed else plain
            while chunk := source.read(CHUNK):
                yield chunk
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{path}: cannot be read ({one_line(error)}); is it whole, and may you read it?"
        ) from None


def begins_with(path: Path, n: int) -> bytes:
    """The first n bytes, unpacked."""
    found = b""
    with closing(chunks(path)) as stream:
        for chunk in stream:
            found += chunk
            if len(found) >= n:
                break
    return found[:n]


@dataclass(frozen=True)
class Text:
    """A file of text and how it is written; found by reading it once.

    encoding: by Python's name. mark: how many bytes of a byte order mark it begins with.
    """

    path: Path
    encoding: str
    mark: int

    @classmethod
    def of(cls, path: Path) -> "Text":
        """UTF-8, UTF-16 or UTF-32 by its mark or zeros; else UTF-8 where all of it is, and
        Windows-1252 (or Latin-1) where nothing but ASCII is.

        Raises InputError for what is no text, and for what is partly UTF-8 and partly not: read
        either way, some of its names would be wrong.
        """
        start = begins_with(path, 4_096)
        for magic, what in _NO_TEXT:
            if start.startswith(magic):
                raise InputError(f"{path}: {what}")
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return cls(path, encoding, len(mark)) if encoding != "utf-8" else _utf_8(path, 3)
        zeros = [start[place::2].count(0) for place in (0, 1)]
        if max(zeros) > len(start) / 8 and min(zeros) < max(zeros) / 8:
            return cls(path, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", 0)
        if start.count(0) > len(start) * _ZEROS:
            raise InputError(f"{path}: is no text; give a table, such as a CSV file")
        return _utf_8(path, 0)

    @property
    def said(self) -> str:
        """The encoding, as people call it."""
        return _NAMES.get(self.encoding, self.encoding.upper())

    def chunks(self) -> Iterator[bytes]:
        """The text in UTF-8, without its mark; raises InputError where it is damaged."""
        return _short_lines(self.path, self._decoded())

    def open(self) -> io.BufferedReader:
        """The same as a file that can be read once."""
        return as_file(self.chunks())

    def head(self) -> str:
        """The first lines, whole ones; raises InputError where the first is longer than that."""
        with self.open() as stream:
            start = stream.read(HEAD)
        text = start.decode("utf-8", errors="ignore")
        if len(start) < HEAD:
            return text
        cut = max(text.rfind("\n"), text.rfind("\r"))
        if cut < 0:
            raise InputError(
                f"{self.path}: its first line is longer than {HEAD >> 10} kB; is it a table with a "
                "header line?"
            )
        return text[: cut + 1]

    def _decoded(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        skip = self.mark
        for chunk in chunks(self.path):
            rest, skip = chunk[skip:], max(0, skip - len(chunk))
            yield rest if self.encoding == "utf-8" else self._utf_8(decoder, rest)
        yield b"" if self.encoding == "utf-8" else self._utf_8(decoder, b"", final=True)

    def _utf_8(
        self, decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False
    ) -> bytes:
        try:
            return decoder.decode(chunk, final).encode()
        except UnicodeError as error:
            raise InputError(
                f"{self.path}: is not the {self.said} that it begins as ({one_line(error)}); "
                "save it as UTF-8"
            ) from None


def as_file(parts: Iterator[bytes]) -> io.BufferedReader:
    """Pieces of bytes as a file that can be read once."""
    return io.BufferedReader(_Joined(parts), CHUNK)


class _Joined(io.RawIOBase):
    """Pieces of bytes as one file."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        while not self._rest:
            piece = next(self._parts, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer)  # type: ignore[arg-type]
        n = min(len(target), len(self._rest))
        target[:n], self._rest = self._rest[:n], self._rest[n:]
        return n


def _utf_8(path: Path, mark: int) -> Text:
    """UTF-8 if it is; Windows-1252 if no letter beyond ASCII is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = lines = 0
    first_bad, defined = 0, True
    for chunk in _terminated(path):
        # Only a chunk with something to decode, or the end of a letter that began before, matters.
        if chunk.isascii() and not decoder.getstate()[0]:
            lines += chunk.count(b"\n")
            continue
        text = decoder.decode(chunk, not chunk)
        broken = len(_BAD.findall(text))
        if broken and not bad:
            first_bad = lines + text.count(
                "\n", 0, cast("re.Match[str]", _BAD.search(text)).start()
            )
        bad += broken
        good += len(_NOT_ASCII.findall(text)) - broken
        defined &= not _UNDEFINED_IN_1252.search(chunk)
        lines += chunk.count(b"\n")
    if not bad:
        return Text(path, "utf-8", mark)
    if mark or good > bad * _BY_CHANCE:
        raise InputError(
            f"{path}: line {first_bad + 1} is not UTF-8, although other lines are; "
            "save the whole file as UTF-8"
        )
    return Text(path, "cp1252" if defined else "latin-1", 0)


def _terminated(path: Path) -> Iterator[bytes]:
    """A file's chunks, and an empty one at their end."""
    yield from _short_lines(path, chunks(path))
    yield b""


def _short_lines(path: Path, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same; raises InputError in a line that is too long to be one of a table."""
    length = 0
    for part in parts:
        end = max(part.rfind(b"\n"), part.rfind(b"\r"))
        length = len(part) - end - 1 if end >= 0 else length + len(part)
        if length > LONGEST_LINE:
            raise InputError(
                f"{path}: has a line longer than {LONGEST_LINE >> 20} MB; is it a table?"
            )
        yield part
