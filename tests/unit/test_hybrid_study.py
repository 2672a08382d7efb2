"""LightFM's settings: early stopping, what is kept, and when more seeds are worth it."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tests.worlds import Checkerboard
from toppicks.evaluation.exam import Exam
from toppicks.ingest.features import Features
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, OnEpoch, fit_hybrid
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.protocol import ScoreMatrix, standardised, times
from toppicks.tuning import hybrids
from toppicks.tuning.budget import Budget
from toppicks.tuning.hybrids import (
    MOST_SEEDS,
    SHARES,
    HybridFindings,
    HybridSpace,
    Workbench,
    study_hybrids,
)

FIRST = HybridSettings(components=8, epochs=15)
SPACE = HybridSpace(components=(4, 8), most_epochs=20, first=(FIRST, replace(FIRST, components=4)))


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def bench() -> Workbench:
    """Two of everybody's seven likes are asked for."""
    whole = Checkerboard().worth()
    rng = np.random.default_rng(1)
    later = np.zeros(whole.nnz, bool)
    for user in range(40):
        own = np.arange(whole.indptr[user], whole.indptr[user + 1])
        later[rng.choice(own, 2, replace=False)] = True
    known, relevant = whole.copy(), whole.copy()
    known.data[later], relevant.data[~later] = 0, 0
    known.eliminate_zeros()
    relevant.eliminate_zeros()
    people = np.arange(40)
    items = standardised(times(known[people], ItemKNN().fit(known)))
    exam = Exam(people, known[people], relevant[people], 5)
    return Workbench(known, exam, items, Features.joined([], known.shape[1]), None, seed=1)


