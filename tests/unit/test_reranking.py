"""Novelty and diversity by hand."""

import numpy as np
import pytest

from tests.small_scorer import N_ITEMS, likes_of, small_scorer
from toppicks.scoring import reranking
from toppicks.scoring.ranking import rank
from toppicks.scoring.reranking import HEAD, PENALTY, TRADE, Control, diversified, novel, rerank

# Two alike, two alike, and one of which nothing is known.
FACTORS = np.array([[1, 0], [2, 0], [0, 1], [0, 3], [0, 0]], np.float32)
SCORES = np.array([1.0, 0.9, 0.5, 0.4, 0.0], np.float32)
HEAD_IDX = np.array([10, 30, 20, 50, 40])


def _order(diversity: float, n: int | None = None) -> list[int]:
    order: list[int] = diversified(HEAD_IDX, SCORES, FACTORS, diversity, n).tolist()
    return order


def test_without_diversity_nothing_changes_places() -> None:
    assert _order(0.0) == HEAD_IDX.tolist()
    assert _order(0.0, 2) == [10, 30]


def test_what_is_like_something_before_it_falls_behind() -> None:
    # With t = .7: 20 is worth .3 * .5; 30 is .3 * .9 - .7; 40, like nothing, is 0.
    assert TRADE == 0.7
    assert _order(1.0) == [10, 20, 40, 30, 50]


def test_a_little_diversity_changes_little() -> None:
    assert _order(0.01) == HEAD_IDX.tolist()


def test_any_n_gives_a_beginning_of_the_same_order() -> None:
    for n in range(8):
        assert _order(0.6, n) == _order(0.6)[:n]


def test_what_is_equal_goes_by_row() -> None:
    scores, factors = np.ones(4, np.float32), np.eye(4, dtype=np.float32)
    assert diversified(np.array([3, 1, 2, 0]), scores, factors, 0.5).tolist() == [0, 1, 2, 3]


def test_an_empty_head_stays_empty() -> None:
    nothing = np.zeros(0, np.int32)
    assert diversified(nothing, SCORES[:0], FACTORS[:0], 1.0).tolist() == []


def test_opposites_are_welcome() -> None:
    factors = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
    scores = np.array([1, 0.5, 0.5], np.float32)
    assert diversified(np.array([0, 1, 2]), scores, factors, 1.0).tolist() == [0, 2, 1]


def test_novelty_lowers_what_is_popular() -> None:
    popularity = np.array([2, 0, -1], np.float32)
    scores = np.array([1, 1, 1], np.float32)
    assert novel(scores, popularity, 0.5).tolist() == pytest.approx(
        [1 - PENALTY, 1, 1 + PENALTY / 2]
    )
    assert novel(scores, popularity, 0.0) is scores


def test_only_the_head_changes_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reranking, "HEAD", 4)
    scorer, history = small_scorer(), likes_of(0, 3)
    scores = scorer.scores(history)
    plain = rank(scores, history.seen_idx).tolist()
    diverse = rerank(scorer, scores, Control(diversity=1.0), history.seen_idx).tolist()
    assert diverse != plain
    assert diverse[0] == plain[0]
    assert set(diverse[:4]) == set(plain[:4])
    assert diverse[4:] == plain[4:]


def test_popular_items_make_way_for_novelty() -> None:
    scorer, history = small_scorer(), likes_of(1, 2)
    scores = scorer.scores(history)
    popularity = scorer.every_popularity
    shown = [
        popularity[rerank(scorer, scores, Control(novelty=novelty), n=4)].mean()
        for novelty in (0.0, 0.5, 1.0)
    ]
    assert shown[0] >= shown[1] >= shown[2]
    assert shown[0] > shown[2]


def test_who_is_not_known_gets_what_is_popular_however_novel() -> None:
    scorer = small_scorer()
    scores = scorer.scores(likes_of())
    assert rerank(scorer, scores, Control(novelty=1.0)).tolist() == rank(scores).tolist()


def test_at_0_it_is_the_ranking() -> None:
    scorer = small_scorer()
    scores = scorer.scores(likes_of(3))
    assert rerank(scorer, scores, Control()).tolist() == rank(scores).tolist()
    assert rerank(scorer, scores, Control(), n=3, offset=2).tolist() == rank(scores).tolist()[2:5]
    assert HEAD == 200
    assert len(scores) == N_ITEMS
