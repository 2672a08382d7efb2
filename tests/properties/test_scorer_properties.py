"""The scorer for any weights, factors and history."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tests.picked import picks_of
from tests.scorers import N_ITEMS, blends, few, histories, scorers
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.standard import standardise
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel


@given(scorer=scorers, history=histories)
def test_scores_are_finite_and_of_one_for_each_item(scorer: Scorer, history: History) -> None:
    scores = scorer.scores(history)
    assert scores.shape == (N_ITEMS,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@given(scorer=scorers, seen=st.sets(st.integers(0, N_ITEMS - 1)))
def test_without_likes_the_order_is_popularitys(scorer: Scorer, seen: set[int]) -> None:
    seen_idx = np.array(sorted(seen), np.int32)
    scores = scorer.scores(History.of_likes(np.zeros(0, np.int32), seen_idx))
    assert np.array_equal(scores, scorer.popularity)
    assert rank(scores, seen_idx).tolist() == rank(scorer.popularity, seen_idx).tolist()


@given(scorer=scorers, history=histories)
def test_scores_are_the_parts_in_their_shares(scorer: Scorer, history: History) -> None:
    weights = scorer.blend.weights(history.evidence, history.profile is not None)
    assert math.isclose(sum(weights), 1)
    assert min(weights) > -1e-12
    parts = [scorer.popularity, scorer.from_items(history), scorer.from_taste(history)]
    expected = sum(weight * part.astype(float) for weight, part in zip(weights, parts, strict=True))
    np.testing.assert_allclose(scorer.scores(history), expected, atol=1e-5)


@given(
    blend=blends,
    shorter=st.floats(0, 50, width=32),
    more=st.floats(0, 50, width=32),
    profiled=st.booleans(),
)
def test_who_is_known_better_gets_less_of_what_is_popular(
    blend: Blend, shorter: float, more: float, profiled: bool
) -> None:
    popular, items, taste = blend.weights(shorter, profiled)
    popular_later, items_later, taste_later = blend.weights(shorter + more, profiled)
    assert popular_later <= popular + 1e-12
    assert items_later >= items
    # What the item-item part has lent a profile's taste, it takes back.
    assert taste_later + items_later >= taste + items - 1e-12
    assert profiled or taste_later >= taste


@given(values=hnp.arrays(np.float32, st.integers(1, 30), elements=few))
def test_standardising_keeps_the_order(values: NDArray[np.float32]) -> None:
    z = standardise(values)
    assert np.isfinite(z).all()
    for a, b in zip(np.argsort(values)[:-1], np.argsort(values)[1:], strict=True):
        assert z[a] <= z[b]
    if z.any():
        np.testing.assert_allclose(z.mean(), 0, atol=1e-4)
        np.testing.assert_allclose(z.std(), 1, atol=1e-3)


@given(user_id=st.text(max_size=20).filter(lambda id_: not id_.startswith("u")))
def test_anybody_unknown_gets_popularitys_order(tiny_model: TrainedModel, user_id: str) -> None:
    recommender = Recommender(tiny_model, "x")
    answer = picks_of(recommender, user_id, 1_000)
    assert not answer.known
    assert [pick.item_idx for pick in answer.picks] == rank(tiny_model.scorer.popularity).tolist()
    assert all(math.isfinite(pick.score) for pick in answer.picks)
