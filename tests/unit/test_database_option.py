"""`--database`: which store is read, and what is said where that cannot be."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import Captured, be_quick, error_of
from tests.postgres import PostgresOfTests
from tests.worlds import TwoTastes
from toppicks import artifact
from toppicks.cli import main
from toppicks.store import Event, Store
from toppicks.trained import TrainedModel

ROOT = Path(__file__).resolve().parents[2]
EVENTS = [Event("live", "05", "like", None, 1.7e9), Event("u0", "31", "rating", 4, 1.7e9)]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    be_quick(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("TOPPICKS_INSTANCE", raising=False)
    TwoTastes(people=30).write_ratings(tmp_path / "r.csv")


def filled(url: str, folder: Path) -> None:
    store = Store.open(url, folder)
    store.add(EVENTS)
    store.erase("u5")
    store.close()


def dry_run(capsys: Captured, *args: str) -> str:
    assert main(["--ratings", "r.csv", *args, "--dry-run"]) == 0
    return capsys.readouterr().out


def test_a_store_of_either_kind(store_url: str, tmp_path: Path, capsys: Captured) -> None:
    filled(store_url, tmp_path)
    told = dry_run(capsys, "--database", store_url)
    assert "live: 2 rows read, 2 used" in told
    assert "of people who were erased on the site" in told
    assert "582 interactions of 30 users with" in told


def test_a_model_of_it_and_what_it_says(store_url: str, tmp_path: Path, capsys: Captured) -> None:
    filled(store_url, tmp_path)
    assert main(["--ratings", "r.csv", "--database", store_url]) == 0
    model = TrainedModel.from_artifact(artifact.load(tmp_path / "model.pkl"))
    assert list(model.users) == [f"u{n}" for n in (*range(5), *range(6, 30))]
    name = "live.db" if store_url.startswith("sqlite") else "postgres (PostgreSQL)"
    assert model.about["trained_from"] == ["r.csv", name]
    assert main(["info"]) == 0
    assert f"from r.csv, {name}\n" in capsys.readouterr().out


def test_without_a_url_it_is_the_sites_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    Store.open(None, tmp_path / "instance").close()
    assert "live: 0 rows read, 0 used" in dry_run(capsys, "--database")
    assert "live: 0 rows read, 0 used" in dry_run(capsys, "--database", "")
    filled(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert "live: 2 rows read, 2 used" in dry_run(capsys, "--database")
    assert "live: 0" in dry_run(capsys, "--database", "sqlite:///instance/live.db")


def test_it_is_learnt_from_beside_the_bundled_films_too(tmp_path: Path, capsys: Captured) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'live.db'}", tmp_path)
    store.add([Event("live", "318", "rating", 5, 1.7e9)])
    assert main(["--database", "sqlite:///live.db", "--dry-run"]) == 0
    assert "live: 1 rows read, 1 used" in capsys.readouterr().out


def test_nothing_is_made_or_written_there(tmp_path: Path, capsys: Captured) -> None:
    there = tmp_path / "there"
    there.mkdir()
    filled(f"sqlite:///{there / 'live.db'}", tmp_path)
    (there / "live.db-owner").unlink()
    before = {path.name: path.read_bytes() for path in there.iterdir()}
    dry_run(capsys, "--database", "sqlite:///there/live.db")
    assert {path.name: path.read_bytes() for path in there.iterdir()} == before


def test_it_is_read_while_the_site_writes(tmp_path: Path, capsys: Captured) -> None:
    url = f"sqlite:///{tmp_path / 'live.db'}"
    store = Store.open(url, tmp_path)
    store.add(EVENTS[:1])
    assert "live: 1 rows read" in dry_run(capsys, "--database", url)
    store.add(EVENTS[1:])
    assert "live: 2 rows read" in dry_run(capsys, "--database", url)
    assert len(store.events_of("u0")) == 1


def test_one_that_is_not_there_is_not_made(tmp_path: Path, capsys: Captured) -> None:
    error = error_of(capsys, ["--ratings", "r.csv", "--database", "sqlite:///no.db"])
    assert f"--database: {tmp_path / 'no.db'}: no such file" in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv"]


def test_what_is_no_store_of_the_site(tmp_path: Path, capsys: Captured) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE events (seq)")
    connection.close()
    before = (tmp_path / "other.db").read_bytes()
    error = error_of(capsys, ["--ratings", "r.csv", "--database", "sqlite:///other.db"])
    assert "other.db has no tables of this site" in error
    assert (tmp_path / "other.db").read_bytes() == before
    error = error_of(capsys, ["--ratings", "r.csv", "--database", "sqlite:///r.csv"])
    assert "r.csv: file is not a database" in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.db", "r.csv"]


def test_no_tables_are_made_on_a_server(postgres: PostgresOfTests, capsys: Captured) -> None:
    postgres.start()
    url = postgres.new_database()
    error = error_of(capsys, ["--ratings", "r.csv", "--database", url])
    assert "has no tables of this site" in error
    again = error_of(capsys, ["--ratings", "r.csv", "--database", url])
    assert again == error


def test_a_store_of_a_newer_version(tmp_path: Path, capsys: Captured) -> None:
    filled(f"sqlite:///{tmp_path / 'live.db'}", tmp_path)
    with sqlite3.connect(tmp_path / "live.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    error = error_of(capsys, ["--ratings", "r.csv", "--database", "sqlite:///live.db"])
    assert "has tables of version 9999, newer than" in error


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgres://u:geheim@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://u:geheim@127.0.0.1:port/x", "--database (postgresql://...) cannot be read"),
        ("mysql://u:geheim@h/x", "--database is mysql://u:***@h/x; expected postgresql://"),
        ("sqlite:///:memory:", "expected a file"),
        ("geheim", "--database cannot be read; expected postgresql://"),
    ],
)
@pytest.mark.parametrize("command", ["train", "export"])
def test_what_is_away_or_no_address_is_told_in_one_line(
    tiny_model_path: Path, capsys: Captured, url: str, reason: str, command: str
) -> None:
    args: list[object] = ["train", "--ratings", "r.csv"]
    if command == "export":
        args = ["export", "--model", tiny_model_path, "--out", "picks.csv"]
    error = error_of(capsys, [*args, "--database", url])
    assert reason in error
    assert "geheim" not in error
    assert not Path("model.pkl").exists()
    assert not Path("picks.csv").exists()


def test_no_line_of_a_log_comes_with_it(tmp_path: Path) -> None:
    """In a process of its own, where nobody else takes up what is logged."""
    url = "postgres://u:geheim@127.0.0.1:1/x"
    done = subprocess.run(
        [sys.executable, ROOT / "model.py", "--ratings", "r.csv", "--database", url],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: --database: postgresql://u:***@127.0.0.1:1/x")
    assert done.stderr.count("\n") == 1


def test_a_setting_that_is_no_address_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:geheim@h/x")
    error = error_of(capsys, ["--ratings", "r.csv", "--database"])
    assert error.startswith("error: DATABASE_URL is mysql://u:***@h/x; expected")
