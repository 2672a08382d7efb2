"""Every method's settings, found by its own study: each gets as many trials as any other."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from time import monotonic

import numpy as np
import optuna
import scipy.sparse as sp
from numpy.typing import NDArray
from optuna.trial import TrialState

from toppicks.evaluation.contenders import batch_scores
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.significance import Champion
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.protocol import Method
from toppicks.scoring.worth import Worth
from toppicks.tuning.budget import Budget
from toppicks.tuning.spaces import Levels, Space

# A trial is judged on this share of the people first; one that does badly is not asked further.
FIRST_SHARE = 0.34
OnTrial = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Lesson:
    """Rows to learn from, and the exam on what came later."""

    known: Interactions
    exam: Exam

    def worth(self, worth: Worth) -> sp.csr_array:
        """(n_users, n_items): what there is to learn from."""
        return self.known.matrix(worth)


@dataclass
class Family:
    """One family's study: what was tried, and the best of it; without any `champion` where nothing
    could be carried out.
    """

    space: Space
    study: optuna.Study
    champion: Champion[tuple[Method, Worth]] = field(default_factory=Champion)
    trials: int = 0

    @property
    def has_defaults(self) -> bool:
        """Whether a default is still to be tried."""
        return bool(self.study.get_trials(deepcopy=False, states=[TrialState.WAITING]))

    @property
    def method(self) -> Method:
        """The best settings."""
        return self.champion.winner[0]

    @property
    def worth(self) -> Worth:
        """What the best settings learn from."""
        return self.champion.winner[1]


@dataclass(frozen=True)
class _Trial:
    """One setting, asked for and fitted."""

    trial: optuna.Trial
    method: Method
    worth: Worth


def study_families(
    spaces: Sequence[Space],
    levels: Levels,
    lesson: Lesson,
    budget: Budget,
    share: float,
    seed: int,
    pool: Executor,
    on_trial: OnTrial,
) -> list[Family]:
    """Rounds of one trial of every family, until the budget's share is spent.

    First of all come the defaults of each, whatever the budget. The trials of a round run beside
    each other, but those of one family one after another, so that a seed repeats.
    """
    families = [_family(space, levels, seed) for space in spaces]
    longest = 0.0
    while defaults := [family for family in families if family.has_defaults]:
        longest = max(longest, _round(defaults, levels, lesson, pool, on_trial))
    tuned = 0
    while budget.allows(tuned, share, longest):
        longest = max(longest, _round(families, levels, lesson, pool, on_trial))
        tuned += 1
    return families


def _family(space: Space, levels: Levels, seed: int) -> Family:
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
    )
    # Each default with each way to see the levels, the likeliest pairs first.
    for settings in space.first:
        for worths in levels.first():
            study.enqueue_trial(settings | worths)
    return Family(space, study)


def _round(
    families: Sequence[Family], levels: Levels, lesson: Lesson, pool: Executor, on_trial: OnTrial
) -> float:
    """One trial of each; how many seconds they took."""
    began = monotonic()
    asked = [_asked(family, levels) for family in families]
    answers = list(pool.map(lambda one: _examined(one, lesson), asked))
    for family, one, ndcg in zip(families, asked, answers, strict=True):
        if ndcg is None:
            family.study.tell(one.trial, state=TrialState.PRUNED)
        else:
            family.study.tell(one.trial, float(ndcg.mean()))
            family.champion.meet((one.method, one.worth), ndcg)
        family.trials += 1
        on_trial(family.space.name)
    return monotonic() - began


def _asked(family: Family, levels: Levels) -> _Trial:
    trial = family.study.ask()
    return _Trial(trial, family.space.suggest(trial), levels.suggest(trial))


def _examined(one: _Trial, lesson: Lesson) -> NDArray[np.float64] | None:
    """Each person's nDCG, (q,); None where it does not fit into memory, or the first people already
    show that others do better.
    """
    worth = lesson.worth(one.worth)
    try:
        fitted = one.method.fit(worth)
    except MemoryError:
        return None
    first = max(1, int(len(lesson.exam) * FIRST_SHARE))
    values: list[NDArray[np.float64]] = []
    for rows in (slice(0, first), slice(first, len(lesson.exam))):
        part = lesson.exam.part(rows)
        scores = batch_scores(fitted, worth[part.user_idx], part.user_idx)
        values.append(part.ndcg(scores))
        if rows.start == 0:
            one.trial.report(float(values[0].mean()), 0)
            if one.trial.should_prune():
                return None
    return np.concatenate(values)
