"""What novelty and diversity cost, and what they give: the contest's question with both turned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation.contest import Question, Surroundings, describe
from toppicks.evaluation.splitting import some_people
from toppicks.scoring.reranking import Control, rerank
from toppicks.scoring.scorer import Scorer

# Enough for figures that stand still, few enough for a second or two.
MOST_PEOPLE = 1_000
TURNS = (0.25, 0.5, 1.0)
CONTROLS = (
    ("", 0.0, Control()),
    *(("novelty", by, Control(novelty=by)) for by in TURNS),
    *(("diversity", by, Control(diversity=by)) for by in TURNS),
)


@dataclass(frozen=True)
class Tradeoff:
    """What is served, with one control turned so far.

    turned: "novelty" or "diversity"; empty where neither is, for what the others are to be
            compared with.   by: from 0 to 1.   people: how many were asked about.
    The rest is as in `Standing`, over the first k picks; novelty is in bits. nan where lists are
    too short to have one.
    """

    turned: str
    by: float
    people: int
    ndcg: float
    coverage: float
    novelty: float
    diversity: float


def judge_tradeoffs(
    scorer: Scorer,
    questions: Sequence[Question],
    surroundings: Surroundings,
    k: int,
    seed: int,
) -> list[Tradeoff]:
    """The scorer as served, re-ranked as the site does it, for MOST_PEOPLE drawn by the seed.

    Without questions, nothing.
    """
    asked = [questions[row] for row in some_people(len(questions), MOST_PEOPLE, seed)]
    if not asked:
        return []
    lists: list[list[NDArray[np.intp]]] = [[] for _ in CONTROLS]
    for question in asked:
        scores, seen_idx = scorer.scores(question.history), question.history.seen_idx
        for tops, (_, _, control) in zip(lists, CONTROLS, strict=True):
            tops.append(rerank(scorer, scores, control, seen_idx, k))
    found = []
    for (turned, by, _), tops in zip(CONTROLS, lists, strict=True):
        standing = describe(turned, "served", tops, asked, surroundings, k)
        found.append(
            Tradeoff(
                turned=turned,
                by=by,
                people=len(asked),
                ndcg=standing.ndcg,
                coverage=standing.coverage,
                novelty=standing.novelty,
                diversity=standing.diversity,
            )
        )
    return found
