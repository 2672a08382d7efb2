"""Whatever happens, in whatever order: what is known is what a plain model says."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.changes import Change
from tests.live.agreement import PAGE, check_catalogue, check_person, check_picks
from tests.live.plain_world import PlainWorld
from tests.live.workers import Place
from toppicks.serving.knowledge import Knowledge
from toppicks.serving.picks import Wish
from toppicks.serving.recommender import Recommender
from toppicks.store import KINDS, Event

# Of the files, a stranger, and a visitor.
PEOPLE = ("u0", "u1", "stranger", "visitor:x")
# Rated ones of both halves, some that nobody rated in one model or another, and later ones. Few, so
# that much happens to each.
ITEMS = ("00", "07", "29", "30", "60", "new", "Ünï/cödé")
# The second worker looks less often, and so has more to take up at once.
EVERY = 3

users, items = st.sampled_from(PEOPLE), st.sampled_from(ITEMS)
ratings = st.sampled_from([0.5, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0])
# Around the files' own times: what comes live may be told late.
times = st.integers(990_000_000, 1_700_000_000).map(float)
which_model = st.integers(0, 3)
sizes = st.integers(0, 5_000)


def happening(
    event_ids: st.SearchStrategy[str | None], kinds: Sequence[str] = KINDS
) -> st.SearchStrategy[Event]:
    def one(kind: str) -> st.SearchStrategy[Event]:
        value = {"rating": ratings, "dwell": st.floats(0, 900)}.get(kind, st.none())
        return st.builds(Event, users, items, st.just(kind), value, times, event_ids)

    return st.sampled_from(kinds).flatmap(one)


# Right and wrong kinds of values alike: another model may know the same field as another kind.
fields = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Red Café", "", "Blue", 7, None, ["x"]]),
        "year": st.sampled_from([1984, 2012.5, "1984", "soon", True, None, 10**400]),
        "genres": st.sampled_from([["Red"], ["Blue", "All"], "Red", [], [3], 5, {"a": 1}]),
        "colour": st.sampled_from(["teal", 3, None, ["teal"]]),
    },
)


class Sequences(RuleBasedStateMachine):
    """Two workers of one site, and what they should know."""

    place: Place
    models: Sequence[Path]

    @initialize(which=which_model)
    def start(self, which: int) -> None:
        self.place.empty()
        self.world, self.steps = PlainWorld(), 0
        self.served = which
        self.place.put_model(self.models[which])
        self.first, self.second = self.place.worker(), self.place.worker()

    def teardown(self) -> None:
        if hasattr(self, "first"):
            self.agrees(self.second)
            self.close()
            # Hypothesis holds on to this for a while; its workers would go on watching the model.
            del self.first, self.second

    def close(self) -> None:
        for worker in (self.first, self.second):
            worker.store.close()

    @rule(event=happening(st.none()))
    def happens(self, event: Event) -> None:
        assert self.first.tell([event]) == self.world.hear([event]) == 1

    @rule(event=happening(st.none(), ("rating", "unrate", "like", "dislike")))
    def is_said(self, event: Event) -> None:
        self.happens(event)

    @rule(event=happening(st.none(), ("hide", "unhide", "purchase")))
    def is_hidden_or_bought(self, event: Event) -> None:
        self.happens(event)

    @rule(user_id=users, item_id=items, stars=ratings)
    def is_rated_now(self, user_id: str, item_id: str, stars: float) -> None:
        self.second.say(user_id, item_id, "rating", stars)
        self.world.hear(self.second.store.events_of(user_id)[-1:])

    @rule(events=st.lists(happening(st.sampled_from([None, "a", "b", "c"])), min_size=1))
    def come_together(self, events: list[Event]) -> None:
        assert self.second.tell(events) == self.world.hear(events)

    @rule(user_id=users)
    def is_erased(self, user_id: str) -> None:
        self.first.erase(user_id)
        self.world.erase(user_id)

    @rule(item_id=items, fields=fields)
    def is_put(self, item_id: str, fields: dict[str, Any]) -> None:
        self.first.store.put_item(item_id, fields)
        self.world.put_item(item_id, fields)

    @rule(item_id=items)
    def is_deleted(self, item_id: str) -> None:
        self.second.store.delete_item(item_id)
        self.world.delete_item(item_id)

    @rule(which=which_model, how=st.sampled_from(["new", "broken", "started again"]), size=sizes)
    def another_model_comes(self, which: int, how: str, size: int) -> None:
        if how == "started again":
            self.starts_again()
        elif how == "broken":
            self.a_broken_model_comes(size)
        else:
            self.a_model_comes(which)

    def a_model_comes(self, which: int) -> None:
        self.served = which
        self.place.put_model(self.models[which])
        for worker in (self.first, self.second):
            worker.live.look()
            assert worker.live.refused == ""

    def a_broken_model_comes(self, size: int) -> None:
        whole = self.models[self.served].read_bytes()
        broken = self.place.folder / "broken"
        broken.write_bytes(whole[: len(whole) - 1 - size])
        broken.rename(self.place.model_path)
        self.first.live.look()
        assert self.first.live.refused
        self.agrees(self.first)
        self.a_model_comes(self.served)

    def starts_again(self) -> None:
        self.close()
        self.first, self.second = self.second, self.place.worker()

    @rule(user_id=users, item_id=items, stars=ratings, time=times)
    def is_rated_and_taken_back(
        self, user_id: str, item_id: str, stars: float, time: float
    ) -> None:
        def told(kind: str, value: float | None = None) -> None:
            event = Event(user_id, item_id, kind, value, time)
            self.first.tell([event])
            self.world.hear([event])

        model = self.first.look().recommender.model
        lines = self.world.lines(user_id, model)
        line = next((one for one in lines if one.item_id == item_id), None)
        unsaid = line is None or (line.word is None and not (line.rates and line.in_file))
        before = all_pages(self.first, user_id)
        told("rating", stars)
        self.agrees(self.first)
        told("unrate")
        if unsaid:
            assert all_pages(self.first, user_id) == before

    @precondition(lambda self: hasattr(self, "first"))
    @invariant()
    def everybody_agrees(self) -> None:
        self.steps += 1
        self.agrees(self.first)
        if self.steps % EVERY == 0:
            self.agrees(self.second)

    def agrees(self, worker: Knowledge) -> None:
        expected = self.expected()
        for user_id in PEOPLE:
            look = worker.look(user_id)
            person = worker.person(user_id, look)
            check_person(person, self.world, expected)
            check_picks(person, look.recommender, self.world, expected)
        check_catalogue(look.recommender.catalogue, ITEMS, self.world)

    def expected(self) -> Recommender:
        """One that knows nothing of the store, made anew."""
        recommender = loaded(self.models[self.served])
        changes = [Change(*put) for put in self.world.put.items()]
        changes += [Change(item_id, None) for item_id in self.world.deleted]
        return recommender.with_catalogue(recommender.catalogue.with_changes(changes, 1))


@cache
def loaded(path: Path) -> Recommender:
    return Recommender.load(path)


def all_pages(worker: Knowledge, user_id: str) -> list[tuple[int, float]]:
    look = worker.look(user_id)
    person = worker.person(user_id, look)
    picks: list[tuple[int, float]] = []
    while page := look.recommender.picks(person, Wish(n=PAGE, offset=len(picks))).picks:
        assert [pick.rank for pick in page] == list(
            range(len(picks) + 1, len(picks) + 1 + len(page))
        )
        picks += [(pick.item_idx, pick.score) for pick in page]
    return picks


def test_random_sequences(models: list[Path], store_url: str, tmp_path: Path) -> None:
    # Hypothesis makes the machine itself.
    Sequences.models, Sequences.place = models, Place(tmp_path, store_url)
    Sequences.place.put_model(models[0])
    Sequences.place.worker().store.close()
    long = os.environ.get("HYPOTHESIS_PROFILE") == "long"
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=1_000 if long else 12,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
