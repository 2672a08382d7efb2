"""Items, or people, and what is known of them: which column is the key, and the account."""

from pathlib import Path

import pytest

from tests.commands import write
from tests.reading import left_out
from toppicks.errors import InputError
from toppicks.ids import IdMap
from toppicks.ingest.account import Account
from toppicks.ingest.columns.names import NamedColumns
from toppicks.ingest.metadata.catalogue import Catalogue, read_catalogue

KNOWN = IdMap(["1", "2", "3", "4"])


def _both(
    tmp_path: Path, text: str, role: str = "item", known: IdMap | None = None, **named: str
) -> tuple[Catalogue, Account]:
    path = write(tmp_path / "items.csv", text)
    return read_catalogue(path, role, NamedColumns.of(**named), known)


def _read(tmp_path: Path, text: str) -> Catalogue:
    return _both(tmp_path, text)[0]


def _key(tmp_path: Path, text: str, **named: str) -> str:
    """The column that is taken for the ids."""
    return _both(tmp_path, text, "item", KNOWN, **named)[1].files[0].columns["item"]


def test_ids_and_texts_are_as_they_are_written(tmp_path: Path) -> None:
    catalogue = _read(tmp_path, "item,title,year,genres\n007, 1984 ,1956,Drama|Sci-Fi\n8,Up,,\n")
    assert list(catalogue.items) == ["007", "8"]
    assert catalogue.fields == {
        "title": ["1984", "Up"],
        "year": [1956, None],
        "genres": [["Drama", "Sci-Fi"], []],
    }


def test_any_format_will_do(tmp_path: Path) -> None:
    for text in (
        "item;title\n1;A\n2;B\n",
        '{"item": 1, "title": "A"}\n{"item": "2", "title": "B"}\n',
    ):
        catalogue = _read(tmp_path, text)
        assert list(catalogue.items) == ["1", "2"]
        assert catalogue.fields == {"title": ["A", "B"]}


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("item,title", "item"), ("title,movieId", "movieId"), ("ASIN,title", "ASIN"),
        ("title,id", "id"), ("id,item", "item"), ("Key,title", "Key"), ("year,title", "title"),
    ],
)  # fmt: skip
def test_the_key_goes_by_its_name(tmp_path: Path, header: str, key: str) -> None:
    assert _key(tmp_path, f"{header}\n1,2\n3,4\n") == key


def test_the_key_goes_by_what_it_holds_where_no_name_says_it(tmp_path: Path) -> None:
    assert _key(tmp_path, "thing,size\n1,x\n2,y\n5,z\n") == "thing"


def test_the_key_goes_by_the_option(tmp_path: Path) -> None:
    assert _key(tmp_path, "item,other\nx,1\ny,2\n", item="other") == "other"
    # An option for the ratings' column need not be there.
    assert _key(tmp_path, "item,other\n1,x\n", item="song") == "item"


def test_an_earlier_row_of_an_item_is_accounted_for_with_its_line(tmp_path: Path) -> None:
    text = "item,title,year\nb,B,2\na,old,1\nc,C,3\nd,D,4\n a ,new,5\n"
    catalogue, account = _both(tmp_path, text)
    assert list(catalogue.items) == ["b", "a", "c", "d"]
    assert catalogue.fields["title"] == ["B", "new", "C", "D"]
    assert (account.rows_in, account.rows_used) == (5, 4)
    assert left_out(account) == {"an earlier row of the same item": (1, "items.csv, line 3")}
    assert (account.removed[0].example, account.removed[0].done) == ("a,old,1", "the last counts")


@pytest.mark.parametrize(
    "text",
    [
        "item,tag,by\n1,funny,x\n1,dark,y\n2,funny,x\n1,funny,z\n",
        "item,tag\n1,funny\n1,dark\n2,funny\n",
    ],
)
def test_a_tag_a_row_makes_lists(tmp_path: Path, text: str) -> None:
    catalogue, account = _both(tmp_path, text)
    assert list(catalogue.items) == ["1", "2"]
    assert catalogue.fields["tag"] == [["funny", "dark"], ["funny"]]
    assert account.rows_used == account.rows_in
    assert [(note.what, note.n) for note in account.notes] == [("items with several rows", 1)]


