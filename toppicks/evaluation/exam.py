"""The contest's question to many people at once, for the many small comparisons of tuning."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation.contest import Question
from toppicks.evaluation.splitting import some_people
from toppicks.ingest.interactions import Interactions
from toppicks.scoring.ranking import reached_by

# A score for each of these people and items is kept in memory at once.
MOST_CELLS = 80_000_000


@dataclass(frozen=True, eq=False)
class Exam:
    """What some people liked later, to be found among everything that they have not seen.

    user_idx: (q,) rows of `Interactions`.
    seen:     (q, n_items) CSR, what is never picked again.
    relevant: (q, n_items) CSR, at least one a row.
    k:        how many picks count.
    """

    user_idx: NDArray[np.intp]
    seen: sp.csr_array
    relevant: sp.csr_array
    k: int

    @classmethod
    def of(
        cls, known: Interactions, hidden: Interactions, like_from: float, k: int, seed: int
    ) -> "Exam":
        """Everybody who liked something hidden, or as many of them as memory allows."""
        likes = hidden.where(hidden.rating >= like_from).matrix()
        asked = np.flatnonzero(np.diff(likes.indptr))
        most = max(1, MOST_CELLS // max(1, likes.shape[1]))
        asked = asked[some_people(len(asked), most, seed)]
        return cls(asked, known.matrix()[asked], likes[asked], k)

    @classmethod
    def of_questions(cls, questions: Sequence[Question], n_items: int, k: int) -> "Exam":
        """The same questions as a contest asks one by one."""
        people = np.array([question.user_idx for question in questions], np.intp)
        seen = _marks([question.history.seen_idx for question in questions], n_items)
        relevant = [np.array(sorted(question.relevant), np.int32) for question in questions]
        return cls(people, seen, _marks(relevant, n_items), k)

    def __len__(self) -> int:
        return len(self.user_idx)

    def part(self, rows: slice) -> "Exam":
        """Some of the people."""
        return Exam(self.user_idx[rows], self.seen[rows], self.relevant[rows], self.k)

    def ndcg(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        """nDCG@k of each person: (q, n_items) scores -> (q,). Ties are broken as by `rank`."""
        if not len(self):
            return np.zeros(0)
        masked = scores.copy()
        rows = np.repeat(np.arange(len(self)), np.diff(self.seen.indptr))
        masked[rows, self.seen.indices] = -np.inf
        k = min(self.k, masked.shape[1])
        bound = reached_by(masked, k)
        discounts = 1 / np.log2(np.arange(2, self.k + 2))
        gains = np.zeros(len(self))
        relevant = np.repeat(np.arange(len(self)), np.diff(self.relevant.indptr))
        items = self.relevant.indices
        own = masked[relevant, items]
        found = (own >= bound[relevant]) & np.isfinite(own)
        for row, item in zip(relevant[found].tolist(), items[found].tolist(), strict=True):
            score = masked[row]
            place = int((score > score[item]).sum() + (score[:item] == score[item]).sum())
            if place < k:
                gains[row] += discounts[place]
        n_relevant = np.minimum(np.diff(self.relevant.indptr), self.k)
        ideal: NDArray[np.float64] = np.cumsum(discounts)[n_relevant - 1]
        return gains / ideal


def _marks(rows: Sequence[NDArray[np.integer]], n_items: int) -> sp.csr_array:
    """(len(rows), n_items) CSR with a 1 at each of these columns."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    columns = np.concatenate([*rows, np.zeros(0, np.int32)]).astype(np.int32)
    ones = np.ones(len(columns), np.float32)
    return sp.csr_array((ones, columns, starts), shape=(len(rows), n_items))
