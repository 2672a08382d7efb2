"""The words of many titles, found by their beginnings, and by what was meant for them."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

# Of a longer word only this much is read, and none is respelt: it bounds the work.
LONGEST = 32
# A word of so many letters may hold so many mistakes, longer ones first.
MISTAKES = ((8, 2), (4, 1))
# Comes after whatever may follow in a word: no letter is greater.
_LAST = "\U0010ffff"
# Letters that a word begins with, of which one that is meant has most: one or two mistakes of the
# shortest words that may hold them leave that many letters.
_FEW, _SOME = 3, 6


class Lexicon:
    """Different words, sorted; `word_idx` is a place among them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(words)
        self._lengths = np.array([len(word) for word in self.words], np.int32)
        self._letters = {cut: _letters_of(self.words, cut) for cut in (_FEW, _SOME, LONGEST)}

    def place(self, word: str) -> int | None:
        """The word_idx of a word; None of one that is not there."""
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else None

    def beginning_with(self, beginning: str) -> range:
        """The words that begin so, as a range of word_idx; empty if none does."""
        return range(bisect_left(self.words, beginning), bisect_left(self.words, beginning + _LAST))

    def meant_by(self, word: str, most: int = 2) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """What somebody may have meant who wrote this, or was about to write: (n_near,) word_idx,
        and for each how far it is, 2 a mistake, and 1 more where only a beginning is so near.

        most: mistakes that are forgiven at the most, however long the word is.

        A mistake is a letter too many, too few or another, or two neighbours that changed places
        (optimal string alignment). None for words of up to three letters, numbers, and words of
        more than LONGEST letters, which are meant as they are written.
        """
        allowed = min(mistakes_in(word), most)
        likely = self._likely(word, allowed) if allowed else np.empty(0, np.intp)
        if not len(likely):
            return likely, np.empty(0, np.uint8)
        words = [self.words[word_idx] for word_idx in likely.tolist()]
        far = np.full(len(words), 2 * (allowed + 1), np.uint8)
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            mistakes = process.cdist(
                [word],
                [one[:length] for one in words],
                scorer=OSA.distance,
                score_cutoff=allowed,
                dtype=np.uint8,
            )[0]
            np.minimum(far, 2 * mistakes + (self._lengths[likely] > length), out=far)
        near = far < 2 * (allowed + 1)
        return likely[near], far[near]

    def _likely(self, word: str, allowed: int) -> NDArray[np.intp]:
        """The words that may be so near: a glance at their letters leaves few to be compared."""
        own = _letters_of([word], LONGEST)[0]
        begins = self._letters[_FEW if allowed == 1 else _SOME]
        missing = np.bitwise_count(own & ~self._letters[LONGEST])
        others = np.bitwise_count(begins & ~own)
        return np.flatnonzero((missing <= allowed) & (others <= allowed))


def mistakes_in(word: str) -> int:
    """How many mistakes a word may hold."""
    if word.isnumeric() or len(word) > LONGEST:
        return 0
    return next((allowed for least, allowed in MISTAKES if len(word) >= least), 0)


def _letters_of(words: Sequence[str], cut: int) -> NDArray[np.uint64]:
    """(n_words,) the set of letters that each begins with, one bit a letter; letters that share a
    bit let more words pass, and never one less.
    """
    codes = np.array([word[:cut].ljust(cut, "\0") for word in words], f"U{cut}")
    codes = codes.view(np.uint32).reshape(len(words), cut).astype(np.uint64)
    bits = np.where(codes > 0, np.uint64(1) << (codes & np.uint64(63)), np.uint64(0))
    letters: NDArray[np.uint64] = np.bitwise_or.reduce(bits, axis=1)
    return letters
