"""What further columns of a file of feedback say of its items and its users."""

from pathlib import Path

from tests.reading import gathered
from toppicks.ingest.roles import SAMPLE

STARS = (
    "description,language,repo,stargazers,user\n"
    '"Fast, small",Go,o/a,10,u\n"Fast, small",Go,o/a,10,v\n,C,o/b,3,u\n,C,o/b,3,w\n'
)


def test_columns_that_go_by_the_item_are_about_it(tmp_path: Path) -> None:
    found = gathered(tmp_path, STARS)
    assert list(found.interactions.items) == ["o/a", "o/b"]
    assert found.item_cells == {
        "description": [["Fast, small"], []],
        "language": [["Go"], ["C"]],
        "stargazers": [["10"], ["3"]],
    }
    assert found.item_column == "repo"
    assert found.user_cells == {}


def test_columns_that_go_by_the_user_are_about_them(tmp_path: Path) -> None:
    rows = "".join(f"u{n % 5},i{n % 4},{20 + n % 5}\n" for n in range(20))
    found = gathered(tmp_path, f"user,item,age\n{rows}")
    assert found.user_cells == {"age": [["20"], ["21"], ["22"], ["23"], ["24"]]}
    assert found.item_cells == {}


def test_what_goes_by_neither_or_never_changes_is_about_nothing(tmp_path: Path) -> None:
    rows = "".join(f"u{n % 5},i{n % 4},3,{n},same\n" for n in range(20))
    found = gathered(tmp_path, f"user,item,rating,row,source\n{rows}")
    assert found.item_cells == found.user_cells == {}
    assert found.account.files[0].unused == ("row", "source")


def test_of_several_texts_the_first_counts_and_that_is_noted(tmp_path: Path) -> None:
    rows = "".join(f"u{n},i{n % 2},t{n % 2}\n" for n in range(60))
    found = gathered(tmp_path, f"user,item,name\n{rows}u60,i0,other\nu61,i1,\n")
    assert found.item_cells == {"name": [["t0"], ["t1"]]}
    (note,) = [note for note in found.account.notes if "'name'" in note.what]
    assert (note.n, note.example, note.done) == (1, "other", "the first counts")


def test_blanks_are_filled_from_other_rows_and_rows_left_out_say_nothing(tmp_path: Path) -> None:
    rows = "".join(f"v{n},a,4,right\n" for n in range(60))
    content = f"user,item,rating,name\nu,a,3,\n{rows}u,b,1,B\nu,c,x,C\nu,c,2,\nu,a,x,wrong\n"
    found = gathered(tmp_path, content)
    assert found.item_cells == {"name": [["right"], ["B"], []]}
    assert not any("several texts" in note.what for note in found.account.notes)


def test_texts_of_a_later_block_are_taken(tmp_path: Path) -> None:
    filler = "x" * 1_000
    rows = "".join(f"u{n},i{n % 2},t{n % 2}{filler}\n" for n in range(20_000))
    found = gathered(tmp_path, f"user,item,name\n{rows}u,late,L\n")
    assert found.item_cells["name"] == [["t0" + filler], ["t1" + filler], ["L"]]


def test_what_contradicts_itself_later_on_is_about_nothing(tmp_path: Path) -> None:
    """A review's own text would tell of the very rows that the evaluation hides."""
    first = "".join(f"u{n % 50},i{n},text of {n}\n" for n in range(SAMPLE + 100))
    more = "".join(f"v{n % 50},i{n},another text of {n}\n" for n in range(SAMPLE))
    once = gathered(tmp_path, f"user,item,comment\n{first}{more}")
    assert once.item_cells == {}
    again = "".join(f"w{n},i{n},text of {n}\n" for n in range(3))
    twice = gathered(tmp_path, f"user,item,comment\n{again}{first}{more}")
    assert twice.item_cells == {}
    assert twice.account.files[0].unused == ("comment",)


def test_without_a_second_row_of_anything_nothing_is_known_of_items(tmp_path: Path) -> None:
    found = gathered(tmp_path, "user,item,comment\nu,a,good\nv,b,bad\n")
    assert found.item_cells == found.user_cells == {}
