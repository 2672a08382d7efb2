"""What is served: it changes as a whole, and never for the worse."""

import gc
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.workers import Place
from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError, StoreAway
from toppicks.serving.live import LOOK_SECONDS, Live, Served
from toppicks.serving.recommender import Recommender
from toppicks.store import CatalogueChanges, ItemChange, Store

RED = {"genres": ["Red", "All"], "year": 1984}
# What the issue promises.
TAKEN_UP_SECONDS = 2.0


class Watched:
    """A `Live` of one worker, and what it has told of swaps."""

    def __init__(self, place: Place) -> None:
        self.store = Store.open(place.url, place.folder)
        self.swaps: list[bool] = []
        self.live = Live(place.model_path, place.copies, self.store, self.swaps.append)

    def upto_now(self) -> Served:
        return self.live.upto(self.store.versions("").catalogue)


@pytest.fixture
def worker(quick_place: Place) -> Iterator[Watched]:
    worker = Watched(quick_place)
    yield worker
    worker.store.close()


def versions(models: list[Path]) -> list[str]:
    return [artifact.load(path).version for path in models]


def wait_for(is_so: Callable[[], bool], seconds: float) -> float:
    """How long it took; fails where it takes longer."""
    start = time.monotonic()
    while not is_so():
        assert time.monotonic() - start < seconds
        time.sleep(0.01)
    return time.monotonic() - start


def test_another_model_is_taken_up_within_two_seconds(
    worker: Watched, quick_place: Place, models: list[Path]
) -> None:
    first, second, *_ = versions(models)
    assert worker.live.served.recommender.version == first
    quick_place.put_model(models[1])
    wait_for(lambda: worker.live.served.recommender.version == second, TAKEN_UP_SECONDS)
    wait_for(lambda: bool(worker.swaps), 1.0)
    assert worker.swaps == [True]
    assert worker.live.refused == ""


