"""What threads write at once is written in one transaction, and each is told how its own went."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from toppicks.errors import StoreAway
from toppicks.store import Event, Store, together
from toppicks.store.links import Link
from toppicks.store.together import Pending, Together, Undone


def rate(item: str) -> Callable[[Link], str]:
    insert = "INSERT INTO events (user_id, item_id, kind, time) VALUES ('1', '{}', 'like', 0)"

    def change(link: Link) -> str:
        link.change(insert.format(item))
        return item

    return change


def then(first: Callable[[Link], str], error: Exception) -> Callable[[Link], None]:
    """A change that writes something and then comes to this."""

    def change(link: Link) -> None:
        first(link)
        raise error

    return change


def wrong(link: Link) -> None:
    link.change("INSERT INTO events (user_id) VALUES (NULL)")


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(None, tmp_path)
    yield store
    store.close()


def items(store: Store) -> list[str]:
    return [event.item_id for event in store.events_of("1")]


def test_whatever_comes_while_one_waits_for_the_disk_is_written_at_once() -> None:
    batches: list[int] = []
    on_the_way, may_go_on = threading.Event(), threading.Event()

    def write_all(batch: Sequence[Pending]) -> None:
        batches.append(len(batch))
        on_the_way.set()
        may_go_on.wait(10)

    writing = Together(write_all)
    with ThreadPoolExecutor(6) as pool:
        told = [pool.submit(writing.write, rate("a"))]
        on_the_way.wait(10)
        told += [pool.submit(writing.write, rate("b")) for _ in range(5)]
        while len(writing._gathered) < 5:
            time.sleep(0.001)
        may_go_on.set()
        assert [one.result(10) for one in told] == [None] * 6
    assert batches == [1, 5]


def test_what_is_wrong_with_one_change_is_no_other_s(sqlite_store: Store) -> None:
    good, bad, slip, nothing, last = batch = [
        Pending(rate("good")),
        Pending(wrong),
        Pending(then(rate("slip"), ValueError("a slip"))),
        Pending(then(rate("nothing"), Undone(0))),
        Pending(rate("last")),
    ]
    sqlite_store._connections._write_all(batch)
    for one in batch:
        one.settle()
    assert (good.answer(), nothing.answer(), last.answer()) == ("good", 0, "last")
    with pytest.raises(Exception, match="NOT NULL"):
        bad.answer()
    with pytest.raises(ValueError, match="a slip"):
        slip.answer()
    assert items(sqlite_store) == ["good", "last"]
    assert sqlite_store.resting is None


def test_where_nothing_is_written_everybody_is_told(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = sqlite_store._connections
    sqlite_store.add([Event("1", "before", "like")])
    begun = connections._begun
    gathered = connections._together._gathered

    def away() -> object:
        """Once the others have come, too."""
        link = begun()
        monkeypatch.setattr(link, "commit", fail, raising=False)
        return link

    def fail() -> None:
        raise OSError(28, "No space left on device", "live.db")

    monkeypatch.setattr(connections, "_begun", away)
    connections._together._writing.acquire()
    with ThreadPoolExecutor(3) as pool:
        told = [pool.submit(sqlite_store.add, [Event("1", f"{at}", "like")]) for at in range(3)]
        while len(gathered) < 3:
            time.sleep(0.001)
        connections._together._writing.release()
        errors = [one.exception(10) for one in told]
    assert all(isinstance(error, StoreAway) for error in errors)
    assert len({id(error) for error in errors}) == 3
    monkeypatch.undo()
    assert items(sqlite_store) == ["before"]


def test_nobody_waits_for_ever_and_what_was_given_up_is_never_written(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "PATIENCE_SECONDS", 0.05)
    writing = sqlite_store._connections._together
    with writing._writing, pytest.raises(StoreAway, match="other writers"):
        sqlite_store.add([Event("1", "given up", "like")])
    monkeypatch.setattr("toppicks.store.outages.RETRY_SECONDS", 0.0)
    sqlite_store.add([Event("1", "later", "like")])
    assert items(sqlite_store) == ["later"]
