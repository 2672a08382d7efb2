"""Quotes in tables of text: what stands after a closing one, and which are never closed."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import InputError

QUOTE = b'"'
_RUN = re.compile(rb'"+')
# An odd number of quotes beside each other: pairs of them mean one that is part of the cell.
_CLOSING = re.compile(rb'(?<!")"(?:"")*(?!")')
# A row is held in memory as a whole, and so is what an open quote swallows.
LONGEST_ROW = 15 << 20
# Stands for a row whose quotes are broken; no file holds such cells.
BROKEN = "\x1d"


class Quotes:
    """Looks at a table's text as it passes, row by row.

    A cell that begins with a quote ends with the next single one. If more text follows before the
    separator, nobody knows where the cell should have ended: such a row is replaced by one that has
    a cell too many, so that it is left out and counted. If the quoted part spans lines, it may have
    swallowed rows: then the file is refused, as where a quote is never closed.

    seen:  whether there is any quote.
    first: the first row that was replaced, as it was written.
    """

    def __init__(self, path: Path, separator: str, width: int) -> None:
        self.path = path
        self.seen = False
        self.first = ""
        mark = separator.encode()
        self._ends = np.frombuffer(mark + b"\r\n", np.uint8)
        self._broken = mark.join([BROKEN.encode()] * (width + 1))
        self._rest_of_cell = re.compile(
            rb"([^S\r\n]*)(S|\r\n|\r(?!\Z)|\n)".replace(b"S", re.escape(mark))
        )
        self._lines = self._waiting = 0

    def checked(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same text in whole rows; raises InputError where quotes make it unreadable."""
        self._lines, self._waiting, rest = 0, 0, b""
        for chunk in chunks:
            rest += chunk
            rows, rest = self._whole_rows(rest)
            yield rows
            if len(rest) > LONGEST_ROW:
                raise self._too_long(rest)
        if rest:
            self._waiting = 0
            last, rest = self._whole_rows(rest if rest.endswith(b"\n") else rest + b"\n")
            yield last
            if rest:
                raise self._unclosed()

    def _whole_rows(self, text: bytes) -> tuple[bytes, bytes]:
        """All rows that end in this text, mended; and what is left."""
        if QUOTE not in text:
            cut = _last_end(text, len(text))
            rows = text[:cut]
        else:
            self.seen = True
            places = np.flatnonzero(np.frombuffer(text, np.uint8) == ord(QUOTE))
            cut = _end_outside(text, places)
            if not self._plain(text, places[: int(np.searchsorted(places, cut))]):
                cut = 0
            rows = text[:cut]
            # Not in pairs, or the last one is still open: in the latter case, another look is
            # worth its time only once much more is there.
            if _last_end(text, len(text)) > cut and len(text) >= min(self._waiting, LONGEST_ROW):
                mended, cut = self._row_by_row(text, cut)
                rows += mended
                self._waiting = 0 if cut else 2 * len(text)
        self._lines += _lines_in(text[:cut])
        return rows, text[cut:]

    def _plain(self, text: bytes, places: NDArray[np.intp]) -> bool:
        """Whether every other quote opens a cell and the next one closes it, doubled ones aside."""
        letters = np.frombuffer(text, np.uint8)
        opening, closing = places[::2], places[1::2]
        touching = np.diff(places) == 1
        begins = np.isin(letters[np.maximum(opening - 1, 0)], self._ends) | (opening == 0)
        begins[1:] |= touching[1::2]
        finishes = np.isin(letters[np.minimum(closing + 1, len(letters) - 1)], self._ends)
        finishes[: len(touching[1::2])] |= touching[1::2]
        return bool(begins.all() and finishes.all())

    def _row_by_row(self, text: bytes, begin: int) -> tuple[bytes, int]:
        """Rows from `begin` on, slowly: quotes may stand in the midst of cells; and their end."""
        rows, place, broken = [], begin, False
        while place < len(text):
            after = place if text[place : place + 1] != QUOTE else _closed_at(text, place)
            found = self._rest_of_cell.match(text, after) if after is not None else None
            if after is None or found is None:
                break
            if after > place and found[1]:
                broken = True
                if _lines_in(text[place:after]):
                    raise self._swallowed(self._lines + _lines_in(text[:begin]) + 1)
            place = found.end()
            if found[2][:1] in b"\r\n":
                row = text[begin:place]
                rows.append(self._replaced(row, begin) if broken else row)
                begin, broken = place, False
        return b"".join(rows), begin

    def _replaced(self, row: bytes, begin: int) -> bytes:
        if not begin and not self._lines:
            raise InputError(
                f"{self.path}: in the header, text follows a quote that closes a name; double the "
                "quotes inside of names"
            )
        self.first = self.first or row.decode(errors="replace")
        return self._broken + b"\n"

    def _swallowed(self, line: int) -> InputError:
        return InputError(
            f"{self.path}: a quote in the row that begins in line {line} is closed some lines "
            "later, in the midst of a cell; close it where it should be, or double it"
        )

    def _unclosed(self) -> InputError:
        return InputError(
            f"{self.path}: a quote in the row that begins in line {self._lines + 1} is never "
            "closed; mend it"
        )

    def _too_long(self, rest: bytes) -> InputError:
        why = "; is a quote not closed?" if QUOTE in rest else "; is it a table?"
        return InputError(
            f"{self.path}: the row that begins in line {self._lines + 1} is longer than "
            f"{LONGEST_ROW >> 20} MB{why}"
        )


def _closed_at(text: bytes, opening: int) -> int | None:
    """Where the quoted part that opens there ends; None where it does not, so far."""
    run = _RUN.match(text, opening)
    if run is not None and len(run[0]) % 2 == 0:
        return run.end()
    closing = _CLOSING.search(text, run.end() if run else opening)
    return closing.end() if closing else None


def _end_outside(text: bytes, places: NDArray[np.intp]) -> int:
    """The end of the last line that ends outside of quotes, if all of them come in pairs."""
    cut = _last_end(text, len(text))
    if np.searchsorted(places, cut) % 2 == 0:
        return cut
    end = b"\n" if b"\n" in text else b"\r"
    ends = np.flatnonzero(np.frombuffer(text, np.uint8)[:cut] == ord(end))
    outside = ends[np.searchsorted(places, ends) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _last_end(text: bytes, stop: int) -> int:
    """Where the last line before `stop` ends; 0 if none does."""
    found = text.rfind(b"\n", 0, stop)
    if found < 0:
        # A carriage return at the very end may be half of a line's end.
        found = text.rfind(b"\r", 0, min(stop, len(text) - 1))
    return found + 1


def _lines_in(text: bytes) -> int:
    returns = text.count(b"\r")
    return text.count(b"\n") + (returns - text.count(b"\r\n") if returns else 0)
