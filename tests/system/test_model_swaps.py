"""A new model under load: taken up by every worker, or refused by every worker."""

import itertools
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.rig import RunningSite, running_site
from bench.workers import workers_of
from tests.system.live_site import (
    Client,
    Threads,
    a_client_of_each_worker,
    another_model,
    settings_of,
    until,
)
from toppicks.trained import TrainedModel

TAKEN_UP_SECONDS = 2.0
CLIENTS = 6


class Place:
    """Where a running site looks for its model."""

    def __init__(self, folder: Path, model: TrainedModel) -> None:
        self.path = folder / "model.pkl"
        self.model = model
        self.numbers = itertools.count()
        self.version = another_model(model, self.path, next(self.numbers))

    def put(self) -> str:
        """Rename a new model over the old one; its version."""
        new = self.path.with_name("new.pkl")
        self.version = another_model(self.model, new, next(self.numbers))
        new.rename(self.path)
        return self.version

    def put_bytes(self, content: bytes, in_place: bool) -> None:
        """Put a file there, by rename or by writing into the one that is there."""
        if in_place:
            with self.path.open("r+b") as file:
                file.write(content)
                file.truncate()
        else:
            new = self.path.with_name("new.pkl")
            new.write_bytes(content)
            new.rename(self.path)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tiny_model: TrainedModel) -> Place:
    return Place(tmp_path_factory.mktemp("place"), tiny_model)


@pytest.fixture(scope="module")
def site(place: Place) -> Iterator[RunningSite]:
    with running_site(settings_of(place.path, place.path.parent / "instance")) as running:
        yield running


@pytest.fixture
def workers(site: RunningSite) -> Iterator[list[Client]]:
    """A client of each worker."""
    with a_client_of_each_worker(site) as clients:
        yield clients


def served(client: Client) -> tuple[str, str]:
    """The version that a worker serves, and why it refuses what lies there."""
    status, answer, _ = client.ask("GET", "/api/health/ready")
    assert status == 200
    return answer["model_version"], answer.get("refused") or ""


def customer(site: RunningSite, number: int) -> Callable[[threading.Event], None]:
    """Somebody who asks for picks and rates now and then, and never sees an error."""

    def work(over: threading.Event) -> None:
        with Client(site) as client:
            for turn in itertools.takewhile(lambda _: not over.is_set(), itertools.count(1)):
                user = f"u{(number + turn) % 64}"
                status, answer, _ = client.ask("GET", f"/api/users/{user}/picks")
                assert (status, len(answer["picks"])) == (200, 6), answer
                if turn % 20 == 0:
                    assert client.rate(user, f"{turn % 60:02}", 1 + turn % 5) == 200
                elif turn % 20 == 10:
                    assert client.ask("GET", f"/users/{user}")[0] == 200

    return work


def all_serve(workers: list[Client], version: str) -> None:
    """Wait until every worker serves this version, and refuses nothing."""
    until(lambda: all(served(one) == (version, "") for one in workers), TAKEN_UP_SECONDS)


def check_swaps(site: RunningSite, place: Place, workers: list[Client], swaps: int) -> None:
    with Threads.at([customer(site, number) for number in range(CLIENTS)]) as load:
        for _ in range(swaps):
            all_serve(workers, place.put())
            assert load.errors == []


def test_a_new_model_is_taken_up_by_every_worker_and_no_request_fails(
    site: RunningSite, place: Place, workers: list[Client]
) -> None:
    check_swaps(site, place, workers, 3)


@pytest.mark.long
def test_twenty_new_models(site: RunningSite, place: Place, workers: list[Client]) -> None:
    check_swaps(site, place, workers, 20)


class Code:
    """What runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, int]]:
        return os.open, (str(self.mark), os.O_CREAT)


def altered(content: bytes) -> bytes:
    """One bit of one array is another."""
    at = len(content) - len(content) // 3
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def bad_files(content: bytes, mark: Path) -> dict[str, bytes]:
    """Whatever may come to lie there by mistake or malice."""
    return {
        "truncated": content[: len(content) // 2],
        "cut in its header": content[:100],
        "altered": altered(content),
        "longer": content + b"\0",
        "empty": b"",
        "random": os.urandom(100_000),
        "code": pickle.dumps(Code(mark)),
        "a model with code before it": pickle.dumps(Code(mark)) + content,
    }


def test_what_is_no_sound_model_is_refused_by_every_worker_and_the_old_one_goes_on(
    site: RunningSite, place: Place, workers: list[Client], tmp_path: Path
) -> None:
    mark = tmp_path / "code-was-run"
    bad = bad_files(place.path.read_bytes(), mark)
    with Threads.at([customer(site, number) for number in range(2)]) as load:
        for content, in_place in itertools.product(bad.values(), (False, True)):
            all_serve(workers, place.put())
            picks = workers[0].picks_of("u63")
            place.put_bytes(content, in_place)
            until(lambda: all(served(worker)[1] for worker in workers), TAKEN_UP_SECONDS)
            for worker in workers:
                version, why = served(worker)
                assert version == place.version
                assert str(place.path) in why
                assert worker.picks_of("u63") == picks
            assert load.errors == []
    # At least: what is written in place may be looked at before all of it is there.
    assert site.said().count("THE NEW MODEL IS REFUSED") >= 2 * len(bad) * len(workers)
    assert not mark.exists()
    all_serve(workers, place.put())


def test_a_worker_that_starts_beside_a_bad_file_serves_what_the_others_do(
    site: RunningSite, place: Place, workers: list[Client]
) -> None:
    """What the first process loaded, before it forked, is older than both."""
    all_serve(workers, place.put())
    picks = workers[0].picks_of("u1")
    place.put_bytes(b"no model", in_place=True)
    until(lambda: all(served(worker)[1] for worker in workers), TAKEN_UP_SECONDS)
    old = workers_of(site)
    os.kill(old[0], signal.SIGKILL)
    until(lambda: len(workers_of(site)) == 2 and old[0] not in workers_of(site), 30)
    with a_client_of_each_worker(site) as anew:
        for worker in anew:
            version, why = served(worker)
            assert version == place.version
            assert str(place.path) in why
            assert worker.picks_of("u1") == picks
        all_serve(anew, place.put())
