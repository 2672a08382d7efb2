"""gunicorn's worker with threads, as the site needs it."""

import math
import time
from http import HTTPStatus
from typing import Any

import orjson
from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

from toppicks.web.problems import PROBLEM, document

# How long a worker whose threads are all busy leaves a connection to the others: they are awake
# long before. It then takes it: those that it has may keep its threads busy for ever.
LEFT_TO_OTHERS_SECONDS = 0.005


class Worker(ThreadWorker):  # type: ignore[misc]
    """Takes new connections while it has a thread that is free, and others less eagerly.

    Connections that stay open stay with whoever took them: one worker, the first to be awake, would
    have all of a proxy's, and the other cores nothing to do (docs/decisions.md).
    """

    busy = 0
    took_one_at = -math.inf

    def accept(self, listener: Any) -> None:
        self.took_one_at = time.monotonic()
        super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        self.busy += 1
        super().enqueue_req(conn)
        if not self._is_eager():
            super().set_accept_enabled(False)

    def finish_request(self, conn: Any, future: Any) -> None:
        self.busy -= 1
        super().finish_request(conn, future)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Gunicorn asks in each of its rounds, and so again whenever a request is done."""
        super().set_accept_enabled(enabled and self._is_eager())
        if not self.alive:
            self._take_who_waits()

    def _is_eager(self) -> bool:
        return (
            self.busy < self.cfg.threads
            or self.cfg.workers == 1
            or time.monotonic() - self.took_one_at >= LEFT_TO_OTHERS_SECONDS
        )

    def _take_who_waits(self) -> None:
        """Whoever had been left to others when this worker was told to end is answered."""
        for listener in self.sockets:
            before = -1
            while self.nr_conns != before:
                before = self.nr_conns
                self.accept(listener)


def _write_problem(sock: Any, status: int, reason: str, message: str) -> None:
    """What gunicorn says of a request that is none, as every error of the site is said."""
    known = HTTPStatus(status)
    body = orjson.dumps(document(known, f"{reason}: {message}" if message else reason))
    head = (
        f"HTTP/1.1 {known.value} {known.phrase}\r\nConnection: close\r\n"
        f"Content-Type: {PROBLEM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode() + body)


# gunicorn has no setting for it, and asks for it by this name.
util.write_error = _write_problem
