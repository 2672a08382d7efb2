"""A training run from end to end, on small worlds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.worlds import QUICK_SPACE, QUICK_SPACES, TwoTastes, quick_trainer, write_csv
from toppicks import training
from toppicks.evaluation.cold_items import judge_cold_items
from toppicks.evaluation.contenders import line_up
from toppicks.evaluation.contest import Question
from toppicks.evaluation.people import judge_lengths
from toppicks.evaluation.report import Report
from toppicks.evaluation.splitting import Split
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials, Source, gather
from toppicks.recommenders.fitting import Fitted
from toppicks.recommenders.formula import Parts
from toppicks.scoring.scorer import Scorer
from toppicks.trained import TrainedModel
from toppicks.training import Trainer, train
from toppicks.tuning.budget import Budget

WORLD = TwoTastes()


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    folder: Path = tmp_path_factory.mktemp("world")
    return gather(
        Source((WORLD.write_ratings(folder / "r.csv"),), WORLD.write_items(folder / "i.csv"))
    )


@dataclass(frozen=True)
class Run:
    """A training run, and what was fitted and asked on its way."""

    split: Split
    model: TrainedModel
    report: Report
    on_known: Fitted
    on_others: Fitted
    on_early: Fitted
    held: np.ndarray[Any, np.dtype[np.bool_]]
    of_strangers: list[tuple[Parts, list[Question]]]


@pytest.fixture(scope="module")
def run(materials: Materials) -> Run:
    seen: dict[str, Any] = {"line_up": []}

    def watched_line_up(fitted: Fitted, rivals: list[Any]) -> list[Any]:
        seen["line_up"].append(fitted)
        return line_up(fitted, rivals)

    def watched_cold(fitted: Fitted, everything: Interactions, held: Any, *rest: Any) -> Any:
        seen["cold"] = fitted, held
        return judge_cold_items(fitted, everything, held, *rest)

    def watched_lengths(
        scorers: list[Scorer], asked: list[list[Question]], k: int, seed: int
    ) -> Any:
        seen["lengths"] = asked
        return judge_lengths(scorers, asked, k, seed)

    def watched_choose(trainer: Trainer, *args: Any) -> Any:
        seen["chosen"] = real_choose(trainer, *args)
        return seen["chosen"]

    real_choose = Trainer.choose
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "line_up", watched_line_up)
        patch.setattr(training, "judge_cold_items", watched_cold)
        patch.setattr(training, "judge_lengths", watched_lengths)
        patch.setattr(Trainer, "choose", watched_choose)
        model, report = train(materials, quick_trainer())
    on_known, on_early = seen["line_up"]
    on_others, held = seen["cold"]
    strangers = list(zip(seen["chosen"].folds, seen["lengths"], strict=True))
    split = Split.of(materials.interactions, seed=1)
    return Run(split, model, report, on_known, on_others, on_early, held, strangers)


def _pairs(rows: Interactions) -> set[tuple[int, int]]:
    return set(zip(rows.user_idx.tolist(), rows.item_idx.tolist(), strict=True))


def test_the_contest_is_about_rows_that_were_not_learnt_from(run: Run) -> None:
    assert _pairs(run.on_known.rows) == _pairs(run.split.known)
    assert not _pairs(run.on_known.rows) & _pairs(run.split.hidden)
    liked = run.split.hidden.rating >= run.report.scale.like_from
    assert run.report.judgement.asked == len(np.unique(run.split.hidden.user_idx[liked]))


def test_items_held_out_have_no_row_in_what_is_judged(run: Run) -> None:
    assert run.held.sum() == 6
    assert not run.on_others.rows.counts_by_item()[run.held].any()
    assert run.report.judgement.cold_items is not None
    assert run.report.judgement.cold_items.items == 6


def test_what_is_judged_after_the_cut_learnt_from_before_it(run: Run, materials: Materials) -> None:
    times, early = materials.interactions.timestamp, run.on_early.rows.timestamp
    assert times is not None
    assert early is not None
    share = len(early) / len(times)
    # Days are what these times are told by: a whole one is on one side.
    assert 0.7 < share <= 0.8
    assert early.max() < np.sort(times)[len(early)]
    assert run.report.judgement.time_cut_people > 40


def test_people_held_out_are_in_nothing_that_judges_them(run: Run) -> None:
    everybody = set()
    for parts, asked in run.of_strangers:
        people = [question.user_idx for question in asked]
        assert not parts.worth[people].nnz
        everybody |= set(people)
    assert len(everybody) == run.report.judgement.asked


def test_what_is_served_learnt_from_everything(run: Run, materials: Materials) -> None:
    rows = materials.interactions
    assert run.model.n_ratings.tolist() == rows.counts_by_item().tolist()
    assert len(run.model.histories.item_idx) == len(rows)
    popularity = run.model.scorer.popularity[run.model.n_ratings > 0]
    likes = run.model.n_likes[run.model.n_ratings > 0]
    assert np.corrcoef(popularity, np.log1p(likes))[0, 1] > 0.999


def test_every_slice_is_reported(run: Run) -> None:
    judgement = run.report.judgement
    assert judgement.holdout[0].name == judgement.time_cut[0].name == "popularity"
    assert judgement.holdout[-1].role == judgement.time_cut[-1].role == "served"
    assert judgement.comparison is not None
    assert [row.length for row in judgement.people] == [0, 1, 2, 3, 5, 10, None]
    assert [point.epoch for point in judgement.curves] == [1, 2, 3, 4, 5]
    assert len(judgement.bias) == 3
    names = {space.name for space in QUICK_SPACES}
    assert names < {standing.name for standing in judgement.holdout}
    assert judgement.holdout[-1].ndcg > judgement.holdout[0].ndcg


def test_the_report_tells_what_the_metadata_says(run: Run) -> None:
    found = {one.column: one for one in run.report.features.items}
    assert list(found) == ["title", "year", "genres"]
    assert (found["genres"].kind, found["genres"].n_items) == ("list", 64)
    assert dict(found["genres"].top) == {"All": 64, "Red": 32, "Blue": 32}
    assert run.report.features.users == []


def test_people_are_summed_up_over_all_who_are_known(tmp_path: Path) -> None:
    people = [(f"u{n}", ("Ruritania", "Borduria")[n % 2]) for n in range(60)] + [("m", "Syldavia")]
    users = write_csv(tmp_path / "u.csv", ("user", "country"), people)
    found = gather(Source((WORLD.write_ratings(tmp_path / "r.csv"),), users=users)).summaries
    assert list(found.items) == []
    (country,) = found.users
    assert (country.kind, country.n_items, country.of) == ("categories", 61, 65)
    assert country.top == (("Borduria", 30), ("Ruritania", 30), ("Syldavia", 1))


def test_the_model_holds_the_report_with_its_plots_and_map(run: Run) -> None:
    report = run.model.about["report"]
    plain = run.report.to_plain()
    assert {name: report[name] for name in plain} == plain
    assert report["plots"]["lengths"].startswith("<svg ")
    assert len(report["map"]["item_idx"]) > 30
    assert json.loads(json.dumps(run.model.about, allow_nan=False)) == run.model.about


@pytest.mark.parametrize("trials", [0, 2])
def test_a_seed_gives_the_same_scores_for_everybody(materials: Materials, trials: int) -> None:
    trainer = Trainer(1, Budget(trials=trials), QUICK_SPACES, QUICK_SPACE)
    (first, one), (again, other) = (train(materials, trainer) for _ in range(2))
    for user in range(len(first.users)):
        scores = first.scorer.scores(first.histories.history(user))
        np.testing.assert_array_equal(scores, again.scorer.scores(again.histories.history(user)))
    plain, same = (
        {name: value for name, value in report.to_plain().items() if name != "seconds"}
        for report in (one, other)
    )
    assert plain == same
    different, _ = train(materials, replace(trainer, seed=2))
    assert not np.array_equal(
        first.scorer.scores(first.histories.history(0)),
        different.scorer.scores(different.histories.history(0)),
    )


def test_each_step_is_told_as_it_is_done(materials: Materials) -> None:
    told: list[str] = []
    train(materials, replace(quick_trainer(), progress=told.append))
    assert {space.name for space in QUICK_SPACES} | {
        "LightFM",
        "people held out",
        "final fits",
    } == set(told)
    assert told.count("people held out") == 3
    assert told.count("final fits") == 4


def _trained_on(folder: Path, rows: Sequence[Sequence[object]]) -> tuple[TrainedModel, Report]:
    columns = ("user", "item", "rating", "timestamp")[: len(rows[0])]
    return train(gather(Source((write_csv(folder / "r.csv", columns, rows),))), quick_trainer())


@pytest.mark.parametrize("columns", [2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_however_little_there_is_a_model_comes_of_it(
    tmp_path: Path, seed: int, columns: int
) -> None:
    rng = np.random.default_rng(seed)
    users, items = rng.integers(1, 7, 2)
    pairs = rng.permutation(users * items)[: rng.integers(1, users * items + 1)]
    rows = [
        (f"u{pair // items}", f"i{pair % items}", int(rng.integers(1, 11)), int(rng.integers(5)))
        for pair in pairs.tolist()
    ]
    model, _ = _trained_on(tmp_path, [row[:columns] for row in rows])
    for user in range(len(model.users)):
        assert np.isfinite(model.scorer.scores(model.histories.history(user))).all()


def test_likes_that_come_late_alone_are_no_reason_to_fail(tmp_path: Path) -> None:
    """What is learnt from to choose by holds nothing of the highest level."""
    rows = [
        (f"u{user}", f"i{item}", 10 if item == 4 else 3, item) for user in range(4)
        for item in range(5)
    ]  # fmt: skip
    _, report = _trained_on(tmp_path, rows)
    assert report.people == 0


def test_one_row_each_leaves_nothing_to_judge_by(tmp_path: Path) -> None:
    model, report = _trained_on(tmp_path, [(f"u{n}", f"i{n % 3}", 5) for n in range(9)])
    assert report.judgement.holdout == []
    assert report.judgement.asked == 0
    assert np.isfinite(model.scorer.popularity).all()


def test_where_nobody_rates_there_is_no_match(materials: Materials) -> None:
    scale = Scale("count", 0.0, (-np.inf, 2.0))
    counted = replace(materials, known=replace(materials.known, scale=scale))
    model, _ = train(counted, quick_trainer())
    assert model.calibration is None
    assert model.about["report"]["feedback"]["kind"] == "count"
    rated, _ = train(materials, quick_trainer())
    assert rated.calibration is not None
