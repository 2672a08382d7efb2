"""What somebody may turn: less of what everybody knows, and less of the same.

Both go from 0, at which nothing changes, to 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.ranking import NOTHING, rank
from toppicks.scoring.scorer import Scorer
from toppicks.scoring.standard import Scores

# The best so many candidates may change places for diversity; whatever comes after them stays.
HEAD = 200
# What full novelty takes from a score for each standard deviation of popularity. Below 1, so that
# whoever is not known still gets what is popular; from 1 on, most picks are what nobody knows.
PENALTY = 0.75
# Of each choice, how much full diversity weighs against relevance. Any more of it buys little.
TRADE = 0.7


@dataclass(frozen=True)
class Control:
    """novelty and diversity, each from 0 to 1."""

    novelty: float = 0.0
    diversity: float = 0.0


def novel(scores: Scores, popularity: Scores, novelty: float) -> Scores:
    """Scores less what popularity adds to them: s - novelty * PENALTY * pop; the same at 0.

    scores: (n,) float32.   popularity: (n,) float32, standardised.
    """
    if not novelty:
        return scores
    return scores - np.float32(novelty * PENALTY) * popularity


def diversified(
    head_idx: NDArray[np.integer],
    scores: Scores,
    factors: NDArray[np.floating],
    diversity: float,
    n: int | None = None,
) -> NDArray[np.intp]:
    """The first n of a head by maximal marginal relevance; all of it for None.

    Carbonell and Goldstein, 1998: one after the other, whatever has the most of
    (1 - t) * relevance - t * its largest cosine with those before it, t = TRADE * diversity.
    Relevance is the score, from 0 for the head's lowest to 1 for its highest; equal items go by
    row. Each choice depends on those before it alone, so that any n gives a beginning of one and
    the same order.

    head_idx: (h,) distinct rows, best first.   scores: (h,) float32, of each.
    factors:  (h, d), of each; a row of zeros is like no other.
    """
    n = len(head_idx) if n is None else min(n, len(head_idx))
    if not diversity or n <= 0:
        return np.asarray(head_idx[: max(n, 0)], np.intp)
    by_row = np.argsort(head_idx, kind="stable")
    head, trade = np.asarray(head_idx, np.intp)[by_row], TRADE * diversity
    relevance = (1 - trade) * _from_0_to_1(scores[by_row])
    cosines = trade * _cosines(factors[by_row])
    # Nothing is in the list before the first choice, so nothing is like it.
    nearest = np.zeros(len(head))
    chosen = np.empty(n, np.intp)
    for at in range(n):
        best = int(np.argmax(relevance - nearest))
        chosen[at] = best
        relevance[best] = -np.inf
        nearest = np.maximum(nearest, cosines[best]) if at else cosines[best]
    return head[chosen]


def rerank(
    scorer: Scorer,
    scores: Scores,
    control: Control,
    excluded_idx: NDArray[np.integer] = NOTHING,
    n: int | None = None,
    offset: int = 0,
) -> NDArray[np.intp]:
    """The items at ranks `offset` to `offset + n` by these scores, as `rank` gives them, with
    novelty and diversity as they are turned.

    Every candidate is at exactly one rank. Which they are depends neither on n nor on offset: only
    the best HEAD change places for diversity, and those after them follow in the order of scores.
    """
    scores = novel(scores, scorer.every_popularity, control.novelty)
    if not control.diversity or offset >= HEAD:
        return rank(scores, excluded_idx, n, offset)
    stop = len(scores) if n is None else offset + n
    head = rank(scores, excluded_idx, HEAD)
    first = diversified(
        head, scores[head], scorer.item_factors_of(head), control.diversity, min(stop, HEAD)
    )
    if stop <= HEAD:
        return first[offset:]
    return np.concatenate([first[offset:], rank(scores, excluded_idx, stop - HEAD, HEAD)])


def _from_0_to_1(scores: Scores) -> NDArray[np.float64]:
    """Relevance: the lowest is 0, the highest 1; all 0 where they are the same."""
    above = scores.astype(np.float64) - scores.min()
    highest = above.max()
    return np.asarray(above / highest if highest else above)


def _cosines(factors: NDArray[np.floating]) -> NDArray[np.float64]:
    """(h, h), of each with each; 0 with a row of zeros."""
    units = np.asarray(factors, np.float64)
    norms = np.sqrt(np.einsum("ij,ij->i", units, units))
    units = units / np.where(norms > 0, norms, 1)[:, None]
    return np.asarray(units @ units.T)
