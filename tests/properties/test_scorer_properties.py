"""The scorer for any factors and any history."""

import math
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Scorer, standardise, standardised_popularity
from toppicks.serving.picks import Recommender
from toppicks.trained import TrainedModel

N_ITEMS, D = 9, 3
few = st.sampled_from([0.0, 1.0, -1.0]) | st.floats(-100, 100, width=32)


def _array(*shape: int) -> st.SearchStrategy[NDArray[np.float32]]:
    return hnp.arrays(np.float32, shape, elements=few)


scorers = st.builds(
    Scorer,
    item_factors=_array(N_ITEMS, D),
    item_biases=_array(N_ITEMS),
    fold_in=_array(D, D),
    popularity=hnp.arrays(np.int64, N_ITEMS, elements=st.integers(0, 10**9)).map(
        standardised_popularity
    ),
    lean=st.sampled_from([0.0, 0.5, 2.0, 100.0, math.inf]),
)
histories = st.lists(
    st.tuples(st.integers(0, N_ITEMS - 1), st.floats(0.125, 8, width=32)),
    unique_by=lambda row: row[0],
    max_size=N_ITEMS,
).map(
    lambda rows: History(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[0] for row in rows], np.int32),
    )
)


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
    assert rank(scores, seen_idx).tolist() == rank(scorer.popularity, seen_idx).tolist()


@given(scorer=scorers, history=histories)
def test_scores_are_popularity_and_taste_in_their_shares(scorer: Scorer, history: History) -> None:
    weight = scorer.taste_weight(len(history))
    assert 0 <= weight <= 1
    taste = scorer.taste(history).astype(float)
    expected = weight * taste + (1 - weight) * scorer.popularity.astype(float)
    np.testing.assert_allclose(scorer.scores(history), expected, atol=1e-5)


@given(scorer=scorers, history=histories, factor=st.sampled_from([0.5, 2.0, 64.0]))
def test_only_how_worths_compare_matters(scorer: Scorer, history: History, factor: float) -> None:
    dearer = replace(history, worth=history.worth * np.float32(factor))
    # Powers of two change no digit.
    assert np.array_equal(scorer.scores(dearer), scorer.scores(history))


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
    answer = recommender.picks(user_id, 1_000)
    assert not answer.known
    assert [pick.item_idx for pick in answer.picks] == rank(tiny_model.scorer.popularity).tolist()
    assert all(math.isfinite(pick.score) for pick in answer.picks)
