"""All that adds up to one item's score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changes import Change
from tests.properties.page_worlds import STRANGER, PageWorld, Shape, page_worlds, people
from toppicks.scoring.explanations import explain
from toppicks.serving.reasons import Account
from toppicks.store import Event
from toppicks.trained import TrainedModel


def account(world: PageWorld, user_id: str, item_idx: int) -> Account:
    person, recommender = world.person(user_id), world.recommender
    scored = recommender.scorer.scored(person.history)
    return recommender.reasons.account(item_idx, scored, person)


@given(world=page_worlds(), user_id=people, pick=st.integers(0, 99))
def test_an_account_adds_up_to_the_score(world: PageWorld, user_id: str, pick: int) -> None:
    item_idx = pick % len(world.recommender.catalogue)
    found, history = account(world, user_id, item_idx), world.person(user_id).history
    total = sum(part.points for part in found.parts) + found.general + found.profile
    assert total == pytest.approx(found.score, abs=1e-4)
    assert found.score == float(world.recommender.scorer.scores(history)[item_idx])
    if history.profile is None:
        assert found.profile == 0


@given(world=page_worlds(), user_id=people, pick=st.integers(0, 99))
def test_each_of_the_history_is_told_once_what_counts_most_first(
    world: PageWorld, user_id: str, pick: int
) -> None:
    item_idx = pick % len(world.recommender.catalogue)
    found, history = account(world, user_id, item_idx), world.person(user_id).history
    rows = [part.item_idx for part in found.parts]
    assert sorted(rows) == history.item_idx.tolist()
    sizes = [abs(part.points) for part in found.parts]
    assert sizes == sorted(sizes, reverse=True)
    parts = explain(world.recommender.scorer, history, np.array([item_idx])).parts[:, 0]
    expected = dict(zip(history.item_idx.tolist(), parts.tolist(), strict=True))
    assert {part.item_idx: part.points for part in found.parts} == pytest.approx(expected)


@pytest.mark.parametrize("n_items", [1, 2, 30])
def test_to_a_stranger_all_is_general(n_items: int) -> None:
    world = PageWorld.of(Shape(n_items).model())
    for item_idx in range(n_items):
        score = float(world.recommender.scorer.popularity[item_idx])
        assert account(world, STRANGER, item_idx) == Account(score, (), score, 0.0)


def test_what_is_unlike_it_speaks_against_it(tiny_model: TrainedModel) -> None:
    events = [Event("p", "00", "like"), Event("p", "40", "like")]
    world = PageWorld.of(tiny_model, events)
    first, second = account(world, "p", 1).parts
    assert first.item_idx == 0
    assert first.points > 0 > second.points


def test_what_came_later_has_an_account_and_is_part_of_one(tiny_model: TrainedModel) -> None:
    red = Change("new", {"title": "New red", "genres": ["Red"], "year": 1984})
    world = PageWorld.of(tiny_model, [Event("p", "00", "like"), Event("p", "new", "like")], [red])
    new = world.recommender.catalogue.row("new")
    assert new is not None
    for item_idx in (1, new):
        found = account(world, "p", item_idx)
        assert {part.item_idx for part in found.parts} == {0, new}
        assert all(part.points for part in found.parts)
