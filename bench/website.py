"""What pages cost: the server's time for each kind, and the weight of the first.

    python bench/website.py            # needs model.pkl (make train)
    python bench/website.py --check    # ends with 1 where a bar is missed

Times are from the request's last byte to the answer's, over one kept connection to a site of one
worker that nobody else asks, compressed as a browser asks for it; people are those of the data, by
turns. An empty answer of the same worker stands beside them: machines differ, the ratio less so.
The weight is what is sent for `/`: page, style, scripts and every picture that the page names, also
those that a browser leaves until somebody scrolls to them.
"""

import http.client
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urljoin

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.rig import ROOT, RunningSite, running_site

PEOPLE, ROUNDS = 120, 3
# The bars: milliseconds at the median, bytes.
MOST_MS, MOST_BYTES = 40.0, 100_000
PERSONS_PAGE = "a person's page"
LIKE_A_BROWSER = {"Accept-Encoding": "gzip, br", "Accept": "text/html"}
_REFERENCE = re.compile(r'(?:src|href)="([^"]+\.(?:svg|css|js)(?:\?[^"]*)?)"')
_IMPORT = re.compile(r'from "(\./[^"]+)"')


class Browser:
    """One kept connection that asks for compressed answers."""

    def __init__(self, site: RunningSite) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)

    def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        """An answer as it was sent; raises RuntimeError for anything but 200."""
        self._connection.request(
            "GET", path, headers=LIKE_A_BROWSER if headers is None else headers
        )
        response = self._connection.getresponse()
        body = response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"{path}: {response.status}")
        return body

    def plain(self, path: str) -> str:
        return self.get(path, {}).decode()


@click.command()
@click.option("--check", is_flag=True, help="End with 1 where a bar is missed.")
def main(check: bool) -> None:
    """Print times and weights."""
    with tempfile.TemporaryDirectory() as instance:
        settings = {
            "MODEL_PATH": str(ROOT / "model.pkl"),
            "TOPPICKS_INSTANCE": instance,
            "TOPPICKS_DEMO": "1",
            "TOPPICKS_LOG": "json",
            "WEB_CONCURRENCY": "1",
            "DATABASE_URL": "",
        }
        with running_site(settings) as site:
            browser = Browser(site)
            median = _print_times(browser, _people(browser))
            weight = _print_weight(browser)
    if check and (median > MOST_MS or weight > MOST_BYTES):
        raise SystemExit(1)


def _people(browser: Browser) -> list[str]:
    answer = json.loads(browser.plain("/api/users?n=100"))
    ids = [one["user_id"] for one in answer["users"]]
    return (ids * PEOPLE)[:PEOPLE]


def _print_times(browser: Browser, people: Sequence[str]) -> float:
    """The median of a person's page, in ms."""
    kinds = {
        "an empty answer": ["/api/health/live"] * len(people),
        PERSONS_PAGE: [f"/users/{one}" for one in people],
        "see more": [f"/users/{one}/picks" for one in people],
        "an item for a person": [f"/items/318?as={one}" for one in people],
        "a history": [f"/users/{one}/history" for one in people],
        "home": ["/"] * len(people),
        "a search": ["/search?q=godfahter"] * len(people),
        "suggestions": ["/suggest?q=star+w"] * len(people),
    }
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        for kind, paths in kinds.items():
            taken[kind] += [_milliseconds(browser, path) for path in paths]
    for kind, times in taken.items():
        median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"{kind:22} median {median:6.1f} ms   19 of 20 within {slow:6.1f} ms")
    median = statistics.median(taken[PERSONS_PAGE])
    print(f"{PERSONS_PAGE}: {median:.1f} ms at the median; at most {MOST_MS:g} is asked for")
    return median


def _milliseconds(browser: Browser, path: str) -> float:
    start = time.perf_counter()
    browser.get(path)
    return (time.perf_counter() - start) * 1000


def _print_weight(browser: Browser) -> int:
    """Bytes that the first page comes to."""
    weights = {"page": len(browser.get("/")), "style": 0, "scripts": 0, "pictures": 0}
    for address in _named_by(browser, "/"):
        kind = "style" if ".css" in address else "scripts" if ".js" in address else "pictures"
        weights[kind] += len(browser.get(address))
    total = sum(weights.values())
    parts = ", ".join(f"{kind} {weight / 1000:.1f}" for kind, weight in weights.items())
    print(
        f"the first page: {total / 1000:.1f} kB compressed ({parts}); at most {MOST_BYTES / 1000:g}"
    )
    return total


def _named_by(browser: Browser, path: str) -> Iterator[str]:
    """Addresses of what a page needs, each once, those that scripts import too."""
    found = dict.fromkeys(_REFERENCE.findall(browser.plain(path)))
    waiting = [one.replace("&amp;", "&") for one in found]
    known = set(waiting)
    while waiting:
        address = waiting.pop()
        yield address
        if address.endswith(".js"):
            more = {urljoin(address, one) for one in _IMPORT.findall(browser.plain(address))}
            waiting += sorted(more - known)
            known |= more


if __name__ == "__main__":
    main()
