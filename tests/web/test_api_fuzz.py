"""Whatever is sent, nothing breaks, and every answer is one that the description allows."""

import itertools
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.web.api import with_fake_desk
from tests.web.conftest import MakeClient

KEY = "sesame"
HEADER = {"Authorization": f"Bearer {KEY}"}
# Of a missing key it cannot ask an app without a server; other tests do. Somebody who is erased is
# a stranger, and no error.
UNASKED = ["ignored_auth", "use_after_free"]
# Settings of the site, headers of the caller, and what is not asked for.
WAYS: dict[str, tuple[dict[str, str], dict[str, str], list[str]]] = {
    "demo": ({"TOPPICKS_DEMO": "1"}, {}, UNASKED),
    "key": ({"TOPPICKS_API_KEY": KEY}, HEADER, UNASKED),
    # What is closed is 403, whatever is sent.
    "closed": ({}, {}, [*UNASKED, "missing_required_header"]),
}


def config(n: int, seed: int, headers: dict[str, str], off: list[str]) -> SchemathesisConfig:
    """n: examples for each operation, beside those that cover its schema."""
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": {"max-examples": n, "database": "none"},
            "cache": {"enabled": False},
            "checks": {name: {"enabled": False} for name in off},
            "headers": headers,
        }
    )


def faults(app: Any, settings: SchemathesisConfig) -> list[str]:
    """Everything that went wrong, a text each."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=settings)
    found = []
    for event in from_schema(schema).execute():
        if isinstance(event, FatalError):
            found.append(repr(event.exception))
        elif isinstance(event, NonFatalError):
            found.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, ScenarioFinished):
            checks = itertools.chain.from_iterable(event.recorder.checks.values())
            found += [
                f"{one.failure_info.failure}\n{one.failure_info.code_sample}"
                for one in checks
                if one.failure_info
            ]
    return found


@pytest.mark.parametrize("way", WAYS)
def test_nothing_breaks(make_client: MakeClient, way: str) -> None:
    environ, headers, off = WAYS[way]
    client = make_client(**environ)
    with_fake_desk(client).put |= {id_: {"title": "Put"} for id_ in ("318", "new-item")}
    assert faults(client.application, config(5, 1, headers, off)) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("way", WAYS)
def test_nothing_breaks_in_the_long_run(make_client: MakeClient, way: str, seed: int) -> None:
    environ, headers, off = WAYS[way]
    client = make_client(**environ)
    with_fake_desk(client).put |= {id_: {"title": "Put"} for id_ in ("318", "new-item")}
    assert faults(client.application, config(300, seed, headers, off)) == []
