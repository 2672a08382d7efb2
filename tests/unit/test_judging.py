"""By whom what is served is judged, and what is made of that."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.worlds import QUICK, TwoTastes
from toppicks.evaluation import judging, metrics
from toppicks.evaluation.contest import Question, Role, Standing
from toppicks.evaluation.judging import Judgement, compare, judge_match
from toppicks.evaluation.people import DRAWS, judge_lengths
from toppicks.evaluation.questions import ask, cut
from toppicks.evaluation.splitting import Split
from toppicks.materials import Source, gather
from toppicks.recommenders.fitting import Fitted, Fitting
from toppicks.recommenders.formula import Recipe
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.worth import Worth

K, LIKE_FROM = 5, 4.0
LIKES = Worth.of_likes(LIKE_FROM)


@dataclass(frozen=True)
class Run:
    """A small world that was split, what was fitted without each fold, and questions."""

    split: Split
    fitted: list[Fitted]
    asked: list[list[Question]]

    @property
    def scorers(self) -> list[Scorer]:
        return [fitted.scorer for fitted in self.fitted]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path: Path = tmp_path_factory.mktemp("world") / "ratings.csv"
    materials = gather(Source((TwoTastes().write_ratings(path),)))
    split = Split.of(materials.interactions, seed=1)
    fitting = Fitting(Recipe(LIKES, ItemKNN(), QUICK), materials.known, 1)
    fits = [fitting.fit(rows) for rows in split.others]
    return Run(
        split,
        [fitted for fitted in fits if fitted],
        [
            ask(split.known, split.hidden, LIKE_FROM, LIKES, people.tolist())
            for people in split.folds
        ],
    )


def _standing(name: str, role: Role, ndcg: list[float]) -> Standing:
    return Standing(name, role, {"ndcg": np.array(ndcg)}, 0.5)


def test_what_is_served_is_compared_with_the_best_other_person_by_person() -> None:
    rng = np.random.default_rng(1)
    base = rng.random(50)
    standings = [
        _standing("popularity", "baseline", (base - 0.2).tolist()),
        _standing("EASE", "contender", base.tolist()),
        _standing("iALS", "reference", (base - 0.1).tolist()),
        _standing("as served", "served", (base + 0.1 + rng.normal(0, 0.01, 50)).tolist()),
    ]
    comparison = compare(standings)
    assert comparison is not None
    assert comparison.against == "EASE"
    assert comparison.gain == pytest.approx(0.1, abs=0.01)
    assert comparison.verdict == "better"


def test_without_a_contest_there_is_nothing_to_compare() -> None:
    assert compare([]) is None
    assert Judgement().asked == 0


def test_as_many_were_asked_as_have_a_figure() -> None:
    assert Judgement(holdout=[_standing("popularity", "baseline", [0, 1, 0.5])]).asked == 3


def test_every_length_is_judged_by_people_who_were_held_out(run: Run) -> None:
    rows = judge_lengths(run.scorers, run.asked, K, seed=1)
    people = sum(map(len, run.asked))
    assert [(row.length, row.people) for row in rows] == [
        (length, people) for length in (0, 1, 2, 3, 5, 10, None)
    ]
    for row in rows:
        figures: list[list[float]] = []
        for scorer, questions in zip(run.scorers, run.asked, strict=True):
            for question in cut(questions, row.length, DRAWS, seed=1):
                figures.append([])
                for answer in (scorer.popularity, scorer.scores(question.history)):
                    top = rank(answer, question.history.seen_idx, K)
                    hits = np.isin(top, list(question.relevant))
                    figures[-1].append(metrics.ndcg(hits, len(question.relevant), K))
        base, ours = np.mean(figures, axis=0)
        assert row.popularity == pytest.approx(base)
        assert row.served == pytest.approx(ours)


def test_a_stranger_is_served_what_is_popular_and_others_better(run: Run) -> None:
    stranger, *others = judge_lengths(run.scorers, run.asked, K, seed=1)
    assert stranger.served == stranger.popularity
    assert all(row.served > row.popularity for row in others)


def test_lengths_that_nobody_has_are_left_out(run: Run) -> None:
    short = [cut(questions, 4, 1, seed=1) for questions in run.asked]
    assert [row.length for row in judge_lengths(run.scorers, short, K, seed=1)] == [
        0, 1, 2, 3, None,
    ]  # fmt: skip


def test_without_people_no_length_is_judged(run: Run) -> None:
    assert judge_lengths([], [], K, seed=1) == []
    assert judge_lengths(run.scorers, [[]] * len(run.scorers), K, seed=1) == []


def test_what_is_worse_than_popularity_is_seen_to_be(run: Run) -> None:
    turned = [
        replace(
            scorer,
            item_weights=None,
            item_factors=-scorer.item_factors,
            item_biases=-scorer.item_biases,
            blend=Blend(0.0, 0.0, 0.0),
        )
        for scorer in run.scorers
    ]
    stranger, *others = judge_lengths(turned, run.asked, K, seed=1)
    assert stranger.served == stranger.popularity
    assert all(row.served < row.popularity for row in others)


def _match(run: Run, asked: NDArray[np.intp]) -> tuple[int, set[float]]:
    """By how many ratings a match is judged, and which chances there are."""
    calibration, reliability = judge_match(
        run.split.known, run.split.hidden, run.fitted[0], LIKE_FROM, asked
    )
    assert (calibration is None) == (reliability is None)
    if calibration is None or reliability is None:
        return 0, set()
    assert np.diff(calibration.chances).min() >= 0
    return sum(part.n for part in reliability.bins), set(calibration.chances.tolist())


def test_the_match_is_of_hidden_ratings_of_both_kinds(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.evaluation.calibrating.FEWEST_RATINGS", 50)
    n, chances = _match(run, np.arange(64))
    assert n == len(run.split.hidden)
    assert min(chances) < 0.5 < max(chances)


def test_the_match_is_of_the_people_asked_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toppicks.evaluation.calibrating.FEWEST_RATINGS", 20)
    n, _ = _match(run, np.arange(20))
    assert n == int((run.split.hidden.user_idx < 20).sum())


def test_who_has_no_history_says_nothing_of_the_match(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.evaluation.calibrating.FEWEST_RATINGS", 20)
    known = run.split.known
    strangers = np.isin(known.user_idx, np.arange(5)) & (known.rating >= LIKE_FROM)
    without = replace(run.split, known=known.where(~strangers))
    n, _ = _match(replace(run, split=without), np.arange(64))
    assert n == int((run.split.hidden.user_idx >= 5).sum())


def test_too_few_ratings_make_no_match(run: Run) -> None:
    assert _match(run, np.arange(2)) == (0, set())
    assert judging.judge_match(
        run.split.known, run.split.hidden, run.fitted[0], 0.0, np.arange(64)
    ) == (None, None)
