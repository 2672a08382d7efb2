"""What DATABASE_URL may say, and what is shown of it."""

from pathlib import Path

import pytest
from sqlalchemy import URL

from toppicks.errors import ConfigError
from toppicks.store import Store
from toppicks.store.addresses import address_of, secrets_of, shown

INSTANCE = Path("/instance")


def test_without_an_address_it_is_a_file_of_the_sites_own() -> None:
    assert address_of(None, INSTANCE) == Path("/instance/live.db")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/x.db", Path("/var/lib/x.db")),
        ("sqlite:///x.db", Path.cwd() / "x.db"),
        ("sqlite:///a b/ü%20.db", Path.cwd() / "a b/ü .db"),
    ],
)
def test_a_sqlite_file(url: str, path: Path) -> None:
    assert address_of(url, INSTANCE) == path


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_by_each_of_its_names(scheme: str) -> None:
    address = address_of(f" {scheme}://u:p%40ss@h:5433/d?sslmode=require\n", INSTANCE)
    assert isinstance(address, URL)
    assert address.drivername == "postgresql+psycopg"
    assert (address.username, address.password, address.host) == ("u", "p@ss", "h")
    assert (address.port, address.database) == (5433, "d")
    assert address.query["sslmode"] == "require"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:geheim@h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=geheim",
        "sqlite://geheim/x.db",
        "postgresql+asyncpg://u:geheim@h/d",
        "postgres://u:geheim@h:port/d",
        "geheim",
        "://geheim",
        "https://h/geheim?password=geheim",
    ],
)
def test_anything_else_is_refused_in_one_line_without_the_password(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as refused:
        Store.open(url, tmp_path)
    text = str(refused.value)
    assert text.startswith("DATABASE_URL ")
    assert "sqlite:///PATH" in text
    assert "\n" not in text
    if "u:geheim" in url or "password" in url:
        assert "geheim@" not in text
        assert "=geheim" not in text


def test_no_password_is_shown_however_it_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = "postgres://u:ge%2Fheim@127.0.0.1:1/d?password=ganz%20geheim&connect_timeout=1"
    address = address_of(url, tmp_path)
    assert shown(address) == "postgresql://u:***@127.0.0.1:1/d"
    assert {"ge/heim", "ge%2Fheim", "ganz geheim"} <= set(secrets_of(address))
    store = Store.open(url, tmp_path)
    assert "127.0.0.1:1" in caplog.text
    assert "heim" not in caplog.text
    assert store.resting is not None
    assert "heim" not in store.resting
    assert "heim" not in store.where


def test_a_reason_that_quotes_the_password_does_not_show_it(tmp_path: Path) -> None:
    from toppicks.store.postgres import PostgresServer

    address = address_of("postgres://u:geheim@h/d", tmp_path)
    assert isinstance(address, URL)
    reason = PostgresServer(address).reason(OSError('cannot use\n"geheim"'))
    assert reason == 'postgresql://u:***@h/d: cannot use "***"'
