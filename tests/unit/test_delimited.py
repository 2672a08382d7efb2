"""CSV and its kin: separators, widths, quotes and lines."""

from pathlib import Path

import pytest

from tests.commands import write
from tests.reading import HEAD, gathered, left_out, refusal, rows_read
from toppicks.ingest.tables.delimited import Delimited

UV = [("u", "a", 3.0), ("v", "b", 4.0)]


@pytest.mark.parametrize(
    "content",
    [
        "user,item,rating\nu,a,3\nv,b,4\n",
        "user,item,rating\r\nu,a,3\r\nv,b,4\r\n",
        "user,item,rating\ru,a,3\rv,b,4\r",
        "\ufeffuser,item,rating\nu,a,3\nv,b,4",
        '"user","item","rating"\n"u","a","3"\n"v","b","4"\n',
        "rating,comment,item,user\n3,x,a,u\n4,,b,v\n",
        "user,item,rating\n\nu,a,3\n\nv,b,4\n\n",
        "user;item;rating\nu;a;3\nv;b;4\n",
        "user\titem\trating\nu\ta\t3\nv\tb\t4,0\n",
        "user|item|rating\nu|a|3\nv|b|4\n",
        "user;item;note;rating\nu;a;x,y,z;3\nv;b;x,y;4\n",
        "user,item,rating,note\nu,a,3,x;y;z;w\nv,b,4,x;y;z;w\n",
    ],
    ids=[
        "plain", "crlf", "cr", "bom", "quoted", "columns", "blank lines", "semicolons", "tabs",
        "bars", "commas in cells", "semicolons in cells",
    ],
)  # fmt: skip
def test_usual_kinds_of_csv_say_the_same(tmp_path: Path, content: str) -> None:
    assert rows_read(tmp_path, content) == UV


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"user,item\nu,a\n", "CSV, UTF-8"),
        (b"user;item\n\xe9;a\n", "CSV, parted by semicolons, Windows-1252"),
        (b"user\titem\nu\ta\n", "CSV, parted by tabs, UTF-8"),
    ],
)
def test_the_account_says_how_a_file_is_written(tmp_path: Path, content: bytes, kind: str) -> None:
    (file,) = gathered(tmp_path, content).account.files
    assert (file.name, file.kind, file.rows) == ("r.csv", kind, 1)


def test_commas_quotes_and_line_breaks_live_inside_quotes(tmp_path: Path) -> None:
    content = 'user,note,item,rating\n"a,1","two\nlines","say ""x""",1\nb2,"\n",5" disk,2\n'
    assert rows_read(tmp_path, content) == [("b2", '5" disk', 2), ("a,1", 'say "x"', 1)]


def test_rows_that_do_not_fit_are_left_out_and_not_shifted(tmp_path: Path) -> None:
    account = gathered(tmp_path, f"{HEAD}u,a,3\nv,4\n\nw,c,4,5\nx,d\ny,e,5\n").account
    assert (account.rows_in, account.rows_used) == (5, 2)
    assert left_out(account) == {
        "too few cells, the header has 3": (2, "r.csv, line 3"),
        "too many cells, the header has 3": (1, "r.csv, line 5"),
    }
    assert [one.example for one in account.removed] == ["v,4", "w,c,4,5"]


def test_places_are_lines_whatever_the_rows_before_span(tmp_path: Path) -> None:
    content = 'user,note,item,rating\nu,"a\nb\r\nc",a,3\n\nv,"",,4\nw,"x\ny",c\n'
    # The last row does not fit and spans lines, as if a quote had swallowed some.
    assert "begins in line 7, quotes hold other rows" in refusal(tmp_path, content)
    account = gathered(tmp_path, content.replace('w,"x\ny",c', "w,c")).account
    assert left_out(account) == {
        "too few cells, the header has 4": (1, "r.csv, line 7"),
        "no item": (1, "r.csv, line 6"),
    }


