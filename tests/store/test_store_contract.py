"""What the store promises, on SQLite and on PostgreSQL."""

import math
from pathlib import Path

import pytest

from toppicks.errors import ConfigError, StoreAway
from toppicks.store import Event, ItemChange, Store, UserActivity, Versions
from toppicks.store.addresses import address_of

HOSTILE = [
    "a/b",
    "'; DROP TABLE events; --",
    '"quoted"',
    "per%cent %s %(user_id)s :user_id ?",
    "back\\slash",
    "🎬🏳️‍🌈",
    "é" * 200,
    "名前",
    "user:1",
    "catalogue",
    " ",
    "\u202eright",
    "{}",
    "NULL",
]


def test_nothing_is_there_at_first(store: Store) -> None:
    assert store.versions("1") == Versions(0, 0)
    assert store.events_of("1") == []
    assert store.users() == []
    assert store.users() == []
    changes = store.changes_since(0)
    assert (changes.version, changes.items, changes.erased, changes.whole) == (0, [], [], True)
    with store.everything() as everything:
        assert list(everything.events) == []
        assert everything.items == []
        assert everything.erased == set()
    assert store.resting is None


def test_events_come_back_as_they_were_in_the_order_of_arrival(store: Store) -> None:
    first = [
        Event("1", "b", "rating", 4.5, 1_700_000_000.25, "e1"),
        Event("1", "a", "like", None, 5.0),
        Event("2", "a", "dwell", 0.1 + 0.2, -1e9),
    ]
    assert store.add(first) == 3
    later = Event("1", "b", "unrate", None, 1.0)
    assert store.add([later]) == 1
    assert store.events_of("1") == [first[0], first[1], later]
    deeds = [(each.item_id, each.kind, each.value, each.time) for each in store.events_of("1")]
    assert store.deeds_of("1") == deeds
    assert store.deeds_of("nobody") == []
    assert store.events_of("2") == [first[2]]


def test_every_write_raises_the_versions_it_concerns_and_no_other(store: Store) -> None:
    zero = store.versions("1")
    store.add([Event("1", "a", "like"), Event("2", "a", "like")])
    one = store.versions("1")
    assert one.user > zero.user
    assert one.catalogue == zero.catalogue
    store.add([Event("2", "a", "hide")])
    assert store.versions("1") == one
    store.put_item("a", {})
    two = store.versions("1")
    assert two.user == one.user
    assert two.catalogue > one.catalogue
    store.delete_item("a")
    three = store.versions("1")
    assert three.catalogue > two.catalogue
    store.erase("1")
    four = store.versions("1")
    assert four.user > three.user
    assert four.catalogue > three.catalogue
    assert store.versions("2").user == store.versions("2").user > 0


def test_nothing_to_add_is_nothing(store: Store) -> None:
    assert store.add([]) == 0
    assert store.versions("1") == Versions(0, 0)


def test_what_is_sent_twice_counts_once(store: Store) -> None:
    event = Event("1", "a", "rating", 3.0, event_id="x")
    assert store.add([event, event]) == 1
    before = store.versions("1")
    assert store.add([event]) == 0
    assert store.add([Event("1", "b", "like", event_id="x")]) == 0
    assert store.versions("1") == before
    assert store.add([event, Event("1", "b", "like", event_id="y")]) == 1
    assert store.versions("1") > before
    assert [each.item_id for each in store.events_of("1")] == ["a", "b"]


def test_events_without_an_id_are_never_the_same(store: Store) -> None:
    view = Event("1", "a", "view")
    assert store.add([view, view]) == 2
    assert store.add([view]) == 1


@pytest.mark.parametrize("id_", HOSTILE)
def test_hostile_ids_are_ids_like_any(store: Store, id_: str) -> None:
    event = Event(id_, id_, "like", event_id=id_)
    assert store.add([event]) == 1
    assert store.add([event]) == 0
    assert store.events_of(id_) == [event]
    assert store.users() == [UserActivity(id_, 1, 0.0)]
    store.put_item(id_, {"title": id_, id_: [id_]})
    version = store.versions(id_).catalogue
    assert store.changes_since(0).items == [ItemChange(id_, {"title": id_, id_: [id_]}, version)]
    store.erase(id_)
    assert store.events_of(id_) == []
    assert store.changes_since(0).erased == [id_]
    assert store.versions("another").user == 0


