"""What would not fit is refused before it is allocated."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from tests.worlds import random_worth
from toppicks.recommenders import ease, graph, memory, pruning
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.graph import GraphFilter
from toppicks.recommenders.memory import fits, free_bytes

MEMINFO = "MemTotal:       8000000 kB\nMemAvailable:    4000000 kB\nHugePages_Total:       0\n"
V2 = "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"
V1 = (
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    "/sys/fs/cgroup/memory/memory.usage_in_bytes",
)
Machine = Callable[[dict[str, str]], None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which only these files can be read."""

    def become(files: dict[str, str]) -> None:
        def read(path: Path) -> str:
            if str(path) not in files:
                raise FileNotFoundError(path)
            return files[str(path)]

        monkeypatch.setattr(Path, "read_text", read)

    return become


def test_without_a_container_what_is_available_is_free(machine: Machine) -> None:
    machine({"/proc/meminfo": MEMINFO})
    assert free_bytes() == 4_000_000 * 1024


@pytest.mark.parametrize("names", [V2, V1])
def test_a_containers_limit_counts_where_it_is_tighter(
    machine: Machine, names: tuple[str, str]
) -> None:
    limit, used = names
    machine({"/proc/meminfo": MEMINFO, limit: "1000000\n", used: "300000\n"})
    assert free_bytes() == 700_000
    machine({"/proc/meminfo": MEMINFO, limit: "9000000000000\n", used: "300000\n"})
    assert free_bytes() == 4_000_000 * 1024


@pytest.mark.parametrize(
    "files",
    [
        {V2[0]: "max\n", V2[1]: "300000\n"},
        {V2[0]: "1000000\n"},
        {V2[0]: "\n", V2[1]: "300000\n"},
        {V1[0]: "9223372036854771712\n", V1[1]: "300000\n"},
    ],
)
def test_a_container_without_a_limit_takes_nothing_away(
    machine: Machine, files: dict[str, str]
) -> None:
    machine({"/proc/meminfo": MEMINFO, **files})
    assert free_bytes() == 4_000_000 * 1024


@pytest.mark.parametrize("files", [{}, {"/proc/meminfo": "MemTotal: 8 kB\n"}])
def test_where_nothing_is_told_half_of_the_machine_is_free(
    machine: Machine, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    machine(files)
    assert free_bytes() == 4096 * 500


def test_this_machine_has_some_memory() -> None:
    assert 1 << 20 < free_bytes() < 1 << 50


def test_a_share_of_what_is_free_may_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 1_000)
    assert fits(400)
    assert not fits(401)
    assert fits(0)


def _forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of matrices are where memory is taken: there must be none."""

    def product(*_: object) -> None:
        raise AssertionError("it was allocated")

    monkeypatch.setattr(sp.csr_array, "__matmul__", product)


def test_ease_is_refused_before_it_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = random_worth(60, 20, 0.5)
    needed = ease.COPIES * 4 * 20 * 20
    monkeypatch.setattr(memory, "free_bytes", lambda: needed / memory.SHARE + 1)
    assert Ease().can_fit(worth)
    Ease().fit(worth)
    monkeypatch.setattr(memory, "free_bytes", lambda: needed / memory.SHARE - 1)
    assert not Ease().can_fit(worth)
    _forbid(monkeypatch)
    with pytest.raises(MemoryError, match="EASE over 20 items needs 4,800 bytes"):
        Ease().fit(worth)


@pytest.mark.parametrize("dense_items", [0, 1_000])
def test_ease_takes_no_more_than_it_says(dense_items: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Everybody has something in common with everybody: the Gram matrix is full.
    monkeypatch.setattr(ease, "STRIP", 32)
    monkeypatch.setattr(ease, "DENSE_ITEMS", dense_items)
    monkeypatch.setattr(pruning, "PER_ITEM", 10)
    n = 400
    worth = random_worth(200, n, 0.2)
    Ease().fit(worth)
    tracemalloc.start()
    try:
        Ease().fit(worth)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.2 * ease.COPIES * 4 * n * n


def test_only_items_that_ease_keeps_take_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = random_worth(60, 20, 0.5)
    monkeypatch.setattr(memory, "free_bytes", lambda: 100)
    assert Ease(fewest=10_000).can_fit(worth)
    assert Ease(fewest=10_000).fit(worth).weights.size == 0


def test_ease_over_too_many_items_would_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = random_worth(60, 20, 0.5)
    monkeypatch.setattr(ease, "MOST_ITEMS", 19)
    with pytest.raises(MemoryError):
        Ease().fit(worth)
    monkeypatch.setattr(ease, "MOST_ITEMS", 20)
    assert Ease().fit(worth).weights.shape == (20, 20)


def test_the_graph_filter_is_refused_before_it_is_allocated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Two people of 2 and 3 items: at most 4 + 9 entries.
    worth = sp.csr_array(np.array([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], np.float32))
    needed = 13 * graph.BYTES_AN_ENTRY
    monkeypatch.setattr(memory, "free_bytes", lambda: needed / memory.SHARE + 1)
    GraphFilter().fit(worth)
    monkeypatch.setattr(memory, "free_bytes", lambda: needed / memory.SHARE - 1)
    _forbid(monkeypatch)
    with pytest.raises(MemoryError, match=rf"the graph filter needs {needed:,} bytes"):
        GraphFilter().fit(worth)


def test_a_full_graph_takes_no_more_than_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = sp.csr_array(np.ones((50, 3), np.float32))
    monkeypatch.setattr(memory, "free_bytes", lambda: 9 * graph.BYTES_AN_ENTRY / memory.SHARE + 1)
    GraphFilter().fit(worth)
