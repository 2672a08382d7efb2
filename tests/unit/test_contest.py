"""The contest: the same question to everybody."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import few_interactions
from toppicks.evaluation import contest
from toppicks.evaluation.contest import (
    BatchScores,
    Contender,
    Question,
    Standing,
    Surroundings,
    hold,
    of_recommender,
    one_by_one,
    popularity_bias,
    worth_rows,
)
from toppicks.evaluation.questions import ask, cut
from toppicks.evaluation.significance import bootstrap_interval
from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.worth import Worth

N_ITEMS, K = 40, 5


def _question(user: int, liked: list[int], seen: list[int], relevant: list[int]) -> Question:
    history = History.of_likes(np.array(liked, np.int32), np.array(seen, np.int32))
    return Question(user, history, frozenset(relevant))


def _random_questions(n: int = 30, seed: int = 2) -> list[Question]:
    rng = np.random.default_rng(seed)
    questions = []
    for user in range(n):
        shuffled = rng.permutation(N_ITEMS).tolist()
        seen, rest = shuffled[:8], shuffled[8:]
        questions.append(_question(user, seen[:4], seen, rest[: int(rng.integers(1, 15))]))
    return questions


def _surroundings(n_items: int = N_ITEMS, seed: int = 3) -> Surroundings:
    """Some items that nobody has, and some of which nothing is known."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n_items, 3)).astype(np.float32)
    vectors[rng.random(n_items) < 0.2] = 0
    return Surroundings(rng.integers(0, 60, n_items), 60, vectors)


def _table(seed: int = 4) -> NDArray[np.float32]:
    """A row of scores for each user, with many ties."""
    return np.random.default_rng(seed).integers(0, 6, (99, N_ITEMS)).astype(np.float32)


def _by_user(table: NDArray[np.float32]) -> BatchScores:
    return lambda questions: table[[question.user_idx for question in questions]]


def _flat(n_items: int) -> BatchScores:
    return lambda questions: np.zeros((len(questions), n_items), np.float32)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _slow_list(question: Question, scores: list[float], k: int) -> list[int]:
    """By one sort of everything unseen; equal scores in the order of the rows."""
    seen = question.history.seen_idx.tolist()
    unseen = [item for item in range(len(scores)) if item not in seen]
    return sorted(unseen, key=lambda item: (-scores[item], item))[:k]


def _slow_figures(
    top: list[int], relevant: frozenset[int], around: Surroundings, k: int
) -> dict[str, float]:
    """Every figure of one list of two or more items, from its definition."""
    places = [place for place, item in enumerate(top, start=1) if item in relevant]
    ideal = [1 / math.log2(place + 1) for place in range(1, min(k, len(relevant)) + 1)]
    counts = [int(around.counts[item]) for item in top]
    distances = []
    for one, other in combinations([around.vectors[item].tolist() for item in top], 2):
        lengths = math.hypot(*one) * math.hypot(*other)
        together = sum(a * b for a, b in zip(one, other, strict=True))
        distances.append(1 - (together / lengths if lengths else 0))
    return {
        "ndcg": sum(1 / math.log2(place + 1) for place in places) / sum(ideal),
        "recall": len(places) / len(relevant),
        "precision": len(places) / k,
        "mrr": 1 / places[0] if places else 0.0,
        "hit_rate": 1.0 if places else 0.0,
        "novelty": _mean([-math.log2((count + 1) / (around.n_people + 1)) for count in counts]),
        "diversity": _mean(distances),
        "mean_popularity": _mean([math.log10(1 + count) for count in counts]),
    }


def test_standings_are_those_of_a_slow_contest() -> None:
    questions, around, table = _random_questions(), _surroundings(), _table()
    (standing,) = hold([Contender("x", _by_user(table), "reference")], questions, around, K)
    lists = [_slow_list(one, table[one.user_idx].tolist(), K) for one in questions]
    figures = [
        _slow_figures(top, one.relevant, around, K)
        for top, one in zip(lists, questions, strict=True)
    ]
    assert (standing.name, standing.role) == ("x", "reference")
    assert standing.by_person.keys() == figures[0].keys()
    for name, values in standing.by_person.items():
        assert values.dtype == np.float64
        expected = [figure[name] for figure in figures]
        assert values.tolist() == pytest.approx(expected, abs=1e-6), name
        assert getattr(standing, name) == pytest.approx(_mean(expected), abs=1e-6)
    assert standing.coverage == len({item for top in lists for item in top}) / N_ITEMS
    # The oracle is no good if nothing happens in it.
    assert 0 < standing.ndcg < 1
    assert 0 < standing.coverage < 1


