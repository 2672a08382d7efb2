"""What is remembered, and for how long."""

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
    kept: Remembered[str, str] = Remembered(6, len)
    for key in "abc":
        kept.keep(key, None, "--")
    kept.keep("a", None, "-")
    kept.keep("d", None, "---")
    assert [key for key in "abcd" if kept.last(key)] == ["a", "c", "d"]
    kept.forget("c")
    kept.keep("e", None, "--")
    assert [key for key in "abcde" if kept.last(key)] == ["a", "d", "e"]


def test_the_last_stays_however_large() -> None:
    kept: Remembered[str, str] = Remembered(3, len)
    kept.keep("a", None, "-")
    kept.keep("b", None, "-" * 9)
    assert [key for key in "ab" if kept.last(key)] == ["b"]
    kept.keep("c", None, "-")
    assert [key for key in "abc" if kept.last(key)] == ["c"]
