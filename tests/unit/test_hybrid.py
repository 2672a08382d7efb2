"""LightFM on a checkerboard: two groups of people, two halves of the catalogue."""

from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pytest
import scipy.sparse as sp

from tests.worlds import Checkerboard
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, fit_hybrid

SETTINGS = HybridSettings(components=6, epochs=12)
WORLD = Checkerboard()
N_USERS = WORLD.people + WORLD.strangers


def _features() -> Features:
    halves = [{"genre:Red"}] * WORLD.half + [{"genre:Blue"}] * WORLD.half
    return Features.of_sets([*halves, {"genre:Red"}, {"genre:Blue"}])


def _people() -> Features:
    return Features.of_sets([{f"group:{person % 2}"} for person in range(N_USERS)])


def _nothing(n: int) -> Features:
    return Features.of_sets([set() for _ in range(n)])


def _fit(
    seed: int = 1, settings: HybridSettings = SETTINGS, people: Features | None = None
) -> Hybrid:
    return fit_hybrid(WORLD.worth(), _features(), people, settings=settings, seed=seed)


@pytest.fixture(scope="module")
def hybrid() -> Hybrid:
    return _fit()


def test_each_groups_top_is_its_own_half(hybrid: Hybrid) -> None:
    scores = hybrid.user_factors @ hybrid.item_factors.T + hybrid.item_biases
    for person in range(WORLD.people):
        top = np.argsort(-scores[person, : 2 * WORLD.half])[:5]
        assert set(top.tolist()) <= WORLD.own(person)


@pytest.mark.parametrize("people", [None, _people()])
def test_shapes_and_types_are_as_documented(people: Features | None) -> None:
    d = SETTINGS.components
    arrays = astuple(_fit(people=people))
    assert [array.shape for array in arrays] == [
        (WORLD.n_items, d),
        (WORLD.n_items,),
        (N_USERS, d),
        (2 if people else 0, d),
        (N_USERS, d),
    ]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert all(np.isfinite(array).all() for array in arrays)


def test_a_persons_factors_are_their_own_and_their_features() -> None:
    people = _people()
    fitted = _fit(people=people)
    both = fitted.identity_factors + people.matrix @ fitted.profile_factors
    np.testing.assert_allclose(fitted.user_factors, both, atol=1e-6)
    assert np.abs(fitted.profile_factors).max() > 0.1


def test_without_user_features_all_is_a_persons_own(hybrid: Hybrid) -> None:
    assert np.array_equal(hybrid.user_factors, hybrid.identity_factors)


def test_user_features_that_nobody_has_change_nothing(hybrid: Hybrid) -> None:
    for array, same in zip(astuple(hybrid), astuple(_fit(people=_nothing(N_USERS))), strict=True):
        assert np.array_equal(array, same)


def test_the_same_seed_gives_identical_arrays(hybrid: Hybrid) -> None:
    for array, same in zip(astuple(hybrid), astuple(_fit()), strict=True):
        assert np.array_equal(array, same)
    assert not np.array_equal(hybrid.item_factors, _fit(seed=2).item_factors)


def test_items_have_something_of_their_own_beside_their_features(hybrid: Hybrid) -> None:
    assert len(np.unique(hybrid.item_factors[: WORLD.half], axis=0)) == WORLD.half


def test_items_without_features_are_learnt_too() -> None:
    fitted = fit_hybrid(WORLD.worth(), _nothing(WORLD.n_items), None, settings=SETTINGS, seed=1)
    scores = fitted.user_factors @ fitted.item_factors.T + fitted.item_biases
    red, blue = scores[:, : WORLD.half], scores[:, WORLD.half : 2 * WORLD.half]
    even = np.arange(WORLD.people) % 2 == 0
    assert (red.mean(axis=1) > blue.mean(axis=1))[: WORLD.people].tolist() == even.tolist()


def test_every_epoch_is_told_of_with_what_has_been_learnt() -> None:
    told: list[tuple[int, Hybrid]] = []

    def look(epoch: int, learnt: Callable[[], Hybrid]) -> None:
        told.append((epoch, learnt()))

    last = fit_hybrid(WORLD.worth(), _features(), None, settings=SETTINGS, seed=1, on_epoch=look)
    assert [epoch for epoch, _ in told] == list(range(1, SETTINGS.epochs + 1))
    shorter = _fit(settings=HybridSettings(components=6, epochs=4))
    # A look keeps what was known then: nothing learnt later changes it.
    assert np.array_equal(told[3][1].item_factors, shorter.item_factors)
    assert np.array_equal(told[-1][1].item_factors, last.item_factors)


def test_a_look_may_end_the_training() -> None:
    class _Enough(Exception):
        pass

    def look(epoch: int, learnt: Callable[[], Hybrid]) -> None:
        if epoch == 3:
            raise _Enough

    with pytest.raises(_Enough):
        fit_hybrid(WORLD.worth(), _features(), None, settings=SETTINGS, seed=1, on_epoch=look)


def test_without_worth_there_is_nothing_to_learn_from() -> None:
    worth = sp.csr_array((3, 4), dtype=np.float32)
    with pytest.raises(ValueError, match="nothing to learn from"):
        fit_hybrid(worth, _nothing(4), None, settings=SETTINGS, seed=1)


def test_one_person_and_one_item_are_a_world_too() -> None:
    worth = sp.csr_array(np.ones((1, 1), np.float32))
    fitted = fit_hybrid(worth, _nothing(1), None, settings=SETTINGS, seed=1)
    assert np.isfinite(fitted.item_factors).all()


def test_a_feature_counts_by_its_weight() -> None:
    def apart(weight: float) -> float:
        """How far the halves' means are apart after an epoch, beside the spread within them."""
        settings = HybridSettings(components=6, epochs=1, feature_weight=weight)
        factors = _fit(settings=settings).item_factors
        red, blue = factors[: WORLD.half], factors[WORLD.half : 2 * WORLD.half]
        between = np.linalg.norm(red.mean(axis=0) - blue.mean(axis=0))
        return float(between / red.std(axis=0).mean())

    assert apart(3.0) > 2 * apart(0.01)


def test_a_positive_counts_by_its_worth() -> None:
    one = HybridSettings(components=6, epochs=1)
    worth = WORLD.worth()
    full = fit_hybrid(worth, _features(), None, settings=one, seed=1).item_biases
    little = fit_hybrid(worth * 0.01, _features(), None, settings=one, seed=1).item_biases
    assert np.abs(little).max() < 0.1 * np.abs(full).max()


def test_what_was_given_is_not_changed() -> None:
    worth, people = WORLD.worth(), _people()
    before = worth.copy(), people.matrix.copy()
    fit_hybrid(worth, _features(), people, settings=SETTINGS, seed=1)
    assert np.array_equal(worth.toarray(), before[0].toarray())
    assert np.array_equal(people.matrix.toarray(), before[1].toarray())