def test_rows_without_a_usable_id_are_accounted_for(tmp_path: Path) -> None:
    text = f"item,title\n,x\na,A\n  ,y\n{'i' * 201},z\n{'j' * 200},J\nk\n"
    catalogue, account = _both(tmp_path, text)
    assert list(catalogue.items) == ["a", "j" * 200]
    assert catalogue.fields == {"title": ["A", "J"]}
    assert (account.rows_in, account.rows_used) == (6, 2)
    assert left_out(account) == {
        "too few cells, the header has 2": (1, "items.csv, line 7"),
        "no item": (2, "items.csv, line 2"),
        "an impossible id": (1, "items.csv, line 5"),
    }


def test_ids_are_cleaned_as_in_ratings_and_lookalikes_noted(tmp_path: Path) -> None:
    catalogue, account = _both(tmp_path, "item\n cafe\u0301 \nCafé\n")
    assert list(catalogue.items) == ["café", "Café"]
    assert [note.what for note in account.notes] == ["item ids that look alike, in groups"]


def test_a_file_of_ids_alone_will_do(tmp_path: Path) -> None:
    assert _read(tmp_path, "item\n1\n").fields == {}


def test_line_breaks_live_in_texts_but_rows_do_not(tmp_path: Path) -> None:
    assert _read(tmp_path, 'item,title\n1,"two, \nlines"\n').fields["title"] == ["two, \nlines"]
    with pytest.raises(InputError, match="begins in line 2, quotes hold other rows too"):
        _read(tmp_path, 'item,title\n"1,x\n2",y\n')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("item\n", "no row has an id in the column 'item'"),
        ("size,shape\nx,y\n", "has no column 'item' but 'size', 'shape'; say which holds the ids"),
        ("item,title\n1,x,y\n", "no row has an id in the column 'item'"),
        ("item,title\n,x\n,y\n", "no row has an id in the column 'item'"),
        ("item,sku\n1,x\n", "the item column could be 'item' or 'sku'; say which with --item-col"),
        ("7|Up (2009)\n8|Her (2013)\n", "has no header line; add one, such as item,title,year"),
        ("item,title\n8,x\n9,y\n", "none of its ids in the column 'item' (e.g. '8') is an item of"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError) as raised:
        _both(tmp_path, text, "item", KNOWN)
    assert reason in str(raised.value)
    assert str(raised.value).startswith(f"{tmp_path / 'items.csv'}: ")


def test_what_is_not_known_of_further_items_is_unknown() -> None:
    known = Catalogue(IdMap(["b", "a"]), {"title": ["B", "A"], "genres": [["x"], ["y"]]})
    extended = known.extended_to(IdMap(["a", "new", "b"]))
    assert list(extended.items) == ["a", "new", "b"]
    assert extended.fields == {"title": ["A", None, "B"], "genres": [["y"], [], ["x"]]}


def test_two_catalogues_are_joined_over_the_ids_of_both() -> None:
    first = Catalogue(IdMap(["b"]), {"title": ["B"], "year": [1]})
    second = Catalogue(IdMap(["a", "b"]), {"genres": [["x"], ["y"]]})
    joined = first.joined(second)
    assert list(joined.items) == ["b", "a"]
    assert joined.fields == {"title": ["B", None], "year": [1, None], "genres": [["y"], ["x"]]}


def test_people_are_read_as_items_are(tmp_path: Path) -> None:
    text = "age,user,item,country\n33,007,x,NL\n,u2,y,\n"
    people, account = _both(tmp_path, text, "user")
    assert list(people.items) == ["007", "u2"]
    assert set(people.fields) == {"age", "item", "country"}
    assert account.files[0].columns == {"user": "user"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("item,age\n1,2\n", "has no column 'user' but 'item', 'age'; say which holds the ids"),
        ("user,age\n,2\n", "no row has an id in the column 'user'"),
    ],
)
def test_a_file_without_people_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError) as raised:
        _both(tmp_path, text, "user")
    assert reason in str(raised.value)
    assert "--user-col" in str(raised.value)


def test_people_who_are_not_in_the_file_are_unknown(tmp_path: Path) -> None:
    people, _ = _both(tmp_path, "user,age\na,33\n", "user")
    assert people.extended_to(IdMap(["b", "a"])).fields == {"age": [None, 33]}
