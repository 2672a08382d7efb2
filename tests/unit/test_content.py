"""Cold items as mixes of known ones, in worlds where features say all there is to say."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import history_of, random_worth, whole
from toppicks.ingest.features import Features
from toppicks.recommenders import content as content_module
from toppicks.recommenders.content import FAIRNESS, OWN, RIDGE, Content
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.pruning import as_matrix, globally_strongest
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights

Array = NDArray[np.float64]
COLOURS, SHAPES = ("red", "green", "blue"), ("round", "square")


def _linear_world(n: int, cold: int, seed: int = 0) -> tuple[Features, NDArray[np.int64], Array]:
    """Items with a colour and a form each, of which everything about them is a sum; the last
    `cold` have no interactions.
    """
    rng = np.random.default_rng(seed)
    colour, shape = rng.integers(0, 3, n), rng.integers(0, 2, n)
    features = Features.of_sets(
        [{COLOURS[c], SHAPES[s]} for c, s in zip(colour, shape, strict=True)]
    )
    of_colour, of_shape = rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    rows = 5 + of_colour[colour] + of_shape[shape]
    counts = np.where(np.arange(n) < n - cold, 3, 0)
    return features, counts, rows


def test_known_and_cold_items_are_told_apart_by_their_interactions() -> None:
    features = Features.of_sets([{"a"}, {"b"}, {"a"}, {"b"}])
    content = Content.of(features, np.array([2, 0, 1, 0]))
    assert content.known.tolist() == [0, 2]
    assert content.cold.tolist() == [1, 3]
    assert content.mix.shape == (2, 2)
    assert content.mix.dtype == np.float32


def test_a_mix_is_the_ridge_regression_on_the_features_and_a_constant() -> None:
    features, counts, _ = _linear_world(40, 7)
    f = np.hstack([np.ones((40, 1)), features.matrix.toarray()])
    known, cold = f[:33], f[33:]
    gram = known.T @ known + RIDGE * np.eye(f.shape[1])
    expected = known @ np.linalg.inv(gram) @ cold.T
    np.testing.assert_allclose(Content.of(features, counts).mix, expected, atol=1e-5)


def test_what_the_features_say_is_said_of_cold_items() -> None:
    features, counts, rows = _linear_world(2_000, 150)
    content = Content.of(features, counts)
    extended = content.extended(rows.astype(np.float32))
    assert extended.dtype == np.float32
    np.testing.assert_allclose(extended[content.cold], rows[content.cold], atol=0.15)
    assert np.array_equal(extended[content.known], rows[content.known].astype(np.float32))


@pytest.mark.parametrize("colour", COLOURS)
def test_a_single_cold_item_is_like_those_with_its_features(colour: str) -> None:
    sets = [{COLOURS[item % 3]} for item in range(900)]
    rows = np.array([[item % 3, 10 - item % 3] for item in range(900)], np.float32)
    content = Content.of(Features.of_sets([*sets, {colour}]), np.array([1] * 900 + [0]))
    extended = content.extended(np.vstack([rows, [[99, 99]]]).astype(np.float32))
    value = COLOURS.index(colour)
    np.testing.assert_allclose(extended[900], [value, 10 - value], atol=0.15)


def test_cold_items_of_one_kind_are_all_like_that_kind() -> None:
    sets = [{COLOURS[item % 3]} for item in range(900)]
    rows = np.array([[item % 3] for item in range(904)], np.float32)
    content = Content.of(Features.of_sets([*sets, *[{"blue"}] * 4]), np.array([1] * 900 + [0] * 4))
    np.testing.assert_allclose(content.extended(rows)[900:], 2, atol=0.15)


def test_what_is_predicted_is_widened_half_way_to_what_is_known() -> None:
    # Few items with a feature: the ridge shrinks what they say.
    sets = [{COLOURS[item % 3]} for item in range(60)]
    rows = np.random.default_rng(0).normal(size=(60, 1)).astype(np.float32)
    content = Content.of(Features.of_sets(sets), np.array([1] * 51 + [0] * 9))
    known = rows[:51].astype(float)
    apart = content.mix.T @ (known - known.mean())
    wide, narrow = known.std(), np.sqrt((apart**2).mean())
    expected = known.mean() + apart * (wide / narrow) ** FAIRNESS
    np.testing.assert_allclose(content.extended(rows)[51:], expected, atol=1e-4)
    assert narrow < 0.9 * wide


def test_without_features_a_cold_item_is_the_mean_of_the_known() -> None:
    nothing = Features.of_sets([set() for _ in range(6)])
    content = Content.of(nothing, np.array([1, 1, 1, 1, 0, 0]))
    rows = np.array([[1, 8], [2, 6], [3, 4], [4, 2], [9, 9], [9, 9]], np.float32)
    np.testing.assert_allclose(content.extended(rows)[4:], [[2.5, 5]] * 2, atol=1e-5)


def test_what_is_the_same_for_all_is_so_for_cold_items() -> None:
    features, counts, _ = _linear_world(40, 7)
    extended = Content.of(features, counts).extended(np.full((40, 2), 3, np.float32))
    np.testing.assert_allclose(extended, 3, atol=1e-5)


@pytest.mark.parametrize("counts", [[1, 2, 3], [0, 0, 0]])
def test_where_nothing_is_cold_or_nothing_known_all_is_returned_as_it_is(counts: list[int]) -> None:
    content = Content.of(Features.of_sets([{"a"}, {"b"}, {"a"}]), np.array(counts))
    rows, worth = np.ones((3, 2), np.float32), random_worth(5, 3)
    weights = ItemKNN().fit(worth)
    assert content.extended(rows) is rows
    assert content.weights(weights, worth) is weights


def test_of_many_features_those_that_most_items_have_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sets = [{"common", f"rare {item}"} if item % 2 else {"often"} for item in range(12)]
    counts = np.array([1] * 10 + [0] * 2)
    monkeypatch.setattr(content_module, "MOST_FEATURES", 2)
    few = Content.of(Features.of_sets(sets), counts)
    monkeypatch.setattr(content_module, "MOST_FEATURES", 99)
    kept = [one & {"common", "often"} for one in sets]
    assert np.array_equal(few.mix, Content.of(Features.of_sets(kept), counts).mix)
    assert not np.array_equal(few.mix, Content.of(Features.of_sets(sets), counts).mix)


def _two_kinds(cold: int = 4) -> tuple[Features, sp.csr_array]:
    """Even people have red items (even rows), odd ones blue; of the last, red and blue in turn,
    nobody has any.
    """
    rng = np.random.default_rng(3)
    n, people = 60, 50
    board = rng.random((people, n)) < 0.25
    board &= (np.arange(people) % 2)[:, None] == (np.arange(n) % 2)
    board[:, n - cold :] = False
    board[np.arange(n - cold) % people, np.arange(n - cold)] = True
    colours = [{("red", "blue")[item % 2]} for item in range(n)]
    return Features.of_sets(colours), sp.csr_array(board.astype(np.float32))


METHODS = [Ease(5.0, fewest=1), Ease(5.0, fewest=4), ItemKNN(1.0, 99)]


@pytest.mark.parametrize("method", METHODS)
def test_columns_of_cold_items_are_mixes_of_known_ones(method: Ease | ItemKNN) -> None:
    features, worth = _two_kinds()
    content = Content.of(features, np.diff(sp.csc_array(worth).indptr))
    weights = method.fit(worth)
    b = whole(weights)
    sources = weights.sources if isinstance(weights, DenseWeights) else content.known
    plain = np.zeros((60, 4))
    # (B + own I) mix, for every item that a history may hold.
    for j in sources:
        plain[j] = b[j, content.known] @ content.mix
        plain[j] += OWN * content.mix[content.known.tolist().index(j)]
    history = worth.toarray().astype(float)
    wide, narrow = (history @ b)[:, content.known].std(), (history @ plain).std()
    expected = plain * (wide / narrow) ** FAIRNESS
    if isinstance(weights, SparseWeights):
        expected = np.maximum(expected, 0)
    found = whole(content.weights(weights, worth))
    np.testing.assert_allclose(found[:, content.cold], expected, rtol=1e-3, atol=1e-6)
    assert np.array_equal(found[:, content.known], b[:, content.known])
    assert not found[content.cold].any()


@pytest.mark.parametrize("method", METHODS)
def test_a_cold_item_like_a_liked_one_is_above_one_unlike_it(method: Ease | ItemKNN) -> None:
    features, worth = _two_kinds()
    content = Content.of(features, np.diff(sp.csc_array(worth).indptr))
    weights = content.weights(method.fit(worth), worth)
    for person in range(50):
        product = weights.product(history_of(worth[[person]].toarray()[0]))
        own, other = (
            content.cold[content.cold % 2 == person % 2],
            content.cold[content.cold % 2 != person % 2],
        )
        assert product[own].min() > product[other].max()


def test_of_a_cold_items_column_the_strongest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    features, worth = _two_kinds()
    content = Content.of(features, np.diff(sp.csc_array(worth).indptr))
    everything = whole(content.weights(ItemKNN(1.0).fit(worth), worth))
    monkeypatch.setattr(content_module, "NEIGHBOURS", 3)
    weights = content.weights(ItemKNN(1.0).fit(worth), worth)
    columns = whole(weights)[:, content.cold]
    assert np.count_nonzero(columns, axis=0).tolist() == [3] * 4
    np.testing.assert_allclose(
        columns.sum(axis=0), np.sort(everything[:, content.cold], axis=0)[-3:].sum(axis=0)
    )


def test_the_rest_in_rank_one_stays() -> None:
    features, worth = _two_kinds()
    content = Content.of(features, np.diff(sp.csc_array(worth).indptr))
    pruned = globally_strongest(as_matrix(ItemKNN(1.0).fit(worth)), 2)
    assert pruned.rest_from.any()
    extended = content.weights(pruned, worth)
    assert isinstance(extended, SparseWeights)
    assert np.array_equal(extended.rest_from, pruned.rest_from)
    assert np.array_equal(extended.rest_to, pruned.rest_to)


@pytest.mark.parametrize("method", METHODS)
def test_cold_items_without_features_have_finite_columns(method: Ease | ItemKNN) -> None:
    _, worth = _two_kinds()
    nothing = Features.of_sets([set() for _ in range(60)])
    content = Content.of(nothing, np.diff(sp.csc_array(worth).indptr))
    found: ItemWeights = content.weights(method.fit(worth), worth)
    b = whole(found)[:, content.cold]
    assert np.isfinite(b).all()
    # Nothing tells one from another.
    np.testing.assert_allclose(b, np.tile(b[:, :1], 4), atol=1e-6)
