"""The walk through the API: every call of docs/api.md, in turn, on the bundled films."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bench.rig import ROOT
from tests.films import FilmsRun
from toppicks.config import Settings
from toppicks.web import create_app

PAGE = (ROOT / "docs" / "api.md").read_text()
CALL = re.compile(r"(GET|PUT|POST|DELETE) (\S+)(?: (.+))?\n([0-9]{3})(?: (.+))?\n")


def calls() -> Iterator[tuple[str, str, str | None, int, str | None]]:
    """Method, path, body, status and answer, in the order of the page."""
    for block in re.findall(r"^```http\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        found = CALL.findall(block)
        assert len(found) == len(re.findall(r"^[A-Z]+ /", block, re.MULTILINE)), block
        for method, path, body, status, answer in found:
            yield method, path, body or None, int(status), answer or None


def differs(shown: object, given: object, at: str = "") -> list[str]:
    """Where an answer is not of the form that is shown: names, kinds of values, what is exact.

    Exact are truths and nothings; numbers and texts depend on the model.
    """
    if isinstance(shown, dict):
        if not isinstance(given, dict):
            return [f"{at}: {given!r} is no object"]
        missing = [f"{at}.{name} is missing" for name in shown.keys() - given.keys()]
        both = shown.keys() & given.keys()
        return missing + [
            one for name in both for one in differs(shown[name], given[name], f"{at}.{name}")
        ]
    if isinstance(shown, list):
        if not isinstance(given, list) or len(given) < len(shown):
            return [f"{at}: {given!r} is shorter than shown"]
        return [
            one
            for place, value in enumerate(shown)
            for one in differs(value, given[place], f"{at}[{place}]")
        ]
    if isinstance(shown, bool) or shown is None:
        return [] if shown is given else [f"{at} is {given!r}, shown is {shown!r}"]
    if isinstance(shown, int | float):
        fits = isinstance(given, int | float) and not isinstance(given, bool)
        return [] if fits else [f"{at} is {given!r}, no number"]
    return [] if isinstance(given, str) else [f"{at} is {given!r}, no text"]


@pytest.fixture
def client(films: FilmsRun, tmp_path: Path) -> FlaskClient:
    environ = {
        "MODEL_PATH": str(films.path),
        "TOPPICKS_INSTANCE": str(tmp_path),
        "TOPPICKS_DEMO": "1",
    }
    return create_app(Settings.from_environment(environ)).test_client()


def test_every_call_answers_as_the_page_shows(client: FlaskClient) -> None:
    walk = list(calls())
    assert len(walk) > 20
    for method, path, body, status, shown in walk:
        sent = {"json": json.loads(body)} if body else {}
        response = client.open(path, method=method, **sent)
        assert response.status_code == status, f"{method} {path}: {response.text}"
        if shown:
            assert differs(json.loads(shown), response.get_json(), f"{method} {path}") == []
        else:
            assert response.data == b""
    assert client.get("/api/users/ada").get_json()["known"] is False


def test_every_path_is_of_a_route(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()["paths"]
    known = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z") for path in described]
    for _, path, *_ in calls():
        assert any(one.match(path.partition("?")[0]) for one in known), path