def altered(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def lacking(content: bytes, folder: Path) -> bytes:
    """A sound file of an artifact that is no model of ours."""
    artifact.save(Artifact({"about": {}}, {}), folder / "other")
    return (folder / "other").read_bytes()


@pytest.mark.parametrize("what", ["truncated", "altered", "foreign", "empty", "lacking", "missing"])
def test_what_is_no_sound_model_is_refused_and_the_old_one_goes_on(
    worker: Watched,
    quick_place: Place,
    models: list[Path],
    what: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, content = worker.live.served, models[1].read_bytes()
    broken = {
        "truncated": content[:-100],
        "altered": altered(content),
        "foreign": b"\x80\x04K\x01.",
        "empty": b"",
        "lacking": lacking(content, tmp_path),
    }
    if what == "missing":
        quick_place.model_path.unlink()
    else:
        (tmp_path / "broken").write_bytes(broken[what])
        (tmp_path / "broken").rename(quick_place.model_path)
    with caplog.at_level(logging.ERROR):
        worker.live.look()
    assert worker.live.served is before
    assert worker.live.refused
    assert worker.swaps == [False]
    assert "THE NEW MODEL IS REFUSED" in caplog.text
    worker.live.look()
    assert worker.swaps == [False]
    # Put back, or made good by another, it is well again.
    quick_place.put_model(models[0])
    worker.live.look()
    assert (worker.live.refused, worker.live.served) == ("", before)
    quick_place.put_model(models[1])
    worker.live.look()
    assert worker.swaps == [False, True]
    assert worker.live.served.recommender.version == versions(models)[1]


def test_a_server_does_not_start_without_a_model(quick_place: Place) -> None:
    quick_place.model_path.write_bytes(b"no model")
    with pytest.raises(ArtifactError, match="not a model of Top Picks"):
        Watched(quick_place)


def test_a_worker_that_is_forked_later_serves_what_the_others_serve(
    quick_place: Place, models: list[Path]
) -> None:
    """The first process has an old model, and what lies there now is broken."""
    forked_later, other = Watched(quick_place), Watched(quick_place)
    quick_place.put_model(models[1])
    other.live.look()
    quick_place.model_path.write_bytes(b"broken")
    served = forked_later.live.served
    assert served.recommender.version == versions(models)[1]
    assert forked_later.live.refused


FORKS = """
import os, sys, threading, time
from pathlib import Path
from toppicks.serving.live import Live
from toppicks.store import Store
store = Store.open(sys.argv[1], Path(sys.argv[2]))
live = Live(Path(sys.argv[3]), Path(sys.argv[4]), store)
live.served
held = threading.Event()
def looks():
    with live._looking, live._changing:
        held.set()
        time.sleep(60)
threading.Thread(target=looks, daemon=True).start()
held.wait()
if not os.fork():
    print(live.upto(0).recommender.version, threading.active_count(), flush=True)
    os._exit(0)
os.wait()
os._exit(0)
"""


def test_a_worker_may_be_forked_while_the_first_process_takes_up_a_model(
    quick_place: Place, models: list[Path]
) -> None:
    place = quick_place
    arguments = [place.url, str(place.folder), str(place.model_path), str(place.copies)]
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKS, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    version, n_threads = done.stdout.split()
    assert version == versions(models)[0]
    # It looks for itself from now on.
    assert n_threads == "2"


def test_nobody_watches_for_what_nobody_needs(quick_place: Place) -> None:
    before = set(threading.enumerate())
    worker = Watched(quick_place)
    assert worker.live.served.catalogue_version == 0
    [watcher] = set(threading.enumerate()) - before
    # Once it has looked, it must not hold on to what it looked at.
    time.sleep(1.5 * LOOK_SECONDS)
    worker.store.close()
    del worker
    gc.collect()
    wait_for(lambda: not watcher.is_alive(), 2.0)


def test_who_is_not_asked_does_not_watch(quick_place: Place) -> None:
    before = set(threading.enumerate())
    worker = Watched(quick_place)
    assert set(threading.enumerate()) == before
    worker.store.close()


def test_items_that_came_live_stay_with_another_model(place: Place, models: list[Path]) -> None:
    worker = Watched(place)
    for item_id in ("x", "y", "x"):
        worker.store.put_item(item_id, {"title": item_id, **RED})
        worker.upto_now()
    worker.store.delete_item("07")
    worker.store.erase("u3")
    before = worker.upto_now()
    place.put_model(models[1])
    worker.live.look()
    after, anew = worker.upto_now(), Watched(place).upto_now()
    assert before.recommender.version != after.recommender.version
    for served in (after, anew):
        catalogue = served.recommender.catalogue
        assert list(catalogue.new_ids) == ["y", "x"]
        assert catalogue.idx("07") is None
        assert catalogue.row("07") is not None
        assert served.erased == {"u3"}
        assert served.recommender.scorer.added is not None
    assert after.catalogue_version == anew.catalogue_version
    worker.store.close()


def test_who_starts_knows_what_came_live(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Watched(place)
    worker.store.put_item("x", RED)
    worker.store.erase("u3")
    served = Watched(place).live.served
    assert list(served.recommender.catalogue.new_ids) == ["x"]
    assert served.erased == {"u3"}
    assert served.catalogue_version == worker.store.versions("").catalogue

    def away(*_: object) -> CatalogueChanges:
        raise StoreAway("it is away", 1)

    monkeypatch.setattr(Store, "changes_since", away)
    assert Watched(place).live.served.catalogue_version == 0
    worker.store.close()


def test_while_the_store_is_away_the_last_known_is_served(
    worker: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.store.put_item("x", RED)
    before = worker.upto_now()
    worker.store.put_item("y", RED)

    def away(_: int) -> CatalogueChanges:
        raise StoreAway("it is away", 1)

    with monkeypatch.context() as patched:
        patched.setattr(worker.store, "changes_since", away)
        with pytest.raises(StoreAway):
            worker.upto_now()
        assert worker.live.served is before
    assert worker.upto_now().recommender.catalogue.idx("y") is not None


def test_a_store_that_was_made_anew_makes_all_forget(place: Place) -> None:
    worker = Watched(place)
    worker.store.put_item("x", RED)
    worker.store.delete_item("00")
    worker.store.erase("u3")
    assert worker.upto_now().erased == {"u3"}
    place.empty()
    served = worker.upto_now()
    assert served.catalogue_version == 0
    assert (served.erased, dict(served.changes)) == (frozenset(), {})
    assert served.recommender.catalogue.idx("x") is None
    assert served.recommender.catalogue.idx("00") is not None
    worker.store.put_item("z", RED)
    assert list(worker.upto_now().recommender.catalogue.new_ids) == ["z"]
    worker.store.close()


def test_whole_changes_replace_all_that_was_known(models: list[Path]) -> None:
    served = Served(Recommender.load(models[0]))
    one = served.after(CatalogueChanges(5, [ItemChange("x", RED, 4)], ["u1"], whole=True))
    two = one.after(CatalogueChanges(7, [ItemChange("y", RED, 6)], ["u2"], whole=False))
    assert list(two.recommender.catalogue.new_ids) == ["x", "y"]
    assert two.erased == {"u1", "u2"}
    three = two.after(CatalogueChanges(3, [ItemChange("z", RED, 2)], ["u3"], whole=True))
    assert list(three.recommender.catalogue.new_ids) == ["z"]
    assert (three.catalogue_version, list(three.changes)) == (3, ["z"])
    assert three.erased == {"u3"}


def test_only_whoever_holds_on_to_it_has_the_old_one(worker: Watched) -> None:
    before = worker.upto_now()
    worker.store.put_item("x", RED)
    after = worker.upto_now()
    assert before.recommender.catalogue.idx("x") is None
    assert after.recommender.catalogue.idx("x") == len(before.recommender.catalogue)
    assert after.recommender.tools is before.recommender.tools
    assert worker.upto_now() is after
