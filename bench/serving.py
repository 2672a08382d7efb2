"""What serving costs: latency, throughput against an empty Flask route, memory of a worker.

    python bench/serving.py            # needs model.pkl (make train) and wrk (apt-get install wrk)

Everything is measured on one gunicorn in one run, with the site's own gunicorn.conf.py: the empty
route is a bare Flask app mounted beside the site in the same workers. Ratios are the medians of
several rounds in which the three loads take turns, because machines are shared and noisy.
"""

import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import Flask, Response, jsonify
from werkzeug.middleware.dispatcher import DispatcherMiddleware

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.rig import ROOT, running_site

MODES = ("empty", "cold", "warm")
MIB = 2**20


def build() -> Any:
    """The site, the same at /cold with no memory of its answers, and a bare Flask app at /bench."""
    from toppicks.config import Settings
    from toppicks.web import create_app

    settings = Settings.from_environment()

    bare = Flask("bare")

    @bare.get("/empty")
    def empty() -> Response:
        return jsonify({})

    mounted: dict[str, Any] = {
        "/bench": bare,
        "/cold": create_app(replace(settings, remember=False)),
    }
    return DispatcherMiddleware(create_app(settings), mounted)


@click.command()
@click.option("--rounds", default=15, show_default=True)
@click.option("--seconds", default=1, show_default=True, help="Length of one load.")
@click.option("--connections", default=16, show_default=True)
@click.option("--check", is_flag=True, help="Exit 1 where a bar is missed.")
def main(rounds: int, seconds: int, connections: int, check: bool) -> None:
    if not shutil.which("wrk"):
        sys.exit("error: wrk is not installed; on Debian: apt-get install wrk")
    people = _n_people()
    command = [sys.executable, "-m", "gunicorn", "bench.serving:build()", "--log-level", "warning"]
    with running_site({"TOPPICKS_DEMO": "1", "MODEL_PATH": "model.pkl"}, command) as site:
        median = _one_client(site.port, people)
        rates: dict[str, list[float]] = {mode: [] for mode in MODES}
        for _ in range(rounds):
            for mode in MODES:
                rates[mode].append(_load(site.port, mode, people, seconds, connections))
        private = [_private_memory(pid) for pid in _children(site.pid)]
    ratios = {
        mode: statistics.median(
            ours / empty for ours, empty in zip(rates[mode], rates["empty"], strict=True)
        )
        for mode in MODES
    }
    print(f"one client, cold: {median:.2f} ms at the median ({len(private)} workers)")
    for mode in MODES:
        rate = statistics.median(rates[mode])
        share = f"{ratios[mode]:.2f} of empty"
        print(f"{connections} connections, {mode:5}: {rate:5.0f} requests/s, {share}")
    print(f"private memory of a worker after the load: {max(private) / MIB:.1f} MiB at the most")
    met = median < 10 and ratios["cold"] >= 0.4 and ratios["warm"] >= 0.7 and max(private) < 60e6
    if check and not met:
        sys.exit("a bar is missed: under 10 ms, .4 cold, .7 warm, under 60 MB a worker")


def _n_people() -> int:
    """The bundled films' people are called 1 to n."""
    from toppicks.serving.picks import Recommender

    return len(Recommender.load(ROOT / "model.pkl").model.users)


def _one_client(port: int, people: int) -> float:
    """Median milliseconds of a request on one kept-alive connection, every person once, cold."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    times = []
    for person in range(1, people + 1):
        start = time.perf_counter()
        connection.request("GET", f"/cold/api/users/{person}/picks")
        response = connection.getresponse()
        response.read()
        times.append((time.perf_counter() - start) * 1000)
        if response.status != 200:
            sys.exit(f"error: person {person} got {response.status}")
    return statistics.median(times)


def _load(port: int, mode: str, people: int, seconds: int, connections: int) -> float:
    """Requests a second that wrk gets; any answer but 200 ends the run."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", "bench/picks.lua"]
    environ = os.environ | {"MODE": mode, "PEOPLE": str(people)}
    run = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    if "Non-2xx" in run.stdout or "Socket errors" in run.stdout:
        sys.exit(f"error: the load did not go through\n{run.stdout}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", run.stdout)[0])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _private_memory(pid: int) -> int:
    """USS in bytes: what would be given back if this process ended."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(kib) * 1024 for kib in re.findall(r"Private_\w+:\s+(\d+) kB", text))


if __name__ == "__main__":
    main()
