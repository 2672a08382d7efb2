"""Whose pages may call the API from a browser."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient

PICKS = "/api/users/u0/picks"
ALLOWED = "Access-Control-Allow-Origin"
SHOP = {"Origin": "https://shop.example"}


@pytest.fixture(scope="module")
def shared(make_client: MakeClient) -> FlaskClient:
    origins = "https://shop.example,http://localhost:5173"
    return make_client(TOPPICKS_API_KEY="k", TOPPICKS_CORS_ORIGINS=origins)


def test_nothing_is_said_unless_it_is_set(client: FlaskClient) -> None:
    for path in (PICKS, "/api/nothing", "/"):
        names = [name for name, _ in client.get(path, headers=SHOP).headers]
        assert not [name for name in names if name.startswith("Access-Control")]


def test_a_listed_origin_is_let_in_and_others_are_not(shared: FlaskClient) -> None:
    headers = {"Authorization": "Bearer k"}
    response = shared.get(PICKS, headers=SHOP | headers)
    assert response.headers[ALLOWED] == "https://shop.example"
    assert "Origin" in response.headers["Vary"]
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    for origin in ("https://evil.example", "https://shop.example.evil.example", "null"):
        answer = shared.get(PICKS, headers=headers | {"Origin": origin})
        assert ALLOWED not in answer.headers


@pytest.mark.parametrize("path", [PICKS, "/api/nothing"])
def test_errors_can_be_read_too(shared: FlaskClient, path: str) -> None:
    response = shared.get(path, headers=SHOP)
    assert response.status_code in {401, 404}
    assert response.headers[ALLOWED] == "https://shop.example"


def test_a_preflight_needs_no_key_and_names_what_may_be_sent(shared: FlaskClient) -> None:
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization, if-none-match",
    }
    response = shared.options(PICKS, headers=SHOP | asked)
    assert response.status_code == 200
    assert response.headers[ALLOWED] == "https://shop.example"
    sendable = response.headers["Access-Control-Allow-Headers"].lower()
    assert {"authorization", "if-none-match"} <= set(sendable.split(", "))
    assert "DELETE" in response.headers["Access-Control-Allow-Methods"]


def test_pages_are_nobody_elses(shared: FlaskClient) -> None:
    assert ALLOWED not in shared.get("/", headers=SHOP).headers


def test_a_star_lets_anybody_in(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_DEMO="1", TOPPICKS_CORS_ORIGINS="*")
    assert client.get(PICKS, headers=SHOP).headers[ALLOWED] == "*"
