"""How the site is served; numbers chosen by `bench/serving.py` (docs/decisions.md)."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

MIB = 2**20
# What a worker may come to need of its own, with room for a larger catalogue than the films.
WORKER_MEMORY = 128 * MIB


def _memory_limit() -> int:
    """Bytes that this container or machine may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = Path(path).read_text().strip() if Path(path).exists() else "max"
        if text.isdigit():
            machine = min(machine, int(text))
    return machine


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _whole_number(name: str, default: int) -> int:
    """A setting that must be a whole number above 0; anything else ends the start in one line."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**16):
        sys.exit(f"error: {name} is {text!r}; expected a whole number from 1 to 65535")
    return int(text)


def _workers() -> int:
    """WEB_CONCURRENCY where the platform sets it; else one for each core that memory allows."""
    return _whole_number(
        "WEB_CONCURRENCY", max(1, min(_cores(), _memory_limit() // 2 // WORKER_MEMORY))
    )


# One answer is a few small matrix products: more threads in numpy would fight with the workers.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def _remove(folder: str, owner: int) -> None:
    """At the end of the master; workers that end leave the folder alone."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _metrics_folder() -> None:
    """Where the workers count for all of them, empty at each start: set before the app is loaded.

    A folder of one's own is kept (PROMETHEUS_MULTIPROC_DIR), but emptied too, unless another
    master hands its socket over to this one and is still counting.
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        folder = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="toppicks-")
        atexit.register(_remove, folder, os.getpid())
    elif "GUNICORN_PID" not in os.environ and "prometheus_client" not in sys.modules:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for file in Path(folder).glob("*.db"):
            file.unlink(missing_ok=True)


class Lines(Logger):  # type: ignore[misc]
    """gunicorn's own lines, written as all others are; its access log stays off."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        from toppicks import logs
        from toppicks.errors import ConfigError

        try:
            logs.set_up()
        except ConfigError as error:
            sys.exit(f"error: {error}")


_metrics_folder()
logger_class = Lines

bind = f"{os.environ.get('TOPPICKS_HOST', '0.0.0.0')}:{_whole_number('PORT', 8000)}"
workers = _workers()
worker_class = "toppicks.web.worker.Worker"
threads = 4
# As long as gunicorn lets it be: an address may hold two ids of 200 characters, percent-encoded.
limit_request_line = 8190
# A thread that comes back from the disk waits so long for one that computes, several times for
# each write: with Python's own 5 ms a rating under load takes tens.
sys.setswitchinterval(0.0005)
keepalive = 75  # longer than the usual proxy's, so that it is never us who hang up first
preload_app = True  # the model is verified once, and its pages are shared
control_socket_disable = True
timeout = 30
graceful_timeout = 20


def child_exit(server: object, worker: Worker) -> None:
    """What a worker has counted stays; what it was doing at the moment is over."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def when_ready(server: object) -> None:
    """What was loaded before the fork never dies: keep the collector from touching its pages."""
    gc.collect()
    gc.freeze()
