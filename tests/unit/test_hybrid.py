"""LightFM on a checkerboard: two groups of people, two halves of the catalogue."""

from dataclasses import astuple

import numpy as np
import pytest
import scipy.sparse as sp

from toppicks.ids import IdMap
from toppicks.ingest.catalogue import Catalogue
from toppicks.ingest.features import ItemFeatures, item_features
from toppicks.recommenders.formula import Choice, fit_scorer
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, fit_hybrid
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank

SETTINGS = HybridSettings(components=6, epochs=12)
N_USERS, HALF = 40, 12


def _checkerboard() -> sp.csr_array:
    """Even people like eight of the first half of the items, odd ones of the second; 2 are cold."""
    rng = np.random.default_rng(0)
    board = np.zeros((N_USERS, 2 * HALF + 2), np.float32)
    for user in range(N_USERS):
        board[user, user % 2 * HALF + rng.choice(HALF, 8, replace=False)] = 1
    return sp.csr_array(board)


def _features() -> ItemFeatures:
    genres = [["Red"]] * HALF + [["Blue"]] * HALF + [["Red"], ["Blue"]]
    return item_features(Catalogue(IdMap(str(n) for n in range(2 * HALF + 2)), {"genres": genres}))


def _nothing(n_items: int) -> ItemFeatures:
    return item_features(Catalogue(IdMap(str(n) for n in range(n_items))))


def _fit(seed: int = 1, settings: HybridSettings = SETTINGS) -> Hybrid:
    likes = _checkerboard()
    return fit_hybrid(likes, _features(), likes.sum(axis=0) == 0, settings=settings, seed=seed)


@pytest.fixture(scope="module")
def hybrid() -> Hybrid:
    return _fit()


def test_each_groups_top_is_its_own_half(hybrid: Hybrid) -> None:
    likes = _checkerboard()
    scorer = fit_scorer(hybrid, likes, Choice(lean=1.0), seed=1)
    for user in range(N_USERS):
        liked = likes.indices[likes.indptr[user] : likes.indptr[user + 1]]
        top = rank(scorer.scores(History.of_likes(liked, liked)), liked, 4)
        own = range(user % 2 * HALF, user % 2 * HALF + HALF)
        assert set(top.tolist()) <= {*own, 2 * HALF + user % 2}


def test_one_like_is_enough_to_tell_the_halves_apart(hybrid: Hybrid) -> None:
    scorer = fit_scorer(hybrid, _checkerboard(), Choice(lean=0.0), seed=1)
    for item in range(2 * HALF):
        liked = np.array([item])
        top = rank(scorer.scores(History.of_likes(liked, liked)), liked, 8)
        assert {min(int(one), 2 * HALF - 1) // HALF for one in top if one < 2 * HALF} == {
            item // HALF
        }


def test_shapes_and_types_are_as_documented(hybrid: Hybrid) -> None:
    n_items, d = 2 * HALF + 2, SETTINGS.components
    assert [array.shape for array in astuple(hybrid)] == [
        (n_items, d),
        (n_items,),
        (N_USERS, d),
        (2, d),
        (2,),
    ]
    assert {array.dtype for array in astuple(hybrid)} == {np.dtype(np.float32)}
    assert all(np.isfinite(array).all() for array in astuple(hybrid))


def test_the_same_seed_gives_identical_arrays(hybrid: Hybrid) -> None:
    for array, same in zip(astuple(hybrid), astuple(_fit()), strict=True):
        assert np.array_equal(array, same)
    assert not np.array_equal(hybrid.item_factors, _fit(seed=2).item_factors)


def test_cold_items_are_represented_by_their_features_alone(hybrid: Hybrid) -> None:
    # The features are decoded in the order of their names: Blue, Red.
    assert _features().names == ("genre:Blue", "genre:Red")
    np.testing.assert_array_equal(hybrid.item_factors[-2:], hybrid.feature_factors[::-1])
    np.testing.assert_array_equal(hybrid.item_biases[-2:], hybrid.feature_biases[::-1])


def test_other_items_have_something_of_their_own(hybrid: Hybrid) -> None:
    own = hybrid.item_factors[:HALF] - hybrid.feature_factors[1]
    assert (np.abs(own).max(axis=1) > 0.01).all()
    assert len(np.unique(hybrid.item_factors[:HALF], axis=0)) == HALF


def test_cold_items_without_features_are_zero() -> None:
    likes = _checkerboard()
    cold = likes.sum(axis=0) == 0
    fitted = fit_hybrid(likes, _nothing(likes.shape[1]), cold, settings=SETTINGS, seed=1)
    assert not fitted.item_factors[cold].any()
    assert not fitted.item_biases[cold].any()
    assert fitted.item_factors[~cold].any(axis=1).all()
    assert fitted.feature_factors.shape == (0, SETTINGS.components)


def test_every_epoch_is_told_of() -> None:
    told: list[int] = []
    likes = _checkerboard()
    cold = np.zeros(likes.shape[1], bool)
    fit_hybrid(likes, _features(), cold, settings=SETTINGS, seed=1, on_epoch=lambda: told.append(1))
    assert len(told) == SETTINGS.epochs


def test_without_a_like_there_is_nothing_to_learn_from() -> None:
    likes = sp.csr_array((3, 4), dtype=np.float32)
    with pytest.raises(ValueError, match="not one like"):
        fit_hybrid(likes, _nothing(4), np.ones(4, bool), settings=SETTINGS, seed=1)


def test_one_person_and_one_item_are_a_world_too() -> None:
    likes = sp.csr_array(np.ones((1, 1), np.float32))
    fitted = fit_hybrid(likes, _nothing(1), np.zeros(1, bool), settings=SETTINGS, seed=1)
    assert np.isfinite(fitted.item_factors).all()


def test_a_feature_counts_by_its_weight() -> None:
    light = _fit(settings=HybridSettings(components=6, epochs=1, feature_weight=0.01))
    heavy = _fit(settings=HybridSettings(components=6, epochs=1, feature_weight=1.0))
    assert np.abs(light.feature_factors).max() < 0.1 * np.abs(heavy.feature_factors).max()
