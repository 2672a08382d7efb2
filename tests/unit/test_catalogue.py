"""Items and what is known of them."""

from pathlib import Path

import pytest

from toppicks.errors import InputError
from toppicks.ids import IdMap
from toppicks.ingest.catalogue import Catalogue, read_catalogue
from toppicks.ingest.metadata import Value


def _read(tmp_path: Path, text: str) -> Catalogue:
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path)


def test_columns_are_typed(tmp_path: Path) -> None:
    catalogue = _read(
        tmp_path,
        "item,title,year,genres,blurb\n007, 1984 ,1956,Drama|Sci-Fi,A. B\n8,Up,,,\n",
    )
    assert list(catalogue.items) == ["007", "8"]
    assert catalogue.fields == {
        "title": ["1984", "Up"],
        "year": [1956, None],
        "genres": [["Drama", "Sci-Fi"], []],
        "blurb": ["A. B", None],
    }


def test_titles_stay_text_where_all_are_numbers(tmp_path: Path) -> None:
    assert _read(tmp_path, "item,title\n1,1984\n2,300\n").fields == {"title": ["1984", "300"]}


def test_one_word_keeps_a_column_text(tmp_path: Path) -> None:
    fields = _read(tmp_path, "item,shelf\n1,1984\n2,c. 300\n").fields
    assert fields == {"shelf": ["1984", "c. 300"]}


def test_one_unreadable_year_costs_no_other_item_its_year(tmp_path: Path) -> None:
    fields = _read(tmp_path, "item,year\n1,1984\n2,n.d.\n3,1994.0\n4,\n").fields
    assert fields == {"year": [1984, None, 1994, None]}


def test_numbers_that_begin_with_a_zero_are_names(tmp_path: Path) -> None:
    assert _read(tmp_path, "item,sku\n1,007\n2,12\n").fields == {"sku": ["007", "12"]}


def test_signs_and_points_are_part_of_numbers(tmp_path: Path) -> None:
    fields = _read(tmp_path, "item,a,b\n1,-44,1.5\n2,+5,2\n").fields
    assert fields == {"a": [-44, 5], "b": [1.5, 2.0]}


def test_empty_parts_of_a_list_are_nothing(tmp_path: Path) -> None:
    fields = _read(tmp_path, "item,genres\n1,| Drama ||Comedy|\n").fields
    assert fields == {"genres": [["Drama", "Comedy"]]}


def test_an_empty_column_is_unknown_everywhere(tmp_path: Path) -> None:
    assert _read(tmp_path, "item,year\n1,\n2,\n").fields == {"year": [None, None]}


def test_the_last_of_two_rows_for_an_item_counts_in_the_firsts_place(tmp_path: Path) -> None:
    catalogue = _read(tmp_path, "item,title\na,old\nb,B\n a ,new\n")
    assert list(catalogue.items) == ["a", "b"]
    assert catalogue.fields == {"title": ["new", "B"]}


def test_rows_without_a_usable_id_are_passed_over(tmp_path: Path) -> None:
    catalogue = _read(tmp_path, f"item,title\n,x\na,A\n  ,y\n{'i' * 201},z\n{'j' * 200},J\n")
    assert list(catalogue.items) == ["a", "j" * 200]
    assert catalogue.fields == {"title": ["A", "J"]}


def test_ids_are_cleaned_as_in_ratings(tmp_path: Path) -> None:
    assert list(_read(tmp_path, "item\n cafe\u0301 \n").items) == ["café"]


def test_a_file_of_ids_alone_will_do(tmp_path: Path) -> None:
    assert _read(tmp_path, "item\n1\n").fields == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("item\n", "has a header but no rows"),
        ("id,title\n1,x\n", "has no column 'item' but 'id', 'title'; name its columns item,title"),
        ("item,title\n1,x,y\n", "Expected 2 columns, got 3"),
        ("item,title\n,x\n,y\n", "no row has an id in the column 'item'"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError) as raised:
        _read(tmp_path, text)
    assert reason in str(raised.value)
    assert str(raised.value).startswith(f"{tmp_path / 'items.csv'}: ")


def test_what_is_not_known_of_further_items_is_unknown() -> None:
    fields: dict[str, list[Value]] = {"title": ["B", "A"], "moods": [["x"], []]}
    known = Catalogue(IdMap(["b", "a"]), fields)
    extended = known.extended_to(IdMap(["a", "new", "b"]))
    assert list(extended.items) == ["a", "new", "b"]
    assert extended.fields == {"title": ["A", None, "B"], "moods": [[], [], ["x"]]}


def _read_people(tmp_path: Path, text: str) -> Catalogue:
    path = tmp_path / "users.csv"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path, "user")


def test_people_are_read_as_items_are(tmp_path: Path) -> None:
    people = _read_people(tmp_path, "age,user,item,country\n33,007,x,NL\n,u2,y,\n34,007,z,BE\n")
    assert list(people.items) == ["007", "u2"]
    assert people.fields == {"age": [34, None], "item": ["z", "y"], "country": ["BE", None]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("item,age\n1,2\n", "has no column 'user' but 'item', 'age'; name its columns user,"),
        ("user,age\n,2\n", "no row has an id in the column 'user'"),
    ],
)
def test_a_file_without_people_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError) as raised:
        _read_people(tmp_path, text)
    assert reason in str(raised.value)


def test_people_who_are_not_in_the_file_are_unknown(tmp_path: Path) -> None:
    people = _read_people(tmp_path, "user,age\na,33\n").extended_to(IdMap(["b", "a"]))
    assert people.fields == {"age": [None, 33]}
