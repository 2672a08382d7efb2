"""When popularity leads: chosen on people held out altogether, at every history length."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation.contest import Question, worth_rows
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.questions import LENGTHS, cut
from toppicks.evaluation.significance import as_good
from toppicks.evaluation.splitting import some_people
from toppicks.recommenders.formula import Parts
from toppicks.recommenders.protocol import ScoreMatrix, standardised, times
from toppicks.scoring.history import profile_of
from toppicks.scoring.scorer import Blend

LEANS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 25.0, 50.0, 100.0)
START = 2.0
PROFILES = (0.0, 0.5, 1.0, 2.0, 4.0)
# Fewer people than this cannot choose between settings that lie close together.
FEWEST_PEOPLE = 30
# Scores that are kept of each part for each length: so many, or those of enough people where they
# are not too many.
MOST_CELLS, TOO_MANY_CELLS = 5_000_000, 20_000_000
MOST_PEOPLE, ENOUGH_PEOPLE = 3_000, 300


@dataclass(frozen=True, eq=False)
class _Sitting:
    """Scores of each part for the people of one fold, cut to one history length."""

    exam: Exam
    evidence: NDArray[np.float32]
    items: ScoreMatrix
    taste: ScoreMatrix
    popularity: NDArray[np.float32]
    profiled: NDArray[np.bool_]

    def ndcg(self, blend: Blend) -> NDArray[np.float64]:
        weights = [
            blend.weights(n, profiled)
            for n, profiled in zip(self.evidence.tolist(), self.profiled.tolist(), strict=True)
        ]
        popular, items, taste = np.array(weights, np.float32).T[:, :, None]
        if (popular == 1).all():
            return self.popularity_ndcg
        scores = popular * self.popularity
        scores += items * self.items
        scores += taste * self.taste
        return self.exam.ndcg(scores)

    @cached_property
    def popularity_ndcg(self) -> NDArray[np.float64]:
        return self.exam.ndcg(np.tile(self.popularity, (len(self.exam), 1)))


def choose_leans(
    parts: Sequence[Parts],
    asked: Sequence[Sequence[Question]],
    share: float,
    k: int,
    seed: int,
    pool: Executor,
) -> tuple[Blend, int]:
    """The blend, and how many people chose it.

    The best mean nDCG over all history lengths, half of it by full ones, among those that are
    worse than popularity at none; popularity alone if there is no other. Too few people give the
    defaults.

    parts, asked: for each fold, what was fitted without its people, and questions about them.
    """
    people = sum(len(questions) for questions in asked)
    default = Blend(share, START, START)
    if people < FEWEST_PEOPLE:
        return default, 0
    lengths = [
        [
            _sit(fold, cut(some, length, 1, seed), k)
            for fold, questions in zip(parts, asked, strict=True)
            if (some := _some(questions, fold.popularity.size, len(parts), seed))
        ]
        for length in LENGTHS
    ]
    judge = _Judge([[one for one in sat if len(one.exam)] for sat in lengths])
    fair = [blend for blend in _climb(judge, default, pool) if judge.never_worse(blend)]
    return max(fair, key=judge.mean, default=Blend(share, np.inf, np.inf)), people


def _climb(judge: "_Judge", start: Blend, pool: Executor) -> list[Blend]:
    """Blends along the way up from the default, one lean at a time; all of them are candidates."""
    tried = [start]
    best = start
    steps: list[list[dict[str, float]]] = [
        [{"lean_items": lean, "lean_taste": lean} for lean in LEANS],
        [{"lean_items": lean} for lean in LEANS],
        [{"lean_taste": lean} for lean in LEANS],
    ]
    if judge.profiled:
        steps.append([{"profile": worth} for worth in PROFILES])
    for step in steps:
        blends = [best, *(replace(best, **change) for change in step)]
        tried += blends
        means = dict(zip(blends, pool.map(judge.mean, blends), strict=True))
        best = max(means, key=means.__getitem__)
    return list(dict.fromkeys(tried))


class _Judge:
    """Every blend's nDCG by history length, each computed once."""

    def __init__(self, lengths: list[list[_Sitting]]) -> None:
        self.lengths = [sat for sat in lengths if sat]
        self.profiled = any(one.profiled.any() for sat in self.lengths for one in sat)
        self._popularity = [
            np.concatenate([one.popularity_ndcg for one in sat]) for sat in self.lengths
        ]
        self._known: dict[Blend, list[NDArray[np.float64]]] = {}

    def by_length(self, blend: Blend) -> list[NDArray[np.float64]]:
        """For each length, the nDCG of everybody who has so long a history."""
        if blend not in self._known:
            self._known[blend] = [
                np.concatenate([one.ndcg(blend) for one in sat]) for sat in self.lengths
            ]
        return self._known[blend]

    def mean(self, blend: Blend) -> float:
        """Full histories, which most people come with, count as much as all shorter ones."""
        *shorter, full = (float(ndcg.mean()) for ndcg in self.by_length(blend))
        return 0.5 * full + 0.5 * float(np.mean(shorter or [full]))

    def never_worse(self, blend: Blend) -> bool:
        """Whether at no length it is worse than popularity by more than chance explains.

        By more than a standard error, that is: of seven lengths, some with few people, one is
        a little below by luck, and no personal pick at all would be a high price for it.
        """
        gains = [
            ours - popularity
            for ours, popularity in zip(self.by_length(blend), self._popularity, strict=True)
        ]
        return all(map(as_good, gains))


def _sit(parts: Parts, questions: Sequence[Question], k: int) -> _Sitting:
    n_items = parts.popularity.size
    worth = worth_rows(questions, n_items)
    people = np.array([question.user_idx for question in questions], np.intp)
    exam = Exam.of_questions(questions, n_items, k)
    profiles = parts.taste.profiles
    return _Sitting(
        exam,
        evidence=np.asarray(worth.sum(axis=1), np.float32),
        items=standardised(times(worth, parts.all_items)),
        taste=standardised(parts.all_taste.scores(worth, people)),
        popularity=parts.popularity,
        profiled=np.array([profile_of(profiles, user) is not None for user in people], bool),
    )


def _some(questions: Sequence[Question], n_items: int, folds: int, seed: int) -> Sequence[Question]:
    n_items = max(1, n_items)
    enough = min(ENOUGH_PEOPLE, TOO_MANY_CELLS // n_items)
    most = min(MOST_PEOPLE, max(enough, MOST_CELLS // n_items)) // folds
    return [questions[idx] for idx in some_people(len(questions), most, seed)]