def _studied(
    bench: Workbench, pool: Executor, trials: int = 0, space: HybridSpace = SPACE
) -> HybridFindings:
    return study_hybrids(bench, Budget(trials=trials), 1.0, pool, lambda name: None, space)


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[HybridSettings]:
    """The settings of every training, each of which takes as long as luck will have it."""
    done: list[HybridSettings] = []

    def slowly(*args: object, settings: HybridSettings, **others: object) -> Hybrid:
        done.append(settings)
        time.sleep(random.random() / 50)
        return fit_hybrid(*args, settings=settings, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(hybrids, "fit_hybrid", slowly)
    return done


def test_the_defaults_are_tried_without_any_budget(
    bench: Workbench, pool: Executor, fitted: list[HybridSettings]
) -> None:
    found = _studied(bench, pool)
    assert found.trials == 2
    assert sorted(one.components for one in fitted) == [4, 8]
    assert set(fitted) == set(SPACE.first)
    assert len(found.seeds) == 1


def test_trials_come_on_top_of_the_defaults(
    bench: Workbench, pool: Executor, fitted: list[HybridSettings]
) -> None:
    assert _studied(bench, pool, trials=4).trials == 6
    assert set(SPACE.first) < set(fitted)


def test_a_seed_gives_the_same_whichever_is_done_first(
    bench: Workbench, pool: Executor, fitted: list[HybridSettings]
) -> None:
    first, again = (_studied(bench, pool, trials=6) for _ in range(2))
    n = len(fitted) // 2
    assert sorted(map(repr, fitted[:n])) == sorted(map(repr, fitted[n:]))
    assert first.settings == again.settings
    assert (first.value, first.share) == (again.value, again.share)
    np.testing.assert_array_equal(first.hybrid.item_factors, again.hybrid.item_factors)
    others = _studied(replace(bench, seed=2), pool, trials=6)
    assert not np.array_equal(first.hybrid.item_factors[:, 0], others.hybrid.item_factors[:, 0])


def test_the_value_is_that_of_what_is_kept(bench: Workbench, pool: Executor) -> None:
    found = _studied(bench, pool, trials=2)
    taste = bench.taste(found.seeds)
    by_share = {share: float(np.mean(bench.ndcg(taste, share))) for share in SHARES}
    assert found.value == max(by_share.values()) == by_share[found.share]
    assert len(set(by_share.values())) > 1
    assert found.value > 0.2


def test_what_is_kept_is_the_training_stopped_at_its_best_epoch(
    bench: Workbench, pool: Executor
) -> None:
    found = _studied(bench, pool, trials=2)
    again = fit_hybrid(bench.worth, bench.item_features, None, settings=found.settings, seed=1)
    np.testing.assert_array_equal(found.hybrid.item_factors, again.item_factors)


@dataclass(frozen=True, eq=False)
class Told(Workbench):
    """What is told of each training after so many epochs, or of so many seeds together.

    by_epoch: by epoch. by_seeds: by how many hybrids.
    """

    by_epoch: dict[int, float] = field(default_factory=dict)
    by_seeds: dict[int, float] = field(default_factory=dict)

    def taste(self, hybrids: Sequence[Hybrid]) -> ScoreMatrix:
        epoch = float(hybrids[-1].item_biases[0])
        return np.array([[len(hybrids), epoch]], np.float32)

    def best_share(
        self, taste: ScoreMatrix, shares: Sequence[float] = SHARES
    ) -> tuple[float, float]:
        together, epoch = map(int, taste[0])
        return self.by_seeds.get(together, 0) or self.by_epoch[epoch], 0.5


def _epoch_hybrid(epoch: int) -> Hybrid:
    """One whose only content is how many epochs it was trained."""
    biases, nothing = np.full(1, epoch, np.float32), np.zeros((1, 1), np.float32)
    return Hybrid(nothing, biases, nothing, nothing, nothing)


@pytest.fixture
def epochs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many epochs each training lasted, with nothing learnt in any."""
    lasted: list[int] = []

    def fit(
        *args: object, settings: HybridSettings, seed: int, on_epoch: OnEpoch | None = None
    ) -> Hybrid:
        lasted.append(0)
        at = len(lasted) - 1

        def learnt(epoch: int) -> Callable[[], Hybrid]:
            return lambda: _epoch_hybrid(epoch)

        for epoch in range(1, settings.epochs + 1):
            lasted[at] = epoch
            if on_epoch:
                on_epoch(epoch, learnt(epoch))
        return _epoch_hybrid(settings.epochs)

    monkeypatch.setattr(hybrids, "fit_hybrid", fit)
    return lasted


def _told(bench: Workbench, by_epoch: dict[int, float], by_seeds: dict[int, float]) -> Told:
    return Told(**vars(bench), by_epoch=by_epoch, by_seeds=by_seeds)


LONG = HybridSpace((8,), 50, first=(HybridSettings(8, 50), HybridSettings(8, 50)))


@pytest.mark.parametrize(("best", "lasted"), [(5, 15), (15, 25), (20, 30), (45, 50), (50, 50)])
def test_a_training_ends_when_it_gets_no_better_and_its_best_epoch_is_kept(
    bench: Workbench, pool: Executor, epochs: list[int], best: int, lasted: int
) -> None:
    curve = {epoch: 1 - abs(epoch - best) / 100 for epoch in range(5, 55, 5)}
    found = _studied(_told(bench, curve, {}), pool, space=LONG)
    assert epochs == [lasted, lasted]
    assert found.settings.epochs == best
    assert found.hybrid.item_biases.tolist() == [best]


def test_what_is_no_better_is_not_waited_for(
    bench: Workbench, pool: Executor, epochs: list[int]
) -> None:
    found = _studied(_told(bench, dict.fromkeys(range(5, 55, 5), 0.5), {}), pool, space=LONG)
    assert epochs == [15, 15]
    assert found.settings.epochs == 5


@pytest.mark.parametrize(
    ("by_seeds", "seeds"),
    [
        ({1: 0.5, 2: 0.5, 3: 0.6}, 1),
        ({1: 0.5, 2: 0.501, 3: 0.6}, 1),
        ({1: 0.5, 2: 0.51, 3: 0.511}, 2),
        ({1: 0.5, 2: 0.51, 3: 0.52}, 3),
        ({1: 0.5, 2: 0.4, 3: 0.9}, 1),
    ],
)
def test_more_seeds_are_taken_only_while_each_helps(
    bench: Workbench, pool: Executor, epochs: list[int], by_seeds: dict[int, float], seeds: int
) -> None:
    by_epoch = dict.fromkeys(range(5, 55, 5), 0.5)
    # One round of trials in time, and seeds after it; the last question is about the seeds.
    told = _told(bench, by_epoch, by_seeds)
    answers = iter([False, True])

    class OnlySeeds(Budget):
        def allows(self, trials_done: int, share: float, longest: float = 0.0) -> bool:
            return next(answers)

    found = study_hybrids(told, OnlySeeds(), 1.0, pool, lambda name: None, LONG)
    assert len(found.seeds) == seeds
    assert found.value == by_seeds[seeds]


def test_without_a_budget_more_seeds_are_taken_only_of_few_rows(
    bench: Workbench, pool: Executor, epochs: list[int]
) -> None:
    by_epoch = dict.fromkeys(range(5, 55, 5), 0.5)
    told = _told(bench, by_epoch, {1: 0.5, 2: 0.6, 3: 0.7})
    assert len(_studied(told, pool, space=LONG).seeds) == 1
    worse = _told(bench, by_epoch, {1: 0.5, 2: 0.4, 3: 0.3})
    for fewest in (2, MOST_SEEDS):
        space = replace(LONG, fewest_seeds=fewest)
        assert len(_studied(worse, pool, space=space).seeds) == fewest
