"""From rows of text to interactions, with an account of every row."""

from pathlib import Path

import numpy as np
import pytest

from tests.commands import write
from tests.reading import HEAD, TIMED, gathered, left_out, refusal, rows_of, rows_read, times_read
from toppicks.errors import InputError
from toppicks.ingest.account import Account
from toppicks.ingest.batches import ID_RULE, NO_TIME
from toppicks.ingest.cleaning import read_interactions


def _account(tmp_path: Path, content: str) -> Account:
    return gathered(tmp_path, content).account


@pytest.mark.parametrize(
    "id_", ["007", "NA", "1e5", "nan", "null", "True", "1234567890123456789", "0x1", "-0", "a/b"]
)
def test_ids_are_text_and_stay_as_written(tmp_path: Path, id_: str) -> None:
    assert rows_read(tmp_path, f"{HEAD}{id_},{id_},3\n") == [(id_, id_, 3)]


def test_ids_are_trimmed_and_composed(tmp_path: Path) -> None:
    content = f"{HEAD} cafe\u0301 ,\u00a0x\t,3\ncafé,y,2\n"
    assert rows_read(tmp_path, content) == [("café", "x", 3), ("café", "y", 2)]


def test_the_case_and_the_inside_of_an_id_matter(tmp_path: Path) -> None:
    rows = gathered(tmp_path, f"{HEAD}a,x y,1\nA,x  y,1\n").interactions
    assert set(rows.users) == {"a", "A"}
    assert set(rows.items) == {"x y", "x  y"}


def test_lookalikes_are_kept_apart_and_noted(tmp_path: Path) -> None:
    account = _account(tmp_path, f"{HEAD}a,x y,1\nA,x  y,1\n")
    notes = {note.what: (note.n, note.done) for note in account.notes}
    assert notes["user ids that look alike, in groups"] == (1, "kept apart")
    assert notes["item ids that look alike, in groups"] == (1, "kept apart")


def test_rows_of_ids_are_in_natural_order(tmp_path: Path) -> None:
    rows = gathered(tmp_path, f"{HEAD}10,b,1\n9,a,1\n1,aa,1\n").interactions
    assert list(rows.users) == ["1", "9", "10"]
    assert list(rows.items) == ["a", "b", "aa"]


def test_rows_are_ordered_by_user_then_time_then_item(tmp_path: Path) -> None:
    rows = gathered(tmp_path, f"{TIMED}2,a,1,5\n1,b,2,9\n1,c,3,7\n1,a,4,9\n").interactions
    assert rows_of(rows) == [("1", "c", 3), ("1", "a", 4), ("1", "b", 2), ("2", "a", 1)]
    assert rows.timestamp is not None
    assert rows.timestamp.tolist() == [7, 9, 9, 5]
    assert rows.user_starts().tolist() == [0, 3, 4]


def test_times_so_far_apart_that_one_number_cannot_hold_them_are_ordered_too(
    tmp_path: Path,
) -> None:
    lines = "".join(f"{n},a,1,{(n % 3 - 1) * 10**10}\n{n},b,1,0001-01-01\n" for n in range(99))
    rows = gathered(tmp_path, f"{TIMED}{lines}").interactions
    assert rows.timestamp is not None
    for begin, end in zip(rows.user_starts()[:-1], rows.user_starts()[1:], strict=True):
        assert rows.timestamp[begin:end].tolist() == sorted(rows.timestamp[begin:end].tolist())


def test_types_are_small_and_times_are_whole_seconds(tmp_path: Path) -> None:
    rows = gathered(tmp_path, f"{TIMED}1,a,4.5,1260759144.9\n").interactions
    assert rows.user_idx.dtype == rows.item_idx.dtype == np.int32
    assert rows.rating.dtype == np.float32
    assert rows.timestamp is not None
    assert rows.timestamp.dtype == np.int64
    assert rows.timestamp.tolist() == [1260759144]


def test_the_latest_rating_of_a_pair_counts(tmp_path: Path) -> None:
    found = gathered(tmp_path, f"{TIMED}u,a,1,20\nu,a,2,30\nu,a,3,10\nu,b,4,5\n")
    assert rows_of(found.interactions) == [("u", "b", 4), ("u", "a", 2)]
    (removed,) = found.account.removed
    assert (removed.rows, removed.done) == (2, "the latest counts")
    assert removed.reason == "an earlier rating of the same user and item"
    assert (removed.example, removed.where) == ("u,a,1,20", "r.csv, line 2")


