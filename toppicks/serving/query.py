"""What somebody asks for by title, and how near it each item is."""

from collections.abc import Callable, Sequence
from itertools import chain, islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toppicks.serving.titles import ABSENT, fold

# Of a longer query the first words are searched for.
MOST_WORDS = 32
# An item that is not found.
FAR = np.iinfo(np.int32).max
# Only the first words of a long query are respelt: it bounds the work.
MOST_RESPELT = 8
# Shorter words alone say nothing: "the". A number alone may be any year.
TELLING = 4
# A letter of a missing word is worse than any mistake in another one.
_MISSING = 8


class Word(NamedTuple):
    """One of a query. joined: what it is where it is written together with its neighbours."""

    text: str
    joined: frozenset[str] = frozenset()

    @property
    def is_number(self) -> bool:
        return self.text.isnumeric()


def words_of(query: str) -> list[Word]:
    """The different words of a query, the first MOST_WORDS; none without a letter or digit.

    >>> [(word.text, sorted(word.joined)) for word in words_of("Spider-Man 2")]
    [('spider', ['spiderman']), ('man', ['man2', 'spiderman']), ('2', ['man2'])]
    """
    pieces = [piece for part in query.split() if (piece := fold(part).split())]
    texts = list(islice(chain.from_iterable(pieces), MOST_WORDS))
    joined: dict[str, set[str]] = {text: set() for text in texts}
    for piece in pieces:
        together = {"".join(piece)} if len(piece) > 1 else set()
        for text in joined.keys() & piece:
            joined[text] |= together
    for left, right in pairwise(texts):
        joined[left].add(left + right)
        joined[right].add(left + right)
    return [Word(text, frozenset(together)) for text, together in joined.items()]


# How far each item is from holding a word, `(n_rows,)`, as it is written or as it may be meant.
Mistakes = Callable[[Word, bool], NDArray[np.uint8]]
_Held = list[NDArray[np.uint8]]


def distances(
    words: Sequence[Word], whole: NDArray[np.bool_], mistakes: Mistakes
) -> NDArray[np.int32]:
    """(n_rows,) how far each item is from what is asked, FAR where it is not found.

    words: at least one.   whole: (n_rows,) items whose whole title it is; they are found anyway.

    Of these, the first that finds anything: items with all words as they are written; with words
    that nothing has as they may be meant, and numbers; with any word so, and numbers as written;
    with at least half of the words.
    """
    written = [mistakes(word, False) for word in words]
    found = _all_of(written) | whole
    if found.any():
        return np.where(found, 0, FAR).astype(np.int32)
    nearly = list(written)
    for at, word in enumerate(words[:MOST_RESPELT]):
        if word.is_number or not _is_known(written[at]):
            nearly[at] = mistakes(word, True)
    if (found := _all_of(nearly)).any():
        return _far(words, nearly, found)
    anyhow = _anyhow(words, written, nearly, mistakes)
    if (found := _all_of(anyhow)).any():
        return _far(words, anyhow, found)
    return _far(words, nearly, _most_of(words, nearly))


def _anyhow(words: Sequence[Word], written: _Held, nearly: _Held, mistakes: Mistakes) -> _Held:
    """Every word as it may be meant. But a number as it is written: as a year it would lead to
    whatever came out then and is called a bit alike.
    """
    parts = zip(words, written, nearly, strict=True)
    anyhow = [one if word.is_number else near for word, one, near in parts]
    # A word that nothing has in any way is not helped by what the others may mean.
    if all(map(_is_known, anyhow)):
        for at, word in enumerate(words[:MOST_RESPELT]):
            if nearly[at] is written[at]:
                anyhow[at] = mistakes(word, True)
    return anyhow


def _is_known(held: NDArray[np.uint8]) -> bool:
    return bool((held < ABSENT).any())


def _all_of(held: _Held) -> NDArray[np.bool_]:
    found = held[0] < ABSENT
    for one in held[1:]:
        found &= one < ABSENT
    return found


def _most_of(words: Sequence[Word], held: _Held) -> NDArray[np.bool_]:
    """Where at least half of the words are, and not only short ones and numbers."""
    n_held = np.zeros(len(held[0]), np.int32)
    tells = np.zeros(len(held[0]), bool)
    for word, one in zip(words, held, strict=True):
        n_held += one < ABSENT
        if len(word.text) >= TELLING and not word.is_number:
            tells |= one < ABSENT
    return tells & (2 * n_held >= len(words))


def _far(words: Sequence[Word], held: _Held, found: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The mistakes of an item's words, and the letters of those that it lacks."""
    far = np.zeros(len(found), np.int32)
    for word, one in zip(words, held, strict=True):
        far += np.where(one < ABSENT, one, np.int32(_MISSING * len(word.text)))
    far[~found] = FAR
    return far
