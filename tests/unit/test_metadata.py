"""Columns of metadata, typed by what they hold."""

import json
from collections.abc import Sequence

import pytest

from toppicks.ingest.metadata import lists
from toppicks.ingest.metadata.lists import LONGEST_PIECE, MOST_PIECES
from toppicks.ingest.metadata.values import LONGEST_TEXT, Value, typed_column, unknown_of
from toppicks.scoring.years import decimal_year

UNKNOWN = ["", "NA", "n/a", "null", "None", "nan", "-", "\\N", " "]


def _typed(name: str, texts: Sequence[str]) -> list[Value]:
    """A column of a file with one row an item."""
    return typed_column(name, [[text] for text in texts])


def _exactly(found: list[Value], expected: list[Value]) -> None:
    """1 is not 1.0 here."""
    assert found == expected
    assert list(map(type, found)) == list(map(type, expected))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "-44", "+5", " 0 "], [1, -44, 5, 0]),
        (["1984.0", "300"], [1984, 300]),
        (["1.5", "2"], [1.5, 2.0]),
        ([".5", "-1e-3", "2."], [0.5, -0.001, 2.0]),
        (["1", *UNKNOWN], [1, *[None] * len(UNKNOWN)]),
        (["1.5", *UNKNOWN], [1.5, *[None] * len(UNKNOWN)]),
        (["1,234", "12", "7,000,000", "0"], [1234, 12, 7_000_000, 0]),
        (["1,234.5", "0.25"], [1234.5, 0.25]),
        (["9" * 15], [int("9" * 15)]),
    ],
)
def test_columns_of_numbers(texts: list[str], values: list[Value]) -> None:
    _exactly(_typed("n", texts), values)


@pytest.mark.parametrize(
    "texts",
    [
        ["007", "12"],
        ["01234", "99501"],
        ["1,5", "2,25"],
        ["1,234", "1234"],
        ["inf", "1"],
        ["1e400", "1"],
        ["1e99", "1"],
        ["9" * 16, "1"],
        ["0x1", "1"],
        ["٣", "1"],
        ["c. 300", "1984"],
        ["true", "false", "perhaps"],
        ["true", "1"],
        ["yes", "no"],
        ["1_000", "2"],
    ],
)
def test_what_is_no_number_keeps_its_column_text(texts: list[str]) -> None:
    assert _typed("n", texts) == texts


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["true", "false"], [True, False]),
        (["True", "FALSE", "", "n/a"], [True, False, None, None]),
        (["true", ""], [True, None]),
    ],
)
def test_columns_of_true_and_false(texts: list[str], values: list[Value]) -> None:
    _exactly(_typed("adult", texts), values)


def test_a_title_may_be_true() -> None:
    assert _typed("title", ["True", "False"]) == ["True", "False"]
    assert _typed("genres", ["true", "false"]) == [["true"], ["false"]]
    assert _typed("country", ["unknown", "n/a"]) == ["unknown", "n/a"]


def test_what_stands_for_nothing_among_numbers_is_a_value_among_texts() -> None:
    assert _typed("country", ["NL", "NA", "", "  "]) == ["NL", "NA", None, None]
    assert _typed("country", ["NA", "null"]) == ["NA", "null"]


@pytest.mark.parametrize("name", ["year", "runtime", "Year"])
def test_years_and_running_times_are_whole_numbers_whatever_else_is_there(name: str) -> None:
    _exactly(_typed(name, ["1984", "unknown", "1994.0", "95.5", ""]), [1984, None, 1994, 96, None])
    assert _typed(name, ["", ""]) == [None, None]
    assert typed_column(name, [["1984", "1985"], ["x"]]) == [1985, None]


@pytest.mark.parametrize("name", ["title", "Title", "image_url"])
def test_a_title_is_one_text_whatever_it_looks_like(name: str) -> None:
    assert _typed(name, ["1984", "300"]) == ["1984", "300"]
    assert _typed(name, ["a|b", '["a"]', "a", "b|a"]) == ["a|b", '["a"]', "a", "b|a"]
    assert typed_column(name, [["a", "b", "a"], [], ["c"]]) == ["a", None, "c"]


