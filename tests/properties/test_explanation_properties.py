"""Explanations against the formula taken apart by loops, for any scorer and history."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.scorers import N_ITEMS, Extended, extended, histories, in_catalogue, is_clear, scorers
from tests.worlds import whole
from toppicks.scoring.added import AddedItems
from toppicks.scoring.explanations import explain
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights
from toppicks.scoring.scorer import Scorer

ALL = np.arange(N_ITEMS)


@given(scorer=scorers, history=histories)
def test_the_parts_add_up_to_the_score(scorer: Scorer, history: History) -> None:
    assume(is_clear(scorer, history))
    explanation = explain(scorer, history, ALL)
    assert explanation.parts.shape == (len(history), N_ITEMS)
    np.testing.assert_allclose(explanation.scores, scorer.scores(history), atol=1e-4)


@given(world=extended(), history=histories, picks=st.lists(st.integers(0, 99), max_size=6))
def test_with_added_items_they_add_up_too(
    world: Extended, history: History, picks: list[int]
) -> None:
    scorer = world.scorer
    history = in_catalogue(history, scorer.n_items)
    assume(is_clear(scorer, history))
    item_idx = np.array(picks, np.int32) % scorer.n_items
    explanation, scores = explain(scorer, history, item_idx), scorer.scores(history)[item_idx]
    assert explanation.general.shape == explanation.profile.shape == item_idx.shape
    largest = max(1, np.abs(explanation.parts).max(initial=0))
    np.testing.assert_allclose(explanation.scores, scores, atol=2e-4 * largest)


def _entry(scorer: Scorer, j: int, i: int) -> float:
    """B_ji, by the definition of each kind; of what was added, its column, and no row."""
    weights, added = scorer.item_weights, scorer.added
    assert weights is not None
    later = [] if added is None else added.idx.tolist()
    if j in later:
        return 0.0
    if i not in later:
        return float(whole(weights)[j, i])
    assert added is not None
    if added.weights is None:
        return 0.0
    rows = weights.sources.tolist() if isinstance(weights, DenseWeights) else list(range(N_ITEMS))
    return float(added.weights[rows.index(j), later.index(i)]) if j in rows else 0.0


def _row(scorer: Scorer, name: str, i: int) -> NDArray[np.float64]:
    added = scorer.added
    later = [] if added is None else added.idx.tolist()
    holder: Scorer | AddedItems = scorer
    if i in later:
        assert added is not None
        holder, i = added, later.index(i)
    return np.asarray(getattr(holder, name)[i], np.float64)


def _slow(scorer: Scorer, history: History, i: int) -> tuple[list[float], float, float]:
    """The parts of the history, the general part and the profile's, of item i's score."""
    trained = replace(scorer, added=None)
    popular, items, taste = scorer.blend.weights(history.evidence, history.profile is not None)
    worths, n = history.worth.astype(float).tolist(), float(history.worth.sum())
    rows = history.item_idx.tolist()
    factors, biases = trained.item_factors.astype(float), trained.item_biases.astype(float)
    later = set() if scorer.added is None else set(scorer.added.idx.tolist())
    parts = [0.0] * len(rows)
    general, profile = popular * float(_row(scorer, "popularity", i)), 0.0
    scored = scorer.scored(history)
    if scored.items.deviation:
        b = whole(trained.item_weights) if trained.item_weights is not None else np.zeros(0)
        known = [(row, worth) for row, worth in zip(rows, worths, strict=True) if row not in later]
        spread = np.std([sum(worth * b[j, one] for j, worth in known) for one in range(N_ITEMS)])
        for at, (j, worth) in enumerate(zip(rows, worths, strict=True)):
            if j not in later:
                parts[at] += items * worth * (_entry(scorer, j, i) - b[j].mean()) / spread
    if scored.taste.deviation:
        own = 0.0 if history.profile is None else history.profile.astype(float)
        left = [_row(scorer, "history_factors", j) for j in rows]
        mean = sum((w * one for w, one in zip(worths, left, strict=True)), 0.0) / (n or 1) + own
        spread = np.std([mean @ factors[one] + biases[one] for one in range(N_ITEMS)])
        beyond = _row(scorer, "item_factors", i) - factors.mean(axis=0)
        for at, (one, worth) in enumerate(zip(left, worths, strict=True)):
            parts[at] += taste * worth / n * (one @ beyond) / spread
        profile = taste * float(own @ beyond) / spread if history.profile is not None else 0.0
        general += taste * (float(_row(scorer, "item_biases", i)) - biases.mean()) / spread
    return parts, general, profile


@given(world=extended(), history=histories, pick=st.integers(0, 99))
def test_each_part_is_the_formulas(world: Extended, history: History, pick: int) -> None:
    scorer = world.scorer
    history = in_catalogue(history, scorer.n_items)
    assume(is_clear(scorer, history))
    item_idx = pick % scorer.n_items
    explanation = explain(scorer, history, np.array([item_idx]))
    parts, general, profile = _slow(scorer, history, item_idx)
    about = pytest.approx
    assert explanation.parts[:, 0].tolist() == about(parts, rel=1e-3, abs=1e-3)
    assert explanation.general[0] == about(general, rel=1e-3, abs=1e-3)
    assert explanation.profile[0] == about(profile, rel=1e-3, abs=1e-3)


@given(scorer=scorers, history=histories)
def test_what_was_scored_before_need_not_be_scored_again(scorer: Scorer, history: History) -> None:
    again = explain(scorer, history, ALL, scorer.scored(history))
    first = explain(scorer, history, ALL)
    assert np.array_equal(again.parts, first.parts)
    assert np.array_equal(again.general, first.general)


@given(world=extended(), history=histories, places=st.lists(st.integers(0, 99), max_size=6))
def test_some_parts_are_those_of_all(world: Extended, history: History, places: list[int]) -> None:
    """In the order in which they are asked for, repeated ones too."""
    scorer = world.scorer
    history = in_catalogue(history, scorer.n_items)
    some = np.array(places if len(history) else [], np.intp) % max(1, len(history))
    items = np.arange(scorer.n_items)
    every, asked = explain(scorer, history, items), explain(scorer, history, items, places=some)
    assert asked.parts.shape == (len(some), scorer.n_items)
    largest = max(1, np.abs(every.parts).max(initial=0))
    np.testing.assert_allclose(asked.parts, every.parts[some], rtol=1e-6, atol=1e-9 * largest)
    assert np.array_equal(asked.general, every.general)
    assert np.array_equal(asked.profile, every.profile)
