"""kill -9 of every process at random moments: what was answered is there afterwards."""

import random
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.rig import RunningSite, running_site
from tests.postgres import PostgresOfTests
from tests.system.live_site import CUT_OFF, GUNICORN, Client, Threads, kill_all, settings_of

WRITERS = 6
RATED = [f"{item:02}" for item in range(40)]
# Long enough for writes, checkpoints and, with luck, a start that is not over yet.
LIFE_SECONDS = (0.1, 1.5)
MAKE_SERVE = ("make", "-o", "model.pkl", "serve", f"VENV={sys.prefix}")


@dataclass
class Diary:
    """What one writer was told is kept, over all lives of the site.

    open: the item that a write was about when the site was killed, "several", or nothing: that
          one write may have come through or not.
    sent: the several.
    """

    user_id: str
    luck: random.Random
    ratings: dict[str, float] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    open: str = ""
    sent: dict[str, float] = field(default_factory=dict)
    answered: int = 0

    def write(self, client: Client) -> None:
        """One write of some kind; it is in the diary once it was answered."""
        write = self.luck.choice([self._rate, self._rate, self._send, self._take_back, self._add])
        write(client)
        self.open = ""
        self.answered += 1

    def _rate(self, client: Client) -> None:
        self.open, rating = self.luck.choice(RATED), self.luck.randint(1, 5)
        assert client.rate(self.user_id, self.open, rating) == 200
        self.ratings[self.open] = rating

    def _send(self, client: Client) -> None:
        """Several at once, of which all or none is kept."""
        self.open = "several"
        self.sent = {item: self.luck.randint(1, 5) for item in self.luck.sample(RATED, 5)}
        events = [
            {"user_id": self.user_id, "item_id": item, "kind": "rating", "value": rating}
            for item, rating in self.sent.items()
        ]
        status, answer, _ = client.ask("POST", "/api/events", events)
        assert (status, answer["new"]) == (200, 5)
        self.ratings |= self.sent

    def _take_back(self, client: Client) -> None:
        self.open = self.luck.choice(RATED)
        path = f"/api/users/{self.user_id}/ratings/{self.open}"
        assert client.ask("DELETE", path)[0] == 204
        self.ratings.pop(self.open, None)

    def _add(self, client: Client) -> None:
        self.open = f"new-{self.user_id}-{self.luck.randint(0, 9)}"
        title = f"Title {self.luck.random()}"
        assert client.ask("PUT", f"/api/items/{self.open}", {"title": title})[0] == 200
        self.items[self.open] = title

    def check(self, client: Client) -> None:
        """Compare with what is there; what was open is believed from then on."""
        found = client.ratings_of(self.user_id)
        if self.open == "several":
            assert found in (self.ratings, self.ratings | self.sent)
        else:
            assert _without(self.open, found) == _without(self.open, self.ratings)
        self.ratings = found
        for item_id, title in self.items.items():
            status, answer, _ = client.ask("GET", f"/api/items/{item_id}")
            assert status == 200
            if item_id == self.open:
                self.items[item_id] = answer["title"]
            else:
                assert answer["title"] == title
        self.open = ""


def _without(item_id: str, ratings: dict[str, float]) -> dict[str, float]:
    return {one: rating for one, rating in ratings.items() if one != item_id}


def writer(site: RunningSite, diary: Diary) -> Callable[[threading.Event], None]:
    def work(over: threading.Event) -> None:
        # Until it is killed.
        with suppress(*CUT_OFF), Client(site) as client:
            while not over.is_set():
                diary.write(client)

    return work


def live_and_die(site: RunningSite, diaries: list[Diary], seconds: float) -> None:
    """Check what earlier lives left, write for a while, and be killed."""
    with Client(site) as client:
        for diary in diaries:
            diary.check(client)
    with Threads.at([writer(site, diary) for diary in diaries]):
        time.sleep(seconds)
        kill_all(site)


def check_lives(settings: dict[str, str], lives: int, seed: int) -> list[Diary]:
    """So many lives of a site with the same store, and a last one in which all is well."""
    luck = random.Random(seed)
    diaries = [Diary(f"w{number}", random.Random(number)) for number in range(WRITERS)]
    for _ in range(lives):
        with running_site(settings, GUNICORN) as site:
            live_and_die(site, diaries, luck.uniform(*LIFE_SECONDS))
    with running_site(settings, GUNICORN) as site, Client(site) as client:
        for diary in diaries:
            diary.check(client)
            assert client.rate(diary.user_id, "50", 5) == 200
            diary.ratings["50"] = 5
            assert len(client.picks_of(diary.user_id)) == 6
    assert sum(diary.answered for diary in diaries) > 20 * lives
    return diaries


def check_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_was_answered_survives_kill_9_and_make_serve_comes_back(
    tiny_model_path: Path, tmp_path: Path
) -> None:
    settings = settings_of(tiny_model_path, tmp_path)
    diaries = check_lives(settings, 2, seed=1)
    check_file(tmp_path / "live.db")
    with running_site(settings, MAKE_SERVE) as site, Client(site) as client:
        for diary in diaries:
            diary.check(client)
        assert client.rate("w0", "51", 4) == 200


@pytest.mark.long
def test_twenty_lives(tiny_model_path: Path, tmp_path: Path) -> None:
    check_lives(settings_of(tiny_model_path, tmp_path), 20, seed=2)
    check_file(tmp_path / "live.db")


@pytest.mark.parametrize("lives", [1, pytest.param(6, marks=pytest.mark.long)])
def test_on_postgresql(
    tiny_model_path: Path, tmp_path: Path, postgres: PostgresOfTests, lives: int
) -> None:
    """The server goes on; only the site is killed."""
    postgres.start()
    settings = settings_of(tiny_model_path, tmp_path, postgres.new_database())
    check_lives(settings, lives, seed=3)
