"""Ids from outside and rows, both ways."""

import pytest

from toppicks.ids import IdMap


def test_rows_follow_the_order_of_the_ids() -> None:
    items = IdMap(["b", "a", "007"])
    assert [items.idx(id_) for id_ in ("b", "a", "007")] == [0, 1, 2]
    assert [items[0], items[1], items[2]] == ["b", "a", "007"]
    assert list(items) == ["b", "a", "007"]
    assert len(items) == 3


def test_an_unknown_id_is_none_or_a_key_error() -> None:
    items = IdMap(["1"])
    assert items.get("01") is None
    assert items.get("1") == 0
    assert "01" not in items
    assert "1" in items
    with pytest.raises(KeyError):
        items.idx("01")


def test_a_repeated_id_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'a' occurs more than once"):
        IdMap(["a", "b", "a"])


def test_an_empty_map_is_a_map() -> None:
    assert len(IdMap([])) == 0
    assert IdMap([]).get("a") is None


def test_ids_may_come_from_a_generator() -> None:
    assert list(IdMap(str(n) for n in range(3))) == ["0", "1", "2"]


def test_a_union_keeps_the_rows_and_adds_what_is_new() -> None:
    first = IdMap(["b", "a"])
    assert list(first.union(["c", "a", "d"])) == ["b", "a", "c", "d"]
    assert list(first.union([])) == list(first) == ["b", "a"]
