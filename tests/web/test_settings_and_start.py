"""How the site starts, or says in one line why it does not."""

from pathlib import Path

import pytest

from tests.worlds import TwoTastes, trained
from toppicks.config import Settings
from toppicks.errors import ArtifactError
from toppicks.training import publish
from toppicks.web import create_app


def test_without_a_model_it_says_how_to_make_one(tmp_path: Path) -> None:
    missing = tmp_path / "model.pkl"
    environ = {"MODEL_PATH": str(missing), "SECRET_KEY": "x"}
    with pytest.raises(ArtifactError, match=r"no such model; train one with `python model\.py`"):
        create_app(Settings.from_environment(environ))


def test_who_rated_everything_gets_a_designed_empty_page(tmp_path: Path) -> None:
    world = TwoTastes(people=4, half=5, unrated=0, likes=5, dislikes=5)
    model = trained(world.write_ratings(tmp_path / "ratings.csv"))
    publish(model, tmp_path / "model.pkl")
    environ = {
        "MODEL_PATH": str(tmp_path / "model.pkl"),
        "TOPPICKS_DEMO": "1",
        "SECRET_KEY": "x",
    }
    client = create_app(Settings.from_environment(environ)).test_client()
    assert client.get("/api/users/u0/picks").get_json()["picks"] == []
    page = client.get("/users/u0").text
    assert "Nothing left to recommend" in page
    assert "see more" not in page
    assert client.get("/users/u0/picks").status_code == 200


def test_a_warning_where_the_next_deploy_wipes_what_is_live(
    tiny_model_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.from_environment({"MODEL_PATH": str(tiny_model_path), "SECRET_KEY": "x"})
    monkeypatch.setenv("DYNO", "web.1")
    create_app(settings)
    assert "THE NEXT DEPLOY WIPES IT" in caplog.text
