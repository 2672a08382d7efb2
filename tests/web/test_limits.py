"""How much one client may ask, and what is said to who asks for more."""

import logging
from io import BytesIO

import pytest
from flask import request
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from toppicks.errors import ConfigError
from toppicks.web.guards.limits import network

PROBLEM = "application/problem+json"


def ask(client: FlaskClient, n: int, path: str = "/search", **headers: str) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(n)]


def test_the_rate_is_one_clients_over_all_addresses(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_RATE_LIMIT="4/hour")
    assert ask(client, 2) == [200, 200]
    assert ask(client, 1, "/") == [200]
    assert ask(client, 1, "/nothing") == [404]
    assert ask(client, 1) == [429]
    other = client.get("/search", environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert other.status_code == 200


def test_who_is_refused_is_told_when_to_come_again(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_RATE_LIMIT="1/minute")
    first = client.get("/api/nothing")
    assert first.headers["RateLimit-Limit"] == "1"
    assert first.headers["RateLimit-Remaining"] == "0"
    assert "Retry-After" not in first.headers
    response = client.get("/api/nothing")
    assert (response.status_code, response.mimetype) == (429, PROBLEM)
    assert response.get_json()["status"] == 429
    assert "More than 1 per 1 minute" in response.get_json()["detail"]
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert response.headers["RateLimit-Reset"] == response.headers["Retry-After"]
    page = client.get("/")
    assert (page.status_code, page.mimetype) == (429, "text/html")


def test_wrong_keys_count(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_RATE_LIMIT="3/hour", TOPPICKS_API_KEY="k")
    guesses = ask(client, 5, "/api/users/u0/picks", Authorization="Bearer guess")
    assert guesses == [401, 401, 401, 429, 429]


def test_what_machines_and_pages_ask_by_themselves_is_free(make_client: MakeClient) -> None:
    client = make_client(TOPPICKS_RATE_LIMIT="1/hour")
    assert ask(client, 2) == [200, 429]
    for path in ("/api/health/live", "/api/health/ready", "/metrics", "/items/00/cover.svg"):
        assert ask(client, 3, path) == [200, 200, 200]
        assert "RateLimit-Limit" not in client.get(path).headers
    assert client.options("/api/users/u0/picks").status_code == 200


@pytest.mark.parametrize(
    "environ",
    [{"TOPPICKS_DEMO": "1", "TOPPICKS_RATE_LIMIT": "1/hour"}, {"TOPPICKS_RATE_LIMIT": "none"}],
)
def test_in_demo_mode_or_without_a_rate_nothing_is_counted(
    make_client: MakeClient, environ: dict[str, str]
) -> None:
    client = make_client(**environ)
    assert ask(client, 5) == [200] * 5
    assert "RateLimit-Limit" not in client.get("/search").headers
    assert "limiter" not in client.application.extensions


def test_an_address_is_believed_from_trusted_proxies_alone(make_client: MakeClient) -> None:
    direct = make_client(TOPPICKS_RATE_LIMIT="1/hour")
    assert direct.get("/search", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    assert direct.get("/search", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 429

    behind = make_client(TOPPICKS_RATE_LIMIT="1/hour", TOPPICKS_PROXIES="1")
    assert behind.get("/search", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    assert behind.get("/search", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200
    # What the client itself put in front is not what the proxy saw.
    forged = behind.get("/search", headers={"X-Forwarded-For": "192.0.2.77, 192.0.2.1"})
    assert forged.status_code == 429


def test_one_household_of_ipv6_is_one_client() -> None:
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::1")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.1") != network("::ffff:192.0.2.2")
    assert network("") == ""


def test_a_redis_that_is_away_stops_nobody(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client = make_client(REDIS_URL="redis://:hush@127.0.0.1:1/0", TOPPICKS_RATE_LIMIT="3/hour")
        assert ask(client, 5) == [200, 200, 200, 429, 429]
    lines = [one for one in caplog.records if one.name == "flask-limiter"]
    assert ["storage unreachable" in one.getMessage() for one in lines] == [True]
    assert "hush" not in caplog.text


@pytest.mark.parametrize("url", ["redis://h:port/0", "redis://[::1/0"])
def test_an_impossible_redis_is_told_at_the_start_without_its_password(
    make_client: MakeClient, url: str
) -> None:
    with pytest.raises(ConfigError, match="REDIS_URL cannot be used") as told:
        make_client(REDIS_URL=url.replace("//", "//:hush@"))
    assert "hush" not in str(told.value)


@pytest.fixture(scope="module")
def eating(make_client: MakeClient) -> FlaskClient:
    """A site that takes what it is sent, up to 1,024 bytes."""
    app = make_client(TOPPICKS_DEMO="1", TOPPICKS_MAX_BODY="1024").application
    app.add_url_rule(
        "/api/eaten", methods=["POST"], view_func=lambda: {"eaten": len(request.get_data())}
    )
    return app.test_client()


def test_a_body_may_be_as_long_as_the_setting_says(eating: FlaskClient) -> None:
    assert eating.post("/api/eaten", data=b"x" * 1024).get_json() == {"eaten": 1024}
    response = eating.post("/api/eaten", data=b"x" * 1025)
    assert (response.status_code, response.mimetype) == (413, PROBLEM)
    assert response.get_json()["status"] == 413


@pytest.mark.parametrize(("length", "status"), [(0, 200), (1024, 200), (1025, 413), (9999, 413)])
def test_a_chunked_body_may_be_as_long_too(eating: FlaskClient, length: int, status: int) -> None:
    """The server takes the chunks apart, and says that the stream ends by itself."""
    environ = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(b"x" * length),
        "wsgi.input_terminated": True,
    }
    response = eating.post("/api/eaten", environ_overrides=environ)
    assert response.status_code == status
    if status == 200:
        assert response.get_json() == {"eaten": length}


def test_a_body_that_breaks_off_is_the_callers_fault(eating: FlaskClient) -> None:
    class Broken(BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            raise OSError("gone")

    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Broken()}
    assert eating.post("/api/eaten", environ_overrides=environ).status_code == 400
