"""Pruned products against dense ones, and what stands in for the weights that are cut."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tests.worlds import random_worth, whole
from toppicks.recommenders import pruning
from toppicks.recommenders.pruning import (
    active_items,
    as_matrix,
    globally_strongest,
    largest_of_all,
    pruned_product,
    sparse_weights,
    spread_out,
    strongest,
)

Matrix = NDArray[np.float32]
Indices = NDArray[np.integer]
number = st.sampled_from([0.0, 1.0, -1.0]) | st.integers(-40, 40).map(lambda n: n / 8)


def _unchanged(values: Matrix, i: Indices, j: Indices) -> Matrix:
    return values


def _slow(b: NDArray[np.float64], neighbours: int) -> NDArray[np.float64]:
    """The largest positive of each column beside the diagonal, sorted; 0 where there are fewer."""
    kept = np.zeros((neighbours, len(b)))
    for i in range(len(b)):
        column = sorted((b[j, i] for j in range(len(b)) if j != i and b[j, i] > 0), reverse=True)
        kept[: len(column), i] = column[:neighbours]
    return kept


def _sorted_columns(found: NDArray[np.float64], neighbours: int) -> NDArray[np.float64]:
    columns = np.zeros((max(neighbours, len(found)), len(found)))
    columns[: len(found)] = -np.sort(-found, axis=0)
    assert not columns[neighbours:].any()
    return columns[:neighbours]


@given(
    left=hnp.arrays(np.float32, (6, 4), elements=number),
    right=hnp.arrays(np.float32, (4, 6), elements=number),
    neighbours=st.integers(1, 8),
    height=st.integers(1, 7),
)
def test_a_pruned_product_is_the_strongest_of_the_dense_one(
    left: Matrix, right: Matrix, neighbours: int, height: int
) -> None:
    before = left.copy(), right.copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "BLOCK_BYTES", height * 4 * 6)
        pruned = pruned_product(sp.csr_array(left), sp.csr_array(right), neighbours, _unchanged)
    found, dense = pruned.toarray(), (left @ right).astype(float)
    # Eighths are exact, so that every entry is one of the product's, and in its place.
    assert np.array_equal(found[found != 0], dense[found != 0])
    assert not found.diagonal().any()
    assert (found >= 0).all()
    np.testing.assert_array_equal(_sorted_columns(found, neighbours), _slow(dense, neighbours))
    assert np.array_equal(left, before[0])
    assert np.array_equal(right, before[1])


@pytest.mark.parametrize("in_place", [True, False])
def test_entries_are_changed_with_the_two_items_that_they_are_about(
    in_place: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth = random_worth(20, 9)
    to_score, of_history = np.arange(1, 10, dtype=np.float32), 2 ** np.arange(9, dtype=np.float32)

    def scaled(values: Matrix, i: Indices, j: Indices) -> Matrix:
        assert values.shape == i.shape == j.shape
        assert np.all(values)
        changed = values if in_place else values.copy()
        changed *= to_score[i] * of_history[j]
        return changed

    expected = (worth.T @ worth).toarray() * to_score * of_history[:, None]
    np.fill_diagonal(expected, 0)
    for height in (1, 2, 4, 9, 100):
        monkeypatch.setattr(pruning, "BLOCK_BYTES", height * 4 * 9)
        found = pruned_product(sp.csr_array(worth.T), worth, 99, scaled).toarray()
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("neighbours", [1, 3, 99])
def test_what_is_kept_is_the_strongest_as_it_was_changed(neighbours: int) -> None:
    worth = random_worth(20, 9, 0.4)

    def turned(values: Matrix, i: Indices, j: Indices) -> Matrix:
        return np.asarray(np.where((i + j) % 3, 1 / values, -values), np.float32)

    product = (worth.T @ worth).toarray().astype(float)
    mixed = np.add.outer(np.arange(9), np.arange(9)) % 3 > 0
    expected = np.where(mixed & (product > 0), 1 / np.maximum(product, 1e-9), -product)
    found = pruned_product(sp.csr_array(worth.T), worth, neighbours, turned).toarray()
    np.testing.assert_allclose(
        _sorted_columns(found, neighbours), _slow(expected, neighbours), rtol=1e-6
    )
    np.testing.assert_allclose(found[found != 0], expected[found != 0], rtol=1e-6)


def test_the_strongest_of_each_row_are_kept_in_their_places() -> None:
    block = np.array([[3, 1, 2, 0], [0, -1, 0, 5], [-1, -2, -3, -4]], np.float32)
    assert strongest(block, 2).toarray().tolist() == [[3, 0, 2, 0], [0, 0, 0, 5], [0, 0, 0, 0]]
    assert strongest(block, 2).nnz == 3


@pytest.mark.parametrize("neighbours", [4, 5, 99])
def test_all_positive_ones_are_kept_where_there_is_room(neighbours: int) -> None:
    block = np.array([[3, 1, -2, 0]], np.float32)
    assert strongest(block, neighbours).toarray().tolist() == [[3, 1, 0, 0]]


def test_of_equals_at_the_border_the_same_are_kept_every_time() -> None:
    block = np.ones((3, 50), np.float32)
    first = strongest(block, 7)
    assert np.diff(first.indptr).tolist() == [7, 7, 7]
    assert np.array_equal(first.toarray(), strongest(block.copy(), 7).toarray())


def test_items_that_something_is_known_of_are_active() -> None:
    worth = sp.csr_array(np.array([[0, 1, 0, 2], [0, 1, 0, 0]], np.float32))
    assert active_items(worth).tolist() == [1, 3]
    assert active_items(sp.csr_array((2, 3), dtype=np.float32)).tolist() == []


def test_weights_among_some_are_put_in_their_places_among_all() -> None:
    among = sp.csr_array(np.array([[0, 2], [3, 0]], np.float32))
    weights = spread_out(among, np.array([1, 3]), 5)
    expected = np.zeros((5, 5))
    expected[1, 3], expected[3, 1] = 2, 3
    assert np.array_equal(whole(weights), expected)
    assert not weights.rest_from.any()


@given(
    weights=hnp.arrays(np.float32, (5, 5), elements=number),
    per_item=st.integers(1, 6),
)
def test_of_all_dense_weights_the_largest_by_size_are_kept(weights: Matrix, per_item: int) -> None:
    before, items = weights.copy(), np.array([0, 2, 3, 6, 7])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "PER_ITEM", per_item)
        sparse = largest_of_all(weights, items, 9)
    assert np.array_equal(weights, before)
    sizes = sorted((abs(float(weight)) for weight in weights.ravel()), reverse=True)
    border = sizes[min(5 * per_item, 25) - 1]
    # Of both signs, and of equals at the border all.
    expected = np.zeros((9, 9))
    for row, j in enumerate(items):
        for column, i in enumerate(items):
            expected[j, i] = weights[row, column] if abs(weights[row, column]) >= border else 0
    assert np.array_equal(whole(sparse), expected)
    assert np.count_nonzero(sparse.weights) == len(sparse.weights)
    assert not sparse.rest_from.any()
    assert not sparse.rest_to.any()


@given(
    matrix=hnp.arrays(np.float32, (8, 8), elements=st.just(0.0) | st.floats(0.125, 9, width=32)),
    per_item=st.integers(1, 9),
)
def test_what_is_cut_leaves_the_sums_of_rows_and_columns(matrix: Matrix, per_item: int) -> None:
    weights = globally_strongest(sp.csr_array(matrix), per_item)
    b = whole(weights)
    np.testing.assert_allclose(b.sum(axis=0), matrix.sum(axis=0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(b.sum(axis=1), matrix.sum(axis=1), rtol=1e-4, atol=1e-4)


def test_the_strongest_of_the_whole_matrix_are_kept_wherever_they_are() -> None:
    matrix = np.array([[0, 9, 8], [7, 0, 1], [2, 1, 0]], np.float32)
    weights = globally_strongest(sp.csr_array(matrix), 1)
    assert as_matrix(weights).toarray().tolist() == [[0, 9, 8], [7, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(weights.rest_from, [0, 1, 3], atol=1e-6)
    np.testing.assert_allclose(weights.rest_to, [0.5, 0.25, 0.25], atol=1e-6)


def test_nothing_is_left_over_where_there_is_room_for_all() -> None:
    matrix = random_worth(6, 6, 0.5)
    weights = globally_strongest(matrix, 6)
    assert np.array_equal(whole(weights), matrix.toarray())
    assert not weights.rest_from.any()
    assert not weights.rest_to.any()


def test_sparse_weights_are_a_matrix_by_rows() -> None:
    matrix = random_worth(5, 5, 0.5)
    weights = sparse_weights(matrix)
    assert [weights.starts.dtype, weights.items.dtype] == [np.int64, np.int32]
    assert np.array_equal(as_matrix(weights).toarray(), matrix.toarray())
    assert np.array_equal(whole(weights), matrix.toarray())
