"""The contest: the same question to every contender, on the whole catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from toppicks.evaluation import metrics
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Scores

K = 10


@dataclass(frozen=True)
class Question:
    """One person's history, and the items (rows) that they turned out to like: at least one."""

    user_idx: int
    history: History
    relevant: frozenset[int]


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
    tallies = [_Tally(contender, k) for contender in contenders]
    for question in questions:
        for tally in tallies:
            tally.ask(question)
    return [tally.standing() for tally in tallies] if questions else []


class _Tally:
    """One contender's answers so far."""

    def __init__(self, contender: Contender, k: int) -> None:
        self.contender, self.k = contender, k
        self.ndcgs: list[float] = []
        self.recalls: list[float] = []
        self.recommended: set[int] = set()
        self.n_items = 0

    def ask(self, question: Question) -> None:
        scores = self.contender.scores(question.user_idx, question.history)
        top = rank(scores, question.history.seen_idx, self.k).tolist()
        hits = np.array([item_idx in question.relevant for item_idx in top], bool)
        self.ndcgs.append(metrics.ndcg(hits, len(question.relevant), self.k))
        self.recalls.append(metrics.recall(hits, len(question.relevant)))
        self.recommended.update(top)
        self.n_items = len(scores)

    def standing(self) -> Standing:
        return Standing(
            name=self.contender.name,
            ndcg=float(np.mean(self.ndcgs)),
            recall=float(np.mean(self.recalls)),
            coverage=metrics.coverage(self.recommended, self.n_items),
        )
