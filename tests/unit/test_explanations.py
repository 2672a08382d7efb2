"""Explanations by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.small_scorer import N_ITEMS, D, likes_of, normal, small_scorer
from toppicks.scoring.explanations import explain
from toppicks.scoring.history import History
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth

ALL = np.arange(N_ITEMS)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("profile", [None, normal(D, seed=9)])
def test_the_parts_add_up(share: float, profile: np.ndarray | None) -> None:
    scorer = small_scorer(Blend(share, 3.0, 1.5, profile=2.0))
    history = replace(likes_of(2, 5, 7, 11), profile=profile)
    explanation = explain(scorer, history, ALL)
    np.testing.assert_allclose(explanation.scores, scorer.scores(history), atol=1e-5)
    # The item-item part, which knows nothing of a profile, lends the taste what it does not use.
    assert explanation.profile.any() == (profile is not None)


def test_feedback_that_fades_explains_less() -> None:
    left = Worth((-math.inf,), (1.0,), half_life=10.0).left(np.array([20.0, 0.0]))
    assert left is not None
    items = np.array([2, 5], np.int32)
    scorer, history = small_scorer(), History(items, left, items, None, left)
    explanation = explain(scorer, history, ALL)
    np.testing.assert_allclose(explanation.scores, scorer.scores(history), atol=1e-5)
    even = explain(scorer, likes_of(2, 5), ALL)
    assert np.abs(explanation.parts[0]).sum() < np.abs(even.parts[0]).sum()


def test_a_history_of_one_item_explains_all_that_is_personal_but_for_the_bias() -> None:
    scorer, history = small_scorer(Blend(1.0, 0.0, 0.0)), likes_of(4)
    explanation = explain(scorer, history, ALL)
    np.testing.assert_allclose(explanation.parts[0], scorer.from_items(history), atol=1e-5)
    assert not explanation.general.any()


def test_without_a_history_the_general_part_is_all() -> None:
    scorer = small_scorer()
    explanation = explain(scorer, likes_of(), np.array([3, 1]))
    assert explanation.parts.shape == (0, 2)
    assert explanation.general.tolist() == scorer.popularity[[3, 1]].tolist()
    assert not explanation.profile.any()


def test_a_part_that_tells_nothing_apart_explains_nothing() -> None:
    alike = replace(
        small_scorer(),
        item_weights=None,
        item_factors=np.ones((N_ITEMS, D), np.float32),
        item_biases=np.ones(N_ITEMS, np.float32),
    )
    explanation = explain(alike, likes_of(4), ALL)
    assert not explanation.parts.any()
    np.testing.assert_allclose(explanation.general, alike.scores(likes_of(4)), atol=1e-6)


def test_what_float32_hardly_holds_adds_up_too() -> None:
    biases = np.zeros(N_ITEMS, np.float32)
    biases[3] = 3e-45
    scorer = replace(
        small_scorer(Blend(0.0, 0.0, 0.0)),
        item_factors=np.ones((N_ITEMS, D), np.float32),
        history_factors=np.zeros((N_ITEMS, D), np.float32),
        item_biases=biases,
    )
    history = likes_of(4)
    explanation = explain(scorer, history, ALL)
    np.testing.assert_allclose(explanation.scores, scorer.scores(history), atol=1e-5)
    assert explanation.general.argmax() == 3


def test_no_items_are_explained_by_nothing() -> None:
    explanation = explain(small_scorer(), likes_of(1, 2), np.zeros(0, np.int32))
    assert explanation.parts.shape == (2, 0)
    assert explanation.scores.shape == (0,)
