"""Who is asked what, by whom they are judged, and what a match is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tests.worlds import QUICK, TwoTastes
from toppicks.evaluation import judging
from toppicks.evaluation.judging import Judgement, judge
from toppicks.evaluation.people import Fold
from toppicks.evaluation.splitting import Split
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.formula import Choice
from toppicks.training import Materials, Source, Trainer, gather


@dataclass(frozen=True)
class Run:
    """A small world that was split and fitted, and what was said of it."""

    materials: Materials
    split: Split
    folds: list[Fold]
    judgement: Judgement


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = TwoTastes().write_ratings(tmp_path_factory.mktemp("world") / "r.csv")
    materials = gather(Source((path,)))
    split = Split.of(materials.interactions, seed=1)
    trainer = Trainer(1, QUICK)
    *on_others, on_known = [
        (trainer.fit(materials, part), materials.likes(part))
        for part in (*split.others, split.known)
    ]
    asked: list[Fold] = []

    def watched(folds: Sequence[Fold], seed: int) -> Choice:
        asked.extend(folds)
        return Choice(exponent=1.0, lean=3.0, people=7)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "choose", watched)
        judgement = judge(split, on_others, on_known, materials.like_from, seed=1)
    return Run(materials, split, asked, judgement)


def _liked(rows: Interactions, like_from: float) -> dict[int, set[int]]:
    """The items that each user liked among these rows."""
    liked: dict[int, set[int]] = {}
    for user, item, rating in zip(
        rows.user_idx.tolist(), rows.item_idx.tolist(), rows.rating.tolist(), strict=True
    ):
        if rating >= like_from:
            liked.setdefault(user, set()).add(item)
    return liked


def test_each_fold_asks_about_its_own_people_alone(run: Run) -> None:
    assert len(run.folds) == 3
    for fold, people in zip(run.folds, run.split.folds, strict=True):
        assert {question.user_idx for question in fold.earlier} <= set(people.tolist())
        assert {question.user_idx for question in fold.later} <= set(people.tolist())
        assert not fold.likes[people].nnz


def test_what_is_chosen_by_is_late_and_known_and_never_hidden(run: Run) -> None:
    early = _liked(run.split.known_early, run.materials.like_from)
    late = _liked(run.split.known_late, run.materials.like_from)
    questions = [question for fold in run.folds for question in fold.earlier]
    assert {question.user_idx for question in questions} == set(late)
    for question in questions:
        assert question.relevant == late[question.user_idx]
        assert set(question.history.item_idx.tolist()) == early.get(question.user_idx, set())


def test_what_is_judged_by_is_hidden_with_all_that_is_known_as_history(run: Run) -> None:
    known = _liked(run.split.known, run.materials.like_from)
    hidden = _liked(run.split.hidden, run.materials.like_from)
    questions = [question for fold in run.folds for question in fold.later]
    assert {question.user_idx for question in questions} == set(hidden)
    for question in questions:
        assert question.relevant == hidden[question.user_idx]
        assert set(question.history.item_idx.tolist()) == known.get(question.user_idx, set())


def test_the_contest_has_popularity_first_and_what_is_served_last(run: Run) -> None:
    first, *others = run.judgement.holdout
    assert first.name == "popularity"
    assert others[-1].name.startswith("as served")
    assert others[-1].ndcg > first.ndcg
    assert run.judgement.asked == len(_liked(run.split.hidden, run.materials.like_from))


def test_the_choice_is_what_is_judged_and_reported(run: Run) -> None:
    assert run.judgement.choice == Choice(exponent=1.0, lean=3.0, people=7)
    stranger, *others = run.judgement.people
    assert (stranger.length, stranger.people) == (0, run.judgement.asked)
    assert stranger.served == stranger.popularity
    assert all(row.served > row.popularity for row in others)


def test_the_match_is_of_hidden_ratings_of_both_kinds(run: Run) -> None:
    calibration = run.judgement.calibration
    assert calibration is not None
    assert np.diff(calibration.chances).min() >= 0
    assert calibration.chances[0] < 0.5 < calibration.chances[-1]


def test_without_any_fit_there_is_a_default_and_nothing_to_say(run: Run) -> None:
    likes = run.materials.likes(run.split.known)
    nothing = judge(run.split, [(None, likes)] * 3, (None, likes), run.materials.like_from, 1)
    assert nothing == Judgement(Choice())
