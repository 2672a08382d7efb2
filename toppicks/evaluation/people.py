"""People held out altogether: what is chosen on them, and how good it is at every length."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation.contenders import leaning, popularity, served
from toppicks.evaluation.contest import Contender, Question, hold
from toppicks.evaluation.questions import LENGTHS, cut
from toppicks.recommenders.formula import Choice, fit_scorer
from toppicks.recommenders.hybrid import Hybrid

EXPONENTS = (0.5, 1.0)
LEANS = (1.0, 2.0, 4.0, 8.0)
CHOOSING_DRAWS, JUDGING_DRAWS = 1, 2
# Fewer people than this cannot choose between settings that lie close together.
FEWEST_PEOPLE = 30


@dataclass(frozen=True)
class Fold:
    """People whom a fit has not seen.

    hybrid, likes: LightFM as fitted on everybody else's known likes, and those likes.
    earlier:       questions about their late known rows: to choose by.
    later:         questions about their hidden rows: to judge by.
    """

    hybrid: Hybrid
    likes: sp.csr_array
    earlier: list[Question]
    later: list[Question]


@dataclass(frozen=True)
class LengthRow:
    """nDCG at one history length over all folds; length None is the full history."""

    length: int | None
    people: int
    popularity: float
    served: float


def choose(folds: Sequence[Fold], seed: int) -> Choice:
    """The setting with the best mean nDCG over all history lengths but 0, where all are alike,
    among those that are worse than popularity at none; popularity itself if there is no other.

    Too few people give the default.
    """
    people = sum(len(fold.earlier) for fold in folds)
    if people < FEWEST_PEOPLE:
        return Choice()
    choices = [Choice(lean=float("inf")), *(Choice(e, lean) for e in EXPONENTS for lean in LEANS)]
    contenders = [_candidates(fold, seed) for fold in folds]
    exams = [
        [cut(fold.earlier, length, CHOOSING_DRAWS, seed) for fold in folds]
        for length in LENGTHS
        if length != 0
    ]
    ndcg = np.array([_mean_ndcg(contenders, exam) for exam in exams if any(exam)])
    never_worse = (ndcg >= ndcg[:, :1]).all(axis=0)
    best = int(np.argmax(np.where(never_worse, ndcg.mean(axis=0), -1)))
    return replace(choices[best], people=people)


def judge_lengths(folds: Sequence[Fold], choice: Choice, seed: int) -> list[LengthRow]:
    """What is served against popularity, at each history length that anybody has."""
    scorers = [fit_scorer(fold.hybrid, fold.likes, choice, seed) for fold in folds]
    contenders = [[popularity(scorer), served(scorer)] for scorer in scorers]
    rows = []
    for length in LENGTHS:
        exam = [cut(fold.later, length, JUDGING_DRAWS, seed) for fold in folds]
        if any(exam):
            people = sum(len({question.user_idx for question in part}) for part in exam)
            base, ours = _mean_ndcg(contenders, exam).tolist()
            rows.append(LengthRow(length, people, base, ours))
    return rows


def _candidates(fold: Fold, seed: int) -> list[Contender]:
    """In the order of the choices: popularity, then every lean of every exponent."""
    scorers = [
        fit_scorer(fold.hybrid, fold.likes, Choice(exponent), seed) for exponent in EXPONENTS
    ]
    return [popularity(scorers[0]), *(one for scorer in scorers for one in leaning(scorer, LEANS))]


def _mean_ndcg(
    contenders: Sequence[Sequence[Contender]], exam: Sequence[Sequence[Question]]
) -> NDArray[np.float64]:
    """(n_contenders,): each one's nDCG over the questions of all folds, at least one."""
    asked = [(fold, part) for fold, part in zip(contenders, exam, strict=True) if part]
    ndcg = [[standing.ndcg for standing in hold(fold, part)] for fold, part in asked]
    return np.average(ndcg, axis=0, weights=[len(part) for _, part in asked])
