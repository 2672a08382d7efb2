"""The database goes and comes back under a running site."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bench.rig import RunningSite, running_site
from tests.postgres import PostgresOfTests
from tests.system.live_site import Client, a_client_of_each_worker, rests, settings_of, until

# A second until somebody tries again, and some for a busy machine.
HEALED_SECONDS = 10.0
# A file that was deleted is made anew after ten seconds.
MADE_ANEW_SECONDS = 25.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file is: a folder that may go."""
    folder = tmp_path_factory.mktemp("gone") / "data"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def site(tiny_model_path: Path, folder: Path) -> Iterator[RunningSite]:
    url = f"sqlite:///{folder / 'live.db'}"
    with running_site(settings_of(tiny_model_path, folder.parent / "instance", url)) as running:
        yield running


def takes_ratings(client: Client) -> bool:
    return client.rate("u0", "62", 3) == 200


def is_live(client: Client) -> bool:
    return not rests(client)


def check_outage(
    site: RunningSite,
    go: Callable[[], object],
    come_back: Callable[[], object],
    is_kept: bool = True,
    seconds: float = HEALED_SECONDS,
) -> None:
    """While it is gone people look, and are told that ratings rest; afterwards all is as it was."""
    with a_client_of_each_worker(site) as workers:
        assert workers[0].rate("u0", "60", 5) == 200
        before = [worker.ratings_of("u0") for worker in workers]
        assert all(ratings["60"] == 5 for ratings in before)
        go()
        for worker in workers:
            status, problem, told = worker.ask("PUT", "/api/users/u0/ratings/61", {"rating": 4})
            assert (status, problem["status"]) == (503, 503)
            assert 1 <= int(told["retry-after"]) <= 10
            assert worker.ask("GET", "/api/health/ready")[0] == 200
        for worker in workers:
            assert rests(worker)
        come_back()
        for worker in workers:
            until(partial(takes_ratings, worker), seconds)
            until(partial(is_live, worker), seconds)
        for worker in workers:
            ratings = worker.ratings_of("u0")
            assert ratings.get("60") == (5 if is_kept else None)
            assert "61" not in ratings
            assert ratings["62"] == 3
            assert worker.ask("GET", "/api/health/ready")[1]["ratings"] == "live"


def test_a_file_is_renamed_and_comes_back(site: RunningSite, folder: Path) -> None:
    file, aside = folder / "live.db", folder / "aside.db"
    check_outage(site, lambda: file.rename(aside), lambda: aside.rename(file))


def test_its_folder_goes_and_comes_back(site: RunningSite, folder: Path) -> None:
    aside = folder.with_name("aside")
    check_outage(site, lambda: folder.rename(aside), lambda: aside.rename(folder))


def test_a_file_is_read_only_for_a_while(site: RunningSite, folder: Path) -> None:
    """What is known of people can be read, so only what is written rests."""
    file = folder / "live.db"
    check_outage(site, lambda: file.chmod(0o444), lambda: file.chmod(0o644))


@pytest.mark.long
def test_a_file_is_deleted_and_an_empty_one_takes_its_place(
    site: RunningSite, folder: Path
) -> None:
    file = folder / "live.db"
    check_outage(site, file.unlink, lambda: None, is_kept=False, seconds=MADE_ANEW_SECONDS)
    assert "an EMPTY one was made" in site.said()


def test_a_server_is_stopped_and_started(
    tiny_model_path: Path, tmp_path: Path, postgres: PostgresOfTests
) -> None:
    postgres.start()
    settings = settings_of(tiny_model_path, tmp_path, postgres.new_database())
    with running_site(settings) as site:
        check_outage(site, postgres.stop, postgres.start)


def test_a_site_starts_while_its_server_is_stopped(
    tiny_model_path: Path, tmp_path: Path, postgres: PostgresOfTests
) -> None:
    postgres.start()
    settings = settings_of(tiny_model_path, tmp_path, postgres.new_database())
    postgres.stop()
    try:
        with running_site(settings) as site, Client(site) as client:
            assert rests(client)
            assert client.rate("u0", "60", 5) == 503
            postgres.start()
            until(lambda: client.rate("u0", "60", 5) == 200, HEALED_SECONDS)
    finally:
        postgres.start()
