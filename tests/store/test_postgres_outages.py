"""A PostgreSQL that is stopped, restarted, frozen, emptied or read-only."""

import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresOfTests
from toppicks.errors import StoreAway
from toppicks.store import Event, Store

LIKE = Event("1", "a", "like")


@pytest.fixture
def server(postgres: PostgresOfTests) -> Iterator[PostgresOfTests]:
    postgres.start()
    yield postgres
    postgres.start()


@pytest.fixture
def store(server: PostgresOfTests, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(server.new_database(), tmp_path)
    store.add([LIKE])
    yield store
    store.close()


def test_while_it_is_stopped_everything_fails_fast_and_it_heals_by_itself(
    store: Store, server: PostgresOfTests, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[str] = []
    store.on_error = errors.append
    server.stop()
    for _ in range(3):
        with pytest.raises(StoreAway) as away:
            store.versions("1")
        assert away.value.retry_after == 2
        with pytest.raises(StoreAway):
            store.add([LIKE])
        with pytest.raises(StoreAway), store.everything():
            raise AssertionError("nothing to see")
        time.sleep(0.06)
    assert store.resting is not None
    assert set(errors) == {"read", "write"}
    before = time.perf_counter()
    for _ in range(1_000):
        with pytest.raises(StoreAway):
            store.versions("1")
    assert time.perf_counter() - before < 1
    server.start()
    time.sleep(0.06)
    assert store.versions("1").user > 0
    assert store.resting is None
    store.add([LIKE])
    assert store.events_of("1") == [LIKE, LIKE]
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]


def test_a_server_that_was_restarted_between_two_uses_is_no_outage(
    store: Store, server: PostgresOfTests, caplog: pytest.LogCaptureFixture
) -> None:
    for use in (lambda: store.versions("1"), lambda: store.add([LIKE])):
        server.stop()
        server.start()
        use()
    assert len(store.events_of("1")) == 2
    assert caplog.records == []


def test_a_site_may_start_before_its_database(
    server: PostgresOfTests, tmp_path: Path, impatient: None
) -> None:
    url = server.new_database()
    server.stop()
    store = Store.open(url, tmp_path)
    assert store.resting is not None
    server.start()
    time.sleep(0.06)
    assert store.add([LIKE]) == 1
    assert store.resting is None
    store.close()


def test_a_server_that_is_frozen_is_given_up_in_seconds(
    store: Store, server: PostgresOfTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.store.postgres.SILENT_SECONDS", 0.3)
    monkeypatch.setattr("toppicks.store.postgres.STATEMENT_SECONDS", 1)
    store.close()
    store.versions("1")
    frozen = server.pids()
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    before = time.perf_counter()
    try:
        with pytest.raises(StoreAway):
            store.versions("1")
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert time.perf_counter() - before < 6
    assert store.resting is not None


def test_tables_that_vanish_are_made_anew(
    store: Store, server: PostgresOfTests, store_schema: str
) -> None:
    server.execute(f"DROP SCHEMA {store_schema} CASCADE; CREATE SCHEMA {store_schema}")
    assert store.versions("1").user == 0
    assert store.add([LIKE]) == 1


@pytest.fixture
def store_schema(store: Store) -> str:
    [(name,)] = store._connections.read(lambda link: link.rows("SELECT current_schema()", {}))
    return str(name)


def test_where_it_may_only_be_read_reads_go_on(
    store: Store, server: PostgresOfTests, impatient: None
) -> None:
    server.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    try:
        server.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)
        with pytest.raises(StoreAway, match="read-only"):
            store.add([LIKE])
        assert store.events_of("1") == [LIKE]
        assert store.resting is not None
    finally:
        server.execute("ALTER SYSTEM RESET default_transaction_read_only")
        server.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)
    store.add([LIKE])
    assert store.resting is None


def test_a_lock_that_is_never_given_back_does_not_hold_up_for_ever(
    store: Store, server: PostgresOfTests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.store.postgres.STATEMENT_SECONDS", 1)
    store.close()
    store.versions("1")
    with store._connections.own() as link:
        link.begin_writing()
        link.change("UPDATE versions SET version = version")
        with pytest.raises(StoreAway, match="timeout"):
            store.add([LIKE])
        assert store.events_of("1") == [LIKE]