def test_of_two_ratings_at_the_same_time_the_last_in_the_file_counts(tmp_path: Path) -> None:
    assert rows_read(tmp_path, f"{TIMED}u,a,1,9\nu,a,2,9\n") == [("u", "a", 2)]


def test_without_times_the_last_in_the_file_counts(tmp_path: Path) -> None:
    found = gathered(tmp_path, f"{HEAD}u,a,1\nu,b,4\nu,a,2\n").interactions
    assert sorted(rows_of(found)) == [("u", "a", 2), ("u", "b", 4)]
    assert found.timestamp is None


def test_counts_add_up_and_their_time_is_the_latest(tmp_path: Path) -> None:
    content = "user,item,plays,timestamp\nu,a,2,20\nu,a,3,30\nu,a,4,10\nu,b,1,5\n"
    found = gathered(tmp_path, content)
    assert rows_of(found.interactions) == [("u", "b", 1), ("u", "a", 9)]
    assert times_read(tmp_path, content) == [5, 30]
    (removed,) = found.account.removed
    assert (removed.rows, removed.done) == (2, "added up")


def test_a_later_row_that_cannot_be_used_supersedes_nothing(tmp_path: Path) -> None:
    assert rows_read(tmp_path, f"{HEAD}u,a,1\nu,a,x\n") == [("u", "a", 1)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",a,3,1", "no user"),
        ("  ,a,3,1", "no user"),
        ("u,,3,1", "no item"),
        ("u,\u2003,3,1", "no item"),
        (f"{'u' * 201},a,3,1", f"user that is no id: {ID_RULE}"),
        (f"u,{'é' * 201},3,1", f"item that is no id: {ID_RULE}"),
        ("u\x07,a,3,1", f"user that is no id: {ID_RULE}"),
        ("u,..,3,1", f"item that is no id: {ID_RULE}"),
        ("u,a,,1", "rating is no finite number"),
        ("u,a,good,1", "rating is no finite number"),
        ("u,a,inf,1", "rating is no finite number"),
        ('u,a,"4,5",1', "rating is no finite number"),
        ("u,a,3,", NO_TIME),
        ("u,a,3,soon", NO_TIME),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_shown(
    tmp_path: Path, row: str, reason: str
) -> None:
    account = _account(tmp_path, f"{TIMED}v,b,1,1\n\n{row}\n{row}\nw,c,1,1\n")
    assert (account.rows_in, account.rows_used) == (4, 2)
    (removed,) = account.removed
    assert (removed.reason, removed.rows, removed.done) == (reason, 2, "left out")
    assert removed.where == "r.csv, line 4"
    user, item, rating, time = (
        " ".join(part[:40].split())
        for part in row.replace('"4,5"', "4;5").replace(",", "\t").split("\t")
    )
    assert removed.example == f"{user},{item},{rating.replace(';', ',')},{time}"


def test_a_row_has_one_reason_the_first_that_fits(tmp_path: Path) -> None:
    account = _account(tmp_path, f"{TIMED}v,b,1,1\n,,x,x\nu,,x,x\nu,a,x,x\nu,a,1,x\nu\n")
    assert [(removed.reason.split(":")[0], removed.rows) for removed in account.removed] == [
        ("too few cells, the header has 4", 1),
        ("no user", 1),
        ("no item", 1),
        ("rating is no finite number", 1),
        ("timestamp is no time", 1),
    ]


def test_ids_of_rows_left_out_are_not_in_the_maps(tmp_path: Path) -> None:
    rows = gathered(tmp_path, f"{HEAD}u,a,1\nghost,phantom,x\n").interactions
    assert list(rows.users) == ["u"]
    assert list(rows.items) == ["a"]


@pytest.mark.parametrize("timed", [True, False])
def test_what_merely_happened_is_counted(tmp_path: Path, timed: bool) -> None:
    head, rest = ("user,item,timestamp", ",7") if timed else ("user,item", "")
    found = gathered(tmp_path, f"{head}\nu,a{rest}\nv,b{rest}\nu,a{rest}\n,b{rest}\n")
    assert rows_of(found.interactions) == [("u", "a", 2), ("v", "b", 1)]
    assert found.interactions.rating.dtype == np.float32
    assert (found.interactions.timestamp is not None) == timed
    assert (found.account.rows_in, found.account.rows_used) == (4, 2)
    assert left_out(found.account) == {
        "no user": (1, "r.csv, line 5"),
        "further rows of the same user and item": (1, "r.csv, line 2"),
    }


