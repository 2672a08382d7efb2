"""From any CSV file to interactions, with an account of what is left out."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from tests.worlds import input_refusal
from toppicks.errors import InputError
from toppicks.ingest.cleaning import ID_RULE, Account, Removed, read_interactions
from toppicks.ingest.feedback import like_threshold
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.reading import read_table

HEAD = "user,item,rating\n"
TIMED = "user,item,rating,timestamp\n"
Row = tuple[str, str, float]


def _file(tmp_path: Path, content: str | bytes, name: str = "r.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _read(tmp_path: Path, content: str | bytes, name: str = "r.csv") -> Interactions:
    return read_interactions([_file(tmp_path, content, name)])[0]


def _account(tmp_path: Path, content: str) -> Account:
    return read_interactions([_file(tmp_path, content)])[1]


def _rows(interactions: Interactions) -> list[Row]:
    return [
        (interactions.users[user], interactions.items[item], float(rating))
        for user, item, rating in zip(
            interactions.user_idx.tolist(),
            interactions.item_idx.tolist(),
            interactions.rating.tolist(),
            strict=True,
        )
    ]


def _refusal(tmp_path: Path, content: str | bytes, name: str = "r.csv") -> str:
    return input_refusal(_file(tmp_path, content, name))


@pytest.mark.parametrize(
    "id_", ["007", "NA", "1e5", "nan", "null", "True", "1234567890123456789", "0x1", "-0", "a/b"]
)
def test_ids_are_text_and_stay_as_written(tmp_path: Path, id_: str) -> None:
    rows = _read(tmp_path, f"{HEAD}{id_},{id_},3\n")
    assert _rows(rows) == [(id_, id_, 3)]


def test_ids_are_trimmed_and_composed(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{HEAD} cafe\u0301 ,\u00a0x\t,3\ncafé,y,2\n")
    assert _rows(rows) == [("café", "x", 3), ("café", "y", 2)]


def test_the_case_and_the_inside_of_an_id_matter(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{HEAD}a,x y,1\nA,x  y,1\n")
    assert set(rows.users) == {"a", "A"}
    assert set(rows.items) == {"x y", "x  y"}


def test_rows_of_ids_are_in_natural_order(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{HEAD}10,b,1\n9,a,1\n1,aa,1\n")
    assert list(rows.users) == ["1", "9", "10"]
    assert list(rows.items) == ["a", "b", "aa"]


def test_rows_are_ordered_by_user_then_time_then_item(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{TIMED}2,a,1,5\n1,b,2,9\n1,c,3,7\n1,a,4,9\n")
    assert _rows(rows) == [("1", "c", 3), ("1", "a", 4), ("1", "b", 2), ("2", "a", 1)]
    assert rows.timestamp is not None
    assert rows.timestamp.tolist() == [7, 9, 9, 5]
    assert rows.user_starts().tolist() == [0, 3, 4]


def test_types_are_small_and_times_are_seconds(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{TIMED}1,a,4.5,1260759144.9\n")
    assert rows.user_idx.dtype == rows.item_idx.dtype == np.int32
    assert rows.rating.dtype == np.float32
    assert rows.timestamp is not None
    assert rows.timestamp.dtype == np.int64
    assert rows.timestamp.tolist() == [1260759144]


def test_the_latest_rating_of_a_pair_counts(tmp_path: Path) -> None:
    path = _file(tmp_path, f"{TIMED}u,a,1,20\nu,a,2,30\nu,a,3,10\nu,b,4,5\n")
    rows, account = read_interactions([path])
    assert _rows(rows) == [("u", "b", 4), ("u", "a", 2)]
    (removed,) = account.removed
    assert removed.rows == 2
    assert removed.reason == "an earlier rating of the same user and item"
    assert removed.example == "u,a,1,20"


def test_of_two_ratings_at_the_same_time_the_last_in_the_file_counts(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, f"{TIMED}u,a,1,9\nu,a,2,9\n")) == [("u", "a", 2)]


def test_without_times_the_last_in_the_file_counts(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{HEAD}u,a,1\nu,b,4\nu,a,2\n")
    assert sorted(_rows(rows)) == [("u", "a", 2), ("u", "b", 4)]
    assert rows.timestamp is None


def test_an_earlier_row_that_cannot_be_used_supersedes_nothing(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, f"{HEAD}u,a,1\nu,a,x\n")) == [("u", "a", 1)]


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
        ("u,a,,1", "rating is no number"),
        ("u,a,good,1", "rating is no number"),
        ("u,a,nan,1", "rating is no number"),
        ("u,a,inf,1", "rating is no number"),
        ("u,a,1e400,1", "rating is no number"),
        ('u,a,"4,5",1', "rating is no number"),
        ("u,a,0x10,1", "rating is no number"),
        ("u,a,1_000,1", "rating is no number"),
        ("u,a,--1,1", "rating is no number"),
        ("u,a,3,", "timestamp is no number"),
        ("u,a,3,2020-01-01", "timestamp is no number"),
        ("u,a,3,1e18", "timestamp is no number"),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_shown(
    tmp_path: Path, row: str, reason: str
) -> None:
    account = _account(tmp_path, f"{TIMED}v,b,1,1\n{row}\n{row}\nw,c,1,1\n")
    assert (account.rows_in, account.rows_used) == (4, 2)
    example = ",".join(
        " ".join(part[:40].split()) for part in row.replace('"4,5"', "4,5").split(",")
    )
    assert account.removed == (Removed(reason, 2, example),)


def test_a_row_has_one_reason_the_first_that_fits(tmp_path: Path) -> None:
    account = _account(tmp_path, f"{TIMED}v,b,1,1\n,,x,x\nu,,x,x\nu,a,x,x\n")
    assert [(removed.reason, removed.rows) for removed in account.removed] == [
        ("no user", 1),
        ("no item", 1),
        ("rating is no number", 1),
    ]


def test_ids_of_exactly_200_characters_are_used(tmp_path: Path) -> None:
    # 200 once composed: each is written as two characters.
    rows = _read(tmp_path, HEAD + "e\u0301" * 200 + ",a,1\n")
    assert list(rows.users) == ["é" * 200]


def test_ids_of_rows_left_out_are_not_in_the_maps(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{HEAD}u,a,1\nghost,phantom,x\n")
    assert list(rows.users) == ["u"]
    assert list(rows.items) == ["a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        (" 4.5 ", 4.5),
        ("+1", 1),
        ("-2", -2),
        (".5", 0.5),
        ("3.", 3),
        ("1e2", 100),
        ("5E-1", 0.5),
        ("+.5e+1", 5),
        ("0", 0),
        ("007", 7),
    ],
)
def test_numbers_are_read_however_they_are_written(tmp_path: Path, text: str, value: float) -> None:
    assert _rows(_read(tmp_path, f"{HEAD}u,a,{text}\n")) == [("u", "a", value)]


@pytest.mark.parametrize(
    "content",
    [
        "user,item,rating\nu,a,3\nv,b,4\n",
        "user,item,rating\r\nu,a,3\r\nv,b,4\r\n",
        "\ufeffuser,item,rating\nu,a,3\nv,b,4",
        '"user","item","rating"\n"u","a","3"\n"v","b","4"\n',
        "rating,comment,item,user\n3,x,a,u\n4,,b,v\n",
        "user,item,rating\n\nu,a,3\n\nv,b,4\n\n",
    ],
    ids=["plain", "crlf", "bom", "quoted", "columns", "blank lines"],
)
def test_usual_kinds_of_csv_say_the_same(tmp_path: Path, content: str) -> None:
    assert _rows(_read(tmp_path, content)) == [("u", "a", 3), ("v", "b", 4)]


def test_commas_quotes_and_line_breaks_live_inside_quotes(tmp_path: Path) -> None:
    content = 'user,note,item,rating\n"a,1","two\nlines","say ""x""",1\nb2,"\n",5" disk,2\n'
    rows = _read(tmp_path, content)
    assert _rows(rows) == [("b2", '5" disk', 2), ("a,1", 'say "x"', 1)]


