"""What the fold-in trusts and when popularity leads: chosen on validation people."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation.contenders import popularity, served
from toppicks.evaluation.contest import Question, hold
from toppicks.evaluation.questions import LENGTHS, cut
from toppicks.recommenders.formula import Choice, fit_scorer
from toppicks.recommenders.hybrid import Hybrid

EXPONENTS = (0.5, 1.0)
LEANS = (1.0, 2.0, 4.0, 8.0)
DRAWS = 2
# Fewer people than this cannot choose between settings that lie close together.
FEWEST_PEOPLE = 30


def choose(hybrid: Hybrid, likes: sp.csr_array, questions: Sequence[Question], seed: int) -> Choice:
    """The setting with the best mean nDCG over all history lengths, among those that are worse
    than popularity at none of them; popularity itself if there is no other.

    questions: of people that neither `hybrid` nor `likes` has seen. Too few give the default.
    """
    if len(questions) < FEWEST_PEOPLE:
        return Choice()
    exams = [exam for n in LENGTHS if n != 0 and (exam := cut(questions, n, DRAWS, seed))]
    candidates = [
        Choice(exponent, lean, len(questions)) for exponent in EXPONENTS for lean in LEANS
    ]
    scorers = {e: fit_scorer(hybrid, likes, Choice(exponent=e), seed) for e in EXPONENTS}
    contenders = [popularity(scorers[EXPONENTS[0]])]
    contenders += [served(replace(scorers[c.exponent], lean=c.lean)) for c in candidates]
    ndcg = np.array([[standing.ndcg for standing in hold(contenders, exam)] for exam in exams])
    popularity_alone = Choice(lean=float("inf"), people=len(questions))
    return _best([popularity_alone, *candidates], ndcg)


def _best(choices: Sequence[Choice], ndcg: NDArray[np.float64]) -> Choice:
    """ndcg: (n_lengths, n_choices), the first column popularity's."""
    never_worse = (ndcg >= ndcg[:, :1]).all(axis=0)
    return choices[int(np.argmax(np.where(never_worse, ndcg.mean(axis=0), -1)))]
