"""Every method's own study: what is tried, how it is judged, and what is kept."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import optuna
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray
from optuna.trial import FixedTrial
from threadpoolctl import threadpool_limits

from tests.worlds import TwoTastes
from toppicks.evaluation.contenders import batch_scores
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.significance import Champion
from toppicks.evaluation.splitting import Split
from toppicks.materials import Source, gather
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.protocol import Method
from toppicks.scoring.item_weights import SparseWeights
from toppicks.scoring.worth import Worth
from toppicks.tuning.budget import Budget
from toppicks.tuning.families import Family, Lesson, study_families
from toppicks.tuning.spaces import SPACES, Levels, Space

LEVELS = Levels((-np.inf, 3.0, 4.0))
QUICK = tuple(space for space in SPACES if space.name not in {"iALS", "BPR", "graph filter"})


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    path: Path = tmp_path_factory.mktemp("world") / "ratings.csv"
    materials = gather(Source((TwoTastes().write_ratings(path),)))
    split = Split.of(materials.interactions, seed=1)
    exam = Exam.of(split.known_early, split.known_late, materials.known.like_from, 5, seed=1)
    return Lesson(split.known_early, exam)


def _studied(
    lesson: Lesson,
    pool: Executor,
    budget: Budget,
    spaces: tuple[Space, ...] = QUICK,
    levels: Levels = LEVELS,
    seed: int = 1,
) -> list[Family]:
    return study_families(spaces, levels, lesson, budget, 1.0, seed, pool, lambda name: None)


def _tried(family: Family) -> list[dict[str, object]]:
    return [trial.params for trial in family.study.get_trials()]


def _values(family: Family) -> list[tuple[str, float | None]]:
    return [(trial.state.name, trial.value) for trial in family.study.get_trials()]


def test_the_defaults_are_tried_whatever_the_budget(lesson: Lesson, pool: Executor) -> None:
    for family in _studied(lesson, pool, Budget(trials=0)):
        tried = _tried(family)
        for settings in family.space.first:
            for worths in LEVELS.first():
                assert settings | worths in tried
        assert family.trials == len(tried) == 2 * len(family.space.first)
        assert family.champion


def test_each_family_gets_as_many_trials_and_each_is_told_of(
    lesson: Lesson, pool: Executor
) -> None:
    told: Counter[str] = Counter()

    def on_trial(name: str) -> None:
        told[name] += 1

    budget = Budget(trials=4)
    families = study_families(QUICK, LEVELS, lesson, budget, 1.0, 1, pool, on_trial)
    for family in families:
        assert family.trials == 2 * len(family.space.first) + 4
        assert told[family.space.name] == family.trials


def test_each_default_is_tried_once_and_in_turn(lesson: Lesson, pool: Executor) -> None:
    families = _studied(lesson, pool, Budget(trials=0), levels=Levels((-np.inf,)))
    numbers = {len(family.space.first) for family in families}
    assert len(numbers) > 1
    assert any(number % 2 for number in numbers)
    for family in families:
        assert _tried(family) == [*map(dict, family.space.first)]
        assert family.trials == len(family.space.first)


def _ndcg(lesson: Lesson, method: Method, worth: Worth) -> NDArray[np.float64]:
    rows, people = lesson.worth(worth), lesson.exam.user_idx
    return lesson.exam.ndcg(batch_scores(method.fit(rows), rows[people], people))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_is_kept_if_it_is_clearly_better_than_the_first_default(
    lesson: Lesson, pool: Executor, seed: int
) -> None:
    for family in _studied(lesson, pool, Budget(trials=4), seed=seed):
        met = Champion[tuple[Method, Worth]]()
        for trial in family.study.get_trials():
            if trial.state.name == "COMPLETE":
                again = FixedTrial(trial.params)
                chosen = family.space.suggest(again), LEVELS.suggest(again)  # type: ignore[arg-type]
                ndcg = _ndcg(lesson, *chosen)
                assert trial.value == pytest.approx(float(ndcg.mean()))
                met.meet(chosen, ndcg)
        assert (family.method, family.worth) == met.winner
        np.testing.assert_allclose(family.champion.ndcg, met.ndcg)
        np.testing.assert_allclose(family.champion.ndcg, _ndcg(lesson, family.method, family.worth))


@dataclass(frozen=True)
class Odd:
    """Neighbours, but slow at random; hopeless, or too large for memory, with some settings."""

    neighbours: int
    fails: bool = False
    hopeless: bool = False
    slow: bool = False
    name = "odd"

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        if self.slow:
            time.sleep(random.random() / 50)
        if self.fails:
            raise MemoryError("too large")
        weights = ItemKNN(neighbours=self.neighbours).fit(worth)
        return SparseWeights(
            weights.starts,
            weights.items,
            weights.weights * np.float32(-1 if self.hopeless else 1),
            weights.rest_from,
            weights.rest_to,
        )


def _slow(trial: optuna.Trial) -> Odd:
    return Odd(
        trial.suggest_int("neighbours", 1, 40),
        hopeless=trial.suggest_categorical("hopeless", [True, False]),
        slow=True,
    )


def test_a_seed_gives_the_same_trials_whichever_is_done_first(
    lesson: Lesson, pool: Executor
) -> None:
    spaces = (*QUICK, Space("slow", _slow, [{"neighbours": 20, "hopeless": False}]))
    first, again = (_studied(lesson, pool, Budget(trials=10), spaces) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert _tried(one) == _tried(other)
        assert _values(one) == _values(other)
        assert (one.method, one.worth) == (other.method, other.worth)
        np.testing.assert_array_equal(one.champion.ndcg, other.champion.ndcg)
    others = _studied(lesson, pool, Budget(trials=2), spaces[-1:], seed=2)
    assert _tried(others[0]) != _tried(first[-1])[: others[0].trials]


def _fails_above_20(trial: optuna.Trial) -> Odd:
    neighbours = trial.suggest_int("neighbours", 1, 40)
    return Odd(neighbours, fails=neighbours > 20)


def test_what_does_not_fit_into_memory_is_passed_over(lesson: Lesson, pool: Executor) -> None:
    space = Space("odd", _fails_above_20, [{"neighbours": 40}, {"neighbours": 5}])
    (family,) = _studied(lesson, pool, Budget(trials=6), (space,))
    states = {int(t.params["neighbours"]) > 20: t.state.name for t in family.study.get_trials()}
    assert states[True] == "PRUNED"
    assert isinstance(family.method, Odd)
    assert family.method.neighbours <= 20
    assert family.champion.ndcg.mean() > 0


def test_a_family_that_never_fits_has_no_best(lesson: Lesson, pool: Executor) -> None:
    space = Space("huge", lambda trial: Odd(1, fails=True), [{}])
    (family,) = _studied(lesson, pool, Budget(trials=2), (space,))
    assert family.trials == 4
    assert not family.champion
    for told in ("method", "worth"):
        with pytest.raises(ValueError, match="no candidate was met"):
            getattr(family, told)


def _hopeless_last(trial: optuna.Trial) -> Odd:
    return Odd(20, hopeless=trial.suggest_categorical("hopeless", [True, False]))


def test_what_the_first_people_do_badly_with_is_not_asked_further(
    lesson: Lesson, pool: Executor
) -> None:
    first = [*[{"hopeless": False}] * 4, *[{"hopeless": True}] * 2]
    space = Space("odd", _hopeless_last, first)
    (family,) = _studied(lesson, pool, Budget(trials=0), (space,), Levels((-np.inf,)))
    states = [trial.state.name for trial in family.study.get_trials()]
    assert states == ["COMPLETE"] * 4 + ["PRUNED"] * 2


@pytest.mark.parametrize("hopeless_first", [True, False])
def test_a_first_default_is_left_only_for_what_is_clearly_better(
    hopeless_first: bool, lesson: Lesson, pool: Executor
) -> None:
    def suggest(trial: optuna.Trial) -> Odd:
        hopeless = trial.suggest_categorical("hopeless", [True, False])
        return Odd(trial.suggest_int("neighbours", 1, 99), hopeless=hopeless)

    # More neighbours than there are items: those that are not hopeless are all the same.
    first = [
        {"hopeless": hopeless_first, "neighbours": 96},
        {"hopeless": True, "neighbours": 97},
        {"hopeless": False, "neighbours": 98},
    ]
    space = Space("odd", suggest, first)
    (family,) = _studied(lesson, pool, Budget(trials=0), (space,), Levels((-np.inf,)))
    assert family.method == Odd(98 if hopeless_first else 96)


@dataclass(frozen=True)
class Meeting:
    """Neighbours that wait until another family's trial is at work too."""

    family: str
    another: threading.Barrier
    alone: threading.Lock
    name = "meeting"

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        assert self.alone.acquire(blocking=False), "two trials of one family at once"
        self.another.wait(timeout=60)
        weights = ItemKNN().fit(worth)
        self.alone.release()
        return weights


def test_trials_of_different_families_run_beside_each_other(lesson: Lesson, pool: Executor) -> None:
    """And those of one family one after another."""
    both = threading.Barrier(2)

    def space(name: str) -> Space:
        method = Meeting(name, both, threading.Lock())
        return Space(name, lambda trial: method, [{}])

    families = _studied(lesson, pool, Budget(trials=3), (space("one"), space("other")))
    assert [family.trials for family in families] == [5, 5]
    told = [family.study.get_trials() for family in families]
    for trials in told:
        for before, after in pairwise(trials):
            assert before.datetime_complete is not None
            assert after.datetime_start is not None
            assert before.datetime_complete <= after.datetime_start


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_an_exam_of_one_person_is_enough(space: Space, lesson: Lesson, pool: Executor) -> None:
    alone = Lesson(lesson.known, lesson.exam.part(slice(0, 1)))
    (family,) = _studied(alone, pool, Budget(trials=0), (space,), Levels((-np.inf,)))
    assert family.champion.ndcg.shape == (1,)
    assert family.champion.ndcg[0] >= 0