def test_gzipped_files_are_read_in_all_their_members(tmp_path: Path) -> None:
    content = gzip.compress(f"{HEAD}u,a,3\n".encode()) + gzip.compress(b"v,b,4\n")
    assert _rows(_read(tmp_path, content, "r.csv.gz")) == [("u", "a", 3), ("v", "b", 4)]


def test_several_files_are_one(tmp_path: Path) -> None:
    first = _file(tmp_path, f"{TIMED}u,a,1,1\n", "1.csv")
    second = _file(tmp_path, "timestamp,rating,item,user\n2,5,a,u\n3,4,b,v\n", "2.csv")
    rows, account = read_interactions([first, second])
    assert _rows(rows) == [("u", "a", 5), ("v", "b", 4)]
    assert (account.rows_in, account.rows_used) == (3, 2)


def test_times_in_some_of_the_files_alone_are_refused(tmp_path: Path) -> None:
    first = _file(tmp_path, f"{TIMED}u,a,1,99\n", "1.csv")
    second = _file(tmp_path, f"{HEAD}u,a,5\n", "2.csv")
    with pytest.raises(InputError, match=r"2\.csv: of the files, some have the column 'timestamp'"):
        read_interactions([first, second])


def test_ratings_in_some_of_the_files_alone_are_refused(tmp_path: Path) -> None:
    first = _file(tmp_path, "user,item\nu,a\n", "1.csv")
    second = _file(tmp_path, f"{HEAD}u,a,5\n", "2.csv")
    with pytest.raises(InputError, match=r"2\.csv: of the files, some have the column 'rating'"):
        read_interactions([first, second])


