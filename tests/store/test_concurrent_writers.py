"""Many processes and threads that write at once."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.rig import ROOT
from toppicks.store import Store

Process = subprocess.Popen[str]


def writer(work: str, url: str, folder: Path, *given: str) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writers", work, url, str(folder), *given],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(processes: list[Process]) -> list[str]:
    said = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in said] == [""] * len(said)
    assert [process.returncode for process in processes] == [0] * len(said)
    return [text for text, _ in said]


def test_no_event_is_lost_and_nobody_waits_for_another_for_ever(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    finished([writer("overlapping", store_url, tmp_path, name, "15") for name in ("a", "b")])
    expected = {f"{name}-{thread}-{at}" for name in "ab" for thread in range(3) for at in range(15)}
    for user in ("u1", "u2", "u3", "u4"):
        items = [event.item_id for event in store.events_of(user)]
        assert len(items) == len(expected)
        assert set(items) == expected


def test_what_several_send_at_once_counts_once(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    names = ("a", "bb", "c")
    said = finished([writer("duplicates", store_url, tmp_path, name, "8") for name in names])
    assert sum(int(text) for text in said) == 160
    assert store.counts().events == 160


@pytest.mark.parametrize("after", [0.05, 0.15, 0.3])
def test_what_was_acknowledged_survives_kill_9(
    store: Store, store_url: str, tmp_path: Path, after: float
) -> None:
    processes = [writer("endless", store_url, tmp_path, name) for name in ("a", "b")]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
    time.sleep(after)
    for process in processes:
        process.kill()
    # A line that was cut short was not said.
    said = [process.communicate()[0].rpartition("\n")[0].split("\n") for process in processes]
    fresh = Store.open(store_url, tmp_path)
    items = {item.item_id for item in fresh.changes_since(0).items}
    for name, lines in zip("ab", said, strict=True):
        acknowledged = range(int(lines[-1] or 0) + 1)
        wanted = [f"{at}-{part}" for at in acknowledged for part in range(3)]
        there = [event.item_id for event in fresh.events_of(name)]
        assert there[: len(wanted)] == wanted
        # One more may have been written without having been acknowledged: all of it, or nothing.
        assert len(there) in {len(wanted), len(wanted) + 3}
        assert {f"{name}-{at}" for at in acknowledged if at % 10 == 0} <= items
    fresh.close()
