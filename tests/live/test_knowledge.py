"""What is known at this moment, whatever becomes of the store."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.agreement import by_id
from tests.live.workers import Place
from tests.postgres import PostgresOfTests
from toppicks.errors import StoreAway
from toppicks.serving.histories import Histories, Person
from toppicks.serving.knowledge import Knowledge
from toppicks.serving.live import OF_A_PERSON
from toppicks.serving.picks import Wish
from toppicks.store import Event, Store, Versions

RED = {"genres": ["Red", "All"], "year": 1984}
READS = ("versions", "deeds_of", "changes_since", "users", "add", "erase")


@pytest.fixture
def knowledge(place: Place) -> Iterator[Knowledge]:
    worker = place.worker()
    yield worker
    worker.store.close()


class Outage:
    """A store that is away; each call is counted."""

    def __init__(self, store: Store, patched: pytest.MonkeyPatch, *names: str) -> None:
        self.asked: list[str] = []
        for name in names or READS:
            patched.setattr(store, name, self._away(name))

    def _away(self, name: str) -> object:
        def raises(*_: object) -> None:
            self.asked.append(name)
            raise StoreAway("it is away", 1)

        return raises


def liked(knowledge: Knowledge, user_id: str) -> list[tuple[str, float]]:
    look = knowledge.look(user_id)
    return by_id(knowledge.person(user_id, look).history, look.recommender.catalogue.id)


def picked(knowledge: Knowledge, user_id: str) -> list[int]:
    look = knowledge.look(user_id)
    person = knowledge.person(user_id, look)
    return [pick.item_idx for pick in look.recommender.picks(person, Wish(n=99)).picks]


def test_what_is_told_is_known_at_once_everywhere(knowledge: Knowledge, place: Place) -> None:
    other = place.worker()
    assert liked(other, "x") == []
    knowledge.say("x", "30", "rating", 5.0)
    assert liked(knowledge, "x") == liked(other, "x") == [("30", 1.0)]
    assert other.tell([Event("x", "31", "like", event_id="a")] * 2) == 1
    assert [item for item, _ in liked(knowledge, "x")] == ["30", "31"]
    other.erase("x")
    assert liked(knowledge, "x") == liked(other, "x") == []
    other.store.close()


def test_while_nothing_changes_one_look_up_is_all(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge.say("x", "30", "like")
    knowledge.store.put_item("new", RED)
    before = picked(knowledge, "x")
    outage = Outage(knowledge.store, monkeypatch, "deeds_of", "changes_since", "users")
    assert picked(knowledge, "x") == before
    assert outage.asked == []


def test_somebody_is_put_together_anew_only_where_something_changed(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_together: list[str] = []
    reacting = Histories.reacting

    def counted(self: Histories, user_id: str, *given: Any) -> Person:
        put_together.append(user_id)
        return reacting(self, user_id, *given)

    monkeypatch.setattr(Histories, "reacting", counted)
    for change in (
        lambda: knowledge.say("x", "30", "like"),
        lambda: knowledge.say("x", "30", "unrate"),
        lambda: knowledge.store.put_item("new", RED),
        lambda: knowledge.store.erase("y"),
        lambda: knowledge.store.erase("x"),
    ):
        change()
        look = knowledge.look("x")
        first, second = knowledge.person("x", look), knowledge.person("x", knowledge.look("x"))
        assert put_together == ["x"]
        put_together.clear()
        # What is asked of one is not kept with the other.
        assert first is not second
        assert first.history is second.history
        assert first.live is second.live


def test_while_the_store_is_away_picks_come_from_what_was_last_known(
    knowledge: Knowledge,
) -> None:
    knowledge.say("x", "30", "like")
    knowledge.say("u0", "40", "like")
    knowledge.store.put_item("new", RED)
    before = {user_id: picked(knowledge, user_id) for user_id in ("x", "u0", "u1", "nobody")}
    with pytest.MonkeyPatch.context() as patched:
        Outage(knowledge.store, patched)
        assert knowledge.look("x").resting
        assert knowledge.look("x").versions is None
        assert {user_id: picked(knowledge, user_id) for user_id in before} == before
        # Of whom nobody asked before, the files know.
        assert len(picked(knowledge, "u2")) == 45
        with pytest.raises(StoreAway):
            knowledge.say("x", "31", "like")
        with pytest.raises(StoreAway):
            knowledge.erase("x")
        look = knowledge.look()
        assert "x" not in knowledge.everybody(look)
        assert set(knowledge.people(["x", "u0"], look)) == {"u0"}
        person = knowledge.person("u0", look)
        assert knowledge.neighbours(person, look, 3, "cosine")
    assert not knowledge.look("x").resting
    knowledge.say("x", "31", "like")
    assert [item for item, _ in liked(knowledge, "x")] == ["30", "31"]


@pytest.mark.parametrize("fails", ["deeds_of", "changes_since"])
def test_a_store_that_goes_while_it_is_asked_is_away_for_the_whole_request(
    knowledge: Knowledge, place: Place, fails: str
) -> None:
    knowledge.say("x", "30", "like")
    before = liked(knowledge, "x")
    other = place.worker()
    other.say("x", "31", "like")
    other.store.put_item("new", RED)
    with pytest.MonkeyPatch.context() as patched:
        Outage(knowledge.store, patched, fails)
        look = knowledge.look("x")
        assert look.resting
        assert by_id(knowledge.person("x", look).history, look.recommender.catalogue.id) == before
    assert [item for item, _ in liked(knowledge, "x")] == ["30", "31"]
    other.store.close()


def test_a_person_is_as_they_were_when_the_request_began(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge.say("x", "30", "like")
    look = knowledge.look("x")
    Outage(knowledge.store, monkeypatch)
    assert len(knowledge.person("x", look).history) == 1
    assert not look.resting


def test_who_was_erased_elsewhere_is_not_remembered(knowledge: Knowledge, place: Place) -> None:
    knowledge.say("x", "30", "like")
    assert liked(knowledge, "x")
    other = place.worker()
    other.erase("x")
    # Somebody else asks, and then the store goes.
    knowledge.look("u0")
    with pytest.MonkeyPatch.context() as patched:
        Outage(knowledge.store, patched)
        assert liked(knowledge, "x") == []
    other.store.close()


def test_somebody_of_the_files_who_was_erased_is_nobody(knowledge: Knowledge) -> None:
    everybody = knowledge.everybody(knowledge.look())
    knowledge.erase("u3")
    look = knowledge.look("u3")
    assert not knowledge.person("u3", look).known
    assert knowledge.people(["u3", "u4"], look).keys() == {"u4"}
    assert set(everybody) - set(knowledge.everybody(look)) == {"u3"}
    near = knowledge.neighbours(knowledge.person("u1", look), look, 30, "cosine")
    assert "u3" not in [one.user_id for one in near]
    knowledge.say("u3", "30", "like")
    look = knowledge.look("u3")
    assert liked(knowledge, "u3") == [("30", 1.0)]
    assert knowledge.everybody(look) == everybody


def test_everybody_is_who_is_in_the_files_and_who_came_live(knowledge: Knowledge) -> None:
    knowledge.say("zoe", "30", "like")
    knowledge.say("anna", "30", "like")
    knowledge.say("u5", "30", "like")
    everybody = knowledge.everybody(knowledge.look())
    assert everybody[:-2] == list(knowledge.look().recommender.model.users)
    assert everybody[-2:] == ["anna", "zoe"]


def test_neighbours_are_as_they_are_now(knowledge: Knowledge) -> None:
    look = knowledge.look("u4")
    nearest = knowledge.neighbours(knowledge.person("u4", look), look, 1, "cosine")[0]
    knowledge.tell([Event(nearest.user_id, f"{item:02}", "unrate") for item in range(64)])
    look = knowledge.look("u4")
    near = knowledge.neighbours(knowledge.person("u4", look), look, 60, "cosine")
    assert nearest.user_id not in [one.user_id for one in near]


def test_of_many_people_the_latest_are_remembered(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who said much takes the place of several who said little."""
    users = [f"p{at}" for at in range(16)]
    for memory in (knowledge._remembered, knowledge.live.served.people):
        monkeypatch.setattr(memory, "most", len(users) * (OF_A_PERSON + 2))
    for user_id in users:
        knowledge.tell([Event(user_id, "30", "like"), Event(user_id, "31", "like")])
        assert liked(knowledge, user_id)
    knowledge.tell([Event("much", f"{item:02}", "like") for item in range(50)])
    assert len(liked(knowledge, "much")) == 50
    outage = Outage(knowledge.store, monkeypatch, "deeds_of")
    assert [len(liked(knowledge, user_id)) for user_id in users[4:]] == [2] * 12
    assert len(liked(knowledge, "much")) == 50
    assert outage.asked == []
    assert [len(liked(knowledge, user_id)) for user_id in users[:4]] == [0] * 4
    assert outage.asked == ["deeds_of"] * 4