def test_several_texts_for_an_item_make_a_column_of_lists() -> None:
    cells = [["546", "12", "546"], ["12"], [], [" "]]
    assert typed_column("x", cells) == [["546", "12"], ["12"], [], []]
    assert typed_column("x", [["5", "5"], ["12"]]) == [5, 12]


def test_a_few_items_with_two_texts_are_a_mistake_of_which_the_last_counts() -> None:
    cells = [[str(number)] for number in range(99)]
    assert typed_column("price", [*cells, ["7", "8"]]) == [*range(99), 8]
    assert typed_column("price", [*cells[:20], ["7", "8"]])[-1] == ["7", "8"]


def test_reviews_a_row_are_a_list_of_texts_that_are_no_tags() -> None:
    review = "Not, as I thought, a film about boats. " * 40
    assert typed_column("review", [[review, "Good"], ["Fine"]]) == [
        [review[:1000].rstrip(), "Good"],
        ["Fine"],
    ]


@pytest.mark.parametrize("name", ["genres", "Genre", "tags", "category", " keywords "])
def test_columns_named_so_hold_lists_even_of_one(name: str) -> None:
    assert _typed(name, ["Drama", "", "War"]) == [["Drama"], [], ["War"]]
    assert _typed(name, ["1", "2"]) == [["1"], ["2"]]
    assert _typed(name, ["", ""]) == [[], []]
    assert _typed(name, []) == []


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["| Drama ||Comedy|", "War"], [["Drama", "Comedy"], ["War"]]),
        (["Drama, War", "A, B", "C; D"], [["Drama", "War"], ["A", "B"], ["C; D"]]),
        (["Drama; War", "War"], [["Drama", "War"], ["War"]]),
        (["Sword, Sorcery|War", "War|Drama"], [["Sword, Sorcery", "War"], ["War", "Drama"]]),
        (["A|A|B"], [["A", "B"]]),
        (["'90s|Drama"], [["'90s", "Drama"]]),
        (["nan", "None", "A|NA"], [[], [], ["A", "NA"]]),
        (["NA", "A"], [["NA"], ["A"]]),
    ],
)
def test_lists_in_one_cell(texts: list[str], values: list[Value]) -> None:
    assert _typed("genres", texts) == values


def test_several_rows_of_lists_are_one_list() -> None:
    assert typed_column("genres", [["A|B", "B|C"], ["C"]]) == [["A", "B", "C"], ["C"]]


@pytest.mark.parametrize("name", ["x", "genres"])
@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (['["a", "b, c"]', '["a"]', "[]", ""], [["a", "b, c"], ["a"], [], []]),
        (["['a', 'b']", "[\"it's\", 'b']", "[]"], [["a", "b"], ["it's", "b"], []]),
        (["['a' 'b']", "['a'\n 'c']"], [["a", "b"], ["a", "c"]]),
        (["[1, 2.5, null, true]", "[NaN, 1]"], [["1", "2.5", "True"], ["1"]]),
        (
            ['[{"id": 1, "name": "War"}]', "[{'id': 2, 'name': 'Drama'}, {'id': 3}]"],
            [["War"], ["Drama"]],
        ),
        (['["a", "a", " a "]'], [["a"]]),
        (['["\\ud800"]', "['\\d']"], [["?"], ["\\d"]]),
    ],
)
def test_lists_as_json_and_python_write_them(
    name: str, texts: list[str], values: list[Value]
) -> None:
    assert _typed(name, texts) == values


def test_brackets_without_quotes_are_cut_at_their_commas() -> None:
    cells = ['["a"]', '["b"]', "[Drama, War]"]
    assert _typed("genres", cells) == [["a"], ["b"], ["Drama", "War"]]


@pytest.mark.parametrize(
    "texts",
    [
        ["[REC]", "[REC] 2", "Up"],
        ["[[1, 2], [3]]", "[[4]]"],
        ["[" * 3000 + "]", "x"],
        ["[__import__('os').getcwd()]", "[1 + 1j]"],
        ["[" + "9" * 5000 + "]", "x"],
    ],
)
def test_what_only_looks_like_a_list_stays_text(texts: list[str]) -> None:
    assert _typed("x", texts) == texts


