"""JSON lines as a table of text."""

from pathlib import Path

import pytest

from tests.commands import write
from tests.reading import gathered, left_out, refusal, rows_read
from toppicks.ingest.tables.json_lines import BLOCK, JsonLines


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    line = '{"a": 1234567890123456789, "b": 1.10, "c": 1e5, "d": -0, "e": "007", "f": 1e400}\n'
    table = JsonLines(write(tmp_path / "t", line))
    assert table.sample(9).to_pylist() == [
        {"a": "1234567890123456789", "b": "1.10", "c": "1e5", "d": "-0", "e": "007", "f": "1e400"}
    ]


def test_what_is_not_there_is_blank(tmp_path: Path) -> None:
    table = JsonLines(write(tmp_path / "t", '{"a": null, "b": NaN}\n{"c": ""}\n'))
    assert table.sample(9).to_pylist() == [{"a": "", "b": "", "c": ""}] * 2


def test_lists_and_objects_stay_json(tmp_path: Path) -> None:
    table = JsonLines(write(tmp_path / "t", '{"a": ["é", "y"], "b": {"c": true}, "d": false}\n'))
    assert table.sample(9).to_pylist() == [{"a": '["é", "y"]', "b": '{"c": true}', "d": "false"}]


def test_the_order_of_keys_makes_no_difference(tmp_path: Path) -> None:
    content = '{"user": "u", "item": "a", "rating": 3}\n{"rating": 4, "item": "b", "user": "v"}\n'
    assert rows_read(tmp_path, content) == [("u", "a", 3), ("v", "b", 4)]


@pytest.mark.parametrize(
    "line",
    ['{"user": "v", "item": "b", "rating": 4},', '{"user": "v"', "[1]", "null", "7", "x",
     '{"user": "v", "user": "w", "item": "b", "rating": 4}', '{"user": "\\ud800", "item": "b"}',
     '{"item": ' + "[" * 100_000, '{"user": {"a": 1, "a": 2}}'],
)  # fmt: skip
def test_a_line_that_is_no_object_is_left_out(tmp_path: Path, line: str) -> None:
    good = '{{"user": "{}", "item": "a", "rating": 3}}\n'
    found = gathered(tmp_path, f"{good.format('u')}\n{line}\n{good.format('w')}")
    assert list(found.interactions.users) == ["u", "w"]
    assert left_out(found.account) == {
        "no JSON object, or one that repeats a key": (1, "r.csv, line 3")
    }
    assert found.account.rows_in == 3


def test_places_are_lines_beyond_the_first_block(tmp_path: Path) -> None:
    lines = "".join(
        f'{{"user": "{n % 99}", "item": {n // 50}, "rating": 3}}\n' for n in range(BLOCK + 5)
    )
    account = gathered(tmp_path, f'{lines}\n{{"user": "u", "rating": 1}}\n').account
    assert (account.rows_in, account.rows_used) == (BLOCK + 6, BLOCK + 5)
    assert left_out(account) == {"no item": (1, f"r.csv, line {BLOCK + 7}")}


@pytest.mark.parametrize("content", ["{}\n", "{\n}\n", '{"a"\n'])
def test_without_any_object_it_is_refused(tmp_path: Path, content: str) -> None:
    assert "its lines are no JSON objects" in refusal(tmp_path, content)


def test_names_that_differ_in_case_are_two_columns(tmp_path: Path) -> None:
    content = '{"user": "u", "item": "a"}\n{"User": "v", "item": "b"}\n'
    assert "could be 'user' or 'User'; say which with --user-col" in refusal(tmp_path, content)
    assert rows_read(tmp_path, content, user="user") == [("u", "a", 1)]
