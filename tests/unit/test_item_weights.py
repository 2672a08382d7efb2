"""Both kinds of item-item weights against the whole of B, for any history."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.worlds import history_of, whole
from toppicks.recommenders.protocol import standardised, times
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.standard import standardise

N_ITEMS = 7
number = st.sampled_from([0.0, 1.0, -1.0]) | st.floats(-10, 10, width=32)
some_items = st.lists(st.integers(0, N_ITEMS - 1), unique=True)
worths = hnp.arrays(
    np.float32, N_ITEMS, elements=st.just(0.0) | st.floats(0.125, 8, width=32), fill=st.just(0.0)
)


@st.composite
def dense_weights(draw: st.DrawFn) -> DenseWeights:
    sources, targets = sorted(draw(some_items)), draw(some_items)
    values = hnp.arrays(np.float32, (len(sources), len(targets)), elements=number)
    return DenseWeights(
        N_ITEMS, np.array(sources, np.int32), np.array(targets, np.int32), draw(values)
    )


@st.composite
def sparse_weights(draw: st.DrawFn) -> SparseWeights:
    rows = [draw(some_items) for _ in range(N_ITEMS)]
    lengths = [len(row) for row in rows]
    rest = hnp.arrays(np.float32, N_ITEMS, elements=number)
    nothing = st.just(np.zeros(N_ITEMS, np.float32))
    return SparseWeights(
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.array([item for row in rows for item in row], np.int32),
        weights=draw(hnp.arrays(np.float32, sum(lengths), elements=number)),
        rest_from=draw(nothing | rest),
        rest_to=draw(rest),
    )


any_weights = dense_weights() | sparse_weights()


@given(weights=any_weights, row=worths)
def test_a_product_is_that_of_the_history_and_all_of_b(
    weights: ItemWeights, row: np.typing.NDArray[np.float32]
) -> None:
    product = weights.product(history_of(row))
    assert product.dtype == np.float32
    assert product.shape == (N_ITEMS,)
    np.testing.assert_allclose(product, row.astype(float) @ whole(weights), rtol=1e-4, atol=1e-3)


@given(weights=any_weights, rows=st.lists(worths, max_size=4))
def test_a_batch_is_the_products_one_by_one(
    weights: ItemWeights, rows: list[np.typing.NDArray[np.float32]]
) -> None:
    batch = sp.csr_array(np.array(rows, np.float32).reshape(-1, N_ITEMS))
    product = times(batch, weights)
    assert product.dtype == np.float32
    assert product.shape == (len(rows), N_ITEMS)
    for row, found in zip(rows, product, strict=True):
        np.testing.assert_allclose(found, weights.product(history_of(row)), rtol=1e-4, atol=1e-3)


@given(weights=any_weights, row=worths, seed=st.integers(0, 9))
def test_the_order_of_a_history_is_of_no_consequence(
    weights: ItemWeights, row: np.typing.NDArray[np.float32], seed: int
) -> None:
    history = history_of(row)
    mixed = np.random.default_rng(seed).permutation(len(history))
    other = History(history.item_idx[mixed], history.worth[mixed], history.seen_idx)
    np.testing.assert_allclose(
        weights.product(other), weights.product(history), rtol=1e-4, atol=1e-3
    )


DENSE = DenseWeights(
    4, np.array([1, 3], np.int32), np.array([3, 0], np.int32), np.array([[1, 2], [4, 8]], "f4")
)
SPARSE = SparseWeights(
    starts=np.array([0, 0, 2, 2, 3]),
    items=np.array([3, 0, 0], np.int32),
    weights=np.array([1, 2, 8], np.float32),
    rest_from=np.array([0, 0, 0, 4], np.float32),
    rest_to=np.array([0, 0, 0.5, 1], np.float32),
)


@pytest.mark.parametrize(("weights", "expected"), [(DENSE, [18, 0, 0, 9]), (SPARSE, [18, 0, 4, 9])])
def test_a_product_by_hand(weights: ItemWeights, expected: list[float]) -> None:
    # Item 1 once and item 3 twice; item 2 says nothing.
    row = np.array([0, 1, 5, 2], np.float32)
    assert weights.product(history_of(row)).tolist() == expected
    assert times(sp.csr_array(row[None]), weights).tolist() == [expected]


@pytest.mark.parametrize("weights", [DENSE, SPARSE])
@pytest.mark.parametrize("item", [0, 2])
def test_items_that_say_nothing_give_zeros(weights: ItemWeights, item: int) -> None:
    assert weights.product(history_of(np.eye(4)[item])).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("weights", [DENSE, SPARSE])
def test_an_empty_history_gives_zeros(weights: ItemWeights) -> None:
    product = weights.product(history_of(np.zeros(4)))
    assert product.tolist() == [0, 0, 0, 0]
    assert product.dtype == np.float32


def test_weights_of_nothing_give_zeros() -> None:
    none = np.zeros(0, np.int32)
    for weights in (
        DenseWeights(3, none, none, np.zeros((0, 0), np.float32)),
        SparseWeights(np.zeros(4, np.int64), none, np.zeros(0, "f4"), *np.zeros((2, 3), "f4")),
    ):
        assert weights.product(history_of(np.ones(3))).tolist() == [0, 0, 0]
        assert times(sp.csr_array(np.ones((2, 3), np.float32)), weights).tolist() == [[0] * 3] * 2


@given(
    rows=hnp.arrays(np.float32, (4, 6), elements=number),
    unit=st.sampled_from([1.0, 1e-9, 1e-20, 1e9]),
)
def test_a_batch_is_standardised_as_one_row_is(
    rows: np.typing.NDArray[np.float32], unit: float
) -> None:
    scores = rows * np.float32(unit)
    z = standardised(scores)
    assert z.dtype == np.float32
    for one, row in zip(z, scores, strict=True):
        np.testing.assert_allclose(one, standardise(row), atol=2e-3)


def test_in_a_batch_too_noise_is_no_preference_and_little_is() -> None:
    noise = np.nextafter(np.full(4, 5, np.float32), np.array([0, 9, 0, 9], np.float32))
    little = np.array([1, 1.0001, 1, 1.0001], np.float32)
    z = standardised(np.array([noise, little, np.zeros(4)], np.float32))
    np.testing.assert_allclose(z, [[0] * 4, [-1, 1, -1, 1], [0] * 4], atol=1e-2)


@given(weights=any_weights, sources=some_items, targets=st.lists(st.integers(0, N_ITEMS - 1)))
def test_some_of_b_and_its_rows_means_are_those_of_all_of_b(
    weights: ItemWeights, sources: list[int], targets: list[int]
) -> None:
    found = weights.between(np.array(sources, np.int32), np.array(targets, np.int32))
    assert found.shape == (len(sources), len(targets))
    np.testing.assert_allclose(
        found, whole(weights)[np.ix_(sources, targets)].reshape(found.shape), rtol=1e-5, atol=1e-4
    )
    np.testing.assert_allclose(weights.row_means, whole(weights).mean(axis=1), atol=1e-5)
    assert weights.row_means is weights.row_means


@given(weights=any_weights, sources=some_items, data=st.data())
def test_rows_of_columns_beside_b_are_those_of_the_same_items(
    weights: ItemWeights, sources: list[int], data: st.DataObject
) -> None:
    rows = len(weights.sources) if isinstance(weights, DenseWeights) else N_ITEMS
    columns = data.draw(hnp.arrays(np.float32, (rows, 2), elements=number))
    known = weights.sources.tolist() if isinstance(weights, DenseWeights) else list(range(N_ITEMS))
    found = weights.rows_of(columns, np.array(sources, np.int32))
    assert found.shape == (len(sources), 2)
    for row, source in zip(found, sources, strict=True):
        expected = columns[known.index(source)] if source in known else np.zeros(2)
        assert row.tolist() == expected.tolist()
