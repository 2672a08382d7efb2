"""Old feedback against recent: the half-life, found on validation rows."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tests.worlds import QUICK_SPACE, QUICK_SPACES, ChangingTastes, few_interactions
from toppicks import artifact
from toppicks.evaluation.cold_items import cold_questions
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.splitting import Split
from toppicks.ids import IdMap
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials, Source, gather
from toppicks.recommenders.ease import Ease
from toppicks.scoring.history import History
from toppicks.scoring.worth import DAY, Worth
from toppicks.trained import TrainedModel
from toppicks.training import Trainer, publish, train
from toppicks.tuning.budget import Budget
from toppicks.tuning.families import Lesson
from toppicks.tuning.recency import choose_half_life, half_lives

ALL_ALIKE = Worth((-np.inf,), (1.0,))


def _materials(folder: Path, changing: bool, feedback: Feedback | None = None) -> Materials:
    path = ChangingTastes(changing=changing).write(folder / "r.csv")
    return gather(Source((path,), feedback=feedback or Feedback()))


def _lesson(materials: Materials) -> Lesson:
    split = Split.of(materials.interactions, seed=1)
    return Lesson(split.known_early, Exam.of(split.known_early, split.known_late, 0.0, 5, 1))


def _trainer(trials: int) -> Trainer:
    return Trainer(1, Budget(trials=trials), spaces=QUICK_SPACES[:1], hybrid_space=QUICK_SPACE)


def _timed(*times: int) -> Interactions:
    """Somebody's rows at these times, and one of somebody else's."""
    rows = [(0, item, 5.0) for item in range(len(times))]
    interactions = few_interactions([*rows, (1, 0, 5.0)], 9)
    return replace(interactions, timestamp=np.array([*times, 10**9], np.int64))


def test_half_lives_are_of_the_length_of_a_typical_history() -> None:
    assert half_lives(_timed(0, 5, int(40 * DAY))) == [40 * DAY, 10 * DAY]
    assert half_lives(_timed(0, int(2 * DAY))) == [2 * DAY, DAY / 2]


@pytest.mark.parametrize("times", [(0, 3600), (7, 7), (7,)])
def test_where_everybody_came_on_one_day_nothing_is_old(times: tuple[int, ...]) -> None:
    assert half_lives(_timed(*times)) == []


def test_without_times_nothing_is_old() -> None:
    assert half_lives(replace(_timed(0, 10**8), timestamp=None)) == []


def test_where_tastes_change_recent_feedback_is_worth_more(tmp_path: Path) -> None:
    lesson = _lesson(_materials(tmp_path, changing=True))
    worth = choose_half_life(Ease(), ALL_ALIKE, lesson)
    assert worth.half_life in half_lives(lesson.known)
    assert worth.values == ALL_ALIKE.values


def test_where_they_do_not_nothing_fades(tmp_path: Path) -> None:
    lesson = _lesson(_materials(tmp_path, changing=False))
    assert half_lives(lesson.known)
    assert choose_half_life(Ease(), ALL_ALIKE, lesson) is ALL_ALIKE


def test_it_fades_towards_each_persons_own_newest_and_not_the_clock(tmp_path: Path) -> None:
    interactions = _materials(tmp_path, changing=True).interactions
    fading = replace(ALL_ALIKE, half_life=50 * DAY)
    worths, starts = interactions.worths(fading), interactions.user_starts()
    assert (worths[starts[1:] - 1] == 1).all()
    assert interactions.timestamp is not None
    # Whoever stopped years before everybody else is known as well as they are.
    early = interactions.user_idx == 0
    shifted = interactions.timestamp - np.where(early, int(3_000 * DAY), 0)
    assert np.array_equal(replace(interactions, timestamp=shifted).worths(fading), worths)


def test_rows_that_are_left_out_do_not_age_the_others(tmp_path: Path) -> None:
    """What is held back to choose by must not tell how old the rest is."""
    interactions = _materials(tmp_path, changing=True).interactions
    assert interactions.timestamp is not None
    early = interactions.where(interactions.timestamp < 1_600_000_000 + 100 * DAY)
    worths = early.worths(replace(ALL_ALIKE, half_life=DAY))
    assert (worths[early.user_starts()[1:] - 1] == 1).all()


def test_what_is_learnt_is_kept_shown_and_served(tmp_path: Path) -> None:
    materials = _materials(tmp_path, changing=True)
    model, report = train(materials, _trainer(1))
    half_life = report.recipe.worth.half_life
    assert np.isfinite(half_life)
    assert report.to_plain()["half_life_days"] == half_life / DAY
    publish(model, tmp_path / "model.pkl")
    loaded = TrainedModel.from_artifact(artifact.load(tmp_path / "model.pkl"))
    assert loaded.histories.worth == report.recipe.worth
    interactions = materials.interactions
    matrix = interactions.matrix(report.recipe.worth)
    for user_idx in range(len(interactions.users)):
        history = loaded.histories.history(user_idx)
        row = matrix[[user_idx]]
        assert dict(zip(history.item_idx.tolist(), history.worth.tolist(), strict=True)) == dict(
            zip(row.indices.tolist(), row.data.tolist(), strict=True)
        )
        assert history.worth.min() < 0.5 < history.worth.max()
        assert np.array_equal(
            model.scorer.scores(model.histories.history(user_idx)), loaded.scorer.scores(history)
        )


def test_without_trials_nothing_is_learnt_and_what_is_fixed_holds(tmp_path: Path) -> None:
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        for given, expected in ((None, np.inf), (np.inf, np.inf), (9 * DAY, 9 * DAY)):
            materials = _materials(tmp_path, True, Feedback(half_life=given))
            split = Split.of(materials.interactions, seed=1)
            chosen = _trainer(0).choose(split, materials.known, pool)
            assert chosen.recipe.worth.half_life == expected


def test_what_the_caller_fixed_is_not_learnt_however_much_better(tmp_path: Path) -> None:
    materials = _materials(tmp_path, True, Feedback(half_life=np.inf))
    split = Split.of(materials.interactions, seed=1)
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        chosen = _trainer(1).choose(split, materials.known, pool)
    assert chosen.recipe.worth.half_life == np.inf


def test_a_history_that_is_cut_fades_from_the_newest_that_is_left() -> None:
    """As for somebody who has no other items: one alone is worth what its level is."""
    left = np.array([0.125, 0.5, 1.0], np.float32)
    worth = np.array([1.0, 0.5, 1.0], np.float32) * left
    history = History.of_worth(np.array([4, 5, 6], np.int32), worth, left=left)
    cut = history.cut_to(np.array([0, 1]))
    assert cut.item_idx.tolist() == [4, 5]
    assert cut.worth.tolist() == [0.25, 0.5]
    assert cut.left is not None
    assert cut.left.tolist() == [0.25, 1.0]
    assert cut.seen_idx.tolist() == [4, 5, 6]
    assert history.cut_to(np.array([0])).worth.tolist() == [1.0]
    assert len(history.cut_to(np.zeros(0, int))) == 0
    plain = History.of_worth(np.array([4, 5], np.int32), np.array([1.0, 0.5], np.float32))
    assert plain.cut_to(np.array([1])).worth.tolist() == [0.5]


def test_items_held_out_make_nothing_else_older() -> None:
    """The question's history is worth what the fit without the held-out items learns from."""
    day = 86_400
    interactions = Interactions(
        users=IdMap(["u"]),
        items=IdMap("abcd"),
        user_idx=np.zeros(4, np.int32),
        item_idx=np.arange(4, dtype=np.int32),
        rating=np.full(4, 5, np.float32),
        timestamp=np.arange(4, dtype=np.int64) * day,
    )
    held = np.array([False, False, False, True])
    worth = Worth((-math.inf,), (1.0,), half_life=float(day))
    (question,) = cold_questions(interactions, held, 5.0, worth, seed=1)
    assert question.history.worth.tolist() == [0.25, 0.5, 1.0]
    fit = interactions.where(~held[interactions.item_idx]).matrix(worth).toarray()
    assert fit[0, :3].tolist() == question.history.worth.tolist()