@pytest.mark.parametrize("id_", ["", "x" * 201, "a\0b", "a\nb", "\ud800"])
def test_what_is_no_id_is_refused_before_anything_is_written(store: Store, id_: str) -> None:
    fine = Event("1", "a", "like")
    for event in (
        Event(id_, "a", "like"),
        Event("1", id_, "like"),
        Event("1", "a", "like", event_id=id_),
    ):
        with pytest.raises(ValueError, match="is no id"):
            store.add([fine, event])
    for write in (store.erase, store.delete_item):
        with pytest.raises(ValueError, match="is no id"):
            write(id_)
    with pytest.raises(ValueError, match="is no id"):
        store.put_item(id_, {})
    assert store.users() == []
    assert store.resting is None


@pytest.mark.parametrize(
    "event",
    [
        Event("1", "a", "rating", math.nan),
        Event("1", "a", "rating", math.inf),
        Event("1", "a", "view", None, -math.inf),
        Event("1", "a", "stare"),
    ],
)
def test_what_is_no_event_is_refused(store: Store, event: Event) -> None:
    with pytest.raises(ValueError, match=r"finite|no kind"):
        store.add([Event("1", "a", "like"), event])
    assert store.users() == []


def test_extreme_numbers_come_back_to_the_last_bit(store: Store) -> None:
    numbers = [5e-324, 1.7976931348623157e308, -0.1, 1 / 3, 2.0**53 + 2]
    store.add([Event("1", "a", "dwell", number, number) for number in numbers])
    assert [(each.value, each.time) for each in store.events_of("1")] == [
        (number, number) for number in numbers
    ]


def test_any_json_is_metadata(store: Store) -> None:
    fields = {
        "title": "\0 \ud800 \U0001f3ac '\"\\",
        "n": [1, 2.5, None, True, {"deep": [[]]}],
        "large": 2**80,
        "": "",
    }
    store.put_item("a", fields)
    assert store.changes_since(0).items[0].fields == fields
    with pytest.raises(ValueError, match="JSON"):
        store.put_item("a", {"n": math.nan})


def test_changes_of_the_catalogue_are_told_from_where_one_is(store: Store) -> None:
    store.put_item("a", {"title": "A"})
    store.put_item("b", {"title": "B"})
    first = store.changes_since(0)
    assert first.whole
    assert [each.item_id for each in first.items] == ["a", "b"]
    same = store.changes_since(first.version)
    assert (same.version, same.items, same.erased, same.whole) == (first.version, [], [], False)
    store.delete_item("a")
    store.erase("1")
    second = store.changes_since(first.version)
    assert [(each.item_id, each.fields) for each in second.items] == [("a", None)]
    assert second.erased == ["1"]
    assert not second.whole
    store.put_item("a", {"title": "again"})
    third = store.changes_since(second.version)
    assert [(each.item_id, each.fields) for each in third.items] == [("a", {"title": "again"})]
    assert third.version == store.versions("").catalogue > second.version


def test_what_this_database_never_was_is_told_as_a_whole(store: Store) -> None:
    store.put_item("a", {})
    version = store.versions("").catalogue
    for unknown in (version - 1, version + 1, 1, 2**62):
        changes = store.changes_since(unknown)
        assert changes.whole
        assert [each.item_id for each in changes.items] == ["a"]
        assert changes.version == version


def test_erasing_forgets_events_and_what_comes_after_counts_anew(store: Store) -> None:
    store.add([Event("1", "a", "like", event_id="x"), Event("2", "a", "like")])
    store.erase("1")
    assert store.events_of("1") == []
    again = Event("1", "b", "like", event_id="x")
    assert store.add([again]) == 1
    assert store.events_of("1") == [again]
    assert store.changes_since(0).erased == ["1"]
    store.erase("1")
    store.erase("never seen")
    assert set(store.changes_since(0).erased) == {"1", "never seen"}
    assert len(store.events_of("2")) == 1


