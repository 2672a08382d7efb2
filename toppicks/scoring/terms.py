"""Terms of free text in any script: words and pairs of words."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

# Of a text, so many characters are read.
LONGEST_READ = 4_000
# Han, kana, Thai, Lao, Burmese and Khmer put no spaces between words: their terms are pairs of
# characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(f"[{_UNSPACED}]+")


class _Letters(dict[int, int]):
    """For str.translate: letters, their marks and digits stay; anything else is a space."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        stays = letter.isalnum() or unicodedata.category(letter).startswith("M")
        self[code] = code if stays else ord(" ")
        return self[code]


_LETTERS = _Letters()


def terms(text: str) -> Iterator[str]:
    """Words without case, then pairs of neighbours.

    Where a script has no spaces, pairs of characters are the words, and have no pairs of their own.

    >>> list(terms("The Blue-Sky"))
    ['the', 'blue', 'sky', 'the blue', 'blue sky']
    >>> list(terms("Tokyo 東京都"))
    ['東京', '京都', 'tokyo']
    """
    spaced = text.casefold()[:LONGEST_READ].translate(_LETTERS)
    for run in _RUNS.findall(spaced):
        yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
    words = _RUNS.sub(" ", spaced).split()
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))
