"""A stand-in for GitHub's API: as much of it as the importer asks, and what can go wrong."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.local_server import Request, serving

TOKEN = "ghp_Secret0fNobody"


def star(name: str, **repo: Any) -> dict[str, Any]:
    """A star as the API gives it with the media type that says when."""
    known = {"description": f"About {name}", "language": "Python", "topics": ["a", "b-c"]}
    return {
        "starred_at": "2024-05-06T07:08:09Z",
        "repo": {"id": 1, "full_name": name, "stargazers_count": 7, **known, **repo},
    }


@dataclass
class GitHub:
    """Who starred what, who follows whom; `page_size` entries a page, so that few make many.

    faults: what to do at the n-th request (from 1) in place of an answer. asked: path and token of
    every request, in their order.
    """

    stars: dict[str, list[Any]] = field(default_factory=dict)
    followers: dict[str, list[str]] = field(default_factory=dict)
    stargazers: dict[str, list[str]] = field(default_factory=dict)
    page_size: int = 3
    headers: dict[str, str] = field(default_factory=dict)
    faults: dict[int, Callable[[Request], None]] = field(default_factory=dict)
    answered: Callable[[int], None] = lambda _: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def respond(self, request: Request) -> None:
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        self.accepted.append(request.headers["Accept"])
        number = len(self.asked)
        fault = self.faults.get(number)
        if fault:
            fault(request)
        elif request.headers.get("Authorization", "") not in {"", f"Bearer {TOKEN}"}:
            problem(request, 401)
        else:
            self._answer(request)
        self.answered(number)

    def counts(self) -> Counter[str]:
        """How often each page was asked for."""
        return Counter(path for path, _ in self.asked)

    def _answer(self, request: Request) -> None:
        url = urlsplit(request.path)
        entries = self._list(url.path)
        if entries is None:
            return problem(request, 404)
        query = parse_qs(url.query)
        size = min(int(query["per_page"][0]), self.page_size)
        page = int(query.get("page", ["1"])[0])
        headers = dict(self.headers)
        if page * size < len(entries):
            there = f"http://{request.headers['Host']}{url.path}?per_page={query['per_page'][0]}"
            headers["Link"] = (
                f'<{there}&page={page - 1}>; rel="prev", <{there}&page={page + 1}>; rel="next", '
                f'<{there}&page=9>; rel="last"'
            )
        found = entries[(page - 1) * size : page * size]
        return request.answer(json.dumps(found).encode(), 200, headers)

    def _list(self, path: str) -> list[Any] | None:
        kind, name, what = (
            path.strip("/").split("/", 1)[0],
            *path.strip("/").split("/", 1)[1].rsplit("/", 1),
        )
        if kind == "repos" and name in self.stargazers:
            return [{"starred_at": "x", "user": {"login": n}} for n in self.stargazers[name]]
        if what == "followers" and name in self.followers:
            return [{"login": login, "id": 1} for login in self.followers[name]]
        return self.stars.get(name) if what == "starred" else None


def problem(
    request: Request, status: int, message: str = "No", headers: dict[str, str] | None = None
) -> None:
    """An error as the API gives it."""
    request.answer(json.dumps({"message": message}).encode(), status, headers)


@contextmanager
def standing_in(github: GitHub) -> Iterator[str]:
    """The address of the stand-in."""
    with serving(github.respond) as url:
        yield url


@dataclass
class Clock:
    """Time that passes by sleeping alone."""

    time: float = 1_700_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
