"""What is remembered, and for how long."""

import threading

from toppicks.serving.remembered import Remembered


def test_a_value_is_of_one_version() -> None:
    kept: Remembered[str, str] = Remembered(2)
    assert kept.of("a", 1) is kept.last("a") is None
    kept.keep("a", 1, "one")
    assert kept.of("a", 1) == kept.last("a") == "one"
    assert kept.of("a", 2) is None
    kept.keep("a", 2, "two")
    assert kept.of("a", 1) is None
    assert kept.of("a", 2) == "two"
    kept.forget("a")
    kept.forget("never there")
    assert kept.last("a") is None


def test_the_one_that_was_kept_longest_ago_goes() -> None:
    kept: Remembered[str, int] = Remembered(2)
    for value, key in enumerate("abac"):
        kept.keep(key, None, value)
    assert [kept.last(key) for key in "abc"] == [2, None, 3]


def test_what_is_large_makes_more_go() -> None:
    kept: Remembered[str, str] = Remembered(12, len)
    for key in "abcdef":
        kept.keep(key, None, "--")
    kept.keep("a", None, "-")
    kept.keep("g", None, "---")
    assert [key for key in "abcdefg" if kept.last(key)] == ["a", "c", "d", "e", "f", "g"]
    kept.forget("c")
    kept.keep("h", None, "--")
    assert [key for key in "abcdefgh" if kept.last(key)] == ["a", "d", "e", "f", "g", "h"]


def test_what_would_take_the_place_of_many_is_not_kept() -> None:
    kept: Remembered[str, str] = Remembered(12, len)
    kept.keep("a", 1, "-")
    kept.keep("b", 1, "-")
    kept.keep("b", 2, "----")
    assert kept.last("a") == "-"
    assert kept.last("b") is None
    for key in "cdef":
        kept.keep(key, 1, "---")
    assert [key for key in "abcdef" if kept.last(key)] == ["c", "d", "e", "f"]


def test_nobody_finds_nothing_while_another_version_takes_its_place() -> None:
    kept: Remembered[str, int] = Remembered(4)
    kept.keep("a", 0, 0)
    over, missed = threading.Event(), []

    def look() -> None:
        while not over.is_set():
            if kept.last("a") is None:
                missed.append("a")

    looking = threading.Thread(target=look)
    looking.start()
    for version in range(20_000):
        kept.keep("a", version, version)
    over.set()
    looking.join()
    assert missed == []