LONG = "everybody who has seen it so far"
GENRES = ["Drama", "War", "Comedy", "Crime", "Film Noir"]


def _combinations(separator: str, of: Sequence[str] = GENRES) -> list[str]:
    """Every combination of one, two and three: of 5 elements, 85 different cells."""
    return [separator.join(dict.fromkeys((a, b, c))) for a in of for b in of for c in of]


@pytest.mark.parametrize("separator", ["|", ";", ",", ", ", " | "])
def test_lists_are_known_by_what_they_share(separator: str) -> None:
    cells = _combinations(separator)
    expected = [[piece.strip() for piece in cell.split(separator.strip())] for cell in cells]
    assert _typed("mood", cells) == expected


@pytest.mark.parametrize(
    "texts",
    [
        [f"{a}, {b}" for a in GENRES for b in GENRES],
        [f"Oslo {number}, Norway" for number in range(200)],
        [f"{month} {day}, {year}" for month in ("May", "June") for day in (1, 2) for year in "789"],
        ["A film, dark, about war", "Dark, and long, with music", "A long one", "Boats, boats"],
        [f"{a}|{a} online" for a in "abcdefghij"],
        _combinations(",", "12345"),
        _combinations("; ", [f"{a}, which is known by {LONG}" for a in GENRES]),
        ["One thing; another thing that has no end that anybody could see from here"] * 9,
    ],
    ids=["pairs", "places", "days", "prose", "page titles", "digits", "prose of few", "sentences"],
)
def test_marks_in_other_texts_are_part_of_them(texts: list[str]) -> None:
    assert _typed("x", texts) == texts


def test_dates_are_kept_as_they_are_written() -> None:
    texts = ["1994-05-01", "2001-01-01T10:00:00Z"]
    assert _typed("released", texts) == texts


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2000-01-01", 2000.0),
        ("2000-12-31", 2000.997),
        ("2001-07-02 23:59", 2001.5),
        ("2001-07-02T23:59:59.123+02:00", 2001.5),
        ("9999-12-31", 9999.997),
        ("2001-02-30", None),
        ("0000-00-00", None),
        ("2001", None),
        ("2001-01-01 and later", None),
        ("", None),
    ],
)
def test_a_date_is_a_decimal_year(text: str, year: float | None) -> None:
    found = decimal_year(text)
    assert found == (year if year is None else pytest.approx(year, abs=0.002))


def test_a_very_long_cell_is_cut_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ["['a, b', 'c']", "['d']", "['e']"]
    assert _typed("tags", cells) == [["a, b", "c"], ["d"], ["e"]]
    monkeypatch.setattr(lists, "MOST_PARSED", 10)
    assert _typed("tags", cells) == [["a", "b", "c"], ["d"], ["e"]]


def test_nothing_is_unbounded() -> None:
    huge = "x" * 10_000_000
    assert _typed("blurb", [huge, "y"]) == [huge[:LONGEST_TEXT], "y"]
    many = [str(number) for number in range(10_000)]
    for text in ("|".join(many), json.dumps(many), str(many), json.dumps(many * 20)):
        assert _typed("tags", [text, "['a']", "['b']"])[0] == many[:MOST_PIECES]
    assert typed_column("x", [many, ["a"]])[0] == many[:MOST_PIECES]
    assert _typed("tags", [huge + "|a", "a|b"]) == [[huge[:LONGEST_PIECE], "a"], ["a", "b"]]
    different = [f"text {number}, {number}" for number in range(200_000)]
    assert _typed("x", different) == different


@pytest.mark.parametrize("name", ["x", "title", "year", "tags"])
def test_no_items_have_no_values(name: str) -> None:
    assert typed_column(name, []) == []


def test_unknown_is_an_empty_list_among_lists() -> None:
    assert unknown_of([["a"], []]) == []
    assert unknown_of([[]]) == []
    assert unknown_of(["a", None]) is None
    assert unknown_of([1.5]) is None
    assert unknown_of([]) is None
