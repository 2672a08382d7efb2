"""How the site is served; numbers chosen by `bench/serving.py` (docs/decisions.md)."""

import gc
import os
import sys
from pathlib import Path

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

bind = f"{os.environ.get('TOPPICKS_HOST', '0.0.0.0')}:{_whole_number('PORT', 8000)}"
workers = _workers()
worker_class = "gthread"
threads = 4
keepalive = 75  # longer than the usual proxy's, so that it is never us who hang up first
preload_app = True  # the model is verified once, and its pages are shared
control_socket_disable = True
timeout = 30
graceful_timeout = 20


# What a fork would break (connections, threads) is to be opened in `post_fork`; there is none yet.
def when_ready(server: object) -> None:
    """What was loaded before the fork never dies: keep the collector from touching its pages."""
    gc.collect()
    gc.freeze()