def test_lists_are_those_that_the_site_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    questions, table = _random_questions(), _table()
    told: list[list[int]] = []

    def remember(top: NDArray[np.intp], *_: object) -> dict[str, float]:
        told.append(top.tolist())
        return {}

    monkeypatch.setattr(contest, "_figures", remember)
    hold([Contender("x", _by_user(table))], questions, _surroundings(), K)
    expected = [rank(table[one.user_idx], one.history.seen_idx, K).tolist() for one in questions]
    assert told == expected


def test_what_was_seen_is_never_ranked() -> None:
    """Not even by whoever scores it highest; what is relevant can be found all the same."""
    question = _question(0, [0, 1], [0, 1, 2, 3], [4])
    scores = np.array([9, 9, 9, 9, 1, 0], np.float32)
    (standing,) = hold(
        [Contender("x", one_by_one(lambda _: scores))], [question], _surroundings(6), 2
    )
    assert standing.ndcg == 1
    assert standing.coverage == 2 / 6


def test_ties_are_broken_by_row_as_by_the_site() -> None:
    first, last = _question(0, [], [0], [1]), _question(1, [], [0], [5])
    standings = [
        hold([Contender("x", _flat(6))], [question], _surroundings(6), 1)[0]
        for question in (first, last)
    ]
    assert [standing.ndcg for standing in standings] == [1, 0]


@pytest.mark.parametrize("people", [1, 4, 29, 30])
def test_batches_give_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    questions, around, sizes = _random_questions(), _surroundings(), []

    def scores(batch: Sequence[Question]) -> NDArray[np.float32]:
        sizes.append(len(batch))
        return _by_user(_table())(batch)

    (whole,) = hold([Contender("x", scores)], questions, around, K)
    assert sizes == [30]
    # One cell too few for another person.
    monkeypatch.setattr(contest, "MOST_CELLS", (people + 1) * N_ITEMS - 1)
    (batched,) = hold([Contender("x", scores)], questions, around, K)
    assert max(sizes[1:]) == people
    assert sum(sizes[1:]) == 30
    _assert_same(batched, whole)


def test_a_catalogue_larger_than_a_batch_is_asked_one_person_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    questions, around = _random_questions(3), _surroundings()
    (whole,) = hold([Contender("x", _by_user(_table()))], questions, around, K)
    monkeypatch.setattr(contest, "MOST_CELLS", 1)
    (single,) = hold([Contender("x", _by_user(_table()))], questions, around, K)
    _assert_same(single, whole)


def _assert_same(one: Standing, other: Standing) -> None:
    assert one.coverage == other.coverage
    for name, values in one.by_person.items():
        np.testing.assert_array_equal(values, other.by_person[name])


def test_without_questions_there_are_no_standings() -> None:
    def never(_: Sequence[Question]) -> NDArray[np.float32]:
        raise AssertionError("there is nothing to ask")

    assert hold([Contender("x", never)], [], _surroundings()) == []


def test_standings_come_in_the_order_of_the_contenders() -> None:
    contenders = [Contender("b", _flat(9), "served"), Contender("a", _flat(9), "baseline")]
    standings = hold(contenders, [_question(0, [], [], [1])], _surroundings(9))
    assert [(one.name, one.role) for one in standings] == [("b", "served"), ("a", "baseline")]


def test_somebody_who_has_seen_everything_scores_nothing_and_describes_nothing() -> None:
    everything = _question(0, [0], list(range(9)), [3])
    (standing,) = hold([Contender("x", _flat(9))], [everything], _surroundings(9))
    nothing = (standing.ndcg, standing.recall, standing.precision, standing.mrr, standing.hit_rate)
    assert (*nothing, standing.coverage) == (0,) * 6
    described = (standing.novelty, standing.diversity, standing.mean_popularity)
    assert all(map(math.isnan, described))


