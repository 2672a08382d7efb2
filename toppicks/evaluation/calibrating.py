"""From scores to chances: isotonic regression on ratings that the model has not seen."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from toppicks.ingest.interactions import Interactions
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.history import History, profile_of
from toppicks.scoring.standard import Scores
from toppicks.scoring.worth import Worth

BINS = 10
# Fewer ratings than this say too little about a chance.
FEWEST_RATINGS = 200


def rated_scores(
    known: Interactions,
    hidden: Interactions,
    score: Callable[[History], Scores],
    worth: Worth,
    profiles: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The score of each hidden row by what is known of its user: (n,) float32.

    nan for users of whom nothing is known: they get no match on the site either.
    """
    known_starts, hidden_starts = known.user_starts(), hidden.user_starts()
    scores = np.full(len(hidden), np.nan, np.float32)
    worths = known.worths(worth)
    for user_idx in np.unique(hidden.user_idx):
        past = slice(known_starts[user_idx], known_starts[user_idx + 1])
        profile = profile_of(profiles, user_idx)
        history = History.of_worth(known.item_idx[past], worths[past], profile)
        if len(history):
            rows = slice(hidden_starts[user_idx], hidden_starts[user_idx + 1])
            scores[rows] = score(history)[hidden.item_idx[rows]]
    return scores


def calibrate(scores: NDArray[np.float32], liked: NDArray[np.bool_]) -> Calibration | None:
    """The chance of a like as a never falling function of the score (Barlow et al., 1972).

    scores, liked: (n,), one for each rating. None where there are too few ratings, or where
    all or none are likes, as in files without explicit feedback: a chance would mean nothing.
    """
    if len(scores) < FEWEST_RATINGS or liked.all() or not liked.any():
        return None
    # Equal scores are one knot: their order in the file must not matter.
    knots, knot, counts = np.unique(scores, return_inverse=True, return_counts=True)
    level = isotonic_regression(np.bincount(knot, liked) / counts, weights=counts).x
    # Of a flat stretch the two ends say everything.
    corner = np.ones(len(knots), bool)
    corner[1:-1] = (level[1:-1] != level[:-2]) | (level[1:-1] != level[2:])
    return Calibration(knots[corner], level[corner].astype(np.float32))


@dataclass(frozen=True)
class Bin:
    """A tenth of the ratings, by the chance that was given: its mean, and how many were likes."""

    chance: float
    liked: float
    n: int


@dataclass(frozen=True)
class Reliability:
    """Expected calibration error over ten equal bins, and the bins, lowest chances first."""

    error: float
    bins: list[Bin]


def reliability(
    scores: NDArray[np.float32], liked: NDArray[np.bool_], user_idx: NDArray[np.int32]
) -> Reliability | None:
    """How true the chances are, judged on people whom they were not fitted on.

    Even users are judged by what odd users teach, and the other way round; None where either
    half is too small to calibrate.
    """
    chances = np.empty(len(scores))
    for half in (0, 1):
        judged = user_idx % 2 == half
        calibration = calibrate(scores[~judged], liked[~judged])
        if calibration is None:
            return None
        chances[judged] = calibration.match(scores[judged])
    parts = np.array_split(np.argsort(chances, kind="stable"), BINS)
    bins = [
        Bin(float(chances[rows].mean()), float(liked[rows].mean()), len(rows))
        for rows in parts
        if len(rows)
    ]
    error = sum(part.n * abs(part.chance - part.liked) for part in bins) / len(scores)
    return Reliability(float(error), bins)
