"""RP3beta and the graph filter against their formulas, entry by entry."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import Checkerboard, random_worth, whole
from toppicks.recommenders import graph
from toppicks.recommenders.graph import GraphFilter, RP3Beta
from toppicks.recommenders.pruning import as_matrix

Array = NDArray[np.float64]


def _slow_walk(worth: sp.csr_array, alpha: float, beta: float) -> Array:
    """B_ji = (sum_u p(u|j)^alpha p(i|u)^alpha) / worth_i^beta, without the diagonal."""
    x = worth.toarray().astype(float)
    n_users, n_items = x.shape
    by_item, by_person = x.sum(axis=0), x.sum(axis=1)
    b = np.zeros((n_items, n_items))
    for j in range(n_items):
        for i in range(n_items):
            walks = [
                (x[u, j] / by_item[j]) ** alpha * (x[u, i] / by_person[u]) ** alpha
                for u in range(n_users)
                if i != j and x[u, j] and x[u, i]
            ]
            b[j, i] = sum(walks) / by_item[i] ** beta if walks else 0
    return b


@pytest.mark.parametrize("alpha", [0.4, 1.0, 1.5])
@pytest.mark.parametrize("beta", [0.0, 0.6])
def test_a_walk_is_the_formulas(alpha: float, beta: float) -> None:
    worth = random_worth(40, 14)
    found = whole(RP3Beta(alpha, beta, 99).fit(worth))
    np.testing.assert_allclose(found, _slow_walk(worth, alpha, beta), rtol=1e-4, atol=1e-7)


def test_of_a_walk_the_likeliest_origins_of_each_item_are_kept() -> None:
    worth = random_worth(40, 14, 0.3)
    everything = _slow_walk(worth, 0.7, 0.4)
    found = whole(RP3Beta(0.7, 0.4, 3).fit(worth))
    for i in range(14):
        origins = np.argsort(-everything[:, i])[:3]
        assert set(np.flatnonzero(found[:, i])) == set(origins[everything[origins, i] > 0])


def _power(sums: Array, exponent: float) -> Array:
    return np.array([total**exponent if total else 0 for total in sums])


def _spread(worth: sp.csr_array, b: Array) -> float:
    products = worth.toarray()[worth.sum(axis=1) > 0].astype(float) @ b
    return float(np.mean([row.std() for row in products]))


def _slow_filter(worth: sp.csr_array, settings: GraphFilter, d: int) -> Array:
    """The class's formula in double precision, with singular vectors by a full decomposition."""
    x = worth.toarray().astype(float)
    by_person, by_item = x.sum(axis=1), x.sum(axis=0)
    damped = _power(by_person, -settings.damping)[:, None] * x * _power(by_item, -0.5)
    s = damped.T @ damped
    np.fill_diagonal(s, 0)
    s = np.where(s > 0, s, 0) ** settings.sharpness * (s > 0)
    p = settings.popular
    s = _power(by_item, -p)[:, None] * s * _power(by_item, p)
    b = s / _spread(worth, s)
    if not settings.spectral:
        return np.asarray(b)
    normed = _power(by_person, -0.5)[:, None] * x * _power(by_item, -0.5)
    vectors = np.linalg.svd(normed)[2][:d].T
    k = np.zeros_like(s)
    for j in range(len(k)):
        for i in range(len(k)):
            lengths = np.linalg.norm(vectors[j]) * np.linalg.norm(vectors[i])
            cosine = vectors[j] @ vectors[i] / lengths if lengths > 1e-6 and i != j else 0
            k[j, i] = max(cosine, 0) ** 1.5
    k = _power(by_item, -0.2)[:, None] * k * _power(by_item, 0.2)
    return np.asarray(b + k * settings.spectral / _spread(worth, k))


