"""What novelty and diversity cost, against lists made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from tests.small_scorer import N_ITEMS, D, normal, small_scorer
from toppicks.evaluation import tradeoffs
from toppicks.evaluation.contest import Contender, Question, Surroundings, hold, one_by_one
from toppicks.evaluation.tradeoffs import CONTROLS, TURNS, judge_tradeoffs
from toppicks.scoring.history import History
from toppicks.scoring.reranking import Control, rerank
from toppicks.trained import TrainedModel

K = 3
COUNTS = np.arange(N_ITEMS)[::-1]
AROUND = Surroundings(COUNTS, 20, normal(N_ITEMS, D, seed=3))


def _questions(n: int) -> list[Question]:
    rng = np.random.default_rng(4)
    questions = []
    for user_idx in range(n):
        items = rng.permutation(N_ITEMS).astype(np.int32)
        history = History.of_likes(np.sort(items[:3]), np.sort(items[:4]))
        questions.append(Question(user_idx, history, frozenset(items[4:6].tolist())))
    return questions


def test_neither_turned_is_what_the_contest_finds() -> None:
    scorer, questions = small_scorer(), _questions(30)
    (served,) = hold([Contender("x", one_by_one(scorer.scores))], questions, AROUND, K)
    first = judge_tradeoffs(scorer, questions, AROUND, K, seed=1)[0]
    assert (first.turned, first.by, first.people) == ("", 0.0, 30)
    assert first.ndcg == pytest.approx(served.ndcg)
    assert first.coverage == served.coverage
    assert first.novelty == pytest.approx(served.novelty)
    assert first.diversity == pytest.approx(served.diversity)


def test_each_control_is_turned_alone_a_quarter_half_and_all_the_way() -> None:
    found = judge_tradeoffs(small_scorer(), _questions(5), AROUND, K, seed=1)
    assert [(one.turned, one.by) for one in found] == [
        ("", 0.0),
        *(("novelty", by) for by in (0.25, 0.5, 1.0)),
        *(("diversity", by) for by in (0.25, 0.5, 1.0)),
    ]
    assert TURNS[-1] == 1
    assert len(CONTROLS) == len(found)


def test_figures_are_of_the_lists_that_the_site_would_show() -> None:
    scorer, questions = small_scorer(), _questions(20)
    found = judge_tradeoffs(scorer, questions, AROUND, K, seed=1)
    shown = {
        row
        for one in questions
        for row in rerank(
            scorer, scorer.scores(one.history), Control(novelty=1.0), one.history.seen_idx, K
        ).tolist()
    }
    assert found[3].coverage == len(shown) / N_ITEMS


def test_turning_them_gives_what_they_are_named_after() -> None:
    # Each item has its own place, and the more popular ones are the more alike.
    scorer = replace(small_scorer(), popularity=np.linspace(2, -2, N_ITEMS).astype(np.float32))
    plain, *_, novel, _, _, diverse = judge_tradeoffs(scorer, _questions(60), AROUND, K, seed=1)
    assert novel.novelty > plain.novelty
    assert diverse.diversity > plain.diversity


def test_so_many_people_at_most_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tradeoffs, "MOST_PEOPLE", 7)
    scorer, questions = small_scorer(), _questions(30)
    found = judge_tradeoffs(scorer, questions, AROUND, K, seed=1)
    assert {one.people for one in found} == {7}
    assert found == judge_tradeoffs(scorer, questions, AROUND, K, seed=1)
    assert found != judge_tradeoffs(scorer, questions, AROUND, K, seed=2)


def test_without_questions_there_is_nothing_to_say() -> None:
    assert judge_tradeoffs(small_scorer(), [], AROUND, K, seed=1) == []


def test_a_training_run_reports_them(tiny_model: TrainedModel) -> None:
    rows = tiny_model.about["report"]["tradeoffs"]
    assert len(rows) == len(CONTROLS)
    assert rows[0]["ndcg"] == pytest.approx(tiny_model.about["report"]["holdout"][-1]["ndcg"])
