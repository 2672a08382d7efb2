"""A server of our own on 127.0.0.1, in place of one that is far away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


class Request(BaseHTTPRequestHandler):
    """One request, and what a test may answer to it."""

    timeout = 10

    def answer(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """A whole answer; its length is that of the body unless the headers say otherwise."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is said: standard error is what tests look at."""


@contextmanager
def serving(respond: Callable[[Request], None]) -> Iterator[str]:
    """The address of a server that answers every GET by `respond`, each in a thread of its own."""

    class Handler(Request):
        def do_GET(self) -> None:
            respond(self)

    with _QuietServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
