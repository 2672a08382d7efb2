"""The formula against itself, written out slowly."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.small_scorer import BLEND, N_ITEMS, D, likes_of, normal, small_scorer
from tests.worlds import whole
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights
from toppicks.scoring.ranking import NOTHING, rank
from toppicks.scoring.scorer import Blend, Scorer, history_mean
from toppicks.scoring.standard import standardise


def _z(values: list[float]) -> list[float]:
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return [(value - mean) / spread for value in values]


def _slow(scorer: Scorer, history: History) -> list[float]:
    """score(h) = p_n pop + a_n z(h B) + c_n z(m R' + b), by loops."""
    assert scorer.item_weights is not None
    blend, b = scorer.blend, whole(scorer.item_weights).tolist()
    left, right = scorer.history_factors.tolist(), scorer.item_factors.tolist()
    items, worths = history.item_idx.tolist(), history.worth.tolist()
    n = sum(worths)
    profile = [0.0] * D if history.profile is None else history.profile.tolist()
    known = n + (0 if history.profile is None else blend.profile)
    from_items = [
        sum(worth * b[j][i] for j, worth in zip(items, worths, strict=True)) for i in range(N_ITEMS)
    ]
    mean = [
        sum(worth * left[j][f] for j, worth in zip(items, worths, strict=True)) / (n or 1)
        + profile[f]
        for f in range(D)
    ]
    from_taste = [
        sum(mean[f] * right[i][f] for f in range(D)) + float(scorer.item_biases[i])
        for i in range(N_ITEMS)
    ]
    a = blend.share * n**2 / (n**2 + blend.lean_items**2) if n else 0
    c = (1 - blend.share) * known**2 / (known**2 + blend.lean_taste**2) if known else 0
    counts = known - n
    c += (blend.share - a) * counts**2 / (counts**2 + blend.lean_taste**2) if counts else 0
    nothing = [0.0] * N_ITEMS
    parts = zip(
        scorer.popularity.tolist(),
        _z(from_items) if a else nothing,
        _z(from_taste) if c else nothing,
        strict=True,
    )
    return [(1 - a - c) * pop + a * items + c * taste for pop, items, taste in parts]


def _weighed(worths: dict[int, float], profile: NDArray[np.float32] | None = None) -> History:
    items = np.array(list(worths), np.int32)
    return History(items, np.array(list(worths.values()), np.float32), items, profile)


@pytest.mark.parametrize("items", [(0,), (3, 7), (1, 2, 3, 4, 5, 11)])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("lean_items", "lean_taste"), [(0.0, 0.0), (2.0, 0.5), (1.0, 8.0)])
def test_scores_are_the_formulas(
    items: tuple[int, ...], share: float, lean_items: float, lean_taste: float
) -> None:
    scorer, history = small_scorer(Blend(share, lean_items, lean_taste)), likes_of(*items)
    np.testing.assert_allclose(scorer.scores(history), _slow(scorer, history), atol=2e-5)


