"""Apps of the small model, in the modes that the site knows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from toppicks.config import Settings
from toppicks.web import create_app

MakeClient = Callable[..., FlaskClient]


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
def client(make_client: MakeClient) -> FlaskClient:
    """A client of the site in demo mode."""
    return make_client(TOPPICKS_DEMO="1")