def test_who_was_erased_does_not_come_back_because_the_store_is_away(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge.say("x", "30", "like")
    assert liked(knowledge, "x")
    Outage(knowledge.store, monkeypatch, "versions", "deeds_of", "changes_since")
    knowledge.erase("x")
    assert liked(knowledge, "x") == []


def test_where_events_cannot_be_read_the_look_rests_on_what_was_last_known(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge.say("x", "30", "like")
    assert liked(knowledge, "x")
    knowledge.say("x", "31", "like")
    look = knowledge.glance("x")
    with monkeypatch.context() as patched:
        Outage(knowledge.store, patched, "deeds_of")
        rests, person = knowledge.meet(look)
    assert (look.resting, rests.resting) == (False, True)
    assert len(person.history) == 1
    # It was not kept as that of the later version.
    assert len(liked(knowledge, "x")) == 2


def test_a_postgresql_that_was_stopped_and_started(
    postgres: PostgresOfTests, models: list[Path], tmp_path: Path
) -> None:
    postgres.start()
    place = Place(tmp_path, postgres.new_database())
    place.put_model(models[0])
    knowledge = place.worker()
    knowledge.say("x", "30", "like")
    before = picked(knowledge, "x")
    postgres.stop()
    try:
        assert knowledge.look("x").resting
        assert picked(knowledge, "x") == before
        with pytest.raises(StoreAway):
            knowledge.say("x", "31", "like")
    finally:
        postgres.start()
    heal(knowledge)
    knowledge.say("x", "31", "like")
    assert [item for item, _ in liked(knowledge, "x")] == ["30", "31"]
    knowledge.store.close()


def test_a_sqlite_file_that_cannot_be_reached_for_a_while(quick_place: Place) -> None:
    knowledge = quick_place.worker()
    knowledge.say("x", "30", "like")
    before = picked(knowledge, "x")
    file, aside = quick_place.folder / "live.db", quick_place.folder / "aside"
    names = [path.name for path in quick_place.folder.glob("live.db*")]
    aside.mkdir()
    for name in names:
        (file.with_name(name)).rename(aside / name)
    file.mkdir()
    assert knowledge.look("x").resting
    assert picked(knowledge, "x") == before
    file.rmdir()
    for name in names:
        (aside / name).rename(file.with_name(name))
    heal(knowledge)
    assert picked(knowledge, "x") == before
    knowledge.say("x", "31", "like")
    assert [item for item, _ in liked(knowledge, "x")] == ["30", "31"]
    knowledge.store.close()


def heal(knowledge: Knowledge) -> None:
    """By itself, in a second or two."""
    end = time.monotonic() + 10
    while knowledge.look("x").resting:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert isinstance(knowledge.look("x").versions, Versions)
