"""Titles, found by the beginnings of their words."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from toppicks.serving.spelling import LONGEST, Lexicon

# A title that does not hold a word at all is this far from it; mistakes count less.
ABSENT = 255

_PLAIN_WORD = re.compile(r"[a-z0-9]+")
# What is between the words of one title and those of the next.
_END = -1


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
    """Titles by row, and where each word is in them; immutable.

    All titles are one long line of words, as word_idx. After the words of a title comes what it
    has with signs inside as one word: "spiderman" of "Spider-Man", "oceans" of "Ocean's".
    """

    def __init__(self, titles: Sequence[str]) -> None:
        found: dict[str, int] = {}
        line: list[int] = []
        lengths, whole = [], []
        for title in titles:
            before = len(line)
            for words in _written(title):
                line += [found.setdefault(word, len(found)) for word in words]
                line.append(_END)
            lengths.append(len(line) - before)
            whole.append(hash(_squeezed(title)))
        self.lexicon = Lexicon(found)
        sorted_idx = np.full(len(found) + 1, _END, np.int32)
        sorted_idx[[found[word] for word in self.lexicon.words]] = np.arange(len(found))
        self._line = sorted_idx[np.array(line, np.int32)]
        self._rows = np.repeat(np.arange(len(titles), dtype=np.int32), lengths)
        self._places = np.argsort(self._line, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(self._line[self._places], np.arange(len(found) + 1))
        # Of 64 bits each: that two titles share one will not happen, and would do no harm.
        self._whole = np.array(whole, np.int64)

    def __len__(self) -> int:
        return len(self._whole)

    def are(self, query: str) -> NDArray[np.bool_]:
        """(n_titles,) whether the query is the whole title, spaces and signs aside."""
        whole: NDArray[np.bool_] = self._whole == hash(_squeezed(query))
        return whole

    def mistakes(
        self, word: str, joined: Collection[str] = (), forgive: bool = False
    ) -> NDArray[np.uint8]:
        """(n_titles,) how far each title is from holding the word: 0 where it is the beginning of
        one of its words, or is written together there or apart; ABSENT where it is not held.

        joined: what the word and a neighbour of it are as one word.
        forgive: what may be meant by the word is held, too, as far as the lexicon says.
        """
        far = np.full(len(self), ABSENT, np.uint8)
        if forgive:
            self._forgive(word, joined, far)
        far[self._rows[self._of(self.lexicon.beginning_with(word))]] = 0
        for together in joined:
            far[self._rows[self._of(self._one(together))]] = 0
        for places in self._apart(word, whole=True):
            far[self._rows[places]] = 0
        return far

    def _forgive(self, word: str, joined: Collection[str], far: NDArray[np.uint8]) -> None:
        """Write into `far`, (n_titles,), how far those are that hold what may be meant."""
        meant = [self.lexicon.meant_by(word)]
        # What was not even written as one word is not guessed at with two mistakes.
        meant += [self.lexicon.meant_by(together, most=1) for together in joined]
        near, distances = (np.concatenate(parts) for parts in zip(*meant, strict=True))
        # The nearest comes last, and stays.
        order = np.argsort(-distances.astype(np.int16), kind="stable")
        near, distances = near[order], distances[order]
        starts, lengths = self._starts[near], np.diff(self._starts)[near]
        each = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        places = self._places[each + np.arange(len(each))]
        far[self._rows[places]] = np.repeat(distances, lengths)
        for places in self._apart(word, whole=False):
            far[self._rows[places]] = np.minimum(far[self._rows[places]], 1)

    def _one(self, word: str) -> range:
        word_idx = self.lexicon.place(word)
        return range(0) if word_idx is None else range(word_idx, word_idx + 1)

    def _of(self, words: range) -> NDArray[np.int32]:
        """Where in the line these words are."""
        return self._places[self._starts[words.start] : self._starts[words.stop]]

    def _apart(self, text: str, whole: bool) -> Iterator[NDArray[np.int32]]:
        """Where in the line a word is written as two.

        whole: the second is a word; else it is the beginning of one, as of somebody who types.
        """
        for at in range(1, min(len(text), LONGEST)):
            left = self._one(text[:at])
            right = self._one(text[at:]) if whole else self.lexicon.beginning_with(text[at:])
            if left and right:
                places = self._of(left)
                after = self._line[places + 1]
                yield places[(after >= right.start) & (after < right.stop)]


def _written(title: str) -> Iterator[list[str]]:
    """The words of a title, then each of its parts that has signs inside as one word."""
    yield fold(title).split()
    for part in title.split():
        if not part.isalnum() and " " in (words := fold(part)):
            yield [words.replace(" ", "")]


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")
