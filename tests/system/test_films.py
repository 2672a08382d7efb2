"""The main job on real data: `python model.py`, gunicorn, a request."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bench.rig import running_site
from tests.films import FilmsRun
from tests.system.live_site import settings_of
from toppicks import artifact
from toppicks.trained import TrainedModel

MOST_BYTES = 100_000_000
LENGTHS = [0, 1, 2, 3, 5, 10, None]
CONTENDERS = {"popularity", "EASE", "RP3beta", "item-KNN", "LightFM, fold-in", "as served"}
TUNED = {"EASE", "RP3beta", "item-KNN", "user-KNN", "iALS", "BPR", "LightFM"}
REFERENCES = {"user-KNN", "iALS", "BPR", "LightFM, own vectors"}


@pytest.fixture(scope="module")
def report(films: FilmsRun) -> dict[str, Any]:
    """What the training run said of itself, as the model holds it."""
    report: dict[str, Any] = artifact.load(films.path).header["about"]["report"]
    return report


def test_training_prints_popularity_first_and_the_seed(films: FilmsRun) -> None:
    rows = [line for line in films.printed.splitlines() if re.search(r" \d\.\d{4} ", line)]
    assert rows[0].strip().startswith("popularity ")
    assert "LightFM, own vectors *" in films.printed
    assert "LightFM, fold-in" in films.printed
    assert "seed 1" in films.printed
    assert "100,004 rows read, 100,004 used" in films.printed
    assert "…" not in films.printed


def test_every_contender_and_every_reference_took_part(report: dict[str, Any]) -> None:
    names = {row["name"]: row["role"] for row in report["holdout"]}
    assert set(names) == CONTENDERS | REFERENCES
    assert {name for name, role in names.items() if role == "reference"} == REFERENCES
    assert set(report["trials_by_method"]) == TUNED
    assert min(report["trials_by_method"].values()) >= 2


def test_what_is_served_is_not_worse_than_the_best_contender(report: dict[str, Any]) -> None:
    by_name = {row["name"]: row["ndcg"] for row in report["holdout"]}
    assert report["comparison"]["verdict"] != "worse"
    assert by_name["as served"] > 1.3 * by_name["popularity"]
    assert by_name["LightFM, fold-in"] > 0.95 * by_name["LightFM, own vectors"]


def test_at_no_history_length_is_what_is_served_worse_than_popularity(
    report: dict[str, Any],
) -> None:
    people = report["people"]
    assert [row["length"] for row in people] == LENGTHS
    assert all(row["people"] >= 100 for row in people)
    assert [row for row in people if row["served"] < row["popularity"]] == []


def test_films_that_nobody_has_rated_are_found(report: dict[str, Any]) -> None:
    cold = report["cold_items"]
    ndcg = {row["name"]: row["ndcg"] for row in cold["standings"]}
    assert cold["items"] == 906
    assert ndcg["as served"] >= 0.1
    assert ndcg["as served"] > 2 * ndcg["chance"]


def test_after_one_cut_in_time_what_is_served_beats_popularity(report: dict[str, Any]) -> None:
    standings = report["time_cut"]["standings"]
    assert report["time_cut"]["people"] >= 20
    assert standings[-1]["ndcg"] > standings[0]["ndcg"]


def test_the_match_can_be_taken_at_its_word(report: dict[str, Any]) -> None:
    assert report["reliability"]["error"] < 0.03
    assert len(report["reliability"]["bins"]) == 10


def test_the_report_has_its_plots_and_its_map(report: dict[str, Any]) -> None:
    assert len(report["plots"]) == 6
    assert len(report["map"]["item_idx"]) == 1000


def test_the_artifact_is_small(films: FilmsRun) -> None:
    assert films.path.stat().st_size < MOST_BYTES


def test_gunicorn_serves_what_the_model_scores(films: FilmsRun, tmp_path: Path) -> None:
    model = TrainedModel.from_artifact(artifact.load(films.path))
    with running_site(settings_of(films.path, tmp_path)) as site:
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
