"""What is counted and said of each request, without a server."""

import re
from collections.abc import Iterator

import pytest
from flask import Response
from flask.testing import FlaskClient

from tests.web.conftest import MakeClient
from toppicks.web import metrics
from toppicks.web.telemetry import Telemetry

COUNT = 'toppicks_requests_total{{method="{}",route="{}",status="{}"}}'


def counted(client: FlaskClient, series: str) -> float:
    """The value of a series; the tests of a process count together."""
    text = client.get("/metrics").text
    found = re.search(rf"^{re.escape(series)} ([0-9.e+]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


@pytest.mark.parametrize(
    ("method", "path", "series"),
    [
        ("GET", "/api/users/u0/picks?n=2", ("GET", "/api/users/{user_id}/picks", "200")),
        ("GET", "/api/users/u0/picks?n=0", ("GET", "/api/users/{user_id}/picks", "422")),
        ("GET", "/users/~v", ("GET", "/users/{user_id}", "404")),
        ("GET", "/nothing/u0", ("GET", "none", "404")),
        ("POST", "/api/users/u0/picks", ("POST", "none", "405")),
        ("BREW", "/", ("other", "none", "405")),
        ("HEAD", "/", ("HEAD", "/", "200")),
        ("GET", "/static/x/style.css", ("GET", "/static/{version}/{filename}", "200")),
        ("GET", "/static/x/nothing", ("GET", "/static/{version}/{filename}", "404")),
        ("GET", "/api/users/%00/picks", ("GET", "none", "422")),
    ],
)
def test_requests_are_counted_by_route_method_and_status(
    client: FlaskClient, method: str, path: str, series: tuple[str, str, str]
) -> None:
    before = counted(client, COUNT.format(*series))
    with client.open(path, method=method):
        pass
    assert counted(client, COUNT.format(*series)) == before + 1


def test_latency_is_counted_by_route(client: FlaskClient) -> None:
    series = 'toppicks_request_seconds_count{route="/search"}'
    before = counted(client, series)
    client.get("/search?q=red")
    assert counted(client, series) == before + 1


def test_metrics_hold_no_id_and_name_the_model(client: FlaskClient) -> None:
    client.get("/users/some-very-private-id?q=some-very-private-query")
    response = client.get("/metrics")
    assert response.mimetype == "text/plain"
    assert "very-private" not in response.text
    version = client.get("/api/health/ready").get_json()["model_version"]
    assert re.search(
        rf'toppicks_model_info{{trained_at="[^"]+",version="{version}"}} 1', response.text
    )


def test_what_others_count_is_in_the_metrics(client: FlaskClient) -> None:
    metrics.count_picks("personal")
    metrics.count_swap(taken_up=True)
    metrics.count_swap(taken_up=False)
    metrics.count_store_error()
    metrics.count_event("rating", 3)
    for series in (
        'toppicks_picks_total{source="personal"}',
        'toppicks_model_swaps_total{result="ok"}',
        'toppicks_model_swaps_total{result="refused"}',
        "toppicks_store_errors_total",
        'toppicks_events_written_total{kind="rating"}',
    ):
        assert counted(client, series) >= 1


def test_metrics_are_open_to_who_has_no_key(make_client: MakeClient) -> None:
    assert make_client(TOPPICKS_API_KEY="k").get("/metrics").status_code == 200


def test_a_sane_id_of_a_request_is_kept_and_any_other_replaced(client: FlaskClient) -> None:
    for sane in ("abcdefgh", "0b4c-4f.a_1" * 5):
        headers = {"X-Request-ID": sane}
        assert client.get("/", headers=headers).headers["X-Request-ID"] == sane
    for odd in ("", "short", "x" * 65, "two words", "<b>bold</b>", "abcdefgh\u00e9", "-abcdefgh"):
        made = client.get("/", headers={"X-Request-ID": odd}).headers["X-Request-ID"]
        assert re.fullmatch("[0-9a-f]{16}", made)
    assert len({client.get("/nothing").headers["X-Request-ID"] for _ in range(9)}) == 9
    assert "X-Request-ID" in client.get("/static/x/style.css").headers


@pytest.fixture
def broken(make_client: MakeClient) -> FlaskClient:
    app = make_client(TOPPICKS_DEMO="1").application

    def fail(user_id: str) -> str:
        raise RuntimeError(f"about {user_id}")

    app.add_url_rule("/api/fail/<id:user_id>", "fail", fail)
    app.add_url_rule("/fail/<id:user_id>", "fail page", fail)
    return app.test_client()


def test_an_error_of_ours_names_the_request_and_the_log_has_the_rest(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = broken.get("/api/fail/u77", headers={"X-Request-ID": "report-1"})
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert response.get_json()["request_id"] == "report-1"
    assert "u77" not in response.text
    (line,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert vars(line)["request_id"] == "report-1"
    assert vars(line)["route"] == "/api/fail/<id:user_id>"
    assert "u77" not in line.getMessage()
    page = broken.get("/fail/u77", headers={"X-Request-ID": "report-2"})
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert "name the request report-2" in page.text


def test_what_breaks_outside_of_flask_is_answered_too(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("hush")

    client = make_client(TOPPICKS_DEMO="1")
    monkeypatch.setattr("toppicks.web.paths.KeepEncodedSlashes.__call__", fail)
    response = client.get("/users/u0")
    assert response.status_code == 500
    assert response.get_json()["request_id"] == response.headers["X-Request-ID"]
    assert "hush" not in response.text
    assert [one.levelname for one in caplog.records] == ["ERROR"]


def test_a_streamed_answer_is_counted_when_it_is_sent(make_client: MakeClient) -> None:
    app = make_client(TOPPICKS_DEMO="1").application

    def parts() -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    app.add_url_rule("/streamed", view_func=lambda: Response(parts()))
    client = app.test_client()
    series = COUNT.format("GET", "/streamed", "200")
    response = client.get("/streamed", buffered=False)
    assert counted(client, series) == 0
    assert response.data == b"onetwo"
    response.close()
    assert counted(client, series) == 1


def test_a_log_that_cannot_be_written_to_fails_no_request() -> None:
    class Full:
        def info(self, *_: object, **__: object) -> None:
            raise BrokenPipeError

    def app(environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "2")])  # type: ignore[operator]
        return [b"ok"]

    telemetry = Telemetry(app)
    telemetry._log = Full()
    assert telemetry({"REQUEST_METHOD": "GET"}, lambda *_: None) == [b"ok"]
