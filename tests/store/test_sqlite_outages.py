"""A SQLite file that is deleted, moved, replaced, locked, read-only, full or broken."""

import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from toppicks.errors import StoreAway
from toppicks.store import Event, Store
from toppicks.store.links import Link

pytestmark = pytest.mark.usefixtures("impatient")
RETRY = 0.06
ANEW = 0.35


def like(item: str) -> Event:
    return Event("1", item, "like")


def items(store: Store) -> list[str]:
    return [event.item_id for event in store.events_of("1")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db" / "live.db"


@pytest.fixture
def open_store(path: Path) -> Iterator[Callable[[], Store]]:
    path.parent.mkdir()
    stores: list[Store] = []

    def open_one() -> Store:
        stores.append(Store.open(f"sqlite:///{path}", path.parent))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    store = open_store()
    store.add([like("before")])
    return store


def is_away(store: Store) -> None:
    with pytest.raises(StoreAway):
        store.add([like("refused")])
    with pytest.raises(StoreAway):
        store.versions("1")
    with pytest.raises(StoreAway):
        store.events_of("1")
    assert store.resting is not None


def test_a_deleted_file_acknowledges_nothing_and_is_made_anew_after_a_while(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.unlink()
    is_away(store)
    time.sleep(RETRY)
    is_away(store)
    assert not path.exists()
    time.sleep(ANEW)
    assert store.add([like("after")]) == 1
    assert items(store) == ["after"]
    assert "EMPTY" in caplog.text
    assert store.resting is None
    levels = [record.levelno for record in caplog.records]
    assert levels == [logging.ERROR, logging.ERROR, logging.WARNING]


@pytest.mark.parametrize("with_logs", [False, True])
def test_a_file_that_comes_back_has_all_its_rows(
    store: Store, path: Path, tmp_path: Path, with_logs: bool
) -> None:
    """Also those that were only in its -wal, wherever that was meanwhile."""
    moved = path.parent.glob("live.db*") if with_logs else [path]
    names = [each.name for each in moved if not each.name.endswith("-owner")]
    for name in names:
        (path.parent / name).rename(tmp_path / name)
    is_away(store)
    for name in names:
        (tmp_path / name).rename(path.parent / name)
    time.sleep(RETRY)
    assert items(store) == ["before"]
    store.add([like("after")])
    assert items(store) == ["before", "after"]


def test_a_file_that_comes_back_in_place_of_the_one_made_anew_has_all_its_rows(
    store: Store, path: Path, tmp_path: Path, open_store: Callable[[], Store]
) -> None:
    """An idle process that never noticed anything must not go on with the logs of old."""
    idle = open_store()
    idle.versions("1")
    path.rename(tmp_path / "aside")
    is_away(store)
    time.sleep(ANEW)
    store.add([like("meanwhile")])
    path.rename(tmp_path / "meanwhile")
    (tmp_path / "aside").rename(path)
    time.sleep(RETRY)
    assert items(store) == ["before"]
    for at in range(5):
        store.add([like(f"s{at}")])
        idle.add([like(f"i{at}")])
        assert items(store) == items(idle)
    assert len(items(idle)) == 11
    healthy(path)


def healthy(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def test_a_process_that_was_idle_notices_the_new_file(
    store: Store, path: Path, open_store: Callable[[], Store]
) -> None:
    idle = open_store()
    assert items(idle) == ["before"]
    path.unlink()
    is_away(store)
    time.sleep(ANEW)
    store.add([like("after")])
    assert items(idle) == ["after"]
    idle.add([like("more")])
    assert items(store) == ["after", "more"]
    idle.close()
    # The last close of the old file must not take the log of the new one with it.
    store.add([like("still")])
    store.close()
    assert items(store) == ["after", "more", "still"]
    healthy(path)


@pytest.mark.parametrize("n", [200, 5_000])
def test_a_file_put_in_its_place_is_used_as_it_is(
    store: Store, path: Path, tmp_path: Path, open_store: Callable[[], Store], n: int
) -> None:
    """The log of the old file, and its index, must never be those of the new one."""
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    other.add([like("backup") for _ in range(n)])
    other.close()
    second = open_store()
    store.add([like(str(at)) for at in range(300)])
    second.add([like("last")])
    assert path.with_name("live.db-wal").stat().st_size > 0
    (tmp_path / "other.db").replace(path)
    assert items(store) == ["backup"] * n
    second.add([like("after")])
    assert items(store) == ["backup"] * n + ["after"]
    assert items(second) == items(store)
    healthy(path)


def test_a_file_put_in_the_place_of_a_killed_sites_is_used_as_it_is(
    store: Store, path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody was there to see it: the log on disk belongs to a file that is gone."""
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    other.add([like("backup") for _ in range(200)])
    other.close()
    store.add([like(str(at)) for at in range(300)])
    killed = tmp_path / "killed"
    killed.mkdir()
    # The names and files as kill -9 leaves them.
    for each in path.parent.glob("live.db*"):
        os.link(each, killed / each.name)
    (tmp_path / "other.db").replace(killed / "live.db")
    after = Store.open(f"sqlite:///{killed / 'live.db'}", killed)
    assert items(after) == ["backup"] * 200
    assert "put aside" in caplog.text
    assert len(list(killed.glob("live.db-wal.of-another-*"))) == 1
    after.close()
    healthy(killed / "live.db")


def test_a_folder_copied_after_a_kill_has_all_its_rows(
    store: Store, path: Path, tmp_path: Path
) -> None:
    """All files are others then, the log too, and it belongs."""
    store.add([like("in the log")])
    shutil.copytree(path.parent, tmp_path / "copy")
    copied = Store.open(f"sqlite:///{tmp_path / 'copy' / 'live.db'}", tmp_path)
    assert items(copied) == ["before", "in the log"]
    copied.close()


def test_a_deleted_log_costs_nothing_that_was_acknowledged(
    store: Store, path: Path, open_store: Callable[[], Store]
) -> None:
    second = open_store()
    assert items(second) == ["before"]
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink()
    store.add([like("after")])
    assert items(store) == ["before", "after"]
    assert items(second) == ["before", "after"]
    second.add([like("more")])
    assert items(store) == ["before", "after", "more"]
    healthy(path)


def test_a_backup_restored_while_the_site_runs_is_what_it_shows(
    store: Store, path: Path, tmp_path: Path
) -> None:
    store.put_item("a", {"title": "A"})
    with sqlite3.connect(path) as live, sqlite3.connect(tmp_path / "backup.db") as backup:
        live.backup(backup)
    live.close()
    state = store.versions("1")
    store.add([like("after")])
    store.put_item("b", {"title": "B"})
    later = store.versions("1")
    with sqlite3.connect(path) as live:
        backup.backup(live)
    live.close()
    backup.close()
    assert items(store) == ["before"]
    assert store.versions("1") == state
    changes = store.changes_since(later.catalogue)
    assert changes.whole
    assert [each.item_id for each in changes.items] == ["a"]
    store.put_item("c", {})
    store.add([like("anew")])
    # No version that ever was means anything else now.
    assert store.versions("1").user > later.user
    assert store.versions("1").catalogue > later.catalogue
    assert store.changes_since(later.catalogue).whole


def test_a_missing_folder_is_never_made_for_somebody(
    store: Store, path: Path, tmp_path: Path
) -> None:
    path.parent.rename(tmp_path / "unmounted")
    is_away(store)
    time.sleep(ANEW)
    is_away(store)
    assert not path.parent.exists()
    (tmp_path / "unmounted").rename(path.parent)
    time.sleep(RETRY)
    assert items(store) == ["before"]
    assert store.add([like("after")]) == 1


def test_a_file_without_write_bits_is_read_and_not_written(
    store: Store, path: Path, open_store: Callable[[], Store]
) -> None:
    path.chmod(0o444)
    with pytest.raises(StoreAway, match="read-only"):
        store.add([like("refused")])
    assert items(store) == ["before"]
    assert store.versions("1").user > 0
    assert store.resting is not None
    late = open_store()
    assert items(late) == ["before"]
    path.chmod(0o644)
    time.sleep(RETRY)
    for each in (store, late):
        assert each.add([like("after")]) == 1
        assert each.resting is None
    assert items(store) == ["before", "after", "after"]


def test_logs_begun_while_the_file_was_read_only_can_be_written_afterwards(
    store: Store, path: Path, open_store: Callable[[], Store]
) -> None:
    """Root can write whatever the mode says; anybody else was stuck with a read-only log."""
    store.close()
    path.chmod(0o444)
    late = open_store()
    assert items(late) == items(store) == ["before"]
    for suffix in ("-wal", "-shm"):
        assert path.with_name(path.name + suffix).stat().st_mode & 0o777 == 0o644
    path.chmod(0o644)
    assert late.add([like("after")]) == 1
    assert items(store) == ["before", "after"]


def test_a_store_that_nobody_may_write_to_rests_as_long_as_that_is_so(
    store: Store, path: Path
) -> None:
    path.chmod(0o444)
    assert store.resting is not None
    path.chmod(0o644)
    assert store.resting is None


def test_a_store_that_nobody_writes_to_does_not_rest_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.store.store.RESTING_SECONDS", 0.1)
    link = store._connections._of_thread.link
    pages = link.rows("PRAGMA page_count", {})[0][0]
    link.rows(f"PRAGMA max_page_count = {pages}", {})
    with pytest.raises(StoreAway, match="full"):
        store.add([Event("1", "x" * 200, "view", event_id=f"{at:0200}") for at in range(500)])
    assert store.resting is not None
    time.sleep(0.15)
    assert store.resting is None


def test_a_full_disk_refuses_writes_alone(store: Store) -> None:
    link = store._connections._of_thread.link
    pages = link.rows("PRAGMA page_count", {})[0][0]
    link.rows(f"PRAGMA max_page_count = {pages}", {})
    with pytest.raises(StoreAway, match="full"):
        store.add([Event("1", "x" * 200, "view", event_id=f"{at:0200}") for at in range(500)])
    assert items(store) == ["before"]
    time.sleep(RETRY)
    assert store.add([like("after")]) == 1


def test_a_lock_that_is_held_too_long_refuses_writes_alone(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreAway, match="locked"):
        store.add([like("refused")])
    assert items(store) == ["before"]
    other.execute("COMMIT")
    other.close()
    time.sleep(RETRY)
    assert store.add([like("after")]) == 1


@pytest.mark.parametrize("content", [b"not a database at all " * 500, b"SQLite format 3\0broken"])
def test_a_file_that_is_no_database_is_an_outage(
    store: Store, path: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "broken").write_bytes(content)
    kept = tmp_path / "kept"
    path.rename(kept)
    (tmp_path / "broken").rename(path)
    is_away(store)
    assert path.read_bytes() == content
    kept.rename(path)
    time.sleep(RETRY)
    assert items(store) == ["before"]


def test_a_folder_in_its_place_is_an_outage(store: Store, path: Path) -> None:
    path.unlink()
    path.mkdir()
    is_away(store)
    path.rmdir()
    time.sleep(ANEW)
    with pytest.raises(StoreAway):
        store.versions("1")
    time.sleep(ANEW)
    assert store.versions("1").user == 0


def test_a_file_deleted_in_the_midst_of_a_write_is_no_acknowledgement(
    store: Store, path: Path
) -> None:
    def deleted_meanwhile(link: Link) -> None:
        link.change("UPDATE versions SET version = version + 1")
        path.unlink()

    with pytest.raises(StoreAway, match="gone"):
        store._connections.write(deleted_meanwhile)


def test_requests_do_not_wait_while_it_is_away(store: Store, path: Path) -> None:
    path.unlink()
    is_away(store)
    seconds: list[float] = []

    def ask() -> None:
        for _ in range(200):
            before = time.perf_counter()
            with pytest.raises(StoreAway):
                store.versions("1")
            seconds.append(time.perf_counter() - before)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(seconds) == 800
    assert sorted(seconds)[400] < 0.005
    assert max(seconds) < 0.3
