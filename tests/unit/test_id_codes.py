"""Ids as they come in."""

import numpy as np
import pyarrow as pa
import pytest

from toppicks.ingest.id_codes import BLANK, IMPOSSIBLE, IdCodes, alike_notes, lookalikes


def test_each_distinct_id_has_a_code_in_the_order_of_appearance() -> None:
    ids = IdCodes()
    assert ids.codes(pa.array(["b", "a", "b", " a "])).tolist() == [0, 1, 0, 1]
    assert ids.codes(pa.array(["c", "a"])).tolist() == [2, 1]
    assert ids.codes(pa.array([], pa.string())).tolist() == []
    assert ids.ids == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", BLANK), (" \t", BLANK), ("\u00a0\u2003", BLANK), ("x" * 200, 0), ("x" * 201, IMPOSSIBLE),
     ("e\u0301" * 200, 0), ("\x07", IMPOSSIBLE), ("a\nb", IMPOSSIBLE), ("a\0", IMPOSSIBLE),
     (".", IMPOSSIBLE), ("..", IMPOSSIBLE), ("...", 0), ("\u200b", 0), ("NA", 0)],
)  # fmt: skip
def test_what_can_be_an_id(text: str, code: int) -> None:
    assert IdCodes().codes(pa.array([text])).tolist() == [code]


def test_ids_are_composed_and_that_is_remembered() -> None:
    ids = IdCodes()
    assert ids.codes(pa.array(["caf\u00e9", "cafe\u0301", "A\u030a", "\u212b"])).tolist() == [
        0,
        0,
        1,
        1,
    ]
    assert ids.ids == ["caf\u00e9", "\u00c5"]
    assert ids.recomposed == ["caf\u00e9", "\u00c5", "\u00c5"]


def test_those_that_are_used_come_in_natural_order() -> None:
    ids = IdCodes()
    ids.codes(pa.array(["10", "9", "x", "1"]))
    map_, rows = ids.in_order(np.array([3, 0, 1, 0], np.int32))
    assert list(map_) == ["1", "9", "10"]
    assert rows.tolist() == [2, 1, -1, 0]


@pytest.mark.parametrize(
    "group",
    [
        ("paypal", "PayPal", "\u0440\u0430y\u0440\u0430l", "pay\u200bpal"),
        ("007", "7", "07"),
        ("a b", "a  b", "A\u00a0b"),
        ("Zoe", "zo\u00eb"),
        ("\uff41bc", "abc"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
def test_lookalikes_are_grouped(group: tuple[str, ...]) -> None:
    assert lookalikes([*group, "other", "0", "10"]) == [group]


def test_ids_that_differ_visibly_are_no_lookalikes() -> None:
    assert (
        lookalikes(["a", "b", "1", "10", "100", "a-b", "ab", "\u65e5", "\u672c", "0", "00x"]) == []
    )


def test_a_note_counts_groups_and_shows_the_largest() -> None:
    (note,) = alike_notes("user", ["a", "A", "x", "7", "07", "007"])
    assert (note.n, note.example, note.done) == (2, "'7' / '07' / '007'", "kept apart")
    assert alike_notes("user", ["a", "b"]) == []
