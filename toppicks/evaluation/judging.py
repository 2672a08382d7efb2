"""How good it is: the contest, people held out altogether, and the match."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from toppicks.evaluation.calibrating import calibrate, calibration_error, rated_scores
from toppicks.evaluation.contenders import fold_in_alone, own_vectors, popularity, served
from toppicks.evaluation.contest import Standing, hold
from toppicks.evaluation.people import Fold, LengthRow, choose, judge_lengths
from toppicks.evaluation.questions import ask
from toppicks.evaluation.splitting import Split
from toppicks.recommenders.formula import Choice, fit_scorer
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.scorer import Scorer

# LightFM as fitted on some likes, and those likes; None where there were none.
Fit = tuple[Hybrid | None, sp.csr_array]


@dataclass(frozen=True)
class Judgement:
    """What was chosen, and how good it proved to be.

    holdout: standings on everybody's hidden rows, popularity first; empty if none could be asked.
    asked:   how many people were.
    people:  nDCG by history length on people held out altogether; likewise.
    calibration, calibration_error: None where a match would mean nothing.
    """

    choice: Choice
    holdout: list[Standing] = field(default_factory=list)
    asked: int = 0
    people: list[LengthRow] = field(default_factory=list)
    calibration: Calibration | None = None
    calibration_error: float | None = None


def judge(
    split: Split, on_others: Sequence[Fit], on_known: Fit, like_from: float, seed: int
) -> Judgement:
    """Choose and judge on people held out from `on_others`; hold the contest with `on_known`.

    on_others: fits on each of `split.others`. on_known: the fit on `split.known`. Where there are
    too few likes for a part, that part is empty.
    """
    folds = [
        Fold(
            hybrid,
            likes,
            earlier=ask(split.known_early, split.known_late, like_from, people),
            later=ask(split.known, split.hidden, like_from, people),
        )
        for (hybrid, likes), people in zip(on_others, split.folds, strict=True)
        if hybrid is not None
    ]
    choice = choose(folds, seed)
    hybrid, likes = on_known
    if hybrid is None:
        return Judgement(choice)
    scorer = fit_scorer(hybrid, likes, choice, seed)
    questions = ask(split.known, split.hidden, like_from, split.asked)
    contenders = [
        popularity(scorer),
        own_vectors(hybrid, scorer),
        fold_in_alone(scorer),
        served(scorer),
    ]
    calibration, error = _calibrate(split, scorer, like_from)
    return Judgement(
        choice=choice,
        holdout=hold(contenders, questions),
        asked=len(questions),
        people=judge_lengths(folds, choice, seed),
        calibration=calibration,
        calibration_error=error,
    )


def _calibrate(
    split: Split, scorer: Scorer, like_from: float
) -> tuple[Calibration | None, float | None]:
    """By the hidden ratings of everybody with a history, which the scorer has not seen."""
    hidden = split.hidden.where(np.isin(split.hidden.user_idx, split.asked))
    scores = rated_scores(split.known, hidden, scorer.scores, like_from)
    usable = np.isfinite(scores)
    scores, liked = scores[usable], hidden.rating[usable] >= like_from
    error = calibration_error(scores, liked, hidden.user_idx[usable])
    return calibrate(scores, liked), error
