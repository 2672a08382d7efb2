"""An answer that is given again without Flask is the one that Flask gave."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import request_started
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from tests.web.conftest import MakeClient
from toppicks.serving.picks import Picks
from toppicks.serving.recommender import Recommender
from toppicks.store import Versions
from toppicks.web.site import RESTING, House

PICKS = "/api/users/u0/picks"
KEY = "the-key"
BEARER = {"Authorization": f"Bearer {KEY}"}
ADDRESSES = [
    PICKS,
    f"{PICKS}?n=3&offset=2",
    f"{PICKS}?explain=true&novelty=0.5&where=genres%3ARed",
    "/api/users/nobody%20knows/picks",
    "/api/users/owner%2Frepo/picks",
    "/api/users/caf%C3%A9/picks",
]


@pytest.fixture
def client(make_client: MakeClient) -> FlaskClient:
    return make_client(TOPPICKS_DEMO="1")


@contextmanager
def seen_by_flask(client: FlaskClient) -> Iterator[list[str]]:
    """The paths of the requests that come as far as Flask."""
    paths: list[str] = []

    def note(app: object, **_: Any) -> None:
        from flask import request

        paths.append(request.path)

    with request_started.connected_to(note, client.application):
        yield paths


def told(response: TestResponse) -> tuple[str, bytes, list[tuple[str, str]]]:
    """All of an answer but the id of its request."""
    headers = [one for one in response.headers if one[0] != "X-Request-ID"]
    return response.status, response.data, sorted(headers)


def answer(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(PICKS).data)
    return found


def unexpected(*_: Any) -> Any:
    raise RuntimeError("it was asked")


def n_picked() -> float:
    sources = ("personal", "profile", "popular")
    found = [REGISTRY.get_sample_value("toppicks_picks_total", {"source": one}) for one in sources]
    return sum(one or 0.0 for one in found)


def counted(status: str = "200") -> float:
    labels = {"route": "/api/users/{user_id}/picks", "method": "GET", "status": status}
    return REGISTRY.get_sample_value("toppicks_requests_total", labels) or 0.0


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_the_very_answer_and_counts_as_one(client: FlaskClient, address: str) -> None:
    before, picked = counted(), n_picked()
    with seen_by_flask(client) as seen:
        first = client.get(address)
        assert len(seen) == 1
        again = client.get(address)
        assert len(seen) == 1
    assert first.status_code == 200
    assert told(again) == told(first)
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert counted() == before + 2
    assert n_picked() == picked + 2


def test_unchanged_is_304_with_the_same_headers(client: FlaskClient) -> None:
    tag = {"If-None-Match": client.get(PICKS).headers["ETag"]}
    with seen_by_flask(client) as seen:
        again = client.get(PICKS, headers=tag)
        assert seen == []
        assert client.get(PICKS, headers={"If-None-Match": '"other"'}).status_code == 200
    # By Flask, for who asks for it in another way.
    by_flask = client.get(f"{PICKS}?", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert {name for name, _ in again.headers} == {name for name, _ in by_flask.headers}


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_changed_is_computed_as_flask_would(
    make_client: MakeClient, tmp_path: Path, address: str
) -> None:
    site = {"TOPPICKS_DEMO": "1", "TOPPICKS_INSTANCE": str(tmp_path)}
    client, plain = make_client(**site), make_client(**site, TOPPICKS_REMEMBER="0")
    item = json.loads(client.get(address).data)["picks"][0]["item_id"]
    person = address.partition("/picks")[0]
    assert client.put(f"{person}/ratings/{item}", json={"rating": 5}).status_code == 200
    client.put("/api/items/new", json={"title": "New", "genres": ["Red"]})
    with seen_by_flask(client) as seen:
        after = client.get(address)
        assert seen == []
    assert item not in [pick["item_id"] for pick in json.loads(after.data)["picks"]]
    with seen_by_flask(plain) as seen:
        assert told(after) == told(plain.get(address))
        assert len(seen) == 1


def test_what_can_be_asked_no_more_flask_refuses(client: FlaskClient) -> None:
    address = f"{PICKS}?where=mood%3Aquiet"
    client.put("/api/items/calm", json={"title": "Calm", "mood": "quiet"})
    assert client.get(address).status_code == 200
    client.put("/api/items/calm", json={"title": "Calm"})
    refused = client.get(address)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "where"


def test_one_look_into_the_store_serves_a_request_that_changed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(PICKS)
    client.put("/api/users/u0/ratings/60", json={"rating": 5})
    store = House.of(client.application).knowledge.store
    versions, asked = store.versions, list[str]()

    def noted(user_id: str) -> Versions:
        asked.append(user_id)
        return versions(user_id)

    monkeypatch.setattr(store, "versions", noted)
    client.get(PICKS)
    assert asked == ["u0"]
    client.get(PICKS)
    assert asked == ["u0", "u0"]


def test_where_nothing_changed_nobodys_events_are_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not of somebody whom there was no room for either."""
    knowledge = House.of(client.application).knowledge
    for memory in (knowledge._remembered, knowledge.live.served.people):
        monkeypatch.setattr(memory, "most", 1)
    client.put("/api/users/u0/ratings/60", json={"rating": 5})
    first = client.get(PICKS)
    monkeypatch.setattr(knowledge.store, "deeds_of", unexpected)
    with seen_by_flask(client) as seen:
        assert client.get(PICKS).data == first.data
        assert client.get(PICKS, headers={"If-None-Match": first.headers["ETag"]}).status == (
            "304 NOT MODIFIED"
        )
        assert seen == []


