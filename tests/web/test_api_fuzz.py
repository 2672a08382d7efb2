"""Whatever is sent, nothing breaks, and every answer is one that the description allows."""

import itertools
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.web.conftest import MakeClient
from toppicks.web.site import House

KEY = "sesame"
HEADER = {"Authorization": f"Bearer {KEY}"}
# Of a missing key it cannot ask an app without a server; other tests do. Somebody who is erased is
# a stranger, and no error. Which fields and ratings there are is known to the model alone, so that
# a query may be well-formed and still be refused.
UNASKED = ["ignored_auth", "use_after_free", "positive_data_acceptance"]
# Settings of the site, headers of the caller, and what is not asked for.
WAYS: dict[str, tuple[dict[str, str], dict[str, str], list[str]]] = {
    "demo": ({"TOPPICKS_DEMO": "1"}, {}, UNASKED),
    "key": ({"TOPPICKS_API_KEY": KEY, "TOPPICKS_RATE_LIMIT": "none"}, HEADER, UNASKED),
    # What is closed is 403, whatever is sent.
    "closed": ({"TOPPICKS_RATE_LIMIT": "none"}, {}, [*UNASKED, "missing_required_header"]),
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


def put_examples(client: FlaskClient) -> None:
    """Let there be the items that the description's examples name."""
    store = House.of(client.application).knowledge.store
    for item_id in ("318", "new-item"):
        store.put_item(item_id, {"title": "Put"})


@pytest.mark.parametrize(
    ("way", "store_url"),
    [("demo", "sqlite"), ("closed", "sqlite"), ("key", "postgresql")],
    indirect=["store_url"],
)
def test_nothing_breaks(make_client: MakeClient, way: str, store_url: str | None) -> None:
    environ, headers, off = WAYS[way]
    client = make_client(**environ, DATABASE_URL=store_url or "")
    put_examples(client)
    assert faults(client.application, config(3, 1, headers, off)) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("way", WAYS)
def test_nothing_breaks_in_the_long_run(
    make_client: MakeClient, way: str, seed: int, store_url: str | None
) -> None:
    environ, headers, off = WAYS[way]
    client = make_client(**environ, DATABASE_URL=store_url or "")
    put_examples(client)
    assert faults(client.application, config(300, seed, headers, off)) == []
