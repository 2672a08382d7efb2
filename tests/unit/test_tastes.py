"""Tastes to begin with."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.changes import Change
from tests.properties.page_worlds import D, PageWorld, Shape, page_worlds
from toppicks.serving.recommender import Recommender
from toppicks.serving.tastes import GROUP_SIZE, N_GROUPS, Taste, tastes
from toppicks.trained import TrainedModel


def rows_of(groups: list[Taste]) -> list[int]:
    return [row for group in groups for row in group]


@given(world=page_worlds())
def test_no_item_is_in_two_tastes_and_each_may_be_shown(world: PageWorld) -> None:
    recommender = world.recommender
    rows, shown = rows_of(recommender.tastes), recommender.popular()
    assert len(set(rows)) == len(rows)
    assert {*rows} <= {*shown}
    assert {len(group) for group in recommender.tastes} <= {GROUP_SIZE}
    assert len(recommender.tastes) == min(N_GROUPS, len(shown) // GROUP_SIZE)


@given(world=page_worlds())
def test_they_may_be_of_any_size_and_number(world: PageWorld) -> None:
    one = world.recommender
    for n, size in ((1, 1), (2, 5), (40, 1), (3, 2)):
        found = tastes(one.scorer, one.catalogue, one.similarity, n, size)
        assert len(found) == min(n, len(one.popular()) // size)
        assert {len(group) for group in found} <= {size}
        assert len({*rows_of(found)}) == len(rows_of(found))


def test_they_begin_with_what_most_people_like_and_tell_both_halves_apart(
    tiny_model: TrainedModel,
) -> None:
    recommender = Recommender(tiny_model, "x")
    found = recommender.tastes
    assert found[0][0] == recommender.popular()[0]
    assert len(found) == N_GROUPS
    # What was rated by nobody belongs nowhere in particular.
    halves = [{row // 30 for row in group if row < 60} for group in found]
    assert halves[0] != halves[1]
    assert {len(half) for half in halves[:4]} == {1}


def test_each_takes_what_is_nearest_to_those_it_has(tiny_model: TrainedModel) -> None:
    recommender = Recommender(tiny_model, "x")
    directions = recommender.similarity.directions.astype(float)
    taken = {group[0] for group in recommender.tastes}
    left = [row for row in recommender.popular() if row not in taken]
    for at in range(1, GROUP_SIZE):
        for group in recommender.tastes:
            nearness = {
                row: sum(float(directions[row] @ directions[own]) for own in group[:at])
                for row in left
            }
            assert nearness[group[at]] == pytest.approx(max(nearness.values()), abs=1e-5)
            left.remove(group[at])


def test_only_what_most_people_know_is_asked_about(
    tiny_model: TrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.serving.tastes.WELL_KNOWN", 26)
    monkeypatch.setattr("toppicks.serving.tastes.BEST_KNOWN", 10)
    recommender = Recommender(tiny_model, "x")
    assert {*rows_of(recommender.tastes)} <= {*recommender.popular()[:26]}
    assert {group[0] for group in recommender.tastes} <= {*recommender.popular()[:10]}


def test_they_are_far_from_each_other_but_begin_with_the_best_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Six of a kind are known best, and then six of another."""
    model = Shape(n_items=12).model()
    factors = np.repeat(np.eye(2, D, dtype=np.float32), 6, axis=0)
    known = np.linspace(1, 0.8, 12, dtype=np.float32)
    scorer = replace(model.scorer, item_factors=factors, popularity=known)
    one = PageWorld.of(replace(model, scorer=scorer)).recommender
    assert tastes(one.scorer, one.catalogue, one.similarity, 2, 3) == [(0, 1, 2), (6, 7, 8)]
    monkeypatch.setattr("toppicks.serving.tastes.BEST_KNOWN", 4)
    assert {group[0] for group in tastes(one.scorer, one.catalogue, one.similarity, 3)} <= {
        *range(4)
    }


def test_what_was_deleted_is_in_none(tiny_model: TrainedModel) -> None:
    before = Recommender(tiny_model, "x")
    gone = [Change(before.catalogue.id(group[0])) for group in before.tastes]
    after = before.with_catalogue(before.catalogue.with_changes(gone, 1))
    rows = rows_of(after.tastes)
    assert len(rows) == N_GROUPS * GROUP_SIZE
    assert {group[0] for group in before.tastes}.isdisjoint(rows)


@pytest.mark.parametrize("n_items", [1, 2])
def test_a_catalogue_smaller_than_a_taste_has_none(n_items: int) -> None:
    assert PageWorld.of(Shape(n_items).model()).recommender.tastes == []


def test_where_everything_was_deleted_there_is_none(tiny_model: TrainedModel) -> None:
    changes = [Change(item) for item in tiny_model.items]
    assert PageWorld.of(tiny_model, changes=changes).recommender.tastes == []
