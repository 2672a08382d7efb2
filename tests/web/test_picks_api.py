"""GET /api/users/{user_id}/picks, as the contract has it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from tests.worlds import trained, write_csv
from toppicks.config import Settings
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel
from toppicks.training import publish
from toppicks.web import create_app

PICKS = "/api/users/u0/picks"
PROBLEM = "application/problem+json"


def seen_by(model: TrainedModel, user_id: str) -> set[str]:
    history = model.histories.history(model.users.idx(user_id))
    return {model.items[item_idx] for item_idx in history.seen_idx}


def test_picks_look_as_the_contract_says(client: FlaskClient, tiny_model: TrainedModel) -> None:
    response = client.get(PICKS)
    assert response.mimetype == "application/json"
    answer = response.get_json()
    assert list(answer) == [
        "user_id", "known", "source", "model_version", "total", "offset", "picks",
    ]  # fmt: skip
    assert (answer["user_id"], answer["known"], answer["source"]) == ("u0", True, "personal")
    assert answer["model_version"] == client.get("/api/health/ready").get_json()["model_version"]
    assert answer["total"] == len(tiny_model.items) - len(seen_by(tiny_model, "u0"))
    assert [pick["rank"] for pick in answer["picks"]] == [1, 2, 3, 4, 5, 6]
    first = answer["picks"][0]
    assert list(first) == ["rank", "item_id", "title", "score", "match", "item", "because"]
    assert first["title"].startswith("Red Café")
    assert first["item"]["genres"] == ["Red", "All"]
    assert 1980 <= first["item"]["year"] < 1990
    assert 0 <= first["match"] <= 1


def test_scores_fall_with_the_rank(client: FlaskClient) -> None:
    scores = [pick["score"] for pick in client.get(PICKS + "?n=100").get_json()["picks"]]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 1


@pytest.mark.parametrize("n", [1, 7, 24, 100])
def test_paging_gives_every_item_that_was_not_rated_exactly_once(
    client: FlaskClient, tiny_model: TrainedModel, n: int
) -> None:
    total = client.get(PICKS).get_json()["total"]
    paged: list[str] = []
    for offset in range(0, total + n, n):
        page = client.get(PICKS, query_string={"n": n, "offset": offset}).get_json()
        assert page["offset"] == offset
        assert [pick["rank"] for pick in page["picks"]] == list(
            range(offset + 1, offset + len(page["picks"]) + 1)
        )
        paged += [pick["item_id"] for pick in page["picks"]]
    assert len(paged) == total
    assert set(paged) == set(tiny_model.items) - seen_by(tiny_model, "u0")


def test_nothing_rated_is_ever_picked_for_anybody(
    client: FlaskClient, tiny_model: TrainedModel
) -> None:
    for user_id in tiny_model.users:
        answer = client.get(f"/api/users/{user_id}/picks?n=100").get_json()
        picked = {pick["item_id"] for pick in answer["picks"]}
        assert picked
        assert not picked & seen_by(tiny_model, user_id)


def test_excluded_items_are_left_out_and_counted(client: FlaskClient) -> None:
    plain = client.get(PICKS).get_json()
    first, second = plain["picks"][0]["item_id"], plain["picks"][1]["item_id"]
    query = {"exclude": [first, second, first, "unheard of"]}
    answer = client.get(PICKS, query_string=query).get_json()
    assert answer["total"] == plain["total"] - 2
    assert answer["picks"][0]["item_id"] == plain["picks"][2]["item_id"]


def test_excluded_ids_are_compared_in_nfc(tmp_path: Path) -> None:
    ratings = write_csv(
        tmp_path / "r.csv", ("user", "item", "rating"), [("u", "a", 5), ("v", "\u00e9", 5)]
    )
    publish(trained(ratings), tmp_path / "model.pkl")
    environ = {"MODEL_PATH": str(tmp_path / "model.pkl"), "TOPPICKS_DEMO": "1", "SECRET_KEY": "x"}
    client = create_app(Settings.from_environment(environ)).test_client()
    assert client.get("/api/users/u/picks").get_json()["total"] == 1
    assert client.get("/api/users/u/picks?exclude=e%CC%81").get_json()["total"] == 0


def test_a_stranger_gets_what_is_popular(client: FlaskClient, tiny_model: TrainedModel) -> None:
    answer = client.get("/api/users/nobody/picks").get_json()
    assert (answer["known"], answer["source"]) == (False, "popular")
    assert answer["total"] == len(tiny_model.items)
    likes = [tiny_model.n_likes[tiny_model.items.idx(p["item_id"])] for p in answer["picks"]]
    assert likes == sorted(tiny_model.n_likes, reverse=True)[:6]
    assert {pick["match"] for pick in answer["picks"]} == {None}


@pytest.mark.parametrize(
    "user_id", ["owner%2Frepo", "a%20b", "%C3%A9", "e%CC%81", "%F0%9F%8D%AC", "1e5", "x" * 200]
)
def test_ids_of_every_kind_are_taken(client: FlaskClient, user_id: str) -> None:
    assert client.get(f"/api/users/{user_id}/picks").status_code == 200


def test_an_encoded_slash_is_part_of_the_id(client: FlaskClient) -> None:
    answer = client.get("/api/users/owner%2Frepo%2fpicks/picks").get_json()
    assert answer["user_id"] == "owner/repo/picks"


def test_ids_are_compared_in_nfc(client: FlaskClient) -> None:
    assert client.get("/api/users/e%CC%81/picks").get_json()["user_id"] == "\u00e9"


@pytest.mark.parametrize("user_id", ["x" * 201, "a%00b", "a%1Fb", "a%01", "%2E%2E", "%0A"])
def test_ids_that_cannot_be_are_named(client: FlaskClient, user_id: str) -> None:
    response = client.get(f"/api/users/{user_id}/picks")
    assert (response.status_code, response.mimetype) == (422, PROBLEM)
    assert "is no id; expected 1 to 200 characters" in response.get_json()["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("n=0", "n"),
        ("n=101", "n"),
        ("n=abc", "n"),
        ("n=", "n"),
        ("n=1.5", "n"),
        ("n=-1", "n"),
        ("n=1&n=2", "n"),
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("n=6.0", "n"),
        ("n=1_0", "n"),
        ("offset=x", "offset"),
        ("explain=perhaps", "explain"),
        ("novelty=nan", "novelty"),
        ("novelty=2", "novelty"),
    ],
)
def test_wrong_values_are_named(client: FlaskClient, query: str, field: str) -> None:
    response = client.get(f"{PICKS}?{query}")
    assert (response.status_code, response.mimetype) == (422, PROBLEM)
    problem = response.get_json()
    assert problem["status"] == 422
    assert problem["title"]
    assert field in problem["detail"]
    assert [error["field"] for error in problem["errors"]] == [field]
    assert all(error["message"] for error in problem["errors"])


def test_every_wrong_value_is_named_at_once(client: FlaskClient) -> None:
    errors = client.get(PICKS + "?n=0&offset=-5").get_json()["errors"]
    assert [error["field"] for error in errors] == ["n", "offset"]


@pytest.mark.parametrize("query", ["explain=false", "novelty=0", "diversity=0.0", "offset=999999"])
def test_the_defaults_may_be_said_aloud(client: FlaskClient, query: str) -> None:
    assert client.get(f"{PICKS}?{query}").status_code == 200


def test_remembered_answers_are_the_same_as_computed_ones(make_client: MakeClient) -> None:
    remembering = make_client(TOPPICKS_DEMO="1")
    forgetful = make_client(TOPPICKS_DEMO="1", TOPPICKS_REMEMBER="0")
    for query in ("", "?n=24", "?n=3&offset=2", "?n=3&offset=3"):
        computed = forgetful.get(PICKS + query).data
        assert remembering.get(PICKS + query).data == computed
        assert remembering.get(PICKS + query).data == computed


def test_unknown_routes_and_methods_are_problems(client: FlaskClient) -> None:
    missing = client.get("/api/nothing")
    assert (missing.status_code, missing.mimetype) == (404, PROBLEM)
    wrong = client.post(PICKS)
    assert (wrong.status_code, wrong.mimetype) == (405, PROBLEM)
    assert "GET" in wrong.headers["Allow"]


def test_health_tells_the_model(client: FlaskClient) -> None:
    assert client.get("/api/health/live").get_json() == {"status": "live"}
    ready = client.get("/api/health/ready").get_json()
    assert ready["status"] == "ready"
    assert len(ready["model_version"]) == 12


def test_without_demo_and_key_people_are_closed_and_health_is_open(
    make_client: MakeClient,
) -> None:
    closed = make_client()
    response = closed.get(PICKS)
    assert (response.status_code, response.mimetype) == (403, PROBLEM)
    assert closed.get("/api/health/ready").status_code == 200


@pytest.mark.parametrize("demo", ["0", "1"])
def test_with_a_key_it_must_be_sent(make_client: MakeClient, demo: str) -> None:
    locked = make_client(TOPPICKS_API_KEY="s\u00e9same", TOPPICKS_DEMO=demo)
    assert locked.get(PICKS).status_code == 401
    wrong = locked.get(PICKS, headers={"Authorization": "Bearer open"})
    assert (wrong.status_code, wrong.mimetype) == (401, PROBLEM)
    assert wrong.headers["WWW-Authenticate"] == "Bearer"
    right = {"Authorization": "Bearer s\u00e9same".encode().decode("latin-1")}
    assert locked.get(PICKS, headers=right).status_code == 200
    assert locked.get("/api/health/ready").status_code == 200


def test_an_unexpected_error_is_a_problem_without_details(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = make_client(TOPPICKS_DEMO="1", TOPPICKS_REMEMBER="0")

    def fail(*_: object) -> bytes:
        raise RuntimeError("secret")

    monkeypatch.setattr(Recommender, "picks", fail)
    response = broken.get(PICKS)
    assert (response.status_code, response.mimetype) == (500, PROBLEM)
    assert "secret" not in response.text
