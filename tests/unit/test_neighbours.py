"""Neighbours among items and among people, against loops."""

import math

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import random_worth, whole
from toppicks.recommenders import neighbours as neighbours_module
from toppicks.recommenders.neighbours import ItemKNN, UserKNN

Array = NDArray[np.float64]


def _cosine(a: Array, b: Array, shrinkage: float) -> float:
    lengths = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b))
    return float(a @ b) / (lengths + shrinkage + 1e-9)


def _slow_items(worth: sp.csr_array, settings: ItemKNN) -> Array:
    x = worth.toarray().astype(float)
    n = x.shape[1]
    b = np.zeros((n, n))
    for i in range(n):
        near = [_cosine(x[:, j], x[:, i], settings.shrinkage) * (i != j) for j in range(n)]
        for j in sorted(range(n), key=lambda j: -near[j])[: settings.neighbours]:
            b[j, i] = near[j]
    return b


@pytest.mark.parametrize("shrinkage", [0.0, 2.0, 50.0])
@pytest.mark.parametrize("neighbours", [1, 4, 99])
def test_weights_are_shrunk_cosines_of_the_nearest_to_each_item(
    shrinkage: float, neighbours: int
) -> None:
    worth = random_worth(50, 12)
    settings = ItemKNN(shrinkage, neighbours)
    np.testing.assert_allclose(whole(settings.fit(worth)), _slow_items(worth, settings), atol=1e-6)


def test_an_item_of_nobodys_has_no_neighbours_and_is_none() -> None:
    worth = sp.csr_array(np.array([[1, 1, 0, 1], [1, 0, 0, 1]], np.float32))
    b = whole(ItemKNN(0.0).fit(worth))
    assert not b[2].any()
    assert not b[:, 2].any()
    np.testing.assert_allclose(b[0, 3], 1, atol=1e-6)


def _slow_people(learnt: Array, history: Array, user_idx: int, settings: UserKNN) -> Array:
    near = [_cosine(history, other, settings.shrinkage) for other in learnt]
    if user_idx >= 0:
        near[user_idx] = 0
    nearest = sorted(range(len(near)), key=lambda other: -near[other])[: settings.neighbours]
    return np.asarray(sum(near[other] * learnt[other] for other in nearest))


@pytest.mark.parametrize("shrinkage", [0.0, 3.0])
@pytest.mark.parametrize("neighbours", [1, 5, 99])
def test_scores_are_the_likes_of_the_people_most_alike(shrinkage: float, neighbours: int) -> None:
    # Continuous worths, so that no two people are equally near.
    rng = np.random.default_rng(1)
    worth = random_worth(30, 15, 0.3)
    worth.data[:] = rng.uniform(0.1, 1, worth.nnz)
    settings = UserKNN(shrinkage, neighbours)
    fitted = settings.fit(worth)
    asked = sp.csr_array(sp.vstack([worth[[3, 17]], random_worth(1, 15, 0.4, 9)]))
    found = fitted.scores(asked, np.array([3, 17, -1]))
    learnt = worth.toarray().astype(float)
    for row, user_idx in enumerate([3, 17, -1]):
        expected = _slow_people(learnt, asked.toarray()[row].astype(float), user_idx, settings)
        np.testing.assert_allclose(found[row], expected, atol=1e-5)


def test_people_may_be_compared_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    worth, people = random_worth(30, 12), np.arange(30)
    fitted = UserKNN(neighbours=4).fit(worth)
    in_one = fitted.scores(worth, people)
    for cells in (1, 30 * 7, 30 * 30):
        monkeypatch.setattr(neighbours_module, "MOST_CELLS", cells)
        np.testing.assert_allclose(fitted.scores(worth, people), in_one, rtol=1e-5)


def test_nobody_is_their_own_neighbour() -> None:
    worth = sp.csr_array(np.array([[1, 0, 1], [0, 1, 0]], np.float32))
    fitted = UserKNN(0.0).fit(worth)
    assert not fitted.scores(worth[[0]], np.array([0])).any()
    assert fitted.scores(worth[[0]], np.array([-1])).tolist() == [pytest.approx([1, 0, 1])]


def test_without_anybody_there_are_no_neighbours() -> None:
    fitted = UserKNN().fit(sp.csr_array((0, 3), dtype=np.float32))
    asked = sp.csr_array(np.ones((2, 3), np.float32))
    assert fitted.scores(asked, np.array([-1, -1])).tolist() == [[0] * 3] * 2
