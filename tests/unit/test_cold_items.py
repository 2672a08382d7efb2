"""Items that nobody has rated: held out, and ranked among themselves."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.worlds import QUICK, TwoTastes
from toppicks.evaluation import cold_items, metrics
from toppicks.evaluation.cold_items import (
    FAR,
    ColdItems,
    cold_questions,
    hold_out_items,
    judge_cold_items,
)
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials, Source, gather
from toppicks.recommenders.fitting import Fitted, Fitting
from toppicks.recommenders.formula import Recipe
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.scoring.ranking import rank
from toppicks.scoring.worth import Worth

LIKE_FROM, K = 4.0, 5
LIKES = Worth.of_likes(LIKE_FROM)


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    folder: Path = tmp_path_factory.mktemp("world")
    world = TwoTastes(people=80)
    return gather(
        Source((world.write_ratings(folder / "r.csv"),), world.write_items(folder / "i.csv"))
    )


@dataclass(frozen=True)
class Run:
    """What was held out, what was fitted without it, and what was said of it."""

    everything: Interactions
    held: NDArray[np.bool_]
    fitted: Fitted
    cold: ColdItems


@pytest.fixture(scope="module")
def run(materials: Materials) -> Run:
    rows = materials.interactions
    # Of both halves, more than a tenth: among fewer, anything comes first by luck.
    held = np.zeros(len(rows.items), bool)
    held[np.flatnonzero(rows.counts_by_item())[::4]] = True
    recipe = Recipe(LIKES, ItemKNN(), QUICK)
    fitted = Fitting(recipe, materials.known, 1).fit(rows.where(~held[rows.item_idx]))
    assert fitted is not None
    cold = judge_cold_items(fitted, rows, held, LIKE_FROM, K, seed=1)
    assert cold is not None
    return Run(rows, held, fitted, cold)


def test_a_tenth_of_the_rated_items_is_held_out_by_luck(materials: Materials) -> None:
    rated = materials.interactions.counts_by_item() > 0
    held = [hold_out_items(materials.interactions, seed) for seed in range(5)]
    assert {int(one.sum()) for one in held} == {int(rated.sum()) // 10}
    assert not any((one & ~rated).any() for one in held)
    assert len({one.tobytes() for one in held}) == 5
    assert np.array_equal(held[0], hold_out_items(materials.interactions, 0))


def test_of_very_few_items_one_is_held_out(materials: Materials) -> None:
    rows = materials.interactions
    few = rows.where(rows.item_idx < 3)
    assert hold_out_items(few, seed=1).sum() == 1
    assert not hold_out_items(rows.where(rows.item_idx < 0), seed=1).any()


def test_questions_are_about_likes_of_held_out_items(run: Run) -> None:
    rows = run.everything
    questions = cold_questions(rows, run.held, LIKE_FROM, LIKES, seed=1)
    asked = {question.user_idx: question for question in questions}
    for user in range(len(rows.users)):
        own = rows.user_idx == user
        liked = own & (rows.rating >= LIKE_FROM)
        cold = run.held[rows.item_idx]
        relevant = set(rows.item_idx[liked & cold].tolist())
        assert (user in asked) == bool(relevant)
        if relevant:
            history = asked[user].history
            assert asked[user].relevant == relevant
            assert history.seen_idx.tolist() == rows.item_idx[own & ~cold].tolist()
            assert history.item_idx.tolist() == rows.item_idx[liked & ~cold].tolist()
    assert len(asked) == run.cold.people > 70


def test_of_many_people_some_are_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold_items, "MOST_PEOPLE", 9)
    questions = cold_questions(run.everything, run.held, LIKE_FROM, LIKES, seed=1)
    people = [question.user_idx for question in questions]
    assert len(people) == 9
    assert people == sorted(set(people)) != list(range(9))


def test_what_is_held_out_is_not_in_what_was_fitted(run: Run) -> None:
    assert not run.fitted.rows.counts_by_item()[run.held].any()
    assert not run.fitted.parts.worth[:, np.flatnonzero(run.held)].nnz


def test_held_out_items_are_ranked_among_themselves(run: Run) -> None:
    held = np.flatnonzero(run.held)
    ndcg, tops, recalls = [], [], []
    for question in cold_questions(run.everything, run.held, LIKE_FROM, LIKES, seed=1):
        scores = run.fitted.scorer.scores(question.history)
        own = held[np.argsort(-scores[held], kind="stable")][:K]
        relevant = list(question.relevant)
        ndcg.append(metrics.ndcg(np.isin(own, relevant), len(relevant), K))
        top = rank(scores, question.history.seen_idx, FAR)
        tops.append(run.held[top].mean())
        recalls.append(np.isin(relevant, top).mean())
    assert run.cold.ndcg["as served"] == pytest.approx(np.mean(ndcg))
    assert run.cold.share_top == pytest.approx(np.mean(tops))
    assert run.cold.recall_top == pytest.approx(np.mean(recalls))
    assert run.cold.items == len(held)


def test_features_tell_tastes_apart_and_popularity_does_not(run: Run) -> None:
    assert list(run.cold.ndcg) == ["chance", "popularity by features", "as served"]
    assert run.cold.ndcg["as served"] > 1.5 * run.cold.ndcg["chance"]
    assert run.cold.ndcg["as served"] > 1.2 * run.cold.ndcg["popularity by features"]


def test_chance_is_what_chance_is(run: Run) -> None:
    rng = np.random.default_rng(9)
    n = int(run.held.sum())
    questions = cold_questions(run.everything, run.held, LIKE_FROM, LIKES, seed=1)
    sizes = [len(question.relevant) for question in questions * 30]
    drawn = [metrics.ndcg(rng.permutation(n)[:K] < size, size, K) for size in sizes]
    judged = [
        judge_cold_items(run.fitted, run.everything, run.held, LIKE_FROM, K, seed)
        for seed in range(8)
    ]
    chances = [cold.ndcg["chance"] for cold in judged if cold]
    assert len(set(chances)) == 8
    error = np.std(drawn) / np.sqrt(8 * len(questions))
    assert np.mean(chances) == pytest.approx(np.mean(drawn), abs=3 * error)


def test_the_share_of_likes_that_is_held_out_is_told(run: Run) -> None:
    liked = run.everything.rating >= LIKE_FROM
    of_held = liked & run.held[run.everything.item_idx]
    assert run.cold.share_relevant == pytest.approx(of_held.sum() / liked.sum())
    assert 0.1 < run.cold.share_relevant < 0.5


def test_where_nobody_liked_what_is_held_out_there_is_nothing_to_say(run: Run) -> None:
    rows = run.everything
    disliked = replace(rows, rating=np.where(run.held[rows.item_idx], 1, rows.rating))
    assert judge_cold_items(run.fitted, disliked, run.held, LIKE_FROM, K, seed=1) is None