def test_who_has_a_single_row_is_kept_and_noted(tmp_path: Path) -> None:
    found = gathered(tmp_path, f"{HEAD}u,a,1\nu,b,2\nv,a,3\n")
    notes = {note.what: (note.n, note.example, note.done) for note in found.account.notes}
    assert notes["users with a single row"] == (1, "v", "kept; popularity and features speak")
    assert notes["items with a single row"] == (1, "b", "kept; popularity and features speak")
    assert len(found.interactions) == 3


def test_units_of_time_are_noted_unless_they_are_seconds(tmp_path: Path) -> None:
    content = f"{TIMED}u,a,1,1577934245000\nu,b,2,2020-01-02\nu,c,3,5\n"
    notes = {note.what: (note.n, note.done) for note in _account(tmp_path, content).notes}
    assert notes["times in milliseconds"] == (1, "read as such")
    assert notes["times in ISO 8601 without zone"] == (1, "taken for UTC")
    plain = _account(tmp_path, f"{TIMED}u,a,1,1577934245\n").notes
    assert not any("times in" in note.what for note in plain)


def test_several_files_are_one(tmp_path: Path) -> None:
    first = write(tmp_path / "1.csv", f"{TIMED}u,a,1,1\n")
    second = write(tmp_path / "2.csv", "timestamp;rating;item;user\n2;5;a;u\n3;4;b;v\n9;9;;w\n")
    third = write(tmp_path / "3.jsonl", '{"user": "u", "item": "b", "rating": 2, "timestamp": 4}\n')
    found = read_interactions([first, second, third])
    assert rows_of(found.interactions) == [("u", "a", 5), ("u", "b", 2), ("v", "b", 4)]
    assert (found.account.rows_in, found.account.rows_used) == (5, 3)
    assert left_out(found.account) == {
        "no item": (1, "2.csv, line 4"),
        "an earlier rating of the same user and item": (1, "1.csv, line 2"),
    }
    assert [(file.name, file.rows) for file in found.account.files] == [
        ("1.csv", 1),
        ("2.csv", 3),
        ("3.jsonl", 1),
    ]


def test_a_repetition_in_the_second_file_is_placed_there(tmp_path: Path) -> None:
    first = write(tmp_path / "1.csv", f"{TIMED}x,a,1,99\n,a,1,1\n")
    second = write(tmp_path / "2.csv", f"{TIMED},a,1,1\nu,a,1,1\nu,a,2,2\n")
    account = read_interactions([first, second]).account
    assert left_out(account)["an earlier rating of the same user and item"] == (
        1,
        "2.csv, line 3",
    )


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        (f"{TIMED}u,a,1,99\n", f"{HEAD}u,a,5\n", "timestamp"),
        ("user,item\nu,a\n", f"{HEAD}u,a,5\n", "rating"),
        ("user,item,plays\nu,a,3\n", "user,item\nu,a\n", "weight"),
        ("user,item\nu,a\n", "user,item,event\nu,a,view\n", "event"),
    ],
)
def test_what_only_some_of_the_files_have_is_refused(
    tmp_path: Path, first: str, second: str, column: str
) -> None:
    paths = [write(tmp_path / "1.csv", first), write(tmp_path / "2.csv", second)]
    match = rf"2\.csv: of the files, some have the column '{column}'"
    with pytest.raises(InputError, match=match):
        read_interactions(paths)


def test_the_second_file_is_named_where_it_is_the_wrong_one(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", f"{HEAD}u,a,1\n")
    bad = write(tmp_path / "bad.csv", "a,b\nx,y\n")
    with pytest.raises(InputError, match=r"bad.csv: has no column 'user'"):
        read_interactions([good, bad])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD + "u,a,x\n,b,1\n", "no row can be used (no user: 1, e.g. ,b,1; rating is no"),
        (HEAD + '"u\n1",a,x\n', "e.g. u 1,a,x"),
        (HEAD + "u,a\n", "no row can be used (too few cells, the header has 3: 1, e.g. u,a)"),
        ("user,item,plays\nu,a,0\n", "counts that add up to nothing: 1, e.g. u,a,0"),
    ],
)
def test_where_no_row_can_be_used_the_reasons_are_said(
    tmp_path: Path, content: str, reason: str
) -> None:
    assert reason in refusal(tmp_path, content)


def test_columns_that_are_not_used_are_listed(tmp_path: Path) -> None:
    rows = "".join(f"u{n % 5},i{n % 4},{n % 3},{n}\n" for n in range(20))
    (file,) = _account(tmp_path, f"user,item,rating,row\n{rows}").files
    assert file.columns == {"user": "user", "item": "item", "rating": "rating"}
    assert file.unused == ("row",)