@pytest.mark.parametrize("spectral", [0.0, 0.5])
@pytest.mark.parametrize(("damping", "popular", "sharpness"), [(0.5, 0.0, 1.0), (0.3, 0.4, 0.7)])
def test_a_filter_is_the_formulas(
    spectral: float, damping: float, popular: float, sharpness: float
) -> None:
    worth = random_worth(40, 16, 0.3)
    settings = GraphFilter(damping, popular, sharpness, spectral, components=5)
    found = whole(settings.fit(worth))
    np.testing.assert_allclose(found, _slow_filter(worth, settings, 5), rtol=2e-3, atol=1e-4)


def test_at_most_half_of_all_vectors_are_used() -> None:
    worth = random_worth(40, 16, 0.3)
    found = whole(GraphFilter(components=512).fit(worth))
    expected = _slow_filter(worth, GraphFilter(), 8)
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("shape", [(30, 80), (90, 60)])
def test_vectors_of_large_matrices_are_those_of_small_ones(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A matrix of two clear halves, of which the first four directions stand out.
    rng = np.random.default_rng(2)
    strong = rng.normal(size=(shape[0], 4)) @ rng.normal(size=(4, shape[1]))
    x = sp.csr_array((strong + 0.01 * rng.normal(size=shape)).astype(np.float32))
    expected = np.linalg.svd(x.toarray().astype(float))[2][:4]
    for exact in (3_000, 70, 0):
        monkeypatch.setattr(graph, "EXACT", exact)
        found = graph._right_vectors(x, 4, seed=1)
        assert found.shape == (shape[1], 4)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found @ found.T, expected.T @ expected, atol=1e-3)


def test_a_filter_may_be_made_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = random_worth(40, 16, 0.3)
    in_one = whole(GraphFilter().fit(worth))
    monkeypatch.setattr(graph, "NEAR_BLOCK", 3)
    np.testing.assert_allclose(whole(GraphFilter().fit(worth)), in_one, rtol=1e-4, atol=1e-6)


def test_only_the_nearest_in_the_spectral_space_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "NEAR", 2)
    near = GraphFilter(components=4)._neighbours(random_worth(40, 16, 0.3)).toarray()
    assert (np.count_nonzero(near, axis=0) <= 2).all()
    assert np.count_nonzero(near)


def test_too_many_items_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = random_worth(30, 12)
    with_it, without = GraphFilter().fit(worth), GraphFilter(spectral=0).fit(worth)
    assert not np.allclose(whole(with_it), whole(without))
    monkeypatch.setattr(graph, "MOST_SPECTRAL", 12)
    np.testing.assert_array_equal(whole(GraphFilter().fit(worth)), whole(with_it))
    monkeypatch.setattr(graph, "MOST_SPECTRAL", 11)
    np.testing.assert_array_equal(whole(GraphFilter().fit(worth)), whole(without))


def test_a_filter_keeps_as_many_weights_as_it_is_told() -> None:
    worth = random_worth(60, 30, 0.3)
    weights = GraphFilter(per_item=5).fit(worth)
    assert as_matrix(weights).nnz == 5 * 30
    everything = whole(GraphFilter().fit(worth))
    np.testing.assert_allclose(whole(weights).sum(axis=1), everything.sum(axis=1), rtol=1e-3)
    np.testing.assert_allclose(whole(weights).sum(axis=0), everything.sum(axis=0), rtol=1e-3)


@pytest.mark.parametrize("method", [RP3Beta(), GraphFilter(), GraphFilter(spectral=0)])
@pytest.mark.parametrize("shape", [(0, 3), (4, 3), (1, 1)])
def test_nothing_gives_weights_of_nothing(
    method: RP3Beta | GraphFilter, shape: tuple[int, int]
) -> None:
    weights = method.fit(sp.csr_array(shape, dtype=np.float32))
    assert weights.n_items == shape[1]
    assert not whole(weights).any()


@pytest.mark.parametrize("method", [RP3Beta(), GraphFilter(spectral=0)])
def test_no_walk_leads_from_one_half_to_the_other(method: RP3Beta | GraphFilter) -> None:
    world = Checkerboard()
    b = whole(method.fit(world.worth()))
    assert b[: world.half, : world.half].any()
    assert not b[: world.half, world.half :].any()
    assert not b[world.half :, : world.half].any()
