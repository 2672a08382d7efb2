"""What is chosen on validation rows, and never by a hidden one."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import optuna
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tests.worlds import QUICK, QUICK_SPACE, QUICK_SPACES, TwoTastes
from toppicks.evaluation.splitting import Split
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials, Source, gather
from toppicks.recommenders import ease, fitting
from toppicks.recommenders.formula import Recipe
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, OnEpoch, fit_hybrid
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.protocol import ScoreMatrix
from toppicks.scoring.item_weights import SparseWeights
from toppicks.scoring.worth import Worth
from toppicks.tuning import choosing, hybrids
from toppicks.tuning.budget import Budget
from toppicks.tuning.choosing import EXPONENTS, Chosen, choose
from toppicks.tuning.families import Lesson
from toppicks.tuning.hybrids import HybridSpace, Workbench
from toppicks.tuning.spaces import SPACES, Space


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    folder = tmp_path_factory.mktemp("world")
    world = TwoTastes()
    return gather(
        Source((world.write_ratings(folder / "r.csv"),), world.write_items(folder / "i.csv"))
    )


@pytest.fixture(scope="module")
def split(materials: Materials) -> Split:
    return Split.of(materials.interactions, seed=1)


def _chosen(
    split: Split,
    materials: Materials,
    pool: Executor,
    trials: int = 0,
    spaces: tuple[Space, ...] = QUICK_SPACES,
    hybrid_space: HybridSpace = QUICK_SPACE,
    seed: int = 1,
) -> Chosen:
    budget = Budget(trials=trials)
    return choose(
        split, materials.known, budget, 5, seed, pool, spaces=spaces, hybrid_space=hybrid_space
    )


def _same(one: Chosen, other: Chosen) -> bool:
    """Whether both are the same to the last digit, fitted parts included."""
    told = [
        (chosen.recipe, chosen.contenders, chosen.people, chosen.corner, chosen.trials)
        for chosen in (one, other)
    ]
    arrays = [
        [
            array
            for parts in chosen.folds
            for array in (
                parts.taste.history_factors,
                parts.taste.item_factors,
                parts.popularity,
            )
        ]
        for chosen in (one, other)
    ]
    return (
        told[0] == told[1]
        and len(arrays[0]) == len(arrays[1]) > 0
        and all(map(np.array_equal, *arrays))
    )


def _scrambled(rows: Interactions, seed: int) -> Interactions:
    """As many rows of the same people, of other items and with other ratings."""
    rng = np.random.default_rng(seed)
    return replace(
        rows,
        item_idx=rng.integers(0, len(rows.items), len(rows)).astype(np.int32),
        rating=rng.integers(1, 6, len(rows)).astype(np.float32),
        timestamp=rng.integers(0, 10**9, len(rows)),
    )


def test_hidden_rows_are_never_looked_at(
    split: Split, materials: Materials, pool: Executor
) -> None:
    nothing = split.hidden.where(np.zeros(len(split.hidden), bool))
    chosen = _chosen(split, materials, pool, trials=2)
    for hidden in (_scrambled(split.hidden, seed=1), nothing):
        other = replace(split, hidden=hidden)
        assert _same(chosen, _chosen(other, materials, pool, trials=2))
    other = replace(split, known_late=_scrambled(split.known_late, seed=1))
    assert not _same(chosen, _chosen(other, materials, pool, trials=2))


def test_everything_of_a_taste_is_found_out(
    split: Split, materials: Materials, pool: Executor
) -> None:
    chosen = _chosen(split, materials, pool, trials=2)
    assert set(chosen.contenders) == {space.name for space in QUICK_SPACES}
    assert set(chosen.trials) == {*chosen.contenders, "LightFM"}
    assert chosen.people == len(np.unique(split.known_late.user_idx[split.known_late.rating >= 4]))
    assert chosen.left_out == []
    assert len(chosen.folds) == len(split.folds)
    for parts, people in zip(chosen.folds, split.folds, strict=True):
        assert not parts.worth[people].nnz
        assert parts.worth.nnz
    assert chosen.recipe.exponent in EXPONENTS
    # Dislikes are of the other half: they are worth less than likes, and the highest is 1.
    assert chosen.recipe.worth.values[0] < chosen.recipe.worth.values[-1] == 1


@dataclass(frozen=True)
class Opposite:
    """The weights of neighbours, turned round: the worst comes first."""

    name = "opposite"

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        weights = ItemKNN().fit(worth)
        return replace(weights, weights=-weights.weights, rest_to=-weights.rest_to)


def _opposite(trial: optuna.Trial) -> Opposite:
    return Opposite()


KNN = next(space for space in SPACES if space.name == "item-KNN")
OPPOSITE = Space("opposite", _opposite, [{}])
GOOD = HybridSettings(components=16, epochs=20)
GOOD_SPACE = HybridSpace(components=(16,), most_epochs=20, first=(GOOD, GOOD))


def test_lightfm_alone_is_a_corner(split: Split, materials: Materials, pool: Executor) -> None:
    chosen = _chosen(split, materials, pool, spaces=(OPPOSITE,), hybrid_space=GOOD_SPACE)
    assert chosen.recipe.blend.share == 0
    assert chosen.corner == "LightFM"


def _turned_round(*args: Any, **others: Any) -> Hybrid:
    """LightFM that takes everybody for somebody of the other taste."""
    fitted = fit_hybrid(*args, **others)
    return replace(
        fitted, identity_factors=-fitted.identity_factors, item_biases=-fitted.item_biases
    )


def _turned_round_at_every_look(*args: Any, on_epoch: OnEpoch, **others: Any) -> Hybrid:
    last = _turned_round(*args, **others)
    on_epoch(5, lambda: last)
    return last


def test_the_item_item_part_alone_is_a_corner(
    split: Split, materials: Materials, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "fit_hybrid", _turned_round)
    monkeypatch.setattr(hybrids, "fit_hybrid", _turned_round_at_every_look)
    chosen = _chosen(split, materials, pool, spaces=(KNN,))
    assert chosen.recipe.blend.share == 1
    assert chosen.corner == "item-KNN"


def test_of_several_item_item_models_the_best_is_taken(
    split: Split, materials: Materials, pool: Executor
) -> None:
    chosen = _chosen(split, materials, pool, spaces=(OPPOSITE, KNN))
    assert chosen.recipe.items.name == "item-KNN"
    assert set(chosen.contenders) == {"opposite", "item-KNN"}


@dataclass(frozen=True)
class Twin:
    """Neighbours by another name."""

    name: str

    def fit(self, worth: sp.csr_array) -> SparseWeights:
        return ItemKNN().fit(worth)


def _twin(name: str) -> Space:
    return Space(name, lambda trial: Twin(name), [{}])


TWINS = (_twin("one"), _twin("other"))


def test_of_models_that_are_as_good_the_first_is_taken(
    split: Split, materials: Materials, pool: Executor
) -> None:
    for spaces in (TWINS, TWINS[::-1], (OPPOSITE, *TWINS)):
        chosen = _chosen(split, materials, pool, spaces=spaces)
        first = next(space.name for space in spaces if space is not OPPOSITE)
        assert chosen.recipe.items.name == first


def _only_by(wanted: float) -> Callable[..., ScoreMatrix]:
    """Tastes of which one exponent's alone is not turned round, once several are asked for."""

    def taste(
        bench: Workbench, hybrids: Sequence[Hybrid], exponent: float | None = None
    ) -> ScoreMatrix:
        if exponent is None:
            return TASTE(bench, hybrids)
        scores = TASTE(bench, hybrids, exponent)
        return scores if exponent == wanted else -scores

    return taste


