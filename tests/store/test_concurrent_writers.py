"""Many processes and threads that write at once."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from bench.rig import ROOT
from tests.postgres import PostgresOfTests
from toppicks.store import Event, Store

Process = subprocess.Popen[str]


def writer(work: str, url: str, folder: Path, *given: str, told: Path | None = None) -> Process:
    """A process at work; what it prints goes to a pipe, or to the file `told`."""
    with told.open("w") if told else nullcontext(subprocess.PIPE) as stdout:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.store.writers", work, url, str(folder), *given],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )


def finished(processes: list[Process]) -> list[str]:
    said = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in said] == [""] * len(said)
    assert [process.returncode for process in processes] == [0] * len(said)
    return [text for text, _ in said]


def test_no_event_is_lost_and_nobody_waits_for_another_for_ever(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    finished([writer("overlapping", store_url, tmp_path, name, "15") for name in ("a", "b")])
    expected = {f"{name}-{thread}-{at}" for name in "ab" for thread in range(3) for at in range(15)}
    for user in ("u1", "u2", "u3", "u4"):
        items = [event.item_id for event in store.events_of(user)]
        assert len(items) == len(expected)
        assert set(items) == expected


def test_what_several_send_at_once_counts_once(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    names = ("a", "bb", "c")
    said = finished([writer("duplicates", store_url, tmp_path, name, "8") for name in names])
    assert sum(int(text) for text in said) == 160
    assert sum(one.n_events for one in store.users()) == 160


def test_writers_who_wait_for_each_other_both_get_through(
    postgres: PostgresOfTests, tmp_path: Path
) -> None:
    """Two lists with the same event_ids in another order: PostgreSQL ends one of them."""
    postgres.start()
    store = Store.open(postgres.new_database(), tmp_path)
    x, y = Event("1", "a", "view", event_id="x"), Event("1", "a", "view", event_id="y")
    with store._connections.own() as other, ThreadPoolExecutor(1) as pool:
        other.begin_writing()
        insert = (
            "INSERT INTO events (user_id, item_id, kind, time, event_id) "
            "VALUES ('2', 'b', 'view', 0, '{}')"
        )
        other.change(insert.format("y"))
        added = pool.submit(store.add, [x, y])
        time.sleep(0.3)
        other.change(insert.format("x"))
        other.commit()
        assert added.result() == 0
    assert store.resting is None
    assert sum(one.n_events for one in store.users()) == 2
    store.close()


def test_a_forked_process_opens_its_own_connection(store_url: str, tmp_path: Path) -> None:
    [said] = finished([writer("forked", store_url, tmp_path, "a")])
    assert said == "ok\n"


def test_a_process_that_has_an_old_file_open_does_no_harm_to_the_new_one(tmp_path: Path) -> None:
    """The index of the log is memory that processes share, so it must not be the same file's."""
    (tmp_path / "db").mkdir()
    url = f"sqlite:///{tmp_path / 'db' / 'live.db'}"
    large = Store.open(f"sqlite:///{tmp_path / 'large.db'}", tmp_path)
    large.add([Event("a", str(at), "view") for at in range(5_000)])
    large.close()
    store = Store.open(url, tmp_path)
    store.add([Event("a", "0", "view")])
    process = writer("idle", url, tmp_path, "a")
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    (tmp_path / "large.db").replace(tmp_path / "db" / "live.db")
    assert len(store.events_of("a")) == 5_000
    store.add([Event("a", "more", "view")])
    assert process.communicate("go on\n") == ("5002\n", "")
    assert len(store.events_of("a")) == 5_002
    store.close()


@pytest.mark.parametrize("after", [0.05, 0.15, 0.3])
def test_what_was_acknowledged_survives_kill_9(
    store: Store, store_url: str, tmp_path: Path, after: float
) -> None:
    told = [tmp_path / "a.said", tmp_path / "b.said"]
    processes = [writer("endless", store_url, tmp_path, path.stem, told=path) for path in told]
    while not all(path.stat().st_size for path in told):
        assert [process.poll() for process in processes] == [None, None]
        time.sleep(0.01)
    time.sleep(after)
    for process in processes:
        process.kill()
        process.communicate()
    # A line that was cut short was not said.
    said = [path.read_text().rpartition("\n")[0].split("\n") for path in told]
    fresh = Store.open(store_url, tmp_path)
    items = {item.item_id for item in fresh.changes_since(0).items}
    for name, lines in zip("ab", said, strict=True):
        acknowledged = range(int(lines[-1]) + 1)
        wanted = [f"{at}-{part}" for at in acknowledged for part in range(3)]
        there = [event.item_id for event in fresh.events_of(name)]
        assert there[: len(wanted)] == wanted
        # One more may have been written without having been acknowledged: all of it, or nothing.
        assert len(there) in {len(wanted), len(wanted) + 3}
        assert {f"{name}-{at}" for at in acknowledged if at % 10 == 0} <= items
    fresh.close()
