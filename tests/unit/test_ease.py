"""EASE against its formula, by another inverse in twice the precision."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import random_worth, whole
from toppicks.recommenders import ease, pruning
from toppicks.recommenders.ease import Ease, damped
from toppicks.scoring.item_weights import DenseWeights, SparseWeights

Array = NDArray[np.float64]


def _dense(settings: Ease, worth: sp.csr_array) -> DenseWeights:
    weights = settings.fit(worth)
    assert isinstance(weights, DenseWeights)
    return weights


def _slow(worth: sp.csr_array, settings: Ease) -> Array:
    """B_ij = -P_ij / P_jj with P = (X'X + ridge s I + d / (1 - d) diag(X'X))^-1, a row at a time.

    s is what damping makes of the squares.
    """
    x = worth.toarray().astype(np.float64)
    known = [j for j in range(x.shape[1]) if x[:, j].sum() >= settings.fewest]
    damp = np.array([row / max(row.sum(), 1e-9) ** (settings.damping / 2) for row in x])
    gram = damp[:, known].T @ damp[:, known]
    squares = float((x[:, known] ** 2).sum())
    ridge = settings.ridge * (float((damp[:, known] ** 2).sum()) / squares if squares else 0)
    odds = settings.dropout / (1 - settings.dropout)
    p = np.linalg.inv(gram + ridge * np.eye(len(known)) + odds * np.diag(np.diag(gram)))
    b = np.zeros((x.shape[1], x.shape[1]))
    for row, i in enumerate(known):
        for column, j in enumerate(known):
            b[i, j] = -p[row, column] / p[column, column] if i != j else 0
    return b


@pytest.mark.parametrize("ridge", [1.0, 30.0])
@pytest.mark.parametrize("dropout", [0.0, 0.6])
@pytest.mark.parametrize("fewest", [1, 6])
def test_weights_are_the_formulas(ridge: float, dropout: float, fewest: int) -> None:
    worth = random_worth(60, 25)
    settings = Ease(ridge, dropout, 0.0, fewest)
    expected = _slow(worth, settings)
    np.testing.assert_allclose(whole(settings.fit(worth)), expected, atol=2e-5)
    assert np.abs(expected).max() > 0.01


@pytest.mark.parametrize("damping", [0.3, 1.0])
def test_who_rated_much_is_damped(damping: float) -> None:
    worth = random_worth(60, 25, 0.3)
    settings = Ease(10.0, 0.3, damping, 1)
    np.testing.assert_allclose(whole(settings.fit(worth)), _slow(worth, settings), atol=2e-5)
    undamped = whole(Ease(10.0, 0.3, 0.0, 1).fit(worth))
    assert not np.allclose(whole(settings.fit(worth)), undamped, atol=1e-3)


def test_rows_are_divided_by_a_power_of_their_sum() -> None:
    worth = sp.csr_array(np.array([[1, 3, 0], [0, 0, 0], [0, 0, 9]], np.float32))
    assert damped(worth, 1.0).toarray().tolist() == [[0.5, 1.5, 0], [0, 0, 0], [0, 0, 3]]
    assert damped(worth, 0.0) is worth


def test_a_mirror_of_many_strips_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = random_worth(60, 25)
    in_one = _dense(Ease(10.0), worth).weights
    for strip in (1, 7, 25):
        monkeypatch.setattr(ease, "STRIP", strip)
        assert np.array_equal(_dense(Ease(10.0), worth).weights, in_one)


def test_items_with_less_worth_than_the_fewest_are_left_out() -> None:
    worth = sp.csr_array(np.array([[1, 0.5, 0, 1], [1, 0.5, 0, 0]], np.float32))
    weights = _dense(Ease(fewest=2), worth)
    assert weights.sources.tolist() == [0]
    assert Ease(fewest=1).items(worth).tolist() == [0, 1, 3]
    assert weights.n_items == 4


def test_weights_are_by_rows_and_of_single_precision() -> None:
    weights = _dense(Ease(10.0), random_worth(60, 25))
    assert weights.weights.dtype == np.float32
    assert weights.weights.flags.c_contiguous
    assert not weights.weights.diagonal().any()
    assert (np.diff(weights.sources) > 0).all()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (4, 3), (3, 0)])
def test_nothing_gives_weights_of_nothing(shape: tuple[int, int]) -> None:
    weights = Ease().fit(sp.csr_array(shape, dtype=np.float32))
    assert weights.n_items == shape[1]
    assert weights.weights.size == 0


def test_without_a_ridge_what_cannot_be_inverted_is_named() -> None:
    # Two items that the same person has.
    worth = sp.csr_array(np.array([[1, 1]], np.float32))
    with pytest.raises(ValueError, match="a ridge above 0"):
        Ease(ridge=0.0, fewest=1).fit(worth)


def test_what_was_given_is_not_changed() -> None:
    worth = random_worth(60, 25)
    before = worth.copy()
    Ease(10.0, 0.5, 0.5).fit(worth)
    assert np.array_equal(worth.toarray(), before.toarray())


@pytest.mark.parametrize("fewest", [1, 8])
def test_of_many_items_the_strongest_weights_are_kept(
    fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth = random_worth(60, 25, 0.25)
    settings = Ease(10.0, fewest=fewest)
    everything, n = whole(settings.fit(worth)), len(settings.items(worth))
    monkeypatch.setattr(ease, "DENSE_ITEMS", n - 1)
    monkeypatch.setattr(pruning, "PER_ITEM", 5)
    pruned = settings.fit(worth)
    assert isinstance(pruned, SparseWeights)
    found = whole(pruned)
    kept = found != 0
    assert np.count_nonzero(kept) == 5 * n
    assert np.array_equal(found[kept], everything[kept])
    # By size: a strong reason against an item is one too.
    assert np.abs(everything[kept]).min() >= np.abs(everything[~kept]).max()
    assert (found < 0).any()
    monkeypatch.setattr(ease, "DENSE_ITEMS", n)
    assert isinstance(settings.fit(worth), DenseWeights)
