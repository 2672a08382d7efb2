"""Whether old feedback counts less than recent: the half-life, chosen on validation rows."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from toppicks.evaluation.contenders import batch_scores
from toppicks.evaluation.significance import Champion
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.protocol import Method
from toppicks.scoring.worth import DAY, Worth
from toppicks.tuning.families import Lesson

# Half-lives that are tried, in the time that a typical person has been around.
SPANS = (1.0, 0.25)


def choose_half_life(method: Method, worth: Worth, lesson: Lesson) -> Worth:
    """The worth, fading where that is clearly better; it does not where there are no times, or
    where a typical person came on a single day.
    """
    candidates = half_lives(lesson.known)
    if not candidates:
        return worth
    best = Champion[Worth]()
    best.meet(worth, _ndcg(method, worth, lesson))
    for half_life in candidates:
        fading = replace(worth, half_life=half_life)
        best.meet(fading, _ndcg(method, fading, lesson))
    return best.winner


def half_lives(known: Interactions) -> list[float]:
    """Those that make sense for how long people have been around, in seconds."""
    times, starts = known.timestamp, known.user_starts()
    several = np.flatnonzero(np.diff(starts) > 1)
    if times is None or not len(several):
        return []
    span = float(np.median(times[starts[several + 1] - 1] - times[starts[several]]))
    return [share * span for share in SPANS if span >= DAY]


def _ndcg(method: Method, worth: Worth, lesson: Lesson) -> NDArray[np.float64]:
    rows, people = lesson.worth(worth), lesson.exam.user_idx
    return lesson.exam.ndcg(batch_scores(method.fit(rows), rows[people], people))
