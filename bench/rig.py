"""What benches, tests and the screenshot share: a site that runs, and a browser to look at it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
# As quiet as it gets: no sandbox for root in a container, no calls to anybody.
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class RunningSite:
    """A gunicorn of our own on 127.0.0.1."""

    port: int
    pid: int
    stderr: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """What it has printed on standard error so far."""
        # Read at a place of our own: the site goes on writing where the file's place is.
        size = os.fstat(self.stderr).st_size
        return os.pread(self.stderr, size, 0).decode()

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@contextmanager
def running_site(
    settings: dict[str, str],
    command: Sequence[str] = (sys.executable, "-m", "gunicorn", "app:app"),
    folder: Path = ROOT,
    inherit: bool = True,
) -> Iterator[RunningSite]:
    """Start a site on a free port and stop it in the end.

    settings: environment variables, beside those of this process if `inherit`. Raises RuntimeError
    with what it printed if it ends or does not answer within a minute.
    """
    port = _free_port()
    inherited = os.environ if inherit else {}
    environ = {**inherited, "PORT": str(port), "TOPPICKS_HOST": "127.0.0.1", **settings}
    # A file, not a pipe: nobody reads along, and a pipe that is full would stop the site.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=folder, env=environ, stderr=said)
        site = RunningSite(port, process.pid, said.fileno())
        try:
            if not _answers(site, process):
                raise RuntimeError(f"no site within {START_SECONDS} s; it said: {site.said()}")
            yield site
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextmanager
def browser(keeps_pages: bool = False) -> Iterator[Browser]:
    """A headless Chromium: the one that `bin/browser` finds or installs.

    keeps_pages: for going back, as people's browsers do and Playwright's does not.
    """
    found = subprocess.run(
        [ROOT / "bin" / "browser", Path(sys.executable).parent],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.stdout.strip(),
            args=list(BROWSER_FLAGS),
            ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
        )
        yield chromium
        chromium.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(site: RunningSite, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the site is ready; False if it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if site.get("/api/health/ready")[0] == http.client.OK:
                return True
        except OSError:
            pass  # not listening yet
        time.sleep(0.05)
    return False
