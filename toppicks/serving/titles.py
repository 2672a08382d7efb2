"""Titles, found by the beginnings of their words."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

_PLAIN_WORD = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Text as it is compared in a search: no accents, no case, words parted by one space."""
    if text.isascii():
        return " ".join(_PLAIN_WORD.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in decomposed
        if not unicodedata.combining(letter)
    )
    return " ".join(plain.split())


class Titles:
    """Titles by row, as one long text: a search in it is a matter of microseconds.

    A line a title, in which every word begins after a space.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self.lines = [f" {fold(title)} " for title in titles]
        self._text = "\n".join(self.lines)
        self._ends = list(accumulate(len(line) + 1 for line in self.lines))

    def search(self, query: str) -> dict[int, bool]:
        """The rows in which every word of the query is the beginning of a word, rising, and whether
        the query is the whole title; none for a query without a letter or digit.
        """
        whole = fold(query)
        words = sorted({f" {word}" for word in whole.split()}, key=len)
        if not words:
            return {}
        # The longest is in the fewest titles.
        rows = self._rows_with(words.pop())
        return {
            row: self.lines[row] == f" {whole} "
            for row in rows
            if all(word in self.lines[row] for word in words)
        }

    def _rows_with(self, part: str) -> Iterator[int]:
        at = self._text.find(part)
        while at >= 0:
            row = bisect_right(self._ends, at)
            yield row
            at = self._text.find(part, self._ends[row])
