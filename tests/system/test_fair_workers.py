"""Connections go to the workers that can answer them: gunicorn as it is set up for the site."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.rig import running_site
from bench.workers import a_connection_to_each

WORKERS, THREADS = 2, 4
# Far longer than it takes a worker to be awake, on a busy machine too.
SECONDS = 1.0
ROUNDS = 3


def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says which worker answers; /slow after a while."""
    if environ["PATH_INFO"] == "/slow":
        time.sleep(SECONDS)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def test_no_worker_takes_connections_that_would_wait_in_it_while_another_is_free() -> None:
    command = [sys.executable, "-m", "gunicorn", f"{__name__}:slow"]
    settings = {"WEB_CONCURRENCY": str(WORKERS), "TOPPICKS_LOG": "json"}
    with running_site(settings, command) as site:
        with a_connection_to_each(site, WORKERS):
            pass
        together = WORKERS * THREADS
        for _ in range(ROUNDS):
            with ThreadPoolExecutor(together) as clients:
                answered = list(clients.map(site.get, ["/slow"] * together))
            assert [status for status, _ in answered] == [200] * together
            assert sorted(Counter(pid for _, pid in answered).values()) == [THREADS] * WORKERS