def test_a_list_too_short_to_describe_is_left_out_of_the_means_alone() -> None:
    short, whole = _question(0, [], list(range(1, 9)), [0]), _question(1, [], [], [8])
    around = _surroundings(9)
    both, alone = (
        hold([Contender("x", _flat(9))], questions, around, 3)[0]
        for questions in ([short, whole], [whole])
    )
    assert np.isnan(both.by_person["diversity"]).tolist() == [True, False]
    assert both.diversity == alone.diversity
    assert both.ndcg == 0.5


@pytest.mark.parametrize("bad", [-np.inf, np.inf, np.nan])
def test_a_score_that_is_not_finite_is_refused(bad: float) -> None:
    scores = np.array([1, bad, 3], np.float32)
    contender = Contender("odd one", one_by_one(lambda _: scores))
    with pytest.raises(ValueError, match="odd one gave a score that is not finite"):
        hold([contender], [_question(0, [], [], [1])], _surroundings(3))


def test_an_answer_for_somebody_else_too_is_refused() -> None:
    contender = Contender("x", lambda _: np.zeros((2, 9), np.float32))
    with pytest.raises(ValueError, match="zip"):
        hold([contender], [_question(0, [], [], [1])], _surroundings(9))


def test_one_by_one_asks_what_the_site_asks() -> None:
    questions = _random_questions(5)

    def score(history: History) -> NDArray[np.float32]:
        return np.bincount(history.item_idx, minlength=N_ITEMS).astype(np.float32)

    batch = one_by_one(score)(questions)
    assert batch.shape == (5, N_ITEMS)
    assert batch.dtype == np.float32
    for row, question in zip(batch, questions, strict=True):
        np.testing.assert_array_equal(row, score(question.history))


@dataclass
class _Echo:
    """Scores every item by what it is worth, and remembers who was asked about."""

    asked: list[int] = field(default_factory=list)

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        assert worth.has_canonical_format
        self.asked += user_idx.tolist()
        return np.asarray(worth.toarray(), np.float32)


def test_a_recommender_is_given_what_each_history_is_worth() -> None:
    echo = _Echo()
    half = History(
        np.array([5, 2], np.int32), np.array([0.5, 1], np.float32), np.arange(7, dtype=np.int32)
    )
    questions = [
        Question(7, half, frozenset({8})),
        _question(3, [], [1], [8]),
        _question(7, [0], [0], [8]),
    ]
    scores = of_recommender(echo, 9)(questions)
    assert echo.asked == [7, 3, 7]
    expected = np.zeros((3, 9), np.float32)
    expected[0, 5], expected[0, 2], expected[2, 0] = 0.5, 1, 1
    np.testing.assert_array_equal(scores, expected)
    assert scores.dtype == np.float32


def test_rows_of_worth_may_all_be_empty() -> None:
    assert worth_rows([_question(0, [], [], [1])], 4).toarray().tolist() == [[0] * 4]
    assert worth_rows([], 4).shape == (0, 4)


def _standing(**by_person: Sequence[float]) -> Standing:
    arrays = {name: np.array(values, np.float64) for name, values in by_person.items()}
    return Standing("x", "contender", arrays, 0.5)


def test_a_standing_in_plain_figures() -> None:
    contenders = [Contender("ours", _by_user(_table()), "served")]
    (standing,) = hold(contenders, _random_questions(), _surroundings(), K)
    plain = standing.to_plain()
    low, high = bootstrap_interval(standing.by_person["ndcg"])
    assert standing.interval == (low, high)
    assert low < standing.ndcg < high
    assert plain == {
        "name": "ours",
        "role": "served",
        "ndcg": standing.ndcg,
        "ndcg_low": low,
        "ndcg_high": high,
        "recall": standing.recall,
        "precision": standing.precision,
        "mrr": standing.mrr,
        "hit_rate": standing.hit_rate,
        "coverage": standing.coverage,
        "novelty": standing.novelty,
        "diversity": standing.diversity,
    }
    assert {type(value) for value in plain.values()} == {str, float}


