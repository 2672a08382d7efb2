"""How a database gets its tables, and from whom it is kept."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bench.rig import ROOT
from toppicks.errors import ConfigError
from toppicks.store import Event, Store, schema
from toppicks.store.addresses import address_of
from toppicks.store.store import database_at
from toppicks.store.tables import metadata


def migrate(url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    return subprocess.run(
        [sys.executable, "-m", "toppicks.store", *(arguments or ["migrate"])],
        cwd=ROOT,
        env=environ | {"DATABASE_URL": url, "TOPPICKS_INSTANCE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def change(url: str, folder: Path, *statements: str) -> None:
    database = database_at(address_of(url, folder))
    with database.engine.connect() as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_every_step_is_known_to_the_site() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [schema.NEWEST]
    assert tuple(each.revision for each in script.walk_revisions())[::-1] == schema.REVISIONS


def test_the_steps_lead_to_the_tables_that_the_site_uses(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    database = database_at(address_of(store_url, tmp_path))
    with database.engine.connect() as connection:
        assert differences(connection) == []


def test_the_command_makes_tables_once_and_says_so_in_one_line(
    store_url: str, tmp_path: Path
) -> None:
    first = migrate(store_url, tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.count("\n") == 1
    assert "is ready" in first.stdout
    store = Store.open(store_url, tmp_path)
    store.add([Event("1", "a", "like")])
    again = migrate(store_url, tmp_path)
    assert again.stdout == first.stdout
    assert len(store.events_of("1")) == 1
    store.close()


def test_many_at_once_make_the_tables_once(store_url: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        runs = list(pool.map(lambda _: migrate(store_url, tmp_path), range(3)))
        stores = list(pool.map(lambda _: Store.open(store_url, tmp_path), range(6)))
    assert [run.stderr for run in runs] == ["", "", ""]
    assert all(store.resting is None for store in stores)
    for store in stores:
        store.add([Event("1", "a", "like")])
        store.close()
    assert len(stores[0].events_of("1")) == 6
    stores[0].close()


def test_threads_that_meet_an_empty_database_make_the_tables_once(
    store_url: str, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store.open(store_url, tmp_path), range(8)))
    assert [store.resting for store in stores] == [None] * 8


def test_tables_of_an_older_site_are_renewed_at_the_start(
    store: Store, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of the future, as an example: it is run, and what was there stays."""
    store.add([Event("1", "a", "like")])
    upgraded = []
    monkeypatch.setattr(schema, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(schema, "NEWEST", "0002")

    def upgrade(connection: Connection) -> None:
        upgraded.append(connection.in_transaction())
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")

    monkeypatch.setattr(schema, "upgrade", upgrade)
    for _ in range(2):
        renewed = Store.open(store_url, tmp_path)
        assert len(renewed.events_of("1")) == 1
        renewed.close()
    assert upgraded == [True]


def test_a_step_that_fails_leaves_the_tables_as_they_were(
    store: Store, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE items")
        raise RuntimeError("half-way")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "REVISIONS", ("0001", "0002"))
        patched.setattr(schema, "NEWEST", "0002")
        patched.setattr(schema, "upgrade", upgrade)
        with pytest.raises(RuntimeError, match="half-way"):
            Store.open(store_url, tmp_path)
    assert store.changes_since(0).items == []


def test_tables_of_a_newer_site_are_refused_in_one_line(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    store.add([Event("1", "a", "like")])
    store.close()
    change(store_url, tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="9999, newer than 0001"):
        Store.open(store_url, tmp_path)
    run = migrate(store_url, tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("error: ")
    assert run.stderr.count("\n") == 1
    change(store_url, tmp_path, "UPDATE alembic_version SET version_num = '0001'")
    assert len(store.events_of("1")) == 1


@pytest.mark.parametrize(
    "url", ["postgres://u:geheim@127.0.0.1:1/d", "sqlite:////no/such/folder/x.db", "nonsense"]
)
def test_a_database_that_is_not_there_is_one_line_and_exit_code_2(url: str, tmp_path: Path) -> None:
    run = migrate(url, tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("error: ")
    assert run.stderr.count("\n") == 1
    assert "geheim" not in run.stderr


def test_without_an_address_the_folder_is_made_too(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "instance"
    run = migrate("", folder)
    assert (run.returncode, run.stderr) == (0, "")
    connection = sqlite3.connect(folder / "live.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_an_unknown_command_is_told_what_there_is(tmp_path: Path) -> None:
    run = migrate("", tmp_path, "drop")
    assert run.returncode == 2
    assert run.stderr == "usage: python -m toppicks.store migrate\n"