@pytest.mark.parametrize(
    "content",
    [
        HEAD + 'a,"x,3\nb,"y",2\n',
        HEAD + 'a,"x,3\nb,y",2\n',
        HEAD + 'a,x,"3\nb",y,2\n',
        HEAD + 'a,x,"3\nb,y,2\n',
        'user,item,rating,note\na,x,3,"n\nb,y,2,"m"\n',
        'user,item,rating,note\n"a,x,3,n\nb",y,2,m\n',
    ],
)
def test_a_quote_that_swallows_rows_is_never_passed_over(tmp_path: Path, content: str) -> None:
    assert "begins in line 2" in refusal(tmp_path, content)


def test_a_line_break_in_an_id_costs_one_row(tmp_path: Path) -> None:
    account = gathered(tmp_path, f'{HEAD}"u\n1",a,3\nv,b,4\n').account
    assert left_out(account) == {"user that is no id": (1, "r.csv, line 2")}
    assert account.removed[0].example == "u 1,a,3"


def test_a_file_larger_than_one_block_is_read_whole(tmp_path: Path) -> None:
    lines = "".join(f"user-{n % 5_000},item-{n},{n % 5},{'x' * 100}\n" for n in range(150_000))
    found = gathered(tmp_path, f"user,item,rating,note\n{lines}v,b\nlast,,1,\n")
    account = found.account
    assert (account.rows_in, account.rows_used) == (150_002, 150_000)
    assert left_out(account) == {
        "too few cells, the header has 4": (1, "r.csv, line 150002"),
        "no item": (1, "r.csv, line 150003"),
    }
    assert len(found.interactions.users) == 5_000


def test_line_breaks_inside_quotes_survive_the_borders_of_blocks(tmp_path: Path) -> None:
    note = "note\n\n" * 30
    lines = "".join(f'user {n},"{note}{n}",item {n % 7},1\n' for n in range(100_000))
    found = gathered(tmp_path, f"user,note,item,rating\n{lines}v,,,1\n")
    assert len(found.interactions) == len(found.interactions.users) == 100_000
    assert left_out(found.account) == {"no item": (1, f"r.csv, line {61 * 100_000 + 2}")}


def test_every_cell_is_text_as_it_is_written(tmp_path: Path) -> None:
    table = Delimited(write(tmp_path / "t", "a,b,c\n1,,true\nNA,1e5,007\n"))
    assert table.sample(9).to_pylist() == [
        {"a": "1", "b": "", "c": "true"},
        {"a": "NA", "b": "1e5", "c": "007"},
    ]
    assert table.sample(1).num_rows == 1


def test_columns_are_read_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    table = Delimited(write(tmp_path / "t", "a,b,c\n1,2,3\n"))
    (batch,) = table.batches(["c", "a"])
    assert batch.to_pylist() == [{"c": "3", "a": "1"}]


def test_a_file_without_a_header_is_read_by_places(tmp_path: Path) -> None:
    content = "7,x,3,a\n8,y,4,b\n"
    assert rows_read(tmp_path, content, user="1", item="4", rating="3") == [
        ("7", "a", 3),
        ("8", "b", 4),
    ]
    assert "has no header line, its first is '7,x,3,a'" in refusal(tmp_path, content)


def test_a_year_in_a_header_is_a_column_and_no_row(tmp_path: Path) -> None:
    assert rows_read(tmp_path, "user,item,rating,2019\nu,a,3,x\n") == [("u", "a", 3)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("user,item,rating", "has a header but no rows"),
        (HEAD, "has a header but no rows"),
        ("user,item,rating,item\nu,a,1,b\n", "has the column 'item' twice"),
        ("user,item," + "x" * 300_000 + "\nu,a,1\n", "its first line is longer than 256 kB"),
        (",".join(f"c{n}" for n in range(2_001)) + "\n", "has 2,001 columns"),
        ("<html>\n", "is a web page"),
        ('[{"user": 1}]\n', "is one JSON list; write one object a line"),
    ],
)
def test_what_is_no_table_says_why(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in refusal(tmp_path, content)
