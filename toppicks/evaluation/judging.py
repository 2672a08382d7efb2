"""How good it is: the contest, people held out altogether, and the match."""

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from toppicks.evaluation.calibrating import calibrate, calibration_error, rated_scores
from toppicks.evaluation.choosing import choose
from toppicks.evaluation.contenders import fold_in_alone, own_vectors, popularity, served
from toppicks.evaluation.contest import Standing, hold
from toppicks.evaluation.questions import LENGTHS, ask, cut
from toppicks.evaluation.splitting import Split
from toppicks.recommenders.formula import Choice, fit_scorer
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.scorer import Scorer

DRAWS = 4

# LightFM as fitted on some likes, and those likes; None where there were none.
Fit = tuple[Hybrid | None, sp.csr_array]


@dataclass(frozen=True)
class LengthRow:
    """One history length on people held out altogether; length None is the full history."""

    length: int | None
    people: int
    popularity: float
    served: float


@dataclass(frozen=True)
class Judgement:
    """What was chosen, and how good it proved to be.

    holdout: standings on everybody's hidden rows, popularity first; empty if none could be asked.
    asked:   how many people were.
    people:  nDCG by history length on test people; likewise.
    calibration, calibration_error: None where a match would mean nothing.
    """

    choice: Choice = field(default_factory=Choice)
    holdout: list[Standing] = field(default_factory=list)
    asked: int = 0
    people: list[LengthRow] = field(default_factory=list)
    calibration: Calibration | None = None
    calibration_error: float | None = None


def judge(split: Split, choosing: Fit, judging: Fit, like_from: float, seed: int) -> Judgement:
    """Choose by `choosing`, fitted on `split.others`; judge by `judging`, on `split.known`.

    Where there are too few likes for a part, that part is empty.
    """
    choice, people = _choose_and_try(split, choosing, like_from, seed)
    hybrid, likes = judging
    if hybrid is None:
        return Judgement(choice)
    scorer = fit_scorer(hybrid, likes, choice, seed)
    questions = ask(split.known, split.hidden, like_from, range(likes.shape[0]))
    contenders = [popularity(scorer), own_vectors(hybrid), fold_in_alone(scorer), served(scorer)]
    calibration, error = _calibrate(split, scorer, like_from)
    return Judgement(
        choice, hold(contenders, questions), len(questions), people, calibration, error
    )


def _choose_and_try(
    split: Split, fit: Fit, like_from: float, seed: int
) -> tuple[Choice, list[LengthRow]]:
    """Choose on validation people, then try it on test people, whom nothing has seen."""
    hybrid, likes = fit
    if hybrid is None:
        return Choice(), []
    validation = ask(split.validation_known, split.validation_hidden, like_from, split.validation)
    choice = choose(hybrid, likes, validation, seed)
    scorer = fit_scorer(hybrid, likes, choice, seed)
    test = ask(split.known, split.hidden, like_from, split.test)
    rows = []
    for length in LENGTHS:
        exam = cut(test, length, DRAWS, seed)
        if exam:
            base, ours = hold([popularity(scorer), served(scorer)], exam)
            people = len({question.user_idx for question in exam})
            rows.append(LengthRow(length, people, base.ndcg, ours.ndcg))
    return choice, rows


def _calibrate(
    split: Split, scorer: Scorer, like_from: float
) -> tuple[Calibration | None, float | None]:
    """By the hidden ratings of everybody with a history, which the scorer has not seen."""
    scores = rated_scores(split.known, split.hidden, scorer.scores, like_from)
    usable = np.isfinite(scores)
    scores, liked = scores[usable], split.hidden.rating[usable] >= like_from
    error = calibration_error(scores, liked, split.hidden.user_idx[usable])
    return calibrate(scores, liked), error