def test_what_goes_wrong_is_said_as_flask_says_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.application.testing = False
    client.get(PICKS)
    client.put("/api/users/u0/ratings/60", json={"rating": 5})
    before = counted("500")
    monkeypatch.setattr(Recommender, "picks", unexpected)
    again, by_flask = client.get(PICKS), client.get(f"{PICKS}?n=5")
    assert again.status_code == 500
    assert again.mimetype == "application/problem+json"
    assert {name for name, _ in again.headers} == {name for name, _ in by_flask.headers}
    assert counted("500") == before + 2


def test_an_answer_that_tells_of_rest_is_neither_tagged_nor_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's write fails while picks are computed; then all is well again."""
    client.get(PICKS)
    client.put("/api/users/u0/ratings/60", json={"rating": 5})
    store, picks = House.of(client.application).knowledge.store, Recommender.picks

    def failing(*given: Any) -> Picks:
        monkeypatch.setattr(type(store), "resting", "nobody may write to it")
        return picks(*given)

    monkeypatch.setattr(Recommender, "picks", failing)
    during = client.get(PICKS)
    monkeypatch.undo()
    after = client.get(PICKS)
    for told_by in (during, after):
        # Whichever it is of: it never says one thing and is kept as the other.
        assert ("ETag" in told_by.headers) == ("notice" not in told_by.get_json())
    assert "notice" not in after.get_json()


def test_while_ratings_rest_everybody_is_told_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(PICKS)
    store = House.of(client.application).knowledge.store
    monkeypatch.setattr(type(store), "resting", "it is away")
    assert answer(client)["notice"] == RESTING
    monkeypatch.undo()
    assert "notice" not in answer(client)


def test_other_methods_are_not_answered_so(client: FlaskClient) -> None:
    client.get(PICKS)
    head = client.head(PICKS)
    assert (head.status_code, head.data) == (200, b"")
    assert client.post(PICKS).status_code == 405


def test_the_key_is_asked_for_each_time(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_API_KEY=KEY, TOPPICKS_RATE_LIMIT="none")
    first = client.get(PICKS, headers=BEARER)
    with seen_by_flask(client) as seen:
        assert told(client.get(PICKS, headers=BEARER)) == told(first)
        assert seen == []
    for wrong in ({}, {"Authorization": "Bearer other"}, {"Authorization": f"Basic {KEY}"}):
        refused = client.get(PICKS, headers=wrong)
        assert refused.status_code == 401
        assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "settings",
    [
        {"TOPPICKS_API_KEY": KEY, "TOPPICKS_RATE_LIMIT": "3/minute"},
        {"TOPPICKS_DEMO": "1", "TOPPICKS_CORS_ORIGINS": "https://example.org"},
        {"TOPPICKS_DEMO": "1", "TOPPICKS_REMEMBER": "0"},
    ],
)
def test_where_flask_has_more_to_do_it_sees_every_request(
    make_client: MakeClient, settings: dict[str, str]
) -> None:
    client = make_client(**settings)
    with seen_by_flask(client) as seen:
        answers = [client.get(PICKS, headers=BEARER) for _ in range(4)]
        assert len(seen) == 4
    assert {one.status_code for one in answers[:3]} == {200}
    assert answers[3].status_code == (429 if "TOPPICKS_RATE_LIMIT" in settings else 200)
