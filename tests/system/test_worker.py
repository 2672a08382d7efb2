"""The worker: who is answered, by whom, and what is said to who does not speak HTTP."""

import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from bench.rig import RunningSite, running_site
from bench.workers import a_connection_to_each

WORKERS, THREADS = 2, 4
# Far longer than it takes a worker to be awake, on a busy machine too.
SECONDS = 1.0
ROUNDS = 3


def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says which worker answers; /slow after a while, /brief after a moment."""
    time.sleep({"/slow": SECONDS, "/brief": 0.02}.get(environ["PATH_INFO"], 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


@contextmanager
def slow_site(workers: int) -> Iterator[RunningSite]:
    command = [sys.executable, "-m", "gunicorn", f"{__name__}:slow"]
    settings = {"WEB_CONCURRENCY": str(workers), "TOPPICKS_LOG": "json"}
    with running_site(settings, command) as site:
        with a_connection_to_each(site, workers):
            pass
        yield site


def test_no_worker_takes_connections_that_would_wait_in_it_while_another_is_free() -> None:
    together = WORKERS * THREADS
    with slow_site(WORKERS) as site:
        for _ in range(ROUNDS):
            with ThreadPoolExecutor(together) as clients:
                answered = list(clients.map(site.get, ["/slow"] * together))
            assert [status for status, _ in answered] == [200] * together
            assert sorted(Counter(pid for _, pid in answered).values()) == [THREADS] * WORKERS


@pytest.mark.parametrize("workers", [1, WORKERS])
def test_who_comes_new_is_answered_while_others_keep_every_thread_busy(workers: int) -> None:
    over = threading.Event()
    begun = threading.Barrier(1 + 8 * workers)

    def keep_asking() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        for turn in range(2**31):
            connection.request("GET", "/brief")
            connection.getresponse().read()
            if turn == 0:
                begun.wait(30)
            if over.is_set():
                break
        connection.close()

    with slow_site(workers) as site:
        clients = [threading.Thread(target=keep_asking) for _ in range(begun.parties - 1)]
        for client in clients:
            client.start()
        try:
            begun.wait(30)
            # Each within the half of a minute that `get` waits, while the others go on.
            assert [site.get("/")[0] for _ in range(5)] == [200] * 5
        finally:
            over.set()
            for client in clients:
                client.join()


def test_who_waits_for_a_thread_is_answered_by_a_worker_that_is_told_to_end() -> None:
    together = 3 * WORKERS * THREADS
    with slow_site(WORKERS) as site, ThreadPoolExecutor(together) as clients:
        asked = [clients.submit(site.get, "/slow") for _ in range(together)]
        time.sleep(SECONDS / 2)
        os.kill(site.pid, signal.SIGTERM)
        assert [one.result()[0] for one in asked] == [200] * together


def test_what_gunicorn_itself_refuses_is_a_problem_too() -> None:
    with slow_site(1) as site:
        too_long = said_to(site, f"GET /{'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n")
        nonsense = said_to(site, "<script>\r\n\r\n")
        assert said_to(site, f"GET /{'x' * 8000} HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200
    assert too_long[0] == 414
    assert nonsense[0] == 400
    for status, kind, body in (too_long, nonsense):
        assert kind == "application/problem+json"
        document = json.loads(body)
        assert document["status"] == status
        assert document["type"] == "about:blank"
        assert document["detail"]


def said_to(site: RunningSite, request: str) -> tuple[int, str | None, bytes]:
    """Status, kind and body of what comes of these bytes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall(request.encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.headers["Content-Type"], response.read()
