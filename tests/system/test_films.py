"""The main job on real data: `python model.py`, gunicorn, a request."""

import json
import re

from bench.rig import running_site
from tests.films import FilmsRun
from toppicks import artifact
from toppicks.trained import TrainedModel

MOST_BYTES = 100_000_000
LENGTHS = [0, 1, 2, 3, 5, 10, None]


def test_training_prints_popularity_first_and_the_seed(films: FilmsRun) -> None:
    rows = [line for line in films.printed.splitlines() if re.search(r"\d\.\d{4}", line)]
    assert "popularity" in rows[0]
    assert "LightFM, its own user vectors" in films.printed
    assert "LightFM, linear fold-in" in films.printed
    assert "seed 1" in films.printed
    assert "100,004 rows read, 100,004 used" in films.printed


def test_the_fold_in_is_at_least_as_good_as_lightfms_own_vectors(films: FilmsRun) -> None:
    report = artifact.load(films.path).header["about"]["report"]
    by_name = {standing["name"]: standing["ndcg"] for standing in report["holdout"]}
    assert by_name["LightFM, linear fold-in"] >= by_name["LightFM, its own user vectors"]
    assert by_name["as served: fold-in and popularity"] > by_name["popularity"]


def test_at_no_history_length_is_what_is_served_worse_than_popularity(films: FilmsRun) -> None:
    people = artifact.load(films.path).header["about"]["report"]["people"]
    assert [row["length"] for row in people] == LENGTHS
    assert all(row["people"] >= 100 for row in people)
    assert [row for row in people if row["served"] < row["popularity"]] == []


def test_the_artifact_is_small(films: FilmsRun) -> None:
    assert films.path.stat().st_size < MOST_BYTES


def test_gunicorn_serves_what_the_model_scores(films: FilmsRun) -> None:
    model = TrainedModel.from_artifact(artifact.load(films.path))
    with running_site({"MODEL_PATH": str(films.path), "TOPPICKS_DEMO": "1"}) as site:
        status, text = site.get("/api/users/1/picks?n=100")
        assert status == 200
        answer = json.loads(text)
        history = model.histories.history(model.users.idx("1"))
        scores = model.scorer.scores(history)
        assert answer["total"] == 9_066 - 20
        for pick in answer["picks"]:
            item_idx = model.items.idx(pick["item_id"])
            assert item_idx not in history.seen_idx
            assert abs(pick["score"] - scores[item_idx]) < 1e-5
        status, page = site.get("/users/1")
        assert status == 200
        assert answer["picks"][0]["title"].split()[0] in page
        assert site.get("/api/users/1/picks?n=101")[0] == 422