def test_an_odd_column_is_refused_in_the_second_file_too(tmp_path: Path) -> None:
    first = _file(tmp_path, "user,item\nu,a\n", "1.csv")
    second = _file(tmp_path, "user,item,stars\nu,a,5\n", "2.csv")
    with pytest.raises(InputError, match=r"2\.csv: has no column 'rating' but .*'stars'"):
        read_interactions([first, second])


@pytest.mark.parametrize("timed", [True, False])
def test_where_nobody_rates_every_row_counts_the_same(tmp_path: Path, timed: bool) -> None:
    head, rest = ("user,item,timestamp", ",7") if timed else ("user,item", "")
    path = _file(tmp_path, f"{head}\nu,a{rest}\nv,b{rest}\nu,a{rest}\n,b{rest}\n")
    rows, account = read_interactions([path])
    assert _rows(rows) == [("u", "a", 1), ("v", "b", 1)]
    assert rows.rating.dtype == np.float32
    assert (rows.timestamp is not None) == timed
    assert account == Account(
        4,
        2,
        (
            Removed("no user", 1, f",b{rest}"),
            Removed("an earlier row of the same user and item", 1, f"u,a{rest}"),
        ),
    )


def test_a_file_larger_than_one_block_is_read_whole(tmp_path: Path) -> None:
    lines = "".join(f"user-{n},item-{n % 977},{n % 5}\n" for n in range(100_000))
    path = _file(tmp_path, HEAD + lines)
    rows, account = read_interactions([path])
    assert path.stat().st_size > 1_500_000
    assert (account.rows_in, account.rows_used, len(rows.items)) == (100_000, 100_000, 977)