def test_segments_are_thirds_by_what_their_own_history_is_like() -> None:
    counts = np.array([0, 9, 99, 999, 9_999])
    around = Surroundings(counts, 10_000, np.zeros((5, 1)))
    # The mean log10(1 + count) of their own: 4, 0, 2, 1, 3, nothing, 0.5, and 1.5.
    liked = [[4], [0], [2], [1], [3], [], [0, 1], [1, 2]]
    questions = [_question(user, items, items, [4]) for user, items in enumerate(liked)]
    shown = [1.0, 2.0, 3.0, 4.0, math.nan, 99.0, 6.0, 7.0]
    segments = popularity_bias(_standing(mean_popularity=shown), questions, around)
    assert [(one["segment"], one["people"]) for one in segments] == [
        ("niche", 3),
        ("mixed", 2),
        ("mainstream", 2),
    ]
    # Niche: 0, 0.5 and 1; mixed: 1.5 and 2; mainstream: 3 (who was shown nothing) and 4.
    assert [one["own"] for one in segments] == pytest.approx([0.5, 1.75, 3.5])
    assert [one["recommended"] for one in segments] == pytest.approx([4, 5, 1])


def test_fewer_people_with_a_history_than_segments_make_none() -> None:
    questions = [_question(user, liked, [], [4]) for user, liked in enumerate([[1], [2], []])]
    around, standing = _surroundings(5), _standing(mean_popularity=[1, 2, 3])
    assert popularity_bias(standing, questions, around) == []
    assert popularity_bias(_standing(mean_popularity=[]), [], around) == []


def test_whoever_recommends_the_popular_is_biased_against_the_niche() -> None:
    around = Surroundings(np.arange(N_ITEMS)[::-1], N_ITEMS, np.zeros((N_ITEMS, 1)))
    popular = Contender("popularity", one_by_one(lambda _: around.counts.astype(np.float32)))
    questions = _random_questions()
    (standing,) = hold([popular], questions, around, K)
    niche, _, mainstream = popularity_bias(standing, questions, around)
    assert niche["own"] < mainstream["own"]
    assert niche["recommended"] > niche["own"]
    assert niche["people"] == mainstream["people"] == 10


def test_questions_go_to_those_who_liked_something_hidden() -> None:
    known = few_interactions([(0, 1, 5), (0, 2, 1), (1, 3, 5), (2, 4, 5)], n_items=9)
    hidden = few_interactions([(0, 5, 5), (0, 6, 3), (1, 7, 2), (3, 8, 4)], n_items=9)
    questions = ask(known, hidden, 4.0, Worth.of_likes(4.0), range(4))
    assert [question.user_idx for question in questions] == [0, 3]
    first, stranger = questions
    assert first.history.item_idx.tolist() == [1]
    assert first.history.seen_idx.tolist() == [1, 2]
    assert first.relevant == {5}
    assert len(stranger.history) == 0
    assert stranger.relevant == {8}


def test_questions_carry_what_the_known_rows_are_worth_and_who_the_people_are() -> None:
    known = few_interactions([(0, 1, 5), (0, 2, 3), (0, 3, 1)], n_items=9)
    hidden = few_interactions([(0, 5, 5)], n_items=9)
    profiles = np.arange(8, dtype=np.float32).reshape(4, 2)
    worth = Worth((-np.inf, 3.0, 4.0), (0.0, 0.25, 1.0))
    (question,) = ask(known, hidden, 4.0, worth, range(4), profiles)
    assert question.history.item_idx.tolist() == [1, 2]
    assert question.history.worth.tolist() == [1, 0.25]
    assert question.history.seen_idx.tolist() == [1, 2, 3]
    assert question.history.profile is not None
    assert question.history.profile.tolist() == [0, 1]


def test_only_the_users_asked_for_are_asked() -> None:
    rows = few_interactions([(0, 1, 5), (1, 2, 5)], n_items=9)
    questions = ask(rows, rows, 4.0, Worth.of_likes(4.0), [1])
    assert [question.user_idx for question in questions] == [1]


def test_a_cut_shrinks_the_history_alone() -> None:
    question = _question(3, [1, 2, 4, 5], [0, 1, 2, 4, 5], [7, 8])
    worth = np.array([0.1, 0.2, 0.4, 0.5], np.float32)
    question = replace(question, history=replace(question.history, worth=worth))
    drawn = cut([question], 2, draws=20, seed=1)
    assert len(drawn) == 20
    for one in drawn:
        items = one.history.item_idx.tolist()
        assert len(set(items)) == len(items) == 2
        assert set(items) <= {1, 2, 4, 5}
        # Each item keeps what it is worth.
        assert one.history.worth.tolist() == pytest.approx([item / 10 for item in items])
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
