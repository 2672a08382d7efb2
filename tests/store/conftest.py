"""A store on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from toppicks.store import Store


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(store_url, tmp_path)
    yield store
    store.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds takes moments: trying again, waiting for a file, waiting for a lock."""
    monkeypatch.setattr("toppicks.store.outages.RETRY_SECONDS", 0.05)
    monkeypatch.setattr("toppicks.store.sqlite_file.MADE_ANEW_AFTER", 0.3)
    monkeypatch.setattr("toppicks.store.sqlite_file.BUSY_SECONDS", 0.2)