@pytest.mark.parametrize("seed", range(20))
def test_scores_of_random_histories_are_the_formulas(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = rng.choice(N_ITEMS, rng.integers(0, N_ITEMS), replace=False).tolist()
    profile = None if seed % 3 else normal(D, seed=seed)
    history = _weighed({item: rng.uniform(0.1, 1) for item in items}, profile)
    blend = Blend(rng.uniform(), rng.uniform(0, 9), rng.uniform(0, 9), rng.uniform(0, 4))
    scorer = small_scorer(blend)
    np.testing.assert_allclose(scorer.scores(history), _slow(scorer, history), atol=2e-5)


def test_what_is_worth_more_counts_more() -> None:
    scorer = small_scorer()
    history = _weighed({2: 3, 5: 1})
    np.testing.assert_allclose(scorer.scores(history), _slow(scorer, history), atol=2e-5)
    expected = (3 * scorer.history_factors[2] + scorer.history_factors[5]) / 4
    np.testing.assert_allclose(history_mean(scorer.history_factors, history), expected, rtol=1e-5)


@pytest.mark.parametrize("factor", [0.01, 0.5, 64.0])
def test_only_how_worths_compare_matters_to_each_part(factor: float) -> None:
    scorer, history = small_scorer(), _weighed({2: 1, 5: 0.25, 7: 0.5})
    dearer = replace(history, worth=history.worth * np.float32(factor))
    np.testing.assert_allclose(scorer.from_items(dearer), scorer.from_items(history), atol=1e-5)
    np.testing.assert_allclose(scorer.from_taste(dearer), scorer.from_taste(history), atol=1e-5)
    assert dearer.evidence == pytest.approx(factor * history.evidence)


@pytest.mark.parametrize("unit", [1e-12, 1e-6, 1e6])
def test_in_which_unit_the_item_weights_are_is_of_no_consequence(unit: float) -> None:
    scorer, history = small_scorer(), likes_of(1, 4)
    assert isinstance(scorer.item_weights, DenseWeights)
    weights = replace(scorer.item_weights, weights=scorer.item_weights.weights * np.float32(unit))
    found = replace(scorer, item_weights=weights).from_items(history)
    np.testing.assert_allclose(found, scorer.from_items(history), atol=1e-5)


BLENDS = [
    BLEND,
    Blend(0.0, 1.0, 1.0),
    Blend(1.0, 0.0, 0.0),
    Blend(0.5, math.inf, 2.0),
    Blend(0.5, math.inf, math.inf, 3.0),
    Blend(0.7, 2.0, 2.0, 4.0),
]


@pytest.mark.parametrize("blend", BLENDS)
@pytest.mark.parametrize("n", [0.0, 0.25, 1.0, 7.5, 1e6])
@pytest.mark.parametrize("has_profile", [False, True])
def test_the_weights_add_up_to_1(blend: Blend, n: float, has_profile: bool) -> None:
    weights = blend.weights(n, has_profile)
    assert sum(weights) == pytest.approx(1)
    assert all(-1e-12 <= weight <= 1 for weight in weights)


def test_the_weights_by_hand() -> None:
    assert Blend(0.25, 4.0, 2.0).weights(4) == pytest.approx((0.275, 0.125, 0.6))
    assert Blend(0.5, 2.0, 2.0, 2.0).weights(0, has_profile=True) == pytest.approx((0.5, 0, 0.5))
    assert Blend(0.5, 2.0, 2.0, 2.0).weights(2, has_profile=True) == pytest.approx(
        (0.225, 0.25, 0.525)
    )


@pytest.mark.parametrize("blend", BLENDS)
def test_without_a_history_popularity_is_all(blend: Blend) -> None:
    scorer = small_scorer(blend)
    assert blend.weights(0) == (1, 0, 0)
    assert np.array_equal(scorer.scores(likes_of()), scorer.popularity)
    seen = History.of_likes(NOTHING, np.array([1, 2]))
    assert np.array_equal(scorer.scores(seen), scorer.popularity)


def test_an_empty_history_has_neither_items_nor_taste() -> None:
    scorer = small_scorer()
    assert not scorer.from_items(likes_of()).any()
    assert not scorer.from_taste(likes_of()).any()


def test_infinite_leans_leave_popularity_alone() -> None:
    scorer = small_scorer(Blend(0.5, math.inf, math.inf))
    assert np.array_equal(scorer.scores(likes_of(1, 2, 3)), scorer.popularity)


def test_without_leans_the_corners_are_each_part_alone() -> None:
    history = likes_of(1, 2)
    items, taste = small_scorer(Blend(1.0, 0.0, 0.0)), small_scorer(Blend(0.0, 0.0, 0.0))
    assert np.array_equal(items.scores(history), items.from_items(history))
    assert np.array_equal(taste.scores(history), taste.from_taste(history))
    assert not np.allclose(items.scores(history), taste.scores(history), atol=0.1)


@pytest.mark.parametrize("lean", [0.0, 2.0, math.inf])
def test_where_the_item_weights_weigh_nothing_there_need_be_none(lean: float) -> None:
    with_some = small_scorer(Blend(0.0, lean, 1.0))
    without = replace(with_some, item_weights=None)
    for history in (likes_of(), likes_of(3, 4)):
        assert np.array_equal(without.scores(history), with_some.scores(history))
    assert not without.from_items(likes_of(3)).any()


def test_a_profile_counts_as_so_many_likes() -> None:
    profile = normal(D, seed=9)
    scorer = small_scorer(Blend(0.5, 2.0, 2.0, profile=2.0))
    nobody = _weighed({}, profile)
    taste = standardise(scorer.item_factors @ profile + scorer.item_biases)
    np.testing.assert_allclose(scorer.from_taste(nobody), taste, atol=1e-5)
    # Half of the taste is lent by the item-item part, which knows nothing of a profile.
    expected = 0.5 * scorer.popularity + 0.5 * taste
    np.testing.assert_allclose(scorer.scores(nobody), expected, atol=1e-5)


def test_a_profile_that_counts_for_nothing_leaves_popularity_alone() -> None:
    scorer = small_scorer(replace(BLEND, profile=0.0))
    nobody = _weighed({}, normal(D, seed=9))
    assert np.array_equal(scorer.scores(nobody), scorer.popularity)


def test_a_profile_is_added_to_the_mean_of_the_history() -> None:
    scorer, profile = small_scorer(), normal(D, seed=9)
    mean = history_mean(scorer.history_factors, _weighed({2: 1, 5: 1}, profile))
    expected = (scorer.history_factors[2] + scorer.history_factors[5]) / 2 + profile
    np.testing.assert_allclose(mean, expected, rtol=1e-5)
    alone = history_mean(scorer.history_factors, _weighed({}, profile))
    np.testing.assert_allclose(alone, profile)


def test_scoring_changes_nothing_in_the_scorer() -> None:
    scorer = small_scorer()
    before = scorer.popularity.copy(), scorer.item_biases.copy()
    scorer.scores(likes_of(1))
    rank(scorer.scores(likes_of()), np.array([0]))
    assert np.array_equal(scorer.popularity, before[0])
    assert np.array_equal(scorer.item_biases, before[1])


def test_a_reordered_history_is_the_same_history() -> None:
    scorer = small_scorer()
    np.testing.assert_allclose(
        scorer.scores(likes_of(1, 5, 9)), scorer.scores(likes_of(9, 1, 5)), atol=1e-6
    )


def test_a_scorer_without_items_gives_no_scores() -> None:
    nothing = np.zeros((0, 4), np.float32)
    scorer = Scorer(None, nothing, nothing, nothing[:, 0], nothing[:, 0], BLEND)
    assert scorer.n_items == 0
    assert scorer.scores(likes_of()).shape == (0,)


def test_items_that_nothing_tells_apart_are_ranked_by_popularity() -> None:
    alike = replace(
        small_scorer(),
        item_weights=None,
        item_factors=np.zeros((N_ITEMS, D), np.float32),
        item_biases=np.ones(N_ITEMS, np.float32),
    )
    assert rank(alike.scores(likes_of(4))).tolist() == rank(alike.popularity).tolist()


def test_standardised_values_have_mean_0_and_spread_1() -> None:
    values = standardise(np.random.default_rng(0).normal(1000, 7, 5000))
    assert values.dtype == np.float32
    assert abs(float(values.mean(dtype=float))) < 1e-4
    assert abs(float(values.std(dtype=float)) - 1) < 1e-4


@pytest.mark.parametrize("unit", [1e-40, 1e-30, 1e-9, 1e9, 1e37])
def test_values_in_any_unit_are_standardised_alike(unit: float) -> None:
    values = np.array([1, 2, 4, 8], np.float32)
    scaled = (values.astype(float) * unit).astype(np.float32)
    np.testing.assert_allclose(standardise(scaled), standardise(values), atol=1e-4)


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(5),
        np.full(7, 0.1),
        np.array([3.0]),
        np.full(3, 1e9),
        np.full(5, -1e-9),
        np.nextafter(np.full(4, 5, np.float32), np.array([0, 9, 0, 9], np.float32)),
    ],
)
def test_a_constant_is_standardised_to_zeros(values: NDArray[np.float64]) -> None:
    assert standardise(values).tolist() == [0.0] * len(values)


def test_nothing_is_standardised_to_nothing() -> None:
    assert standardise(np.zeros(0)).shape == (0,)


def test_standardising_leaves_its_input_alone() -> None:
    values = np.array([1, 2, 3], np.float32)
    standardise(values)
    assert values.tolist() == [1, 2, 3]
