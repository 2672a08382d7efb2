"""A write on one worker is in the next answer of another."""

import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.rig import RunningSite, running_site
from tests.postgres import PostgresOfTests
from tests.system.live_site import Client, Threads, a_client_of_each_worker, settings_of

WRITERS = 4


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, tiny_model_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    url = None
    if request.param == "postgresql":
        server: PostgresOfTests = request.getfixturevalue("postgres")
        server.start()
        url = server.new_database()
    with running_site(settings_of(tiny_model_path, tmp_path_factory.mktemp("agree"), url)) as one:
        yield one


def writer(site: RunningSite, number: int, rounds: int) -> Callable[[threading.Event], None]:
    """Somebody who writes by one worker and reads by any, again and again."""
    user = f"u{number}"

    def work(over: threading.Event) -> None:
        luck = random.Random(number)
        with a_client_of_each_worker(site) as workers:
            for _ in range(rounds):
                check_round(user, workers, luck)

    return work


def check_round(user: str, workers: list[Client], luck: random.Random) -> None:
    """Whatever is said of a pick, the pick goes; once it is taken back, all is as it was."""
    path = f"/api/users/{user}/picks"
    ask, tell = luck.choice(workers), luck.choice(workers)
    _, before, told = ask.ask("GET", path)
    tag = told["etag"]
    item = luck.choice(before["picks"])["item_id"]
    assert all(one.ask("GET", path, None, {"If-None-Match": tag})[0] == 304 for one in workers)
    say(tell, user, item, luck)
    for one in luck.sample(workers, len(workers)):
        status, after, told = one.ask("GET", path, None, {"If-None-Match": tag})
        assert status == 200
        assert told["etag"] != tag
        assert item not in [pick["item_id"] for pick in after["picks"]]
        assert after["total"] == before["total"] - 1
    take_back(luck.choice(workers), user, item)
    for one in luck.sample(workers, len(workers)):
        status, after, _ = one.ask("GET", path, None, {"If-None-Match": tag})
        # The very picks, by another tag: a tag is never used twice.
        assert (status, after) == (200, before)


def say(client: Client, user: str, item: str, luck: random.Random) -> None:
    if luck.random() < 0.5:
        assert client.rate(user, item, luck.randint(1, 5)) == 200
    else:
        kind = luck.choice(["like", "dislike", "hide"])
        events = [{"user_id": user, "item_id": item, "kind": kind}]
        assert client.ask("POST", "/api/events", events)[0] == 200


def take_back(client: Client, user: str, item: str) -> None:
    events = [{"user_id": user, "item_id": item, "kind": kind} for kind in ("unrate", "unhide")]
    assert client.ask("POST", "/api/events", events)[0] == 200


@pytest.mark.parametrize("rounds", [25, pytest.param(400, marks=pytest.mark.long)])
def test_a_write_is_in_the_next_answer_of_every_worker(site: RunningSite, rounds: int) -> None:
    with Threads.at([writer(site, number, rounds) for number in range(WRITERS)]):
        pass


def test_an_item_put_or_deleted_on_one_worker_is_so_on_the_others(site: RunningSite) -> None:
    with a_client_of_each_worker(site) as workers:
        luck = random.Random(1)
        for turn in range(10):
            put, delete = luck.choice(workers), luck.choice(workers)
            tags = [one.ask("GET", "/api/users/u0/picks")[2]["etag"] for one in workers]
            assert len(set(tags)) == 1
            path = f"/api/items/later-{turn}"
            assert put.ask("PUT", path, {"title": f"Red {turn}", "genres": ["Red"]})[0] == 200
            for one in workers:
                assert one.ask("GET", path)[1]["title"] == f"Red {turn}"
                sent = {"If-None-Match": tags[0]}
                assert one.ask("GET", "/api/users/u0/picks", None, sent)[0] == 200
            assert delete.ask("DELETE", path)[0] == 204
            assert [one.ask("GET", path)[0] for one in workers] == [404] * len(workers)
