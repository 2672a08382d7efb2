"""Terms of free text in any script: words and pairs of words, weighed by TF-IDF."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

# A term says something only if others use it too, and not nearly everybody does.
FEWEST_ITEMS = 3
LARGEST_SHARE = 0.5
# Of a text, so many characters are read; which terms there are is learnt from about so many in all.
LONGEST_READ = 4_000
MOST_LEARNT_FROM = 10_000_000
# Terms for each text column: with 2,000 of Last.fm's tags a fifth of their use was lost.
MOST_TERMS = 4_000
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


def tf_idf(texts: Sequence[str]) -> tuple[list[str], sp.csr_array]:
    """The terms, and what each counts in each text: (n_texts, n_terms) float32, rows of length 1.

    (1 + log tf) * (1 + log((1 + n) / (1 + df))), with n and df of the texts that say anything
    (Salton and Buckley, 1988). Terms are those that at least three texts use and at most half;
    of too many, those that are used most often. No terms where none is shared.
    """
    said = [text[:LONGEST_READ] for text in texts if text]
    step = sum(map(len, said)) // MOST_LEARNT_FROM + 1
    learnt = said[::step]
    vectorizer = TfidfVectorizer(
        analyzer=terms,
        min_df=FEWEST_ITEMS,
        max_df=max(FEWEST_ITEMS, int(LARGEST_SHARE * len(learnt))),
        max_features=MOST_TERMS,
        sublinear_tf=True,
        dtype=np.float32,
    )
    try:
        vectorizer.fit(learnt)
    except ValueError:  # no term is left
        return [], sp.csr_array((len(texts), 0), dtype=np.float32)
    weighed = vectorizer.transform(text[:LONGEST_READ] for text in texts)
    return vectorizer.get_feature_names_out().tolist(), sp.csr_array(weighed)
