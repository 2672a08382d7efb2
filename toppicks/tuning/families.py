"""Every method's settings, found by its own study: each gets as many trials as any other."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import monotonic

import numpy as np
import optuna
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation.contenders import batch_scores
from toppicks.evaluation.exam import Exam
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.protocol import Method
from toppicks.scoring.worth import Worth
from toppicks.tuning.budget import AT_ONCE, Budget
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
    """One family's study: what was tried, and the best of it."""

    space: Space
    study: optuna.Study
    value: float = -1.0
    trials: int = 0
    longest: float = 0.0
    best: tuple[Method, Worth] | None = None

    @property
    def found(self) -> bool:
        """Whether any trial could be carried out."""
        return self.best is not None

    @property
    def method(self) -> Method:
        """The best settings; raises ValueError where no trial could be carried out."""
        return self._best()[0]

    @property
    def worth(self) -> Worth:
        """What the best settings learn from."""
        return self._best()[1]

    def _best(self) -> tuple[Method, Worth]:
        if self.best is None:
            raise ValueError(f"no trial of {self.space.name} could be carried out")
        return self.best


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
    """A round of trials for every family in turn, until the budget's share is spent.

    First of all come the defaults of each, whatever the budget. Two trials of a family run at once,
    and are told in the order in which they were asked for, so that a seed repeats.
    """
    families = [_family(space, levels, seed) for space in spaces]
    for family in families:
        for _ in range(0, len(family.study.get_trials(deepcopy=False)), AT_ONCE):
            _round(family, levels, lesson, pool, on_trial)
    tuned = 0
    while budget.allows(tuned, share, max(family.longest for family in families)):
        for family in families:
            if budget.allows(tuned, share, family.longest):
                _round(family, levels, lesson, pool, on_trial)
        tuned += AT_ONCE
    return families


def _family(space: Space, levels: Levels, seed: int) -> Family:
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6, constant_liar=True),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
    )
    # Each default with each way to see the levels, the likeliest pairs first.
    for settings in space.first:
        for worths in levels.first():
            study.enqueue_trial(settings | worths)
    return Family(space, study)


def _round(
    family: Family, levels: Levels, lesson: Lesson, pool: Executor, on_trial: OnTrial
) -> None:
    asked = []
    for _ in range(AT_ONCE):
        trial = family.study.ask()
        asked.append(_Trial(trial, family.space.suggest(trial), levels.suggest(trial)))
    began = monotonic()
    # All are done before the first is told: whom a trial is compared with must not be a race.
    values = list(pool.map(lambda one: _examined(one, lesson), asked))
    for one, value in zip(asked, values, strict=True):
        state = optuna.trial.TrialState.PRUNED if value is None else None
        family.study.tell(one.trial, value, state=state)
        if value is not None and value > family.value:
            family.value, family.best = value, (one.method, one.worth)
        family.trials += 1
        on_trial(family.space.name)
    family.longest = max(family.longest, monotonic() - began)


def _examined(one: _Trial, lesson: Lesson) -> float | None:
    """Mean nDCG; None where it does not fit into memory, or the first people already show that
    others do better.
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
    return float(np.concatenate(values).mean())
