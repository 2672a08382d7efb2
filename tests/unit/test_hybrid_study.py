"""LightFM's settings: early stopping, what is kept, and when more seeds are worth it."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tests.worlds import Checkerboard
from toppicks.evaluation.exam import Exam
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, OnEpoch, fit_hybrid
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.protocol import ScoreMatrix, standardised, times
from toppicks.recommenders.taste import fit_taste
from toppicks.tuning import hybrids
from toppicks.tuning.budget import Budget
from toppicks.tuning.hybrids import (
    EXPONENT,
    GLANCE,
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


@pytest.mark.parametrize("trials", [1, 3])
def test_an_odd_number_of_trials_is_not_exceeded(
    bench: Workbench, pool: Executor, fitted: list[HybridSettings], trials: int
) -> None:
    assert _studied(bench, pool, trials=trials).trials == 2 + trials
    assert len(fitted) == 2 + trials


@pytest.mark.parametrize("n", [1, 3])
def test_every_default_is_tried_and_nothing_else(
    bench: Workbench, pool: Executor, fitted: list[HybridSettings], n: int
) -> None:
    first = tuple(replace(FIRST, learning_rate=0.02 * (1 + k)) for k in range(n))
    assert _studied(bench, pool, space=replace(SPACE, first=first)).trials == n
    assert sorted(map(repr, fitted)) == sorted(map(repr, first))


def test_a_seed_gives_the_same_whichever_is_done_first(
    bench: Workbench, pool: Executor, fitted: list[HybridSettings]
) -> None:
    first, again = (_studied(bench, pool, trials=6) for _ in range(2))
    n = len(fitted) // 2
    assert sorted(map(repr, fitted[:n])) == sorted(map(repr, fitted[n:]))
    assert first.settings == again.settings
    assert first.trials == again.trials
    assert len(first.seeds) == len(again.seeds)
    for one, other in zip(first.seeds, again.seeds, strict=True):
        np.testing.assert_array_equal(one.item_factors, other.item_factors)
    (hybrid, *_), (another, *_) = first.seeds, _studied(replace(bench, seed=2), pool, 6).seeds
    assert not np.array_equal(hybrid.item_factors[:, 0], another.item_factors[:, 0])


@pytest.mark.parametrize("shares", [SHARES, GLANCE, (1.0,)])
def test_the_best_blend_is_that_of_the_best_share(
    bench: Workbench, pool: Executor, shares: tuple[float, ...]
) -> None:
    taste = bench.taste(_studied(bench, pool).seeds)
    by_share = [bench.ndcg(taste, share) for share in shares]
    best = bench.best(taste, shares)
    assert best.shape == (40,)
    assert best.mean() == max(float(ndcg.mean()) for ndcg in by_share)
    assert any(np.array_equal(best, ndcg) for ndcg in by_share)
    assert len({float(ndcg.mean()) for ndcg in by_share}) > 1 or len(shares) == 1
    assert best.mean() > 0.2
    if shares is SHARES:
        np.testing.assert_array_equal(best, bench.best(taste))


def test_a_taste_is_folded_in_by_the_exponent_that_is_asked_for(bench: Workbench) -> None:
    hybrid = bench.fit(FIRST, 1)
    people = bench.exam.user_idx
    tastes = []
    for exponent in (0.5, 1.0, 1.5):
        folded = fit_taste([hybrid], bench.worth, None, exponent, 1)
        expected = standardised(folded.scores(bench.worth[people], people))
        tastes.append(bench.taste([hybrid], exponent))
        np.testing.assert_array_equal(tastes[-1], expected)
    assert not np.allclose(tastes[0], tastes[1], atol=1e-3)
    assert not np.allclose(tastes[1], tastes[2], atol=1e-3)
    np.testing.assert_array_equal(bench.taste([hybrid]), tastes[1])


def test_what_is_kept_is_the_training_stopped_at_its_best_epoch(
    bench: Workbench, pool: Executor
) -> None:
    found = _studied(bench, pool, trials=2)
    again = fit_hybrid(bench.worth, bench.item_features, None, settings=found.settings, seed=1)
    np.testing.assert_array_equal(found.seeds[0].item_factors, again.item_factors)


def test_further_seeds_learn_by_the_same_settings(bench: Workbench, pool: Executor) -> None:
    found = _studied(bench, pool, space=replace(SPACE, fewest_seeds=MOST_SEEDS))
    assert len(found.seeds) == MOST_SEEDS
    for seed, hybrid in enumerate(found.seeds, start=bench.seed):
        again = fit_hybrid(
            bench.worth, bench.item_features, None, settings=found.settings, seed=seed
        )
        np.testing.assert_array_equal(hybrid.item_factors, again.item_factors)


@dataclass(frozen=True, eq=False)
class Told(Workbench):
    """What is told of each training after so many epochs, or of so many seeds together.

    by_epoch: by epoch. by_seeds: by how many hybrids. of_people: by components, (q,), on top.
    """

    by_epoch: dict[int, float] = field(default_factory=dict)
    by_seeds: dict[int, float] = field(default_factory=dict)
    of_people: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def taste(self, hybrids: Sequence[Hybrid], exponent: float = EXPONENT) -> ScoreMatrix:
        epoch, components = hybrids[-1].item_biases
        return np.array([[len(hybrids), epoch, components]], np.float32)

    def best(self, taste: ScoreMatrix, shares: Sequence[float] = SHARES) -> NDArray[np.float64]:
        together, epoch, components = map(int, taste[0])
        value = self.by_seeds.get(together, 0) or self.by_epoch[epoch]
        return np.full(len(self.exam), value) + self.of_people.get(components, 0)


def _epoch_hybrid(epoch: int, components: int) -> Hybrid:
    """One whose only content is how many epochs it was trained, and of what size."""
    biases, nothing = np.array([epoch, components], np.float32), np.zeros((1, 1), np.float32)
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
            return lambda: _epoch_hybrid(epoch, settings.components)

        for epoch in range(1, settings.epochs + 1):
            lasted[at] = epoch
            if on_epoch:
                on_epoch(epoch, learnt(epoch))
        return _epoch_hybrid(settings.epochs, settings.components)

    monkeypatch.setattr(hybrids, "fit_hybrid", fit)
    return lasted


def _told(
    bench: Workbench,
    by_epoch: dict[int, float],
    by_seeds: dict[int, float],
    of_people: dict[int, NDArray[np.float64]] | None = None,
) -> Told:
    return Told(**vars(bench), by_epoch=by_epoch, by_seeds=by_seeds, of_people=of_people or {})


LONG = HybridSpace((8,), 50, first=(HybridSettings(8, 50), HybridSettings(8, 50)))


@pytest.mark.parametrize(("best", "lasted"), [(5, 15), (15, 25), (20, 30), (45, 50), (50, 50)])
def test_a_training_ends_when_it_gets_no_better_and_its_best_epoch_is_kept(
    bench: Workbench, pool: Executor, epochs: list[int], best: int, lasted: int
) -> None:
    curve = {epoch: 1 - abs(epoch - best) / 100 for epoch in range(5, 55, 5)}
    found = _studied(_told(bench, curve, {}), pool, space=LONG)
    assert epochs == [lasted, lasted]
    assert found.settings.epochs == best
    assert [hybrid.item_biases[0] for hybrid in found.seeds] == [best]


@pytest.mark.parametrize("last", [11, 12, 14, 17])
def test_a_training_is_looked_at_when_it_is_done(
    bench: Workbench, pool: Executor, epochs: list[int], last: int
) -> None:
    """Even if that is between two looks."""
    curve = {5: 0.1, 10: 0.2, 15: 0.25, last: 0.3}
    short = HybridSpace((8,), last, first=(HybridSettings(8, last),))
    found = _studied(_told(bench, curve, {}), pool, space=short)
    assert epochs == [last]
    assert found.settings.epochs == last
    assert [hybrid.item_biases[0] for hybrid in found.seeds] == [last]


def test_what_is_no_better_is_not_waited_for(
    bench: Workbench, pool: Executor, epochs: list[int]
) -> None:
    found = _studied(_told(bench, dict.fromkeys(range(5, 55, 5), 0.5), {}), pool, space=LONG)
    assert epochs == [15, 15]
    assert found.settings.epochs == 5


@pytest.mark.parametrize(
    ("gain", "components"), [(-3.0, 8), (0.0, 8), (1.0, 8), (1.9, 8), (2.1, 4), (9.0, 4)]
)
def test_the_first_default_stays_unless_others_are_clearly_better(
    bench: Workbench, pool: Executor, epochs: list[int], gain: float, components: int
) -> None:
    """By more than two standard errors, person by person."""
    first = np.random.default_rng(1).random(40)
    noise = np.resize([0.1, -0.1], 40)
    told = _told(
        bench,
        dict.fromkeys(range(5, 55, 5), 0.5),
        {},
        {8: first, 4: first + noise + gain * 0.1 / np.sqrt(40)},
    )
    space = HybridSpace((4, 8), 50, first=(HybridSettings(8, 50), HybridSettings(4, 50)))
    found = _studied(told, pool, space=space)
    assert found.settings.components == components
    assert [hybrid.item_biases[1] for hybrid in found.seeds] == [components]


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
    assert found.trials == 2


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