def test_line_breaks_inside_quotes_survive_the_borders_of_blocks(tmp_path: Path) -> None:
    lines = "".join(f'user {n},"note\n\n{n}",item {n % 7},1\n' for n in range(100_000))
    rows = _read(tmp_path, "user,note,item,rating\n" + lines)
    assert len(rows) == len(rows.users) == 100_000
    assert set(rows.items) == {f"item {n}" for n in range(7)}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("user,item,rating", "has no rows"),
        (HEAD, "has a header but no rows"),
        (
            "user,item,stars\nu,a,5\n",
            "has no column 'rating' but 'user', 'item', 'stars'; name its",
        ),
        ("user,item,timestamp,x\nu,a,5,1\n", "has no column 'rating' but 'user', 'item', 'times"),
        ("User,item,rating\nu,a,1\n", "has no column 'user' but 'User'"),
        ("user;item;rating\nu;a;1\n", "has no column 'user' but 'user;item;rating'"),
        ("user,item,rating,item\nu,a,1,b\n", "has the column 'item' twice"),
        (HEAD + "u,a\n", "Expected 3 columns, got 2"),
        (HEAD + "u,a,1,9\nv,b,2\n", "Expected 3 columns, got 4"),
        (HEAD + "u,a,1\n" * 200_000 + "v,b\n", "Expected 3 columns, got 2"),
        (HEAD + 'u,"a,1\nv,b,2\n', "cannot be read as CSV"),
        ((HEAD + "é,a,1\n").encode("latin-1"), "invalid UTF8"),
        (HEAD.encode() + b"u,a,1\n" * 200_000 + b"\xe9,a,1\n", "invalid UTF8"),
        ("user,item,rating,prénom\nu,a,1,x\n".encode("latin-1"), "its header is not UTF-8"),
        ((HEAD + "u,a,1\n").encode("utf-16"), "cannot be read as CSV"),
        (gzip.compress((HEAD + "u,a,1\n").encode()), "no rows"),
        (HEAD + "u,a,x\n,b,1\n", "no row can be used (no user: 1, e.g. ,b,1; rating is no"),
        (HEAD + '"u\n1",a,x\n', "e.g. u 1,a,x"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    assert reason in _refusal(tmp_path, content)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    lines = "".join(f"u{n},i{n * 7919},3\n" for n in range(20_000))
    whole = gzip.compress((HEAD + lines).encode())
    assert "cannot be read as CSV" in _refusal(tmp_path, whole[: len(whole) // 2], "r.csv.gz")
    assert "cannot be read as CSV" in _refusal(tmp_path, HEAD + lines, "r.csv.gz")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no.csv: no such file; name a CSV file"):
        read_interactions([tmp_path / "no.csv"])


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a CSV file"):
        read_interactions([tmp_path])


def test_a_name_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read as CSV .*File name too long"):
        read_interactions([tmp_path / ("x" * 300)])


def test_a_pipe_is_refused_and_not_read_in_part(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{HEAD}u,a,1\n".encode())
    os.close(writing)
    try:
        with pytest.raises(InputError, match="cannot be read as CSV"):
            read_interactions([Path(f"/dev/fd/{reading}")])
    finally:
        os.close(reading)


def test_the_second_file_is_named_where_it_is_the_wrong_one(tmp_path: Path) -> None:
    good = _file(tmp_path, f"{HEAD}u,a,1\n", "good.csv")
    bad = _file(tmp_path, "a,b\n1,2\n", "bad.csv")
    with pytest.raises(InputError, match=r"bad.csv: has no column 'user'"):
        read_interactions([good, bad])


def test_every_column_of_a_table_is_text(tmp_path: Path) -> None:
    path = _file(tmp_path, "a,b,c\n1,,true\n")
    assert read_table(path, ("a",), "a").to_pylist() == [{"a": "1", "b": "", "c": "true"}]


@pytest.mark.parametrize(
    ("ratings", "threshold"),
    [
        ([1, 2, 3, 4, 5], 4),
        ([5, 0.5, 3.5, 4], 4),
        ([0, 1], 1),
        ([3, 3, 3], 3),
        ([-10, 10, 5, 4.9], 5),
        ([1, 5, 3.9], 5),
        ([0], 0),
    ],
)
def test_a_like_is_the_lowest_rating_in_the_top_quarter_of_the_scale(
    ratings: list[float], threshold: float
) -> None:
    assert like_threshold(np.array(ratings, np.float32)) == threshold


@pytest.mark.parametrize("rating", [0.1, 0.7, 1e-30, -0.3])
def test_equal_ratings_are_all_likes(rating: float) -> None:
    ratings = np.full(3, rating, np.float32)
    assert (ratings >= like_threshold(ratings)).all()


def test_interactions_under_a_mask_keep_their_maps(tmp_path: Path) -> None:
    rows = _read(tmp_path, f"{TIMED}u,a,1,1\nu,b,2,2\nv,a,3,3\n")
    kept = rows.where(np.array([False, True, True]))
    assert _rows(kept) == [("u", "b", 2), ("v", "a", 3)]
    assert kept.timestamp is not None
    assert kept.timestamp.tolist() == [2, 3]
    assert kept.shape == rows.shape == (2, 2)
    assert kept.matrix().toarray().tolist() == [[0, 1], [1, 0]]
    assert kept.counts_by_item().tolist() == [1, 1]
    assert rows.where(np.zeros(3, bool)).counts_by_item().tolist() == [0, 0]
    assert rows.where(np.array([False, False, True])).user_starts().tolist() == [0, 0, 1]
