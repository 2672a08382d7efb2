"""From the site to its store, to a training, and back to the site."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.commands import be_quick
from tests.web.conftest import MakeClient
from tests.worlds import TwoTastes
from toppicks import artifact
from toppicks.cli import main
from toppicks.trained import TrainedModel

SECONDS = 2


def picks(client: FlaskClient, user_id: str, n: int = 100) -> list[str]:
    answer = client.get(f"/api/users/{user_id}/picks?n={n}").get_json()
    return [pick["item_id"] for pick in answer["picks"]]


def told(client: FlaskClient, user_id: str) -> dict[str, Any]:
    """All that the site knows of somebody."""
    answer: dict[str, Any] = client.get(f"/api/users/{user_id}/export").get_json()
    return {name: answer[name] for name in ("history", "events")}


def test_what_came_live_is_learnt_and_counts_once(
    make_client: MakeClient,
    tiny_model_path: Path,
    store_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    be_quick(monkeypatch)
    path = tmp_path / "model.pkl"
    shutil.copy(tiny_model_path, path)
    client = make_client(MODEL_PATH=str(path), DATABASE_URL=store_url, TOPPICKS_DEMO="1")
    for item in range(30, 38):
        client.put(f"/api/users/visitor/ratings/{item}", json={"rating": 5})
    client.put("/api/users/u0/ratings/40", json={"rating": 2})
    client.put("/api/items/new", json={"title": "Blue new", "year": 2011, "genres": ["Blue"]})
    client.put("/api/users/visitor/ratings/new", json={"rating": 4})
    client.delete("/api/items/41")
    client.delete("/api/users/u9")
    version = client.get("/api/model").get_json()["model_version"]
    known = {user_id: told(client, user_id) for user_id in ("visitor", "u0", "u1", "u9")}

    world = TwoTastes()
    ratings = world.write_ratings(tmp_path / "r.csv")
    items = world.write_items(tmp_path / "i.csv")
    given = ["--ratings", ratings, "--items", items, "--database", store_url, "--out", path]
    assert main([str(one) for one in given]) == 0

    end = time.monotonic() + SECONDS
    while client.get("/api/model").get_json()["model_version"] == version:
        assert time.monotonic() < end
        time.sleep(0.05)
    model = TrainedModel.from_artifact(artifact.load(path))
    assert "visitor" not in model.users
    assert "u9" not in model.users
    assert model.n_ratings[model.items.idx("new")] == 1
    # Everybody's history is what it was: nothing came into the model that the store holds, too.
    for user_id, before in known.items():
        assert told(client, user_id) == before
    assert client.get("/api/users/u9/picks").get_json()["known"] is False
    assert "41" not in picks(client, "visitor")
    assert "new" not in picks(client, "visitor")
    assert "new" in picks(client, "u1")
    # What the visitor likes was learnt: more of it comes first.
    assert all(item >= "30" or item == "new" for item in picks(client, "visitor", n=5))
