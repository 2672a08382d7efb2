"""The linear fold-in against worlds in which the answer is known."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.recommenders.fold_in import LENGTHS, RIDGE, fit_fold_in

Factors = NDArray[np.float32]


def _ridge(means: Factors, users: Factors, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal equations, a row at a time."""
    d = means.shape[1]
    gram, target = np.zeros((d, d)), np.zeros((d, d))
    for mean, user, weight in zip(means.astype(float), users.astype(float), weights, strict=True):
        gram += weight * np.outer(mean, mean)
        target += weight * np.outer(mean, user)
    ridge = RIDGE * sum(gram[f, f] for f in range(d)) / d
    return np.linalg.solve(gram + ridge * np.eye(d), target)


def _single_likes(n_users: int, n_items: int, seed: int = 0) -> sp.csr_array:
    """Everybody likes one item: then no history can be cut."""
    liked = np.random.default_rng(seed).integers(0, n_items, n_users)
    ones = np.ones(n_users, np.float32)
    return sp.csr_array((ones, (np.arange(n_users), liked)), shape=(n_users, n_items))


def _normal(*shape: int, seed: int = 1) -> Factors:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_w_is_recovered_where_users_are_linear_in_the_mean_of_their_items(exponent: float) -> None:
    likes, items, w = _single_likes(500, 40), _normal(40, 5), _normal(5, 5, seed=2)
    users = (likes @ items) @ w
    fitted = fit_fold_in(likes, items, users, exponent, seed=1)
    assert fitted.dtype == np.float32
    np.testing.assert_allclose(fitted, w, atol=0.05)
    np.testing.assert_allclose(fitted, _ridge(likes @ items, users, np.ones(500)), atol=1e-5)


def test_w_is_recovered_from_longer_histories_of_like_items() -> None:
    # Everybody's items are clones of one, so that a sub-history has the mean of the whole.
    kinds, w = _normal(6, 4), _normal(4, 4, seed=2)
    items = np.repeat(kinds, 12, axis=0)
    likes = sp.csr_array(np.kron(np.eye(6), np.ones((1, 12))).astype(np.float32))
    fitted = fit_fold_in(likes, items, kinds @ w, 0.5, seed=1)
    np.testing.assert_allclose(kinds @ fitted, kinds @ w, atol=0.15)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_each_sub_history_counts_by_its_length(exponent: float) -> None:
    # User 0 likes 12 clones of one item, user 1 a single item of another direction that overlaps.
    items = np.array([[1, 0.5]] * 12 + [[0.5, 1]], np.float32)
    likes = sp.csr_array(np.array([[1] * 12 + [0], [0] * 12 + [1]], np.float32))
    users = _normal(2, 2)
    weight_of_0 = sum(length**exponent for length in (12, *LENGTHS) if length <= 12)
    expected = _ridge(items[[0, 12]], users, np.array([weight_of_0, 1.0]))
    fitted = fit_fold_in(likes, items, users, exponent, seed=1)
    np.testing.assert_allclose(fitted, expected, atol=1e-4)


def test_sub_histories_are_fair_draws_of_each_persons_items() -> None:
    # One factor an item: W's target then counts how often each item was drawn.
    likes = sp.csr_array(np.ones((400, 4), np.float32))
    items = np.eye(4, dtype=np.float32)
    fitted = fit_fold_in(likes, items, np.ones((400, 4), np.float32), 0.0, seed=1)
    np.testing.assert_allclose(fitted / fitted.mean(), np.ones((4, 4)), atol=0.1)


def test_short_histories_are_trusted_less_than_by_full_histories_alone() -> None:
    rng = np.random.default_rng(0)
    likes = sp.csr_array((rng.random((300, 50)) < 0.2).astype(np.float32))
    items, w = _normal(50, 4), _normal(4, 4, seed=2)
    means = (likes @ items) / likes.sum(axis=1)[:, None]
    fitted = fit_fold_in(likes, items, means @ w, 0.0, seed=1)
    full = _ridge(means, means @ w, np.ones(300))
    assert np.linalg.norm(fitted) < 0.8 * np.linalg.norm(full)


def test_people_without_likes_are_passed_over() -> None:
    likes, items, users = _single_likes(50, 10), _normal(10, 3), _normal(50, 3, seed=2)
    padded = sp.csr_array(sp.vstack([likes, sp.csr_array((5, 10), dtype=np.float32)]))
    more = np.vstack([users, np.full((5, 3), 99, np.float32)])
    alone = fit_fold_in(likes, items, users, 0.5, seed=1)
    np.testing.assert_allclose(fit_fold_in(padded, items, more, 0.5, seed=1), alone, rtol=1e-5)


def test_without_any_likes_w_is_zero() -> None:
    likes = sp.csr_array((3, 10), dtype=np.float32)
    assert not fit_fold_in(likes, _normal(10, 4), _normal(3, 4), 0.5, seed=1).any()


def test_items_without_factors_give_a_zero_w() -> None:
    likes = _single_likes(5, 10)
    fitted = fit_fold_in(likes, np.zeros((10, 4), np.float32), _normal(5, 4), 0.5, seed=1)
    assert not fitted.any()


def test_the_same_seed_gives_the_same_w() -> None:
    rng = np.random.default_rng(0)
    likes = sp.csr_array((rng.random((30, 20)) < 0.4).astype(np.float32))
    items, users = _normal(20, 4), _normal(30, 4, seed=2)
    first = fit_fold_in(likes, items, users, 0.5, seed=1)
    assert np.array_equal(first, fit_fold_in(likes, items, users, 0.5, seed=1))
    assert not np.array_equal(first, fit_fold_in(likes, items, users, 0.5, seed=2))


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_items_and_people_count_by_worth(exponent: float) -> None:
    # Too few items each for any cut: the mean is weighted, and the length is the worth of it all.
    worth = sp.csr_array(np.array([[0.25, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0.5, 0]], np.float32))
    items, users = _normal(4, 2), _normal(3, 2, seed=2)
    expected = _ridge(items[:3], users, np.array([0.25, 1, 0.5]) ** exponent)
    np.testing.assert_allclose(fit_fold_in(worth, items, users, exponent, 1), expected, atol=1e-5)


@pytest.mark.parametrize("exponent", [0.0, 1.0])
def test_what_is_worth_more_counts_more_in_the_mean(exponent: float) -> None:
    # Everybody has the same two items: half of the draws of one item are of each.
    worth = sp.csr_array(np.tile(np.array([[1, 0.25]], np.float32), (4_000, 1)))
    # In one dimension no W suits both items: how much each counts decides it.
    items, user = np.array([[1], [3]], np.float32), np.array([[2]], np.float32)
    mean = (items[0] + 0.25 * items[1]) / 1.25
    rows = np.vstack([mean, items])
    weights = np.array([4_000, 2_000, 2_000]) * np.array([1.25, 1, 0.25]) ** exponent
    expected = _ridge(rows, np.repeat(user, 3, axis=0), weights)
    fitted = fit_fold_in(worth, items, np.repeat(user, 4_000, axis=0), exponent, seed=1)
    np.testing.assert_allclose(fitted, expected, rtol=0.02)
