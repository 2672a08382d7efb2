"""LightFM's settings: trials with early stopping, judged by what they add to the other part."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
import optuna
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation.exam import Exam
from toppicks.evaluation.significance import Champion, as_good
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, OnEpoch, fit_hybrid
from toppicks.recommenders.protocol import ScoreMatrix, standardised
from toppicks.recommenders.taste import fit_taste
from toppicks.tuning.budget import Budget

FEW_ROWS, MANY_ROWS = 30_000, 300_000
# Trials that run beside each other: all are told before the next are asked for.
AT_ONCE = 2
# Epochs between two looks; after so many looks without anything better, a training ends.
LOOK_EVERY, PATIENCE = 5, 2
# Shares of the item-item part: a few at each look, more when one is chosen.
GLANCE = (0.0, 0.35, 0.65)
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
MOST_SEEDS = 3
# What another seed must add to be worth its time in every training: a share of nDCG.
WORTH_A_SEED = 0.004
# Of the fold-in while LightFM's settings are searched; the one that is served is chosen after.
EXPONENT = 1.0


@dataclass(frozen=True)
class HybridSpace:
    """Where LightFM's settings are searched, and what is tried first."""

    components: tuple[int, ...] = (32, 48, 64, 96)
    most_epochs: int = 60
    fewest_seeds: int = 1
    first: tuple[HybridSettings, ...] = (HybridSettings(), HybridSettings(components=32))

    @classmethod
    def for_rows(cls, n: int) -> "HybridSpace":
        """An epoch over many interactions takes long, and fewer are enough; over few of them it
        costs nothing, and several seeds make up for what one learns from so little.
        """
        if n <= MANY_ROWS:
            return cls(fewest_seeds=MOST_SEEDS if n <= FEW_ROWS else 2)
        small = HybridSettings(components=32, epochs=10)
        return cls((32, 48), most_epochs=15, first=(small, replace(small, learning_rate=0.1)))

    def suggest(self, trial: optuna.Trial) -> HybridSettings:
        fewest = max(LOOK_EVERY, min(15, self.most_epochs - LOOK_EVERY))
        return HybridSettings(
            components=trial.suggest_categorical("components", self.components),
            epochs=trial.suggest_int("epochs", fewest, self.most_epochs, step=LOOK_EVERY),
            learning_rate=trial.suggest_float("learning_rate", 0.01, 0.15, log=True),
            feature_weight=trial.suggest_float("feature_weight", 0.05, 1.0, log=True),
        )


@dataclass(frozen=True, eq=False)
class Workbench:
    """What every trial of LightFM needs.

    worth:    (n_users, n_items), to learn from.
    exam:     on what came later.
    items:    (q, n_items), the item-item part's standardised scores for the exam's people.
    """

    worth: sp.csr_array
    exam: Exam
    items: ScoreMatrix
    item_features: Features
    user_features: Features | None
    seed: int

    def fit(self, settings: HybridSettings, seed: int, on_epoch: OnEpoch | None = None) -> Hybrid:
        """LightFM by these settings."""
        return fit_hybrid(
            self.worth,
            self.item_features,
            self.user_features,
            settings=settings,
            seed=seed,
            on_epoch=on_epoch,
        )

    def taste(self, hybrids: Sequence[Hybrid], exponent: float = EXPONENT) -> ScoreMatrix:
        """(q, n_items), the standardised scores of what these hybrids learnt together."""
        taste = fit_taste(hybrids, self.worth, self.user_features, exponent, self.seed)
        people = self.exam.user_idx
        return standardised(taste.scores(self.worth[people], people))

    def best(self, taste: ScoreMatrix, shares: Sequence[float] = SHARES) -> NDArray[np.float64]:
        """(q,), nDCG of the best blend of the two parts with one of these shares of the first."""
        return max((self.ndcg(taste, share) for share in shares), key=np.mean)

    def sure_share(self, taste: ScoreMatrix) -> float:
        """The largest share of the item-item part whose blend is as good as the best, as far as
        one can tell: the one-standard-error rule (Breiman et al., 1984), person by person.

        Validation leaves fewer rows to learn from than there will be, and the item-item part
        gains more from those than LightFM does (docs/decisions.md).
        """
        ndcg = {share: self.ndcg(taste, share) for share in SHARES}
        best = max(ndcg.values(), key=lambda values: float(values.mean()))
        return max(share for share, values in ndcg.items() if as_good(values - best))

    def ndcg(self, taste: ScoreMatrix, share: float) -> NDArray[np.float64]:
        """(q,), each person's nDCG of one blend."""
        blended = np.float32(share) * self.items + np.float32(1 - share) * taste
        return self.exam.ndcg(blended)


