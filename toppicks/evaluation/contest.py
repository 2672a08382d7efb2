"""The contest: the same question to every contender, on the whole catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation import metrics
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Scores

K = 10


@dataclass(frozen=True)
class Question:
    """One person's history, and the items that they turned out to like: (r,), r >= 1."""

    user_idx: int
    history: History
    relevant_idx: NDArray[np.int32]


@dataclass(frozen=True)
class Contender:
    """A name and a function from (user_idx, history) to (n_items,) scores."""

    name: str
    scores: Callable[[int, History], Scores]


@dataclass(frozen=True)
class Standing:
    """How a contender did: means over the people asked about, and coverage over all lists."""

    name: str
    ndcg: float
    recall: float
    coverage: float


def hold(
    contenders: Sequence[Contender], questions: Sequence[Question], k: int = K
) -> list[Standing]:
    """Ask every contender every question; standings in the order of the contenders.

    Ranked is the whole catalogue less what the person has seen, by the function that the site
    ranks with. Without questions there is nothing to say, and the answer is empty.
    """
    return [_standing(contender, questions, k) for contender in contenders] if questions else []


def _standing(contender: Contender, questions: Sequence[Question], k: int) -> Standing:
    ndcgs, recalls, lists = [], [], []
    for question in questions:
        scores = contender.scores(question.user_idx, question.history)
        top = rank(scores, question.history.seen_idx, k)
        hits = np.isin(top, question.relevant_idx)
        ndcgs.append(metrics.ndcg(hits, len(question.relevant_idx), k))
        recalls.append(metrics.recall(hits, len(question.relevant_idx)))
        lists.append(top)
    return Standing(
        name=contender.name,
        ndcg=float(np.mean(ndcgs)),
        recall=float(np.mean(recalls)),
        coverage=metrics.coverage(np.concatenate(lists), len(scores)),
    )
