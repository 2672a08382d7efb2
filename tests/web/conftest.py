"""Apps of the small model, in the modes that the site knows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.visiting import Kept
from toppicks import artifact
from toppicks.config import Settings
from toppicks.trained import TrainedModel
from toppicks.web import create_app

MakeClient = Callable[..., FlaskClient]
ClientOfModel = Callable[[TrainedModel], FlaskClient]


@pytest.fixture(scope="session")
def make_client(tiny_model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> MakeClient:
    """Call it with environment variables; outside demo mode unless TOPPICKS_DEMO says so."""

    def make(**environ: str) -> FlaskClient:
        given = {
            "MODEL_PATH": str(tiny_model_path),
            "TOPPICKS_INSTANCE": str(tmp_path_factory.mktemp("instance")),
            "SECRET_KEY": "of the tests",
        }
        return create_app(Settings.from_environment(given | environ)).test_client()

    return make


@pytest.fixture(scope="session")
def client_of_model(
    make_client: MakeClient, tmp_path_factory: pytest.TempPathFactory
) -> ClientOfModel:
    """A client, in demo mode, of a model that was changed or trained by a test."""

    def make(model: TrainedModel) -> FlaskClient:
        path = tmp_path_factory.mktemp("model") / "model.pkl"
        artifact.save(model.to_artifact(), path)
        return make_client(MODEL_PATH=str(path), TOPPICKS_DEMO="1")

    return make


@pytest.fixture(scope="session")
def client(make_client: MakeClient) -> FlaskClient:
    """A client of the site in demo mode."""
    return make_client(TOPPICKS_DEMO="1")


@pytest.fixture
def site(make_client: MakeClient) -> FlaskClient:
    """A client of a site of its own, outside demo mode, that limits nobody."""
    return make_client(TOPPICKS_RATE_LIMIT="none")


@pytest.fixture
def kept(site: FlaskClient) -> Kept:
    """What is kept at that site."""
    return Kept(site)


@pytest.fixture
def visitor(site: FlaskClient) -> FlaskClient:
    """A browser there that has no cookie yet."""
    return site.application.test_client()


@pytest.fixture
def demo(make_client: MakeClient) -> FlaskClient:
    """A client of a site of its own in demo mode, where anybody may write."""
    return make_client(TOPPICKS_DEMO="1")
