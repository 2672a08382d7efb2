"""What serving costs: from a rating to changed picks, many clients with writes, memory.

    python bench/serving.py              # needs model.pkl (make train), wrk (apt-get install wrk)
    python bench/serving.py --postgres   # the same on a PostgreSQL of its own

Everything is measured in one run, with the site's own gunicorn.conf.py. The loads of many
connections are held against the same server's empty answer, `/api/health/live`; a bare Flask app
mounted beside it in the same workers is shown too. Ratios are the medians of several rounds in
which the loads take turns, because machines are shared and noisy. Each round has a site that has
just been started: *cold* is its first load of picks (ten seconds), *warm* the next. *Nothing
remembered* is a site that computes every answer anew, which is no setting of the real one: what the
formula costs, for whoever works on it.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from flask import Flask, Response, jsonify
from werkzeug.middleware.dispatcher import DispatcherMiddleware

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.loads import (
    WRITES,
    Crowd,
    Waits,
    a_writer,
    ask_tags,
    from_rating_to_picks,
    one_client,
    wrk,
)
from bench.rig import ROOT, RunningSite, running_site
from bench.workers import a_connection_to_each, private_memory, workers_of

MIB = 2**20
LIVE = "/api/health/live"
# The bars.
MOST_MS, LEAST_RATIO, MOST_MEMORY = 15.0, 0.6, 60 * MIB


@dataclass(frozen=True)
class Load:
    """path: a mount of the site, or a whole address.   writes: one request in so many.

    times: its length, in the length of the others.
    """

    name: str
    path: str
    writes: int = 0
    times: int = 1

    def rate(
        self, site: RunningSite, crowd: Crowd, seconds: int, connections: int, seed: int
    ) -> float:
        """Requests a second."""
        length = seconds * self.times
        return wrk(site, crowd, self.path, length, connections, self.writes, seed)


# Of one round, on a site that has just been started: the empty answer first, so that cold is about
# the people whom nobody asked about yet, and not about a process that is just waking up.
LOADS = (
    Load("empty", LIVE),
    Load("bare Flask", "/bench/empty"),
    Load("cold", "", WRITES, times=5),
    Load("warm", "", WRITES),
    Load("warm, no writes", ""),
)
# After them, and after a look at the memory: it has people of its own in the same workers.
ANEW = Load("nothing remembered", "/anew", WRITES)
JUDGED = ("cold", "warm")


def build() -> Any:
    """The site, the same at /anew with no memory of its answers, and a bare Flask app at /bench."""
    from toppicks.config import Settings
    from toppicks.web import create_app

    settings = Settings.from_environment()
    bare = Flask("bare")

    @bare.get("/empty")
    def empty() -> Response:
        return jsonify({})

    anew = create_app(replace(settings, remember=False))
    return DispatcherMiddleware(create_app(settings), {"/bench": bare, "/anew": anew})


@click.command()
@click.option("--rounds", default=6, show_default=True)
@click.option("--seconds", default=2, show_default=True, help="Length of one load.")
@click.option("--connections", default=16, show_default=True)
@click.option("--postgres", is_flag=True, help="Live events in a PostgreSQL, not in SQLite.")
@click.option("--check", is_flag=True, help="Exit 1 where a bar is missed.")
def main(rounds: int, seconds: int, connections: int, postgres: bool, check: bool) -> None:
    command = [sys.executable, "-m", "gunicorn", "bench.serving:build()", "--log-level", "warning"]
    rates: dict[str, list[float]] = {load.name: [] for load in (*LOADS, ANEW)}
    writing, memory = Waits(), 0
    with store_of_our_own(postgres) as settings:
        with running_site(settings, command) as site:
            crowd = Crowd.of(site)
            reaction = from_rating_to_picks(site, crowd, 300)
            single = picks_of_everybody(site, crowd)
        for turn in range(rounds):
            with running_site(settings, command) as site:
                # The first worker answers before the others are there, and would have all.
                with a_connection_to_each(site):
                    pass
                for load in LOADS:
                    rates[load.name].append(load.rate(site, crowd, seconds, connections, turn))
                with a_writer(site, crowd) as waits:
                    wrk(site, crowd, "", seconds, connections, WRITES, turn)
                writing.each += waits.each
                memory = max(memory, *map(private_memory, workers_of(site)))
                workers = len(workers_of(site))
                rates[ANEW.name].append(ANEW.rate(site, crowd, seconds, connections, turn))
    ratios = {
        name: statistics.median(a / b for a, b in zip(own, rates["empty"], strict=True))
        for name, own in rates.items()
    }
    kind = "PostgreSQL" if postgres else "SQLite"
    print(f"{kind}, {workers} workers; one client, median ms:")
    print(f"  a rating, and the picks from another worker: {reaction.median:5.2f}")
    for name, waits in single.items():
        print(f"  {name:44} {waits.median:5.2f}")
    print(f"{connections} connections, {100 / WRITES:.0f} % writes; requests/s, share of empty:")
    for load in (*LOADS, ANEW):
        rate = statistics.median(rates[load.name])
        print(f"  {load.name:18} {rate:6.0f}   {ratios[load.name]:.2f}")
    print(
        f"a rating under that load: {writing.median:.1f} ms at the median, "
        f"{writing.share(0.99):.0f} for 99 %, {max(writing.each):.0f} at the most"
    )
    print(f"private memory of a worker: {memory / MIB:.1f} MiB at the most")
    said = missed(reaction, ratios, memory)
    for sentence in said:
        click.echo(f"missed: {sentence}")
    if check and said:
        sys.exit(1)


def missed(reaction: Waits, ratios: dict[str, float], memory: int) -> list[str]:
    """The bars that were missed, a sentence each."""
    said = []
    if reaction.median >= MOST_MS:
        said.append(f"{reaction.median:.1f} ms from a rating to picks; at most {MOST_MS:.0f}")
    said += [
        f"{name}: {ratios[name]:.2f} of the empty answer; at least {LEAST_RATIO}"
        for name in JUDGED
        if ratios[name] < LEAST_RATIO
    ]
    if memory > MOST_MEMORY:
        said.append(f"{memory / MIB:.0f} MiB a worker; at most {MOST_MEMORY / MIB:.0f}")
    return said


def picks_of_everybody(site: RunningSite, crowd: Crowd) -> dict[str, Waits]:
    """Everybody's picks once: computed, remembered, and asked for again with their tags."""
    everybody = [f"/api/users/{person + 1}/picks" for person in range(crowd.people)]
    tags = [{"If-None-Match": tag} for tag in ask_tags(site, everybody)]
    # On one connection, since each worker remembers for itself.
    twice = one_client(site, 2 * everybody)
    return {
        "picks, computed": one_client(site, [f"/anew{path}" for path in everybody]),
        "picks, remembered": Waits(twice.each[len(everybody) :]),
        "picks, unchanged (304)": one_client(site, everybody, tags),
        "the empty answer": one_client(site, [LIVE] * crowd.people),
    }


@contextmanager
def store_of_our_own(postgres: bool) -> Iterator[dict[str, str]]:
    """Settings of a site whose live events are nobody else's; on the disk, not in memory."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT) as instance:
        settings = {"TOPPICKS_DEMO": "1", "MODEL_PATH": "model.pkl", "TOPPICKS_INSTANCE": instance}
        if not postgres:
            yield settings
            return
        from tests.postgres import running_postgres

        with running_postgres() as server:
            yield settings | {"DATABASE_URL": server.new_database()}


if __name__ == "__main__":
    main()