def test_users_are_paged_by_code_points(store: Store) -> None:
    ids = ["b", "B", "a", "é", "z", "10", "9", "🎬", "_", "a b"]
    store.add([Event(id_, "i", "view", None, float(at)) for at, id_ in enumerate(ids)])
    store.add([Event("a", "j", "view", None, 1.0)])
    assert [each.user_id for each in store.users(0, 100)] == sorted(ids)
    assert [each.user_id for each in store.users(3, 4)] == sorted(ids)[3:7]
    assert store.users(10, 5) == []
    assert UserActivity("a", 2, 2.0) in store.users()


def test_everything_is_by_user_and_in_the_order_of_arrival(store: Store) -> None:
    for at in range(3):
        store.add([Event("b", str(at), "view"), Event("a", str(at), "view")])
    store.put_item("x", {"title": "X"})
    store.delete_item("y")
    store.erase("c")
    with store.everything() as everything:
        # What is written meanwhile is not of this moment.
        store.add([Event("a", "late", "view")])
        assert [(each.user_id, each.item_id) for each in everything.events] == [
            (user, str(at)) for user in "ab" for at in range(3)
        ]
        assert [(each.item_id, each.fields) for each in everything.items] == [
            ("x", {"title": "X"}),
            ("y", None),
        ]
        assert everything.erased == {"c"}


def test_an_existing_store_is_read_as_it_is(store: Store, store_url: str, tmp_path: Path) -> None:
    store.add([Event("a", "1", "like")])
    existing = Store.existing(address_of(store_url, tmp_path))
    with existing.everything() as everything:
        assert [event.user_id for event in everything.events] == ["a"]
    assert existing.events_of("a") == store.events_of("a")
    existing.close()


def test_one_that_is_not_there_is_not_made(store_url: str, tmp_path: Path) -> None:
    existing = Store.existing(address_of(store_url, tmp_path))
    for _ in range(2):
        with pytest.raises((StoreAway, ConfigError), match=r"no such file|no tables of this site"):
            existing.prepare()
    assert list(tmp_path.iterdir()) == []


def test_everything_reads_many_rows_bit_by_bit(store: Store) -> None:
    for user in range(12):
        store.add([Event(f"{user:02}", str(at), "view") for at in range(1_000)])
    with store.everything() as everything:
        seen = [(each.user_id, int(each.item_id)) for each in everything.events]
    assert seen == [(f"{user:02}", at) for user in range(12) for at in range(1_000)]
    with store.everything() as everything:
        assert next(everything.events).user_id == "00"
    assert sum(one.n_events for one in store.users()) == 12_000


def test_another_store_sees_what_was_written_at_once(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    other = Store.open(store_url, tmp_path)
    for at in range(20):
        before = other.versions("1")
        store.add([Event("1", str(at), "view")])
        assert other.versions("1") > before
        assert len(other.events_of("1")) == at + 1
        store.put_item(str(at), {})
        assert len(other.changes_since(0).items) == at + 1
    other.close()


def test_all_or_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the last of many rows leaves none, and no outage."""
    monkeypatch.setattr("toppicks.store.store._check", lambda event: None)
    events = [Event("1", str(at), "view") for at in range(999)]
    with pytest.raises(Exception, match=r"(?i)null"):
        store.add([*events, Event("1", None, "view")])  # type: ignore[arg-type]
    assert store.events_of("1") == []
    assert store.versions("1") == Versions(0, 0)
    assert store.resting is None
    assert store.add(events) == 999


def test_several_users_are_asked_for_at_once(store: Store) -> None:
    ids = [f"u{at}" for at in range(120)]
    told = [Event(id_, item, "view") for id_ in ids[::2] for item in ("b", "a")]
    store.add(told)
    assert store.events_of_all([]) == {}
    found = store.events_of_all(ids)
    assert found == {id_: store.events_of(id_) for id_ in ids[::2]}


def test_an_item_that_is_put_again_is_one_change(store: Store) -> None:
    """Whoever knew the version of the first time is told of the second alone."""
    for at in range(5):
        store.put_item(f"i{at}", {})
    known = store.changes_since(0).version
    store.put_item("i4", {"title": "again"})
    after = store.changes_since(known)
    assert (after.whole, [one.item_id for one in after.items]) == (False, ["i4"])
    assert store.changes_since(known + 1).whole
