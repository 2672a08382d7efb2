"""People like you, against a slow search."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from toppicks.ids import IdMap
from toppicks.scoring.worth import DAY, Worth
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Histories, Person
from toppicks.serving.neighbours import METRICS, SHOWN, Metric, Neighbour, Neighbourhood
from toppicks.store import Event
from toppicks.trained import TrainedModel

WORTHS = {
    "likes": Worth.of_likes(4.0),
    "all of it": Worth((-np.inf, 2.0, 4.5), (0.3, 0.6, 1.0)),
    "fading": Worth((-np.inf, 4.0), (0.5, 1.0), half_life=30 * DAY),
}


class World:
    """People of the files, and what came live."""

    def __init__(self, model: TrainedModel, live: Mapping[str, Sequence[Event]] | None = None):
        self.histories = Histories(model, ItemCatalogue.of(model))
        self.live, self.erased = live or {}, set[str]()
        self.neighbourhood = Neighbourhood(model)

    def person(self, user_id: str) -> Person:
        events = self.live.get(user_id, ())
        return self.histories.person(user_id, events, user_id in self.erased)

    def people(self, user_ids: Sequence[str]) -> dict[str, Person]:
        found = {user_id: self.person(user_id) for user_id in user_ids}
        return {user_id: person for user_id, person in found.items() if person.known}

    def near(self, user_id: str, n: int, metric: Metric) -> list[Neighbour]:
        person = self.person(user_id)
        nearest = self.neighbourhood.nearest(person, n, metric, self.people, self.erased)
        return [self.neighbourhood.neighbour(person, other, far) for far, other in nearest]


@pytest.fixture(params=list(WORTHS))
def model(request: pytest.FixtureRequest, tiny_model: TrainedModel) -> TrainedModel:
    worth = WORTHS[request.param]
    return replace(tiny_model, histories=replace(tiny_model.histories, worth=worth))


def distance(world: World, one: str, other: str, metric: Metric) -> float | None:
    """By loops over what each item is worth to both."""
    a, b = (
        dict(zip(history.item_idx.tolist(), history.worth.tolist(), strict=True))
        for history in (world.person(one).history, world.person(other).history)
    )
    if not a.keys() & b.keys():
        return None
    if metric == "euclidean":
        points = [[x.get(item, 0.0) for item in {*a, *b}] for x in (a, b)]
        return math.dist(points[0], points[1])
    dot: float = sum(a[item] * b[item] for item in a.keys() & b.keys())
    return 1 - dot / math.hypot(*a.values()) / math.hypot(*b.values())


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("user_id", ["u0", "u7", "u63"])
def test_the_nearest_are_those_of_a_slow_search(
    model: TrainedModel, user_id: str, metric: Metric
) -> None:
    world = World(model)
    everybody = {one: distance(world, user_id, one, metric) for one in model.users}
    del everybody[user_id]
    there = {one: far for one, far in everybody.items() if far is not None}
    expected = sorted(there, key=lambda one: (round(there[one], 6), one))
    near = world.near(user_id, 9, metric)
    assert [one.distance for one in near] == pytest.approx([there[one] for one in expected[:9]])
    assert len(near) == min(9, len(expected))
    for one in near:
        assert one.distance == pytest.approx(there[one.user_id])


@pytest.mark.parametrize("metric", METRICS)
def test_the_nearest_come_with_all_that_is_known_of_them(
    tiny_model: TrainedModel, metric: Metric
) -> None:
    plain = World(tiny_model)
    first = plain.near("u4", 1, metric)[0].user_id
    world = World(tiny_model, {first: [Event(first, "61", "like")]})
    near = world.neighbourhood.nearest(world.person("u4"), 7, metric, world.people, world.erased)
    shown = world.near("u4", 7, metric)
    assert [(one, other.user_id) for one, other in near] == [
        (one.distance, one.user_id) for one in shown
    ]
    assert [one for one, _ in near] == sorted(one for one, _ in near)
    others = {other.user_id: other for _, other in near}
    assert "u4" not in others
    assert 61 in others[first].liked_idx


def test_they_have_the_same_taste(tiny_model: TrainedModel) -> None:
    near = World(tiny_model).near("u4", 6, "cosine")
    assert {int(one.user_id[1:]) % 2 for one in near} == {0}


def test_what_both_like_is_shared_and_what_one_has_not_seen_is_told(
    tiny_model: TrainedModel,
) -> None:
    world = World(tiny_model)
    me, known = world.person("u4"), tiny_model.n_ratings
    for one in world.near("u4", 9, "cosine"):
        other = world.person(one.user_id)
        both = me.liked_idx & other.liked_idx
        assert set(one.shared) <= both
        assert len(one.shared) == min(SHOWN, len(both))
        assert np.diff([known[row] for row in one.shared]).min(initial=0) >= 0
        unseen = other.liked_idx - set(me.history.seen_idx.tolist())
        assert set(one.liked) <= unseen
        assert len(one.liked) == min(SHOWN, len(unseen))
        assert np.diff([known[row] for row in one.liked]).max(initial=0) <= 0
        seen = [set(person.history.seen_idx.tolist()) for person in (me, other)]
        assert one.n_shared == len(seen[0] & seen[1])


def test_nobody_is_near_to_who_has_no_history(tiny_model: TrainedModel) -> None:
    world = World(tiny_model, {"x": [Event("x", "00", "hide"), Event("x", "01", "view")]})
    assert world.near("nobody", 5, "cosine") == []
    assert world.near("x", 5, "euclidean") == []


def test_who_has_nothing_in_the_files_is_nobodys_neighbour(tiny_model: TrainedModel) -> None:
    """At the beginning, in the middle and at the end of the files."""
    files, n = tiny_model.histories, len(tiny_model.users)
    ids = ["none", *(f"u{user}" for user in range(n // 2)), "nor", "she"]
    ids += [*(f"u{user}" for user in range(n // 2, n)), "last"]
    starts = np.insert(files.starts, [0, n // 2, n // 2, n], files.starts[[0, n // 2, n // 2, n]])
    histories = replace(files, starts=starts)
    sparse = replace(tiny_model, users=IdMap(ids), histories=histories)
    expected = World(tiny_model).near("u4", 60, "cosine")
    assert World(sparse).near("u4", 60, "cosine") == expected
    assert World(sparse).near("none", 9, "cosine") == []
    lengths = World(sparse).neighbourhood._norms
    assert [ids[row] for row in np.flatnonzero(lengths == 0)] == ["none", "nor", "she", "last"]


@pytest.mark.parametrize("metric", METRICS)
def test_who_was_erased_is_never_named(tiny_model: TrainedModel, metric: Metric) -> None:
    world = World(tiny_model)
    nearest = [one.user_id for one in world.near("u4", 3, metric)]
    world.erased |= set(nearest)
    later = [one.user_id for one in world.near("u4", 9, metric)]
    assert len(later) == 9
    assert {*nearest}.isdisjoint(later)


def test_behind_any_number_of_erased_people_there_are_others(tiny_model: TrainedModel) -> None:
    world = World(tiny_model)
    expected = [one.user_id for one in world.near("u4", 60, "cosine")]
    world.erased |= set(expected[:20])
    assert [one.user_id for one in world.near("u4", 1, "cosine")] == [expected[20]]


def test_an_erased_one_who_comes_back_is_who_they_are_now(tiny_model: TrainedModel) -> None:
    nearest = World(tiny_model).near("u4", 1, "cosine")[0].user_id
    world = World(tiny_model, {nearest: [Event(nearest, "40", "like")]})
    world.erased.add(nearest)
    assert nearest not in [one.user_id for one in world.near("u4", 30, "cosine")]


def test_what_somebody_hides_is_neither_shared_nor_told(tiny_model: TrainedModel) -> None:
    plain = World(tiny_model)
    first = plain.near("u4", 1, "cosine")[0]
    mine, theirs = first.shared[0], first.liked[0]
    ids = tiny_model.items
    hides = [Event("u4", ids[row], "hide") for row in (mine, theirs)]
    world = World(tiny_model, {"u4": hides})
    for one in world.near("u4", 9, "cosine"):
        assert mine not in one.shared
        assert theirs not in one.liked
    # Nor what they hide themselves.
    world = World(tiny_model, {first.user_id: [Event(first.user_id, ids[theirs], "hide")]})
    again = {one.user_id: one for one in world.near("u4", 9, "cosine")}[first.user_id]
    assert theirs not in again.liked


def test_a_deleted_item_is_neither_shared_nor_told(tiny_model: TrainedModel) -> None:
    world = World(tiny_model)
    first = world.near("u4", 1, "cosine")[0]
    gone = [Deleted(tiny_model.items[row]) for row in (first.shared[0], first.liked[0])]
    world.histories = Histories(tiny_model, world.histories.catalogue.with_changes(gone, 1))
    for one in world.near("u4", 9, "cosine"):
        assert first.shared[0] not in one.shared
        assert first.liked[0] not in one.liked


class Deleted:
    fields = None

    def __init__(self, item_id: str) -> None:
        self.item_id = item_id


@pytest.mark.parametrize("metric", METRICS)
def test_live_ratings_of_both_count(tiny_model: TrainedModel, metric: Metric) -> None:
    likes = [Event("x", f"{item:02}", "rating", 5.0) for item in range(9)]
    world = World(tiny_model, {"x": likes})
    near = world.near("x", 3, metric)
    for one in near:
        assert one.distance == pytest.approx(distance(world, "x", one.user_id, metric))
    # Who has taken all of it back has nothing in common any more.
    first = near[0].user_id
    taken_back = [Event(first, f"{item:02}", "unrate") for item in range(64)]
    world = World(tiny_model, {"x": likes, first: taken_back})
    assert first not in [one.user_id for one in world.near("x", 60, metric)]
    nearer = [Event(first, event.item_id, "rating", 5.0) for event in likes]
    world = World(tiny_model, {"x": likes, first: [*taken_back, *nearer]})
    assert world.near("x", 3, metric)[0].user_id == first
    assert world.near("x", 3, metric)[0].distance == pytest.approx(0, abs=1e-6)