TASTE = Workbench.taste


@pytest.mark.parametrize("wanted", EXPONENTS)
def test_the_exponent_that_goes_best_is_taken_and_fitted(
    split: Split,
    materials: Materials,
    pool: Executor,
    monkeypatch: pytest.MonkeyPatch,
    wanted: float,
) -> None:
    monkeypatch.setattr(Workbench, "taste", _only_by(wanted))
    chosen = _chosen(split, materials, pool, spaces=(OPPOSITE,), hybrid_space=GOOD_SPACE)
    assert chosen.recipe.exponent == wanted
    assert len(chosen.folds) == len(split.others)
    for parts, others in zip(chosen.folds, split.others, strict=True):
        for exponent in EXPONENTS:
            recipe = replace(chosen.recipe, exponent=exponent)
            again = fitting.Fitting(recipe, materials.known, seed=1).fit(others)
            assert again is not None
            same = np.array_equal(parts.taste.history_factors, again.parts.taste.history_factors)
            assert same == (exponent == wanted)


def test_where_no_exponent_is_clearly_better_the_first_is_taken(
    split: Split, materials: Materials, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taste(bench: Workbench, hybrids: Sequence[Hybrid], exponent: float = 1.0) -> ScoreMatrix:
        return TASTE(bench, hybrids)

    monkeypatch.setattr(Workbench, "taste", taste)
    chosen = _chosen(split, materials, pool, spaces=(OPPOSITE,), hybrid_space=GOOD_SPACE)
    assert chosen.recipe.exponent == EXPONENTS[0] == 1.0


@pytest.mark.parametrize(
    ("told", "pair"),
    [
        ({("other", 1.5): 0.9}, ("other", 1.5)),
        ({("one", 0.5): 0.7, ("other", 0.5): 0.8, ("one", 1.5): 0.9}, ("one", 1.5)),
        ({("one", 1.0): 0.6, ("other", 1.0): 0.8, ("one", 0.5): 0.7}, ("other", 1.0)),
        ({("other", 0.5): 0.5, ("one", 1.5): 0.5}, ("one", 1.0)),
        ({("other", 0.5): 0.4, ("one", 1.5): 0.3}, ("one", 1.0)),
    ],
)
def test_model_and_exponent_are_chosen_as_a_pair(
    split: Split,
    materials: Materials,
    pool: Executor,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[tuple[str, float], float],
    pair: tuple[str, float],
) -> None:
    """What goes best with each other; .5 for every pair that nothing is told of."""

    def items(method: Twin, lesson: Lesson, worth: Worth) -> ScoreMatrix:
        number = [space.name for space in TWINS].index(method.name)
        return np.full((len(lesson.exam), lesson.exam.seen.shape[1]), number, np.float32)

    def taste(bench: Workbench, hybrids: Sequence[Hybrid], exponent: float = 1.0) -> ScoreMatrix:
        return np.full(bench.items.shape, exponent, np.float32)

    def best(bench: Workbench, taste: ScoreMatrix, *shares: object) -> NDArray[np.float64]:
        name, exponent = TWINS[int(bench.items[0, 0])].name, float(taste[0, 0])
        return np.full(len(bench.exam), told.get((name, exponent), 0.5))

    monkeypatch.setattr(choosing, "_item_scores", items)
    monkeypatch.setattr(Workbench, "taste", taste)
    monkeypatch.setattr(Workbench, "best", best)
    recipe = _chosen(split, materials, pool, spaces=TWINS).recipe
    assert (recipe.items.name, recipe.exponent) == pair


def test_what_cannot_be_served_is_not_chosen(
    split: Split, materials: Materials, pool: Executor
) -> None:
    user_knn = next(space for space in SPACES if not space.served)
    chosen = _chosen(split, materials, pool, spaces=(user_knn, OPPOSITE))
    assert chosen.recipe.items.name == "opposite"


def test_where_ease_does_not_fit_another_takes_its_place_and_that_is_said(
    split: Split, materials: Materials, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "fits", lambda n_bytes: False)
    chosen = _chosen(split, materials, pool, spaces=SPACES[:2])
    assert set(chosen.contenders) == {"graph filter"}
    assert chosen.recipe.items.name == "graph filter"
    (sentence,) = chosen.left_out
    assert "a graph filter takes its place" in sentence


def _untuned(split: Split, materials: Materials, pool: Executor) -> None:
    chosen = _chosen(split, materials, pool, trials=2)
    levels = len(chosen.recipe.worth.starts)
    assert chosen.recipe == Recipe(
        replace(chosen.recipe.worth, values=(*[0.0] * (levels - 1), 1.0)), hybrid=QUICK
    )
    assert (chosen.contenders, chosen.folds, chosen.people) == ({}, [], 0)
    assert chosen.corner is None


def test_where_nobody_liked_anything_late_the_defaults_are_taken(
    split: Split, materials: Materials, pool: Executor
) -> None:
    late = split.known_late
    _untuned(replace(split, known_late=late.where(late.rating < 4)), materials, pool)


def test_where_nothing_early_is_of_the_highest_level_the_defaults_are_taken(
    split: Split, materials: Materials, pool: Executor
) -> None:
    early = split.known_early
    _untuned(replace(split, known_early=early.where(early.rating < 4)), materials, pool)
    # Even where that is a like to the caller.
    scale = replace(materials.known.scale, like_from=2.0)
    low = replace(materials, known=replace(materials.known, scale=scale))
    _untuned(replace(split, known_early=early.where(early.rating < 4)), low, pool)


def test_the_contests_rivals_are_the_best_first_and_not_what_is_served_anyway(
    split: Split, materials: Materials, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_knn = next(space for space in SPACES if space.name == "user-KNN")
    chosen = _chosen(split, materials, pool, spaces=(OPPOSITE, KNN, user_knn))
    own = chosen.recipe.items.name
    assert own == "item-KNN"
    assert list(chosen.contenders)[-1] == "opposite"
    own_settings = chosen.contenders[own] == (chosen.recipe.items, chosen.recipe.worth)
    others = [name for name in chosen.contenders if name != own or not own_settings]
    assert list(chosen.rivals(64, 64)) == others
    monkeypatch.setattr(choosing, "MOST_CELLS", 64 * 64)
    monkeypatch.setattr(choosing, "FEW_RIVALS", 1)
    assert list(chosen.rivals(64, 64)) == others
    assert list(chosen.rivals(64, 65)) == others[:1]


def test_a_contest_without_everybody_says_so(
    split: Split, materials: Materials, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST_CELLS", 1)
    assert _chosen(split, materials, pool, spaces=(OPPOSITE, KNN)).left_out == []
    monkeypatch.setattr(choosing, "FEW_RIVALS", 0)
    (sentence,) = _chosen(split, materials, pool, spaces=(OPPOSITE, KNN)).left_out
    assert sentence == "the contest is held with the 0 best others alone"
