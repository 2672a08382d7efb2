"""Loads for a site that runs here: many connections by wrk, and single clients by their clock."""

import http.client
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.rig import ROOT, RunningSite
from bench.workers import a_connection_to_each

# One request in twenty is a write: 5 %.
WRITES = 20
# Between the writes of the client whose waiting is measured under load.
PAUSE_SECONDS = 0.01


@dataclass(frozen=True)
class Crowd:
    """Who asks for picks, and what they rate.

    people: how many there are; they are called 1 to n.   items: ids.
    """

    people: int
    items: Sequence[str]

    @classmethod
    def of(cls, site: RunningSite) -> "Crowd":
        """All of a site's people, and its hundred most rated items."""
        people = json.loads(site.get("/api/users?n=1")[1])["total"]
        items = json.loads(site.get("/api/items?n=100")[1])["items"]
        return cls(people, [item["item_id"] for item in items])


@dataclass
class Waits:
    """Milliseconds that one client waited, request by request."""

    each: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    def share(self, share: float) -> float:
        """What this share of the requests stayed below."""
        return sorted(self.each)[min(len(self.each) - 1, int(share * len(self.each)))]


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    sent: object = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes, dict[str, str]]:
    """One request on a connection that stays: status, body, headers by their names in small."""
    given = dict(headers or {})
    body = None
    if sent is not None:
        given["Content-Type"], body = "application/json", json.dumps(sent)
    connection.request(method, path, body, given)
    response = connection.getresponse()
    told = {name.lower(): value for name, value in response.getheaders()}
    return response.status, response.read(), told


def from_rating_to_picks(site: RunningSite, crowd: Crowd, rounds: int, mounted: str = "") -> Waits:
    """A rating on one worker and the picks that come of it from another, as one client sees them.

    Raises RuntimeError where the picks of the other worker are as they were.
    """
    waits = Waits()
    luck = random.Random(1)
    with a_connection_to_each(site) as connections:
        turns = itertools.cycle(itertools.permutations(connections.values(), 2))
        for writer, reader in itertools.islice(turns, rounds):
            person = f"{mounted}/api/users/{luck.randrange(crowd.people) + 1}"
            before = _picks(reader, person)
            rated, stars = before[luck.randrange(len(before))], luck.randint(1, 10) / 2
            start = time.perf_counter()
            status, *_ = ask(writer, "PUT", f"{person}/ratings/{rated}", {"rating": stars})
            after = _picks(reader, person)
            waits.each.append((time.perf_counter() - start) * 1000)
            if status != http.HTTPStatus.OK or rated in after:
                raise RuntimeError(f"{person}: {rated} was rated ({status}) and is still picked")
    return waits


def one_client(site: RunningSite, paths: Sequence[str], headers: Any = None) -> Waits:
    """A request for each of these on one connection, and so to one worker."""
    waits = Waits()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    for at, path in enumerate(paths):
        sent = headers[at] if headers else {}
        start = time.perf_counter()
        status, _, _ = ask(connection, "GET", path, headers=sent)
        waits.each.append((time.perf_counter() - start) * 1000)
        expected = http.HTTPStatus.NOT_MODIFIED if headers else http.HTTPStatus.OK
        if status != expected:
            raise RuntimeError(f"{path}: {status}, expected {expected}")
    connection.close()
    return waits


def ask_tags(site: RunningSite, paths: Sequence[str]) -> list[str]:
    """The ETag of each of these."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    tags = [ask(connection, "GET", path)[2]["etag"] for path in paths]
    connection.close()
    return tags


@contextmanager
def a_writer(site: RunningSite, crowd: Crowd) -> Iterator[Waits]:
    """Somebody who rates now and then while others load the site; how long each rating took."""
    waits, over = Waits(), threading.Event()
    wrong: list[int] = []

    def write() -> None:
        luck = random.Random(2)
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        while not over.wait(PAUSE_SECONDS):
            person, item = luck.randrange(crowd.people) + 1, luck.choice(crowd.items)
            start = time.perf_counter()
            path = f"/api/users/{person}/ratings/{item}"
            status, *_ = ask(connection, "PUT", path, {"rating": luck.randint(1, 5)})
            waits.each.append((time.perf_counter() - start) * 1000)
            if status != http.HTTPStatus.OK:
                wrong.append(status)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()
    if wrong:
        raise RuntimeError(f"{len(wrong)} ratings were not taken: {sorted(set(wrong))}")


def wrk(
    site: RunningSite,
    crowd: Crowd,
    path: str,
    seconds: float,
    connections: int,
    writes: int = 0,
    seed: int = 1,
) -> float:
    """Requests a second that wrk gets; raises RuntimeError for any answer but a good one.

    path: the site's mount, or a whole address.   writes: one request in so many is one, 0 for none.
    """
    if not shutil.which("wrk"):
        sys.exit("error: wrk is not installed; on Debian: apt-get install wrk")
    told = {"PATH_OF": path, "PEOPLE": crowd.people, "ITEMS": ",".join(crowd.items)}
    told |= {"WRITES": writes, "SEED": seed}
    run = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", "bench/picks.lua", site.url],
        cwd=ROOT,
        env=os.environ | {name: str(value) for name, value in told.items()},
        capture_output=True,
        text=True,
        check=True,
    )
    if "Non-2xx" in run.stdout or "Socket errors" in run.stdout:
        raise RuntimeError(f"the load did not go through: {run.stdout}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", run.stdout)[0])


def _picks(connection: http.client.HTTPConnection, person: str) -> list[str]:
    status, body, _ = ask(connection, "GET", f"{person}/picks")
    if status != http.HTTPStatus.OK:
        raise RuntimeError(f"{person}/picks: {status}")
    return [pick["item_id"] for pick in json.loads(body)["picks"]]
