"""Fixtures and settings that every kind of test shares."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.films import FilmsRun, train_films
from tests.postgres import PostgresOfTests, running_postgres
from tests.worlds import TwoTastes, trained
from toppicks import artifact
from toppicks.trained import TrainedModel
from toppicks.training import publish

settings.register_profile("default", max_examples=60, derandomize=True, deadline=None)
settings.register_profile("long", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# A shell's background job ignores Ctrl-C, and so would every command that a test starts and stops.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of a server of our own goes there."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def tiny_model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model file of a small world of two tastes; not to be changed."""
    folder = tmp_path_factory.mktemp("tiny")
    world = TwoTastes()
    ratings = world.write_ratings(folder / "ratings.csv")
    items = world.write_items(folder / "items.csv")
    path = folder / "model.pkl"
    publish(trained(ratings, items), path)
    return path


@pytest.fixture(scope="session")
def tiny_model(tiny_model_path: Path) -> TrainedModel:
    """The model in `tiny_model_path`, as the site loads it."""
    return TrainedModel.from_artifact(artifact.load(tiny_model_path))


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> FilmsRun:
    """The model of the bundled films; the processes of one run share it."""
    own = tmp_path_factory.getbasetemp()
    return train_films(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresOfTests]:
    """A PostgreSQL server; a test that stops it starts it again."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: every test that wants it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'live.db'}"
    server: PostgresOfTests = request.getfixturevalue("postgres")
    server.start()
    return server.new_database()
