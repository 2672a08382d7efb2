"""The contest: the same question to everybody."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.worlds import few_interactions
from toppicks.evaluation.contenders import (
    fold_in_alone,
    leaning,
    own_vectors,
    popularity,
    served,
)
from toppicks.evaluation.contest import Contender, Question, hold
from toppicks.evaluation.questions import ask, cut
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.history import History
from toppicks.scoring.scorer import Scorer


def _question(user: int, liked: list[int], seen: list[int], relevant: list[int]) -> Question:
    history = History.of_likes(np.array(liked, np.int32), np.array(seen, np.int32))
    return Question(user, history, frozenset(relevant))


def _random_question(rng: np.random.Generator, n_items: int) -> Question:
    shuffled = rng.permutation(n_items)
    seen, rest = shuffled[:8], shuffled[8:]
    relevant = rest[: int(rng.integers(1, 15))]
    return _question(int(rng.integers(99)), seen[:4].tolist(), seen.tolist(), relevant.tolist())


def test_standings_are_those_of_a_slow_contest() -> None:
    rng = np.random.default_rng(2)
    n_items, k = 40, 5
    table = rng.integers(0, 6, (99, n_items)).astype(np.float32)  # many ties
    questions = [_random_question(rng, n_items) for _ in range(30)]
    (standing,) = hold([Contender("x", lambda user, _: table[user])], questions, k)
    ndcgs, recalls, shown = [], [], set()
    for question in questions:
        scores = table[question.user_idx].tolist()
        unseen = [i for i in range(n_items) if i not in question.history.seen_idx.tolist()]
        top = sorted(unseen, key=lambda i: (-scores[i], i))[:k]
        relevant = question.relevant
        gains = [1 / math.log2(place + 2) for place, i in enumerate(top) if i in relevant]
        ideal = [1 / math.log2(place + 2) for place in range(min(k, len(relevant)))]
        ndcgs.append(sum(gains) / sum(ideal))
        recalls.append(len(gains) / len(relevant))
        shown |= set(top)
    assert standing.name == "x"
    assert standing.ndcg == pytest.approx(sum(ndcgs) / 30)
    assert standing.recall == pytest.approx(sum(recalls) / 30)
    assert standing.coverage == pytest.approx(len(shown) / n_items)


def test_without_questions_there_are_no_standings() -> None:
    assert hold([Contender("x", lambda *_: np.zeros(3, np.float32))], []) == []


def test_standings_come_in_the_order_of_the_contenders() -> None:
    flat = np.zeros(9, np.float32)
    contenders = [Contender(name, lambda *_: flat) for name in ("b", "a")]
    assert [s.name for s in hold(contenders, [_question(0, [], [], [1])])] == ["b", "a"]


def test_somebody_who_has_seen_everything_scores_nothing() -> None:
    question = _question(0, [0], list(range(9)), [3])
    (standing,) = hold([Contender("x", lambda *_: np.zeros(9, np.float32))], [question])
    assert (standing.ndcg, standing.recall, standing.coverage) == (0, 0, 0)


def test_questions_go_to_those_who_liked_something_hidden() -> None:
    known = few_interactions([(0, 1, 5), (0, 2, 1), (1, 3, 5), (2, 4, 5)], n_items=9)
    hidden = few_interactions([(0, 5, 5), (0, 6, 3), (1, 7, 2), (3, 8, 4)], n_items=9)
    questions = ask(known, hidden, 4.0, range(4))
    assert [question.user_idx for question in questions] == [0, 3]
    first, stranger = questions
    assert first.history.item_idx.tolist() == [1]
    assert first.history.seen_idx.tolist() == [1, 2]
    assert first.relevant == {5}
    assert len(stranger.history) == 0
    assert stranger.relevant == {8}


def test_only_the_users_asked_for_are_asked() -> None:
    rows = few_interactions([(0, 1, 5), (1, 2, 5)], n_items=9)
    assert [question.user_idx for question in ask(rows, rows, 4.0, [1])] == [1]


def test_a_cut_shrinks_the_history_alone() -> None:
    question = _question(3, [1, 2, 4, 5], [0, 1, 2, 4, 5], [7, 8])
    drawn = cut([question], 2, draws=20, seed=1)
    assert len(drawn) == 20
    for one in drawn:
        assert len(one.history) == 2
        assert len(set(one.history.item_idx.tolist())) == 2
        assert set(one.history.item_idx.tolist()) <= {1, 2, 4, 5}
        assert one.history.seen_idx.tolist() == [0, 1, 2, 4, 5]
        assert one.relevant == {7, 8}
        assert one.user_idx == 3
    assert {item for one in drawn for item in one.history.item_idx.tolist()} == {1, 2, 4, 5}


def test_a_cut_leaves_out_who_has_fewer_but_not_who_has_as_many() -> None:
    questions = [_question(0, [1, 2], [1, 2], [7]), _question(1, [1], [1], [7])]
    assert [one.user_idx for one in cut(questions, 2, draws=1, seed=1)] == [0]


def test_the_full_length_and_none_need_no_draw_and_leave_out_nobody() -> None:
    questions = [_question(0, [1, 2], [1, 2], [7]), _question(1, [], [1], [7])]
    assert cut(questions, None, draws=4, seed=1) == questions
    empty = cut(questions, 0, draws=4, seed=1)
    assert [(one.user_idx, len(one.history)) for one in empty] == [(0, 0), (1, 0)]
    assert [one.history.seen_idx.tolist() for one in empty] == [[1, 2], [1]]


def test_the_same_seed_cuts_the_same() -> None:
    questions = [_question(0, list(range(9)), [], [7])]

    def drawn(seed: int) -> list[list[int]]:
        return [one.history.item_idx.tolist() for one in cut(questions, 3, 5, seed)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def _scorer() -> Scorer:
    rng = np.random.default_rng(0)
    return Scorer(
        rng.normal(size=(9, 3)).astype(np.float32),
        rng.normal(size=9).astype(np.float32),
        np.eye(3, dtype=np.float32),
        rng.normal(size=9).astype(np.float32),
        2.0,
    )


def test_the_contenders_are_the_corners_of_the_formula() -> None:
    scorer = _scorer()
    history = _question(0, [1, 2], [1, 2], [7]).history
    assert popularity(scorer).name == "popularity"
    assert np.array_equal(popularity(scorer).scores(0, history), scorer.popularity)
    assert np.array_equal(fold_in_alone(scorer).scores(0, history), scorer.taste(history))
    assert np.array_equal(served(scorer).scores(0, history), scorer.scores(history))


def test_leaning_contenders_score_as_the_formula_with_each_lean() -> None:
    scorer = _scorer()
    contenders = leaning(scorer, (0.5, 8.0))
    histories = [_question(0, liked, [], [7]).history for liked in ([1, 2], [3], [], [1, 2, 3])]
    for history in histories:
        for contender, lean in zip(contenders, (0.5, 8.0), strict=True):
            expected = replace(scorer, lean=lean).scores(history)
            assert np.array_equal(contender.scores(0, history), expected)


def test_own_vectors_are_those_that_lightfm_learnt() -> None:
    rng = np.random.default_rng(0)
    factors, biases, users = (
        rng.normal(size=shape).astype(np.float32) for shape in ((9, 3), (9,), (4, 3))
    )
    nothing = np.zeros((0, 3), np.float32)
    hybrid = Hybrid(factors, biases, users, nothing, nothing[:, 0])
    scorer = Scorer(factors, biases, np.eye(3, dtype=np.float32), biases, 2.0)
    own = own_vectors(hybrid, scorer)
    scores = own.scores(2, _question(2, [4], [4], [1]).history)
    expected = [float(factors[i] @ users[2] + biases[i]) for i in range(9)]
    np.testing.assert_allclose(scores, expected, rtol=1e-4)
    # Without a like the vector is as it was drawn at first, and says nothing.
    assert own.scores(2, _question(2, [], [4], [1]).history) is scorer.popularity
