"""A site of two workers in demo mode, and what tests do to it."""

import http.client
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from bench.loads import ask
from bench.rig import RunningSite
from bench.workers import a_connection_to_each, workers_of
from toppicks import artifact
from toppicks.trained import TrainedModel
from toppicks.web.site import RESTING

GUNICORN = (sys.executable, "-m", "gunicorn", "app:app")
# Whatever breaks under a client whose server is killed.
CUT_OFF = (OSError, http.client.HTTPException)


def settings_of(model: Path, instance: Path, database_url: str | None = None) -> dict[str, str]:
    """Of a site with a store and a folder of its own."""
    return {
        "MODEL_PATH": str(model),
        "TOPPICKS_INSTANCE": str(instance),
        "TOPPICKS_DEMO": "1",
        "TOPPICKS_LOG": "json",
        "WEB_CONCURRENCY": "2",
        "DATABASE_URL": database_url or "",
    }


class Client:
    """One kept-alive connection, opened anew where it was lost; to be used in a `with`."""

    def __init__(
        self, site: RunningSite, connection: http.client.HTTPConnection | None = None
    ) -> None:
        self.connection = connection or http.client.HTTPConnection(
            "127.0.0.1", site.port, timeout=30
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.close()

    def ask(
        self, method: str, path: str, sent: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, what the JSON of the answer holds, headers."""
        status, body, told = ask(self.connection, method, path, sent, headers)
        is_json = "json" in told.get("content-type", "")
        return status, json.loads(body) if is_json else body.decode(), told

    def rate(self, user_id: str, item_id: str, rating: float) -> int:
        status, _, _ = self.ask(
            "PUT", f"/api/users/{user_id}/ratings/{item_id}", {"rating": rating}
        )
        return status

    def ratings_of(self, user_id: str) -> dict[str, float]:
        """What is known of somebody's ratings that came live."""
        _, answer, _ = self.ask("GET", f"/api/users/{user_id}?n=100")
        return {
            entry["item_id"]: entry["rating"]
            for entry in answer["history"]
            if entry["source"] == "live" and entry["rating"] is not None
        }

    def picks_of(self, user_id: str) -> list[str]:
        _, answer, _ = self.ask("GET", f"/api/users/{user_id}/picks")
        return [pick["item_id"] for pick in answer["picks"]]


@contextmanager
def a_client_of_each_worker(site: RunningSite) -> Iterator[list[Client]]:
    with a_connection_to_each(site) as connections:
        yield [Client(site, connection) for connection in connections.values()]


def kill_all(site: RunningSite) -> None:
    """kill -9 of the master and of every worker, at once."""
    # Stopped first, or it would start new workers in place of those that are killed before it.
    os.kill(site.pid, signal.SIGSTOP)
    for pid in [*workers_of(site), site.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait until something holds; how long it took. Raises TimeoutError where it takes longer."""
    start = time.monotonic()
    while not holds():
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"not within {seconds} s: {holds}")
        time.sleep(0.02)
    return time.monotonic() - start


@dataclass
class Threads:
    """Work that goes on in threads, until it is over; what it raises is raised at the end."""

    over: threading.Event = field(default_factory=threading.Event)
    errors: list[Exception] = field(default_factory=list)

    @classmethod
    @contextmanager
    def at(cls, works: Sequence[Callable[[threading.Event], None]]) -> Iterator["Threads"]:
        """Each gets the event that says when it is over."""
        at_work = cls()

        def run(work: Callable[[threading.Event], None]) -> None:
            try:
                work(at_work.over)
            except Exception as error:
                at_work.errors.append(error)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield at_work
        finally:
            at_work.over.set()
            for thread in threads:
                thread.join()
        if at_work.errors:
            raise at_work.errors[0]


def another_model(model: TrainedModel, path: Path, number: int) -> str:
    """Write a model with other picks; its version."""
    blend = replace(model.scorer.blend, lean_items=1.0 + number)
    other = replace(
        model,
        scorer=replace(model.scorer, blend=blend),
        about={**model.about, "number": number},
    )
    return artifact.save(other.to_artifact(), path).version


def rests(client: Client) -> bool:
    """Whether picks and pages are given, with the line that ratings rest; never an error."""
    status, answer, told = client.ask("GET", "/api/users/u0/picks")
    assert (status, len(answer["picks"])) == (200, 6)
    page_status, page, _ = client.ask("GET", "/users/u0")
    assert page_status == 200
    says = (answer.get("notice") == RESTING, RESTING in page, "etag" not in told)
    return all(says)
