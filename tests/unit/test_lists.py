"""What the lists of a page do at their borders."""

from dataclasses import replace

import numpy as np
import pytest

from tests.properties.page_worlds import STRANGER, D, PageWorld, Shape
from toppicks.scoring.item_weights import DenseWeights
from toppicks.serving.lists import KINDS
from toppicks.serving.neighbours import Neighbourhood
from toppicks.serving.rows import rows
from toppicks.store import Event
from toppicks.trained import TrainedModel


def test_of_one_date_the_best_come_first_however_good_they_are() -> None:
    """Popularity of a large catalogue lies dozens of deviations above its mean."""
    model = Shape(n_items=6).model()
    popularity = np.array([40, 60, 50, 0, -60, -50], np.float32)
    scorer = replace(model.scorer, popularity=popularity)
    model = replace(model, scorer=scorer, fields={"year": [1999] * 5 + [2000]})
    assert PageWorld.of(model).lists(STRANGER).ranking("recent").cut(9) == [5, 1, 2, 0, 3, 4]


def test_something_is_there_because_of_a_like_among_the_best_picks_alone(
    tiny_model: TrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = PageWorld.of(tiny_model).lists("u4")
    best, seed = lists.ranking("picks").cut(7), lists.seeds[0]
    expected = [row for row in lists.ranking("because", seed).cut(99) if row in best]
    assert 0 < len(expected) < lists.ranking("because", seed).total
    monkeypatch.setattr("toppicks.serving.lists.HEAD", 7)
    few = PageWorld.of(tiny_model).lists("u4")
    assert few.ranking("because", seed).cut(99) == expected


def test_only_the_nearest_are_people_like_you(
    tiny_model: TrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.serving.lists.NEAREST", 3)
    world = PageWorld.of(tiny_model)
    near = Neighbourhood(tiny_model).nearest(world.person("u4"), 3, "cosine", world.people)
    fans = world.lists("u4").fans
    assert fans.people == len(near) == 3
    assert fans.counts.sum() == sum(len(other.liked_idx) for _, other in near)


def test_what_most_people_know_is_varied_where_it_is_to_be_rated() -> None:
    """Six of a kind are known best, and then six of another."""
    model = Shape(n_items=12).model()
    factors = np.repeat(np.eye(2, D, dtype=np.float32), 6, axis=0)
    known = np.linspace(1, 0.8, 12, dtype=np.float32)
    scorer = replace(model.scorer, item_factors=factors, popularity=known)
    lists = PageWorld.of(replace(model, scorer=scorer)).lists(STRANGER)
    assert lists.ranking("popular").cut(12) == [*range(12)]
    assert lists.ranking("rate").cut(2) == [0, 6]


def test_rows_about_likes_that_say_the_same_are_one() -> None:
    model = Shape(n_items=80, n_users=20, weights="dense").model()
    same, weights = PageWorld.of(model).lists("u0").seeds[1:], model.scorer.item_weights
    assert isinstance(weights, DenseWeights)
    assert len(same) > 5
    b, factors = weights.weights.copy(), model.scorer.history_factors.copy()
    # So loudly that what is left of their row beats the other's.
    b[same], factors[same] = 9 * b[same[0]], 9 * factors[same[0]]
    scorer = replace(
        model.scorer, item_weights=replace(weights, weights=b), history_factors=factors
    )
    lists = PageWorld.of(replace(model, scorer=scorer)).lists("u0")
    about = {row.seed for row in rows(lists, 4) if row.kind == "because"}
    assert len(about) == 2
    assert len(about & {*same}) == 1


@pytest.mark.parametrize("n_items", [1, 2, 3])
@pytest.mark.parametrize("n_users", [1, 3])
def test_of_hardly_anything_there_are_rows_too(n_items: int, n_users: int) -> None:
    world = PageWorld.of(Shape(n_items, n_users, seed=2).model())
    for user_id in ("u0", STRANGER):
        lists = world.lists(user_id)
        left = lists.ranking("picks").total
        assert sum(len(row.picks) for row in rows(lists, 6)) == min(left, 3)
        assert all(lists.ranking(kind).total <= n_items for kind in KINDS)


def test_a_profile_alone_is_no_history() -> None:
    """It decides the first row; nothing is said to be because of it."""
    model = Shape(has_profiles=True).model()
    taken_back = [Event("u0", item, "unrate") for item in model.items]
    lists = PageWorld.of(model, taken_back).lists("u0")
    history = lists.person.history
    assert history.profile is not None
    assert len(history) == 0
    page = rows(lists, 5)
    assert [row.kind for row in page] == ["picks", "recent", "rate", "popular"]
    first = [pick.item_idx for pick in page[0].picks]
    scores = model.scorer.scores(history)
    assert first == sorted(range(30), key=lambda row: -scores[row])[:5]
    assert first != lists.recommender.popular()[:5]
