"""The contest: the same question to every contender, on the whole catalogue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypedDict

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation import metrics
from toppicks.evaluation.significance import bootstrap_interval
from toppicks.recommenders.protocol import Recommender, ScoreMatrix
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.standard import Scores

K = 10
# Scores that are kept in memory at once: people times items.
MOST_CELLS = 20_000_000
SEGMENTS = ("niche", "mixed", "mainstream")

# A baseline is there to be beaten by all; a reference is measured, but could not be served.
Role = Literal["baseline", "contender", "reference", "served"]


@dataclass(frozen=True)
class Question:
    """One person's history, and the items (rows) that they turned out to like: at least one."""

    user_idx: int
    history: History
    relevant: frozenset[int]


BatchScores = Callable[[Sequence[Question]], ScoreMatrix]


@dataclass(frozen=True)
class Contender:
    """A name and a function from q >= 1 questions to (q, n_items) finite scores."""

    name: str
    scores: BatchScores
    role: Role = "contender"


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What a list is described by, beside its hits.

    counts:   (n_items,), how many people have each item in the training rows.
    n_people: how many people there are in the training rows.
    vectors:  (n_items, d), one row for each item, for diversity; zeros where nothing is known.
    """

    counts: NDArray[np.integer]
    n_people: int
    vectors: NDArray[np.floating]

    @property
    def n_items(self) -> int:
        return len(self.counts)


@dataclass(frozen=True, eq=False)
class Standing:
    """How a contender did.

    by_person: (q,) float64 each, in the order of the questions: "ndcg", "recall", "precision",
               "mrr", "hit_rate", "novelty", "diversity", "mean_popularity". The last three are nan
               where a list is too short to have one, and their means leave that out.
    coverage:  the share of the catalogue that is in any list.
    """

    name: str
    role: Role
    by_person: Mapping[str, NDArray[np.float64]]
    coverage: float

    @property
    def ndcg(self) -> float:
        return self._mean("ndcg")

    @property
    def recall(self) -> float:
        return self._mean("recall")

    @property
    def precision(self) -> float:
        return self._mean("precision")

    @property
    def mrr(self) -> float:
        return self._mean("mrr")

    @property
    def hit_rate(self) -> float:
        return self._mean("hit_rate")

    @property
    def novelty(self) -> float:
        return self._mean("novelty")

    @property
    def diversity(self) -> float:
        return self._mean("diversity")

    @property
    def mean_popularity(self) -> float:
        return self._mean("mean_popularity")

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % bootstrap interval of nDCG over people."""
        return bootstrap_interval(self.by_person["ndcg"])

    def to_plain(self) -> dict[str, str | float]:
        """The figures that are reported, as plain text and floats."""
        low, high = self.interval
        return {
            "name": self.name,
            "role": self.role,
            "ndcg": self.ndcg,
            "ndcg_low": low,
            "ndcg_high": high,
            "recall": self.recall,
            "precision": self.precision,
            "mrr": self.mrr,
            "hit_rate": self.hit_rate,
            "coverage": self.coverage,
            "novelty": self.novelty,
            "diversity": self.diversity,
        }

    def _mean(self, name: str) -> float:
        return _known_mean(self.by_person[name])


class Segment(TypedDict):
    """Some people, by how popular what they like is; both means are of log10(1 + count).

    own:         of the items of their histories.
    recommended: of the items that they were shown; nan where nobody was shown any.
    """

    segment: str
    people: int
    own: float
    recommended: float


def one_by_one(score: Callable[[History], Scores]) -> BatchScores:
    """Batches for what scores one history, as the site does: (n_items,) float32 each."""
    return lambda questions: np.stack([score(question.history) for question in questions])


def of_recommender(recommender: Recommender, n_items: int) -> BatchScores:
    """Batches for what scores (q, n_items) CSR of what each history's items are worth."""

    def scores(questions: Sequence[Question]) -> ScoreMatrix:
        user_idx = np.array([question.user_idx for question in questions], np.intp)
        return recommender.scores(worth_rows(questions, n_items), user_idx)

    return scores


def worth_rows(questions: Sequence[Question], n_items: int) -> sp.csr_array:
    """(q, n_items) float32 CSR: what is known of each person; a row may be empty."""
    histories = [question.history for question in questions]
    starts = np.cumsum([0, *map(len, histories)])
    items = np.concatenate([np.zeros(0, np.int32), *(one.item_idx for one in histories)])
    worth = np.concatenate([np.zeros(0, np.float32), *(one.worth for one in histories)])
    rows = sp.csr_array((worth, items, starts), shape=(len(histories), n_items))
    rows.sort_indices()
    return rows


