"""Which terms of free text say something, and how much."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from toppicks.scoring.terms import LONGEST_READ, terms

# A term says something only if others use it too, and not nearly everybody does.
FEWEST_ITEMS = 3
LARGEST_SHARE = 0.5
# Which terms there are is learnt from about so many characters in all.
MOST_LEARNT_FROM = 10_000_000
# Terms for each text column: with 2,000 of Last.fm's tags a fifth of their use was lost.
MOST_TERMS = 4_000


def rarities(texts: Sequence[str]) -> dict[str, float]:
    """The terms in order, and the rarity of each: log((1 + n) / (1 + df)) + 1, as float32 has it.

    n and df are of the texts that say anything (Salton and Buckley, 1988). Terms are those that at
    least three texts use and at most half; of too many, those that are used most often. No terms
    where none is shared.
    """
    said = [text[:LONGEST_READ] for text in texts if text]
    step = sum(map(len, said)) // MOST_LEARNT_FROM + 1
    learnt = said[::step]
    vectorizer = TfidfVectorizer(
        analyzer=terms,
        min_df=FEWEST_ITEMS,
        max_df=max(FEWEST_ITEMS, int(LARGEST_SHARE * len(learnt))),
        max_features=MOST_TERMS,
        dtype=np.float32,
    )
    try:
        vectorizer.fit(learnt)
    except ValueError:  # no term is left
        return {}
    names = vectorizer.get_feature_names_out().tolist()
    return dict(zip(names, vectorizer.idf_.tolist(), strict=True))
