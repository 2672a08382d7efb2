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
