"""The workers of a site that runs here: which of them answers, and what each takes."""

import http.client
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.rig import START_SECONDS, RunningSite

MOST_CONNECTIONS = 400


def workers_of(site: RunningSite) -> list[int]:
    """The process ids of gunicorn's workers, as many as there are just now."""
    children = Path(f"/proc/{site.pid}/task/{site.pid}/children").read_text()
    return [int(child) for child in children.split()]


def worker_behind(connection: http.client.HTTPConnection, site: RunningSite) -> int | None:
    """The worker that holds the other end of a connection that has been answered on.

    From outside, as Linux sees it: the socket whose peer is our port, and who has it open.
    """
    port = connection.sock.getsockname()[1]
    sockets = {
        f"socket:[{fields[9]}]"
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[1].endswith(f":{site.port:04X}")
        and fields[2].endswith(f":{port:04X}")
    }
    return next((pid for pid in workers_of(site) if sockets & _open_files(pid)), None)


@contextmanager
def a_connection_to_each(
    site: RunningSite, fewest: int = 2
) -> Iterator[dict[int, http.client.HTTPConnection]]:
    """Kept-alive connections by the worker that answers on it, one to each worker.

    fewest: wait until there are so many; the first one answers before the others are there.
    Raises RuntimeError where one of them answers none of hundreds.
    """
    deadline = time.monotonic() + START_SECONDS
    while len(workers_of(site)) < fewest and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = set(workers_of(site))
    found: dict[int, http.client.HTTPConnection] = {}
    made: list[http.client.HTTPConnection] = []
    try:
        while set(found) != workers:
            if len(made) == MOST_CONNECTIONS:
                raise RuntimeError(f"of the workers {workers} only {set(found)} answer")
            connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
            made.append(connection)
            connection.request("GET", "/api/health/live")
            connection.getresponse().read()
            pid = worker_behind(connection, site)
            if pid is not None:
                found.setdefault(pid, connection)
        yield found
    finally:
        for connection in made:
            connection.close()


def private_memory(pid: int) -> int:
    """USS in bytes: what would be given back if this process ended."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(kib) * 1024 for kib in re.findall(r"Private_\w+:\s+(\d+) kB", text))


def _open_files(pid: int) -> set[str]:
    names = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            names.add(os.readlink(handle))  # noqa: PTH115
    return names
