"""Cold items as mixes of known ones, in worlds where features say all there is to say."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import history_of, random_worth, whole
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders import content as content_module
from toppicks.recommenders import pruning
from toppicks.recommenders.content import FAIRNESS, LEAST_SPREAD, RIDGE, Content
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.pruning import as_matrix, globally_strongest, largest_of_all
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.mixing import OWN

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
    mix = content.mix()
    assert mix.shape == (2, 2)
    assert mix.dtype == np.float32


def test_a_mix_is_the_ridge_regression_on_the_features_and_a_constant() -> None:
    features, counts, _ = _linear_world(40, 7)
    f = np.hstack([np.ones((40, 1)), features.matrix.toarray()])
    known, cold = f[:33], f[33:]
    gram = known.T @ known + RIDGE * np.eye(f.shape[1])
    expected = known @ np.linalg.inv(gram) @ cold.T
    content = Content.of(features, counts)
    np.testing.assert_allclose(content.mix(), expected, atol=1e-5)
    for some in (slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 12)):
        np.testing.assert_allclose(content.mix(some), expected[:, some], atol=1e-5)


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
    apart = content.mix().T @ (known - known.mean())
    wide, narrow = known.std(), np.sqrt((apart**2).mean())
    expected = known.mean() + apart * (wide / narrow) ** FAIRNESS
    np.testing.assert_allclose(content.extended(rows)[51:], expected, atol=1e-4)
    assert narrow < 0.9 * wide


def _maps(sets: list[set[str]], cold: list[set[str]]) -> tuple[Array, Array]:
    """Means and maps of some numbers of known items, beside these cold ones."""
    known = np.random.default_rng(1).normal(size=(len(sets), 2)).astype(np.float32)
    content = Content.of(
        Features.of_sets([*sets, *cold]), np.array([1] * len(sets) + [0] * len(cold))
    )
    means, maps = content.affine(known)
    return means.astype(float), maps.astype(float)


def test_without_cold_items_what_is_known_says_how_narrow_predictions_are() -> None:
    sets = [{COLOURS[item % 3]} for item in range(60)]
    means, maps = _maps(sets, [])
    known = np.random.default_rng(1).normal(size=(60, 2)).astype(np.float32).astype(float)
    np.testing.assert_allclose(means, known.mean(axis=0), atol=1e-6)
    f = np.hstack([np.ones((60, 1)), Features.of_sets(sets).matrix.toarray()])
    plain = np.linalg.solve(f.T @ f + RIDGE * np.eye(4), f.T @ (known - means))
    narrow = np.sqrt(((f @ plain) ** 2).mean(axis=0))
    np.testing.assert_allclose(maps, plain * (known.std(axis=0) / narrow) ** FAIRNESS, atol=1e-5)


def test_a_cold_item_of_which_nothing_is_known_does_not_widen_all_others() -> None:
    sets = [{COLOURS[item % 3]} for item in range(60)]
    (_, alone), (_, beside) = _maps(sets, []), _maps(sets, [set()])
    np.testing.assert_allclose(beside, alone * LEAST_SPREAD**-FAIRNESS, atol=1e-5)


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
    assert content.extended(rows) is rows
    for method in (ItemKNN(), Ease(fewest=1)):
        weights = method.fit(worth)
        assert content.weights(weights) is weights
    mix = content.mix()
    assert mix.shape == (len(content.known), len(content.cold))
    assert mix.size == 0


def test_of_many_features_those_that_most_items_have_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sets = [{"common", f"rare {item}"} if item % 2 else {"often"} for item in range(12)]
    counts = np.array([1] * 10 + [0] * 2)
    monkeypatch.setattr(content_module, "MOST_FEATURES", 2)
    few = Content.of(Features.of_sets(sets), counts)
    monkeypatch.setattr(content_module, "MOST_FEATURES", 99)
    kept = [one & {"common", "often"} for one in sets]
    assert np.array_equal(few.mix(), Content.of(Features.of_sets(kept), counts).mix())
    assert not np.array_equal(few.mix(), Content.of(Features.of_sets(sets), counts).mix())


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


def _content(features: Features, worth: sp.csr_array) -> Content:
    return Content.of(features, np.diff(sp.csc_array(worth).indptr))


def _ease(worth: sp.csr_array) -> DenseWeights:
    weights = Ease(5.0, fewest=1).fit(worth)
    assert isinstance(weights, DenseWeights)
    return weights


def _pruned_ease(worth: sp.csr_array) -> SparseWeights:
    weights = _ease(worth)
    return largest_of_all(weights.weights, weights.sources, weights.n_items)


def _in_rank_one(worth: sp.csr_array) -> SparseWeights:
    """A few weights of neighbours, and a rest."""
    weights = globally_strongest(as_matrix(ItemKNN(1.0).fit(worth)), 2)
    assert weights.rest_from.any()
    return weights


def _of_both_signs(worth: sp.csr_array) -> SparseWeights:
    """As many reasons against an item as for it."""
    weights = ItemKNN(1.0, 99).fit(worth)
    drawn = np.random.default_rng(0).normal(size=len(weights.weights))
    return replace(weights, weights=drawn.astype(np.float32))


def _sparse(weights: ItemWeights) -> SparseWeights:
    assert isinstance(weights, SparseWeights)
    return weights


# B of known items in every shape that it comes in.
SPARSE: dict[str, Callable[[sp.csr_array], SparseWeights]] = {
    "neighbours": ItemKNN(1.0, 99).fit,
    "EASE, pruned": _pruned_ease,
    "with a rest": _in_rank_one,
}
WEIGHTS: dict[str, Callable[[sp.csr_array], ItemWeights]] = {
    "EASE": _ease,
    "EASE of what is known well": Ease(5.0, fewest=4).fit,
    **SPARSE,
}


def _plain(content: Content, weights: ItemWeights) -> Array:
    """(n_items, n_cold): (B + own I) mix, for every item that a history may hold."""
    mix = content.mix().astype(float)
    b = whole(weights)
    plain: Array = b[:, content.known] @ mix
    sources = weights.sources if isinstance(weights, DenseWeights) else content.known
    for j in sources:
        plain[j] += OWN * mix[content.known.tolist().index(j)]
    return plain


@pytest.mark.parametrize("kind", WEIGHTS)
def test_columns_of_cold_items_are_mixes_of_known_ones(kind: str) -> None:
    features, worth = _two_kinds()
    content, weights = _content(features, worth), WEIGHTS[kind](worth)
    extended = content.weights(weights)
    assert type(extended) is type(weights)
    found, b = whole(extended), whole(weights)
    np.testing.assert_allclose(
        found[:, content.cold], _plain(content, weights), rtol=1e-3, atol=1e-6
    )
    assert np.array_equal(found[:, content.known], b[:, content.known])
    assert not found[content.cold].any()


@pytest.mark.parametrize("kind", WEIGHTS)
def test_what_is_given_is_not_changed(kind: str) -> None:
    features, worth = _two_kinds()
    content, weights = _content(features, worth), WEIGHTS[kind](worth)
    before = whole(weights)
    content.weights(weights)
    assert np.array_equal(whole(weights), before)


@pytest.mark.parametrize("kind", WEIGHTS)
def test_a_cold_item_like_a_liked_one_is_above_one_unlike_it(kind: str) -> None:
    features, worth = _two_kinds()
    content = _content(features, worth)
    weights = content.weights(WEIGHTS[kind](worth))
    for person in range(50):
        product = weights.product(history_of(worth[[person]].toarray()[0]))
        own, other = (
            content.cold[content.cold % 2 == person % 2],
            content.cold[content.cold % 2 != person % 2],
        )
        assert product[own].min() > product[other].max()


SIGNED = {**SPARSE, "of both signs": _of_both_signs}


def _many_tags(n: int, cold: int, seed: int = 0) -> tuple[Features, sp.csr_array]:
    """Items with tags and likes by luck, so that no two columns are the same; the last are cold."""
    rng = np.random.default_rng(seed)
    features = Features.of_sets([{str(tag) for tag in rng.integers(0, 15, 4)} for _ in range(n)])
    board = rng.random((60, n)) < 0.2
    board[0] = True
    board[:, n - cold :] = False
    return features, sp.csr_array(board.astype(np.float32))


@pytest.mark.parametrize("kind", SIGNED)
@pytest.mark.parametrize("neighbours", [1, 3, 20])
def test_of_a_cold_items_column_the_largest_of_both_signs_are_kept(
    kind: str, neighbours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    features, worth = _many_tags(40, 9)
    content, weights = _content(features, worth), SIGNED[kind](worth)
    in_full = _sparse(content.weights(weights))
    np.testing.assert_allclose(
        whole(in_full)[:, content.cold], _plain(content, weights), rtol=1e-3, atol=1e-6
    )
    everything = as_matrix(in_full).toarray()
    monkeypatch.setattr(content_module, "NEIGHBOURS", neighbours)
    extended = _sparse(content.weights(weights))
    found = as_matrix(extended).toarray()
    for column in content.cold:
        kept = np.flatnonzero(found[:, column])
        largest = np.argsort(-np.abs(everything[:, column]), kind="stable")[:neighbours]
        assert kept.tolist() == sorted(largest.tolist())
        np.testing.assert_allclose(found[kept, column], everything[kept, column], rtol=1e-5)
    # Columns of known items keep whatever they had.
    assert np.array_equal(found[:, content.known], as_matrix(weights).toarray()[:, content.known])
    if kind == "of both signs":
        assert (found[:, content.cold] < 0).any()
        assert (found[:, content.cold] > 0).any()


def test_the_rest_in_rank_one_reaches_cold_items() -> None:
    features, worth = _many_tags(40, 9)
    content, pruned = _content(features, worth), _in_rank_one(worth)
    extended = _sparse(content.weights(pruned))
    known, cold = content.known, content.cold
    assert np.array_equal(extended.rest_from, pruned.rest_from)
    assert np.array_equal(extended.rest_to[known], pruned.rest_to[known])
    assert not pruned.rest_to[cold].any()
    expected = pruned.rest_to[known].astype(float) @ content.mix()
    np.testing.assert_allclose(extended.rest_to[cold], expected, rtol=1e-4, atol=1e-7)
    assert extended.rest_to[cold].any()
    assert extended.rest_to.dtype == np.float32


@pytest.mark.parametrize("kind", SIGNED)
@pytest.mark.parametrize("neighbours", [4, 99])
def test_cold_items_may_be_worked_on_in_blocks(
    kind: str, neighbours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    features, worth = _many_tags(40, 9)
    content, weights = _content(features, worth), SIGNED[kind](worth)
    monkeypatch.setattr(content_module, "NEIGHBOURS", neighbours)
    in_one = _sparse(content.weights(weights))
    for block in (1, 2, 3, 8, 9, 10):
        monkeypatch.setattr(content_module, "BLOCK", block)
        found = _sparse(content.weights(weights))
        assert np.array_equal(found.starts, in_one.starts)
        assert np.array_equal(found.items, in_one.items)
        np.testing.assert_allclose(found.weights, in_one.weights, rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(found.rest_to, in_one.rest_to, rtol=1e-4, atol=1e-7)


def test_a_dense_b_that_would_become_too_large_is_pruned_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features, worth = _many_tags(40, 9)
    content, weights = _content(features, worth), _ease(worth)
    monkeypatch.setattr(pruning, "PER_ITEM", 5)
    monkeypatch.setattr(content_module, "NEIGHBOURS", 6)
    # 31 known items, and a column for every item.
    monkeypatch.setattr(content_module, "MOST_DENSE", 31 * 40)
    assert isinstance(content.weights(weights), DenseWeights)
    monkeypatch.setattr(content_module, "MOST_DENSE", 31 * 40 - 1)
    extended = _sparse(content.weights(weights))
    assert as_matrix(extended)[:, content.known].nnz == 5 * 31
    found, dense = whole(extended), whole(weights)
    kept = found[:, content.known] != 0
    sizes = np.abs(dense[:, content.known])
    assert np.array_equal(found[:, content.known][kept], dense[:, content.known][kept])
    assert sizes[kept].min() >= sizes[~kept].max()
    assert np.count_nonzero(found[:, content.cold], axis=0).tolist() == [6] * 9
    pruned = largest_of_all(weights.weights, weights.sources, weights.n_items)
    assert np.array_equal(found, whole(content.weights(pruned)))


@pytest.mark.parametrize("kind", SPARSE)
def test_b_is_returned_as_it_is_where_its_product_would_take_minutes(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    features, worth = _many_tags(40, 9)
    content, weights = _content(features, worth), SIGNED[kind](worth)
    steps = len(weights.items) * 9
    monkeypatch.setattr(content_module, "MOST_STEPS", steps)
    assert whole(content.weights(weights))[:, content.cold].any()
    monkeypatch.setattr(content_module, "MOST_STEPS", steps - 1)
    assert content.weights(weights) is weights


def test_a_dense_b_gets_its_columns_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    features, worth = _many_tags(40, 9)
    content, weights = _content(features, worth), Ease(5.0, fewest=1).fit(worth)
    in_one = content.weights(weights)
    assert isinstance(in_one, DenseWeights)
    for block in (1, 2, 8, 10):
        monkeypatch.setattr(content_module, "BLOCK", block)
        np.testing.assert_allclose(
            whole(content.weights(weights)), whole(in_one), rtol=1e-4, atol=1e-7
        )


def test_for_many_cold_items_fewer_features_are_solved_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sets = [{"common", f"rare {item}"} if item % 2 else {"often"} for item in range(12)]
    monkeypatch.setattr(content_module, "SOLVE_STEPS", 2 * 3**2)
    two_cold, one_cold = (
        Content.of(Features.of_sets(sets), np.array([1] * (12 - cold) + [0] * cold))
        for cold in (2, 1)
    )
    # Beside the constant: as many as three with two cold items, four with one.
    assert two_cold.of_known.shape[1] == 1 + 3
    assert one_cold.of_known.shape[1] == 1 + 4


def test_no_mix_of_all_known_and_all_cold_items_is_ever_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    n_known, n_cold = 2_000, 3_000
    monkeypatch.setattr(content_module, "BLOCK", 50)
    monkeypatch.setattr(content_module, "NEIGHBOURS", 3)
    rng = np.random.default_rng(0)
    n = n_known + n_cold
    features = Features.of_sets([{str(tag)} for tag in rng.integers(0, 15, n)])
    places = rng.integers(0, n_known, (2, 5 * n_known))
    b = sp.coo_array((np.ones(5 * n_known, np.float32), tuple(places)), shape=(n, n))
    weights = pruning.sparse_weights(sp.csr_array(b))
    rows = rng.normal(size=(n, 4)).astype(np.float32)
    tracemalloc.start()
    try:
        content = Content.of(features, (np.arange(n) < n_known).astype(int))
        content.extended(rows)
        content.weights(weights)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < n_known * n_cold * 4 / 3


@pytest.mark.parametrize("kind", WEIGHTS)
def test_cold_items_without_features_have_finite_columns(kind: str) -> None:
    _, worth = _two_kinds()
    nothing = Features.of_sets([set() for _ in range(60)])
    content = _content(nothing, worth)
    b = whole(content.weights(WEIGHTS[kind](worth)))[:, content.cold]
    assert np.isfinite(b).all()
    assert b.any()
    # Nothing tells one from another.
    np.testing.assert_allclose(b, np.tile(b[:, :1], 4), atol=1e-6)