@dataclass
class HybridFindings:
    """The best settings, what several seeds of them learnt, and how many trials there were."""

    settings: HybridSettings
    seeds: list[Hybrid]
    trials: int


def study_hybrids(
    bench: Workbench,
    budget: Budget,
    share: float,
    pool: Executor,
    on_trial: Callable[[str], None],
    space: HybridSpace,
) -> HybridFindings:
    """The defaults first; then rounds of two trials within a share of the budget; then seeds."""
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=bench.seed, n_startup_trials=4, constant_liar=True),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=2, n_warmup_steps=LOOK_EVERY),
    )
    for settings in space.first:
        study.enqueue_trial(vars(settings))
    best = Champion[tuple[HybridSettings, Hybrid]]()

    def round_of(n: int) -> float:
        began = monotonic()
        trials = [study.ask() for _ in range(n)]
        # Here, not in the threads: they would race for the sampler's one source of luck.
        asked = [space.suggest(trial) for trial in trials]
        results = list(pool.map(lambda trial, one: _trained(trial, one, bench), trials, asked))
        for trial, found in zip(trials, results, strict=True):
            if found is None:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                settings, hybrid, ndcg = found
                study.tell(trial, float(ndcg.mean()))
                best.meet((settings, hybrid), ndcg)
            on_trial("LightFM")
        return monotonic() - began

    tried, longest = 0, round_of(len(space.first))
    while budget.allows(tried, share, longest):
        n = AT_ONCE if budget.trials is None else min(AT_ONCE, budget.trials - tried)
        tried, longest = tried + n, max(longest, round_of(n))
    settings, hybrid = best.winner
    seeds = [hybrid]
    if space.fewest_seeds > 1 or budget.allows(tried, share, longest):
        seeds = _more_seeds(settings, hybrid, space.fewest_seeds, bench, pool)
    return HybridFindings(settings, seeds, len(space.first) + tried)


def _trained(
    trial: optuna.Trial, settings: HybridSettings, bench: Workbench
) -> tuple[HybridSettings, Hybrid, NDArray[np.float64]] | None:
    """The settings with the epochs that were best, what they learnt, and each person's nDCG."""
    watch = _Watch(trial, bench, settings.epochs)
    with suppress(_Enough):
        bench.fit(settings, bench.seed, watch.look)
    if watch.pruned or watch.hybrid is None:
        return None
    return replace(settings, epochs=watch.epoch), watch.hybrid, watch.ndcg


class _Enough(Exception):
    """More epochs would not help, or others are better."""


class _Watch:
    """Looks at a training every few epochs: keeps the best, ends what gets no better."""

    def __init__(self, trial: optuna.Trial, bench: Workbench, epochs: int) -> None:
        self.trial, self.bench, self.epochs = trial, bench, epochs
        self.ndcg, self.epoch = np.full(len(bench.exam), -1.0), 0
        self.hybrid: Hybrid | None = None
        self.pruned = False

    def look(self, epoch: int, learnt: Callable[[], Hybrid]) -> None:
        if epoch % LOOK_EVERY and epoch != self.epochs:
            return
        hybrid = learnt()
        ndcg = self.bench.best(self.bench.taste([hybrid]), GLANCE)
        if ndcg.mean() > self.ndcg.mean():
            self.ndcg, self.epoch, self.hybrid = ndcg, epoch, hybrid
        self.trial.report(float(ndcg.mean()), epoch)
        if self.trial.should_prune():
            self.pruned = True
            raise _Enough
        if epoch - self.epoch >= PATIENCE * LOOK_EVERY:
            raise _Enough


def _more_seeds(
    settings: HybridSettings, first: Hybrid, fewest: int, bench: Workbench, pool: Executor
) -> list[Hybrid]:
    """The first and more seeds of its settings: some in any case, others while each helps."""
    together, value = [first], bench.best(bench.taste([first])).mean()
    seeds = range(bench.seed + 1, bench.seed + MOST_SEEDS)
    for hybrid in list(pool.map(lambda seed: bench.fit(settings, seed), seeds)):
        more = bench.best(bench.taste([*together, hybrid])).mean()
        if len(together) >= fewest and more < value * (1 + WORTH_A_SEED):
            break
        together, value = [*together, hybrid], more
    return together
