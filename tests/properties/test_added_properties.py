"""Scorers that know added items, against the formula over one larger catalogue, written slowly."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.scorers import N_ITEMS, Extended, extended, histories, in_catalogue, is_clear
from tests.worlds import whole
from toppicks.scoring.added import AddedItems
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights
from toppicks.scoring.scorer import Scorer

Floats = NDArray[np.float64]


def _columns(trained: Scorer, added: AddedItems) -> Floats:
    """B's columns for what was added, by all trained items: (N_ITEMS, m)."""
    columns = np.zeros((N_ITEMS, len(added)))
    if added.weights is not None and isinstance(trained.item_weights, DenseWeights):
        columns[trained.item_weights.sources] = added.weights
    elif added.weights is not None:
        columns[:] = added.weights
    return columns


def _z(trained: Floats, more: Floats, is_constant: bool) -> tuple[Floats, Floats]:
    if is_constant:
        return 0 * trained, 0 * more
    mean, spread = trained.mean(), trained.std()
    return (trained - mean) / spread, (more - mean) / spread


def _slow(world: Extended, history: History) -> Floats:
    """(n_items,): trained items first, as if nothing had been added; then those that were."""
    trained, added, scorer = world.trained, world.added, world.scorer
    own = {row: at for at, row in enumerate(added.idx.tolist())}
    mean = np.zeros(trained.item_factors.shape[1])
    product, more = np.zeros(N_ITEMS), np.zeros(len(added))
    worths = history.worth.astype(float)
    for row, worth in zip(history.item_idx.tolist(), worths, strict=True):
        if row in own:
            mean += worth / worths.sum() * added.history_factors[own[row]]
            continue
        mean += worth / worths.sum() * trained.history_factors[row]
        if trained.item_weights is not None:
            product += worth * whole(trained.item_weights)[row]
            more += worth * _columns(trained, added)[row]
    if history.profile is not None:
        mean += history.profile
    popular, items, taste = trained.blend.weights(float(worths.sum()), history.profile is not None)
    scored = scorer.scored(history)
    by_items = _z(product, more, not scored.items.deviation)
    by_taste = _z(
        trained.item_factors @ mean + trained.item_biases,
        added.item_factors @ mean + added.item_biases,
        not scored.taste.deviation,
    )
    first = popular * trained.popularity + items * by_items[0] + taste * by_taste[0]
    later = popular * added.popularity + items * by_items[1] + taste * by_taste[1]
    scores = np.zeros(scorer.n_items)
    scores[:N_ITEMS] = first
    scores[added.idx] = later
    return scores


@given(world=extended(), history=histories)
def test_scores_are_the_formulas_over_the_larger_catalogue(
    world: Extended, history: History
) -> None:
    scorer = world.scorer
    history = in_catalogue(history, scorer.n_items)
    assume(is_clear(scorer, history))
    scores = scorer.scores(history)
    assert scores.shape == (scorer.n_items,)
    assert scores.dtype == np.float32
    slow = _slow(world, history)
    # What is added may be far outside of the trained catalogue's range.
    np.testing.assert_allclose(scores, slow, atol=2e-4 * max(1, np.abs(slow).max()))


@given(world=extended(), history=histories)
def test_whom_nothing_of_it_is_known_gets_every_other_score_bit_for_bit(
    world: Extended, history: History
) -> None:
    rows = np.setdiff1d(history.item_idx, world.added.idx).astype(np.int32)
    history = replace(history, item_idx=rows, worth=history.worth[: len(rows)])
    others = np.setdiff1d(np.arange(N_ITEMS), world.added.idx)
    before, after = world.trained.scores(history), world.scorer.scores(history)
    assert np.array_equal(before[others], after[others])
    assert world.scorer.n_trained == N_ITEMS


@given(world=extended(), history=histories, data=st.data())
def test_adding_another_item_changes_no_score(
    world: Extended, history: History, data: st.DataObject
) -> None:
    added = world.added
    assume(len(added) and added.idx.max() >= N_ITEMS)
    history = in_catalogue(history, world.scorer.n_items - 1)
    kept = added.idx < world.scorer.n_items - 1
    fewer = AddedItems(
        added.idx[kept],
        added.popularity[kept],
        added.history_factors[kept],
        added.item_factors[kept],
        added.item_biases[kept],
        None if added.weights is None else added.weights[:, kept],
    )
    before = world.trained.with_added(fewer, world.scorer.n_items - 1).scores(history)
    scores = world.scorer.scores(history)
    trained = np.setdiff1d(np.arange(N_ITEMS), added.idx)
    assert np.array_equal(before[trained], scores[trained])
    # BLAS may sum another number of columns in another order.
    if is_clear(world.scorer, history):
        np.testing.assert_allclose(scores[:-1], before, rtol=1e-3, atol=1e-3)


@given(world=extended())
def test_rows_of_items_are_their_own(world: Extended) -> None:
    scorer, added = world.scorer, world.added
    everything = np.arange(scorer.n_items)
    assert np.array_equal(scorer.item_factors_of(added.idx), added.item_factors)
    assert np.array_equal(scorer.item_biases_of(added.idx), added.item_biases)
    assert np.array_equal(scorer.history_factors_of(added.idx), added.history_factors)
    assert np.array_equal(scorer.every_popularity[added.idx], added.popularity)
    assert np.flatnonzero(scorer.is_added(everything)).tolist() == sorted(added.idx.tolist())
    trained = np.setdiff1d(np.arange(N_ITEMS), added.idx)
    assert np.array_equal(scorer.item_factors_of(trained), world.trained.item_factors[trained])