def hold(
    contenders: Sequence[Contender],
    questions: Sequence[Question],
    surroundings: Surroundings,
    k: int = K,
) -> list[Standing]:
    """Ask every contender every question; standings in the order of the contenders.

    Ranked is the whole catalogue less what the person has seen, by the function that the site
    ranks with. Without questions there is nothing to say, and the answer is empty. A score that
    is not finite is a ValueError: nothing can be ranked by it.
    """
    if not questions:
        return []
    return [_standing(contender, questions, surroundings, k) for contender in contenders]


def describe(
    name: str,
    role: Role,
    lists: Sequence[NDArray[np.intp]],
    questions: Sequence[Question],
    surroundings: Surroundings,
    k: int = K,
) -> Standing:
    """How somebody did who gave these lists, (k',) rows each, to q >= 1 questions."""
    recommended: set[int] = set().union(*(top.tolist() for top in lists))
    figures = [
        _figures(top, question.relevant, surroundings, k)
        for top, question in zip(lists, questions, strict=True)
    ]
    return Standing(
        name=name,
        role=role,
        by_person={
            measure: np.array([figure[measure] for figure in figures], np.float64)
            for measure in figures[0]
        },
        coverage=metrics.coverage(recommended, surroundings.n_items),
    )


def popularity_bias(
    standing: Standing, questions: Sequence[Question], surroundings: Surroundings
) -> list[Segment]:
    """Whether people who like what few know are shown what everybody knows.

    Abdollahpouri et al., 2019: three segments of as many people (the first ones one more where
    three do not divide them), by the mean log10(1 + count) of their own history; people without a
    history are left out. Fewer than three people make no segments: the answer is empty.

    questions: those that the standing is of.
    """
    own = np.array(
        [
            metrics.mean_popularity(surroundings.counts[question.history.item_idx])
            for question in questions
        ]
    )
    people = np.flatnonzero(~np.isnan(own))
    if len(people) < len(SEGMENTS):
        return []
    shown = standing.by_person["mean_popularity"]
    thirds = np.array_split(people[np.argsort(own[people], kind="stable")], len(SEGMENTS))
    return [
        Segment(
            segment=name,
            people=len(third),
            own=float(own[third].mean()),
            recommended=_known_mean(shown[third]),
        )
        for name, third in zip(SEGMENTS, thirds, strict=True)
    ]


def _standing(
    contender: Contender, questions: Sequence[Question], surroundings: Surroundings, k: int
) -> Standing:
    """One contender's answers, a batch at a time."""
    size = max(1, MOST_CELLS // max(1, surroundings.n_items))
    lists = [
        top
        for start in range(0, len(questions), size)
        for top in _lists(contender, questions[start : start + size], k)
    ]
    return describe(contender.name, contender.role, lists, questions, surroundings, k)


def _lists(contender: Contender, questions: Sequence[Question], k: int) -> list[NDArray[np.intp]]:
    """The first k items for each question; by -inf or nan, what was seen could be among them."""
    scores = contender.scores(questions)
    if not np.isfinite(scores).all():
        raise ValueError(
            f"{contender.name} gave a score that is not finite; expected a number for every item"
        )
    return [
        rank(row, question.history.seen_idx, k)
        for row, question in zip(scores, questions, strict=True)
    ]


def _figures(
    top: NDArray[np.intp], relevant: frozenset[int], surroundings: Surroundings, k: int
) -> dict[str, float]:
    """Everything that is told of one list."""
    hits = np.array([item_idx in relevant for item_idx in top.tolist()], bool)
    counts = surroundings.counts[top]
    return {
        "ndcg": metrics.ndcg(hits, len(relevant), k),
        "recall": metrics.recall(hits, len(relevant)),
        "precision": metrics.precision(hits, k),
        "mrr": metrics.reciprocal_rank(hits),
        "hit_rate": metrics.hit(hits),
        "novelty": metrics.novelty(counts, surroundings.n_people),
        "diversity": metrics.diversity(surroundings.vectors[top]),
        "mean_popularity": metrics.mean_popularity(counts),
    }


def _known_mean(values: NDArray[np.float64]) -> float:
    """The mean of what is not nan; nan where nothing is left."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan
