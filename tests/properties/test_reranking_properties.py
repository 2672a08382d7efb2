"""Novelty and diversity against slow oracles, for any scorer and history."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tests.scorers import Extended, extended, histories, in_catalogue
from toppicks.scoring import reranking
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.reranking import PENALTY, TRADE, Control, diversified, novel, rerank

turned = st.sampled_from([0.0, 0.25, 1.0]) | st.floats(0, 1)
numbers = st.sampled_from([0.0, 1.0, -1.0]) | st.floats(-100, 100, width=32)


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0


@given(
    scores=hnp.arrays(np.float32, st.integers(1, 12), elements=numbers),
    data=st.data(),
    diversity=st.floats(0.01, 1),
)
def test_each_choice_has_the_most_marginal_relevance(
    scores: NDArray[np.float32], data: st.DataObject, diversity: float
) -> None:
    scores = np.sort(scores)[::-1]
    factors = data.draw(hnp.arrays(np.float32, (len(scores), 3), elements=numbers))
    head = np.array(data.draw(st.permutations(range(len(scores)))))
    chosen = diversified(head, scores, factors, diversity).tolist()
    assert sorted(chosen) == sorted(head.tolist())
    trade, at = TRADE * diversity, {row: place for place, row in enumerate(head.tolist())}
    span = float(scores[0]) - float(scores[-1])

    def worth(row: int, before: list[int]) -> float:
        relevance = (float(scores[at[row]]) - float(scores[-1])) / span if span else 0.0
        like = [_cosine(factors[at[row]].astype(float), factors[at[one]].astype(float))
                for one in before]  # fmt: skip
        return (1 - trade) * relevance - trade * max(like, default=0.0)

    for place, row in enumerate(chosen):
        left = [worth(one, chosen[:place]) for one in chosen[place:]]
        assert worth(row, chosen[:place]) >= max(left) - 1e-6


@given(
    world=extended(),
    history=histories,
    control=st.builds(Control, turned, turned),
    head=st.integers(1, 12),
    size=st.integers(1, 5),
)
def test_pages_hold_every_candidate_once_in_one_order(
    world: Extended, history: History, control: Control, head: int, size: int
) -> None:
    scorer = world.scorer
    history = in_catalogue(history, scorer.n_items)
    scores = scorer.scores(history)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reranking, "HEAD", head)
        whole = rerank(scorer, scores, control, history.seen_idx).tolist()
        for offset in range(0, scorer.n_items + size, size):
            page = rerank(scorer, scores, control, history.seen_idx, size, offset).tolist()
            assert page == whole[offset : offset + size]
    by_score = rank(novel(scores, scorer.every_popularity, control.novelty), history.seen_idx)
    assert set(whole[:head]) == set(by_score[:head].tolist())
    assert whole[head:] == by_score[head:].tolist()
    assert (
        whole[:1] == by_score[:1].tolist()
        or not control.diversity
        or TRADE * control.diversity == 1
    )


@given(world=extended(), history=histories)
def test_at_0_nothing_changes_bit_for_bit(world: Extended, history: History) -> None:
    scores = world.trained.scores(history)
    assert novel(scores, world.trained.popularity, 0.0) is scores
    assert rerank(world.trained, scores, Control(), history.seen_idx).tolist() == (
        rank(scores, history.seen_idx).tolist()
    )


@given(
    scores=hnp.arrays(np.float32, 5, elements=numbers),
    popularity=hnp.arrays(np.float32, 5, elements=numbers),
    novelty=turned,
)
def test_novelty_takes_so_much_for_each_deviation_of_popularity(
    scores: NDArray[np.float32], popularity: NDArray[np.float32], novelty: float
) -> None:
    expected = scores.astype(float) - novelty * PENALTY * popularity.astype(float)
    found = novel(scores, popularity, novelty)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-3)
