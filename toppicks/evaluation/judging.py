"""How good it is: everything that a training run says about what it serves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation.calibrating import Reliability, calibrate, rated_scores, reliability
from toppicks.evaluation.cold_items import ColdItems
from toppicks.evaluation.contest import Segment, Standing
from toppicks.evaluation.curves import CurvePoint
from toppicks.evaluation.people import LengthRow
from toppicks.evaluation.significance import Comparison, best_of, paired
from toppicks.evaluation.tradeoffs import Tradeoff
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.fitting import Fitted
from toppicks.scoring.calibration import Calibration


@dataclass(frozen=True)
class Judgement:
    """How good what is served proved to be; what could not be measured is empty or None.

    holdout:    standings on everybody's hidden rows, popularity first, what is served last.
    comparison: what is served against the best of the others.
    time_cut:   the same for one cut in time: what everybody did before it is known, nothing after.
    people:     nDCG by history length on people held out altogether.
    tradeoffs:  what novelty and diversity cost and give; neither turned, first.
    left_out:   a sentence for each rival that could not take part.
    """

    holdout: list[Standing] = field(default_factory=list)
    comparison: Comparison | None = None
    bias: list[Segment] = field(default_factory=list)
    time_cut: list[Standing] = field(default_factory=list)
    time_cut_people: int = 0
    people: list[LengthRow] = field(default_factory=list)
    cold_items: ColdItems | None = None
    curves: list[CurvePoint] = field(default_factory=list)
    calibration: Calibration | None = None
    reliability: Reliability | None = None
    tradeoffs: list[Tradeoff] = field(default_factory=list)
    left_out: tuple[str, ...] = ()

    @property
    def asked(self) -> int:
        """How many people were asked about in the contest."""
        return len(self.holdout[0].by_person["ndcg"]) if self.holdout else 0


def compare(standings: Sequence[Standing]) -> Comparison | None:
    """What is served against the best of the others, person by person; None without a contest."""
    if not standings:
        return None
    best = best_of(standings)
    return paired(standings[-1].by_person["ndcg"], best.by_person["ndcg"], best.name)


def judge_match(
    known: Interactions,
    hidden: Interactions,
    fitted: Fitted,
    like_from: float,
    asked: NDArray[np.intp],
) -> tuple[Calibration | None, Reliability | None]:
    """By the hidden ratings of everybody with a history, which the scorer has not seen."""
    hidden = hidden.where(np.isin(hidden.user_idx, asked))
    profiles = fitted.parts.taste.profiles
    scores = rated_scores(known, hidden, fitted.scorer.scores, fitted.recipe.worth, profiles)
    usable = np.isfinite(scores)
    scores, liked = scores[usable], hidden.rating[usable] >= like_from
    return calibrate(scores, liked), reliability(scores, liked, hidden.user_idx[usable])
