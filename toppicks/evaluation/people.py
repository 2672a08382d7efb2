"""People held out altogether: how good the picks are at every history length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation.contest import Question
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.questions import LENGTHS, cut
from toppicks.scoring.scorer import Scorer

DRAWS = 2
# People at a time: their scores are kept in memory.
BATCH = 200


@dataclass(frozen=True)
class LengthRow:
    """nDCG at one history length over all folds; length None is the full history."""

    length: int | None
    people: int
    popularity: float
    served: float


def judge_lengths(
    scorers: Sequence[Scorer], asked: Sequence[Sequence[Question]], k: int, seed: int
) -> list[LengthRow]:
    """What is served against popularity, at each history length that anybody has.

    scorers, asked: for each fold, what was fitted without its people, and questions about them.
    """
    rows: list[LengthRow] = []
    if not scorers:
        return rows
    for length in LENGTHS:
        figures = [
            _ndcg(scorer, cut(questions, length, DRAWS, seed), k)
            for scorer, questions in zip(scorers, asked, strict=True)
        ]
        people, popularity, served = (np.concatenate(parts) for parts in zip(*figures, strict=True))
        if len(people):
            row = LengthRow(length, len(set(people)), popularity.mean(), served.mean())
            rows.append(row)
    return rows


def _ndcg(
    scorer: Scorer, questions: Sequence[Question], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Whom each question is about, and the nDCG of popularity and of what is served."""
    people = np.array([question.user_idx for question in questions], np.intp)
    popularity: list[NDArray[np.float64]] = [np.zeros(0)]
    served: list[NDArray[np.float64]] = [np.zeros(0)]
    for start in range(0, len(questions), BATCH):
        batch = questions[start : start + BATCH]
        exam = Exam.of_questions(batch, scorer.n_items, k)
        popularity.append(exam.ndcg(np.tile(scorer.popularity, (len(batch), 1))))
        served.append(exam.ndcg(np.stack([scorer.scores(one.history) for one in batch])))
    return people, np.concatenate(popularity), np.concatenate(served)
