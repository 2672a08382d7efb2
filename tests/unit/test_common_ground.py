"""What two items have in common, in words."""

from typing import Any

import pytest

from toppicks.serving.common_ground import CommonGround
from toppicks.trained import TrainedModel

FIELDS: dict[str, list[Any]] = {
    "title": ["Heat", "Heat", "Seven", "Toy Story", None, "Up", "Alien", "Aliens"],
    "year": [1995, 1986, 1995, 1995, None, 2009, 1979, 1986],
    "genres": [
        ["Crime", "Thriller"],
        ["Thriller", "Crime"],
        ["Crime", "Thriller", "Mystery"],
        ["Comedy"],
        [],
        ["Comedy", "Drama"],
        ["Thriller"],
        ["Thriller"],
    ],
    "mpaa": ["R", "R", "R", "G", None, "G", "R", "PG"],
    "imdb_id": ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"],
    "image_url": ["https://x/1.jpg"] * 8,
    "runtime": [170, 120, 127, 81, None, 96, 117, 137],
    "in_colour": [True, True, True, True, None, True, False, True],
    "black_and_white": [False, False, True, False, None, False, True, False],
    "plot": ["A very long story that is told in more than forty letters."] * 8,
}
GROUND = CommonGround(FIELDS)


def _item(row: int) -> dict[str, Any]:
    return {name: values[row] for name, values in FIELDS.items() if values[row] is not None}


def _shared(one: int, other: int, most: int = 9) -> tuple[str, ...]:
    return GROUND.shared(_item(one), _item(other), most)


def test_what_fewest_have_comes_first() -> None:
    # Three are crime, three of the 1990s, four rated R; thriller, more than half are.
    assert _shared(0, 2) == ("1990s", "Crime", "R")
    assert _shared(3, 5) == ("Comedy", "G")


def test_at_most_three_are_told_or_as_many_as_are_asked_for() -> None:
    many = {"tags": [["a", "b", "c", "d", "e"], ["a", "b", "c", "d"], ["e"], [], [], []]}
    ground = CommonGround(many)
    one = {"tags": many["tags"][0]}
    assert ground.shared(one, one) == ("a", "b", "c")
    assert ground.shared(one, one, 1) == ("a",)
    assert ground.shared(one, one, 0) == ()


def test_it_is_the_same_whichever_item_comes_first() -> None:
    for one in range(8):
        for other in range(8):
            assert _shared(one, other) == _shared(other, one)


def test_titles_pictures_codes_measures_and_prose_are_not_told() -> None:
    told = {word for one in range(8) for other in range(8) for word in _shared(one, other)}
    assert told == {
        "Crime", "Comedy", "Drama", "Mystery", "1970s", "1980s", "1990s", "2000s",
        "R", "G", "PG", "black and white",
    }  # fmt: skip


def test_what_more_than_half_have_tells_nothing() -> None:
    assert "in colour" not in _shared(0, 1)
    assert "Thriller" not in _shared(6, 7)
    assert "black and white" in _shared(2, 6)


def test_items_without_anything_in_common_share_nothing() -> None:
    assert _shared(4, 0) == ()
    assert _shared(5, 6) == ()
    assert GROUND.shared({}, {}) == ()


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"year": 1991, "genres": ["Crime"]}, ("1990s", "Crime")),
        ({"genres": ["Crime", "Crime"]}, ("Crime",)),
        ({"year": "1991", "genres": "Crime", "mpaa": ["R"], "in_colour": "yes"}, ()),
        ({"year": True, "genres": [None, 3, ""], "mpaa": ""}, ()),
        ({"year": -5, "director": "Mann"}, ()),
        ({"year": 1991.5, "genres": None}, ()),
    ],
)
def test_an_item_that_came_later_may_say_anything(
    item: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert GROUND.shared(item, _item(0) | {"director": "Mann"}) == expected


@pytest.mark.parametrize("year", [True, -1990, 3, 10_000, 1990.0])
def test_what_is_no_year_is_of_no_decade(year: Any) -> None:
    assert GROUND.shared({"year": year}, {"year": year}) == ()
    assert GROUND.shared({"year": 1990}, {"year": 1999}) == ("1990s",)


def test_what_is_new_to_the_catalogue_is_the_rarest() -> None:
    one = _item(0) | {"genres": ["Crime", "Heist"]}
    assert GROUND.shared(one, one, 2) == ("Heist", "1990s")


def test_the_same_word_of_two_fields_is_told_once() -> None:
    fields: dict[str, list[Any]] = {
        "language": ["French", "French", "Dutch", "Dutch", "Thai", "Thai"],
        "country": ["French", "French", "Dutch", "Dutch", "Thai", "Thai"],
    }
    one = {name: values[0] for name, values in fields.items()}
    assert CommonGround(fields).shared(one, one) == ("French",)


def test_a_word_is_as_rare_as_where_fewest_have_it() -> None:
    fields: dict[str, list[Any]] = {
        "sung_in": ["French", "French", "Dutch", "Dutch", "Thai", "Thai", "Thai", "Thai"],
        "made_in": ["French", "French", "French", "French", "Dutch", "Dutch", "Thai", "Thai"],
        "size": ["small", "small", "small", "large", "large", "large", "large", "large"],
    }
    one = {name: values[0] for name, values in fields.items()}
    assert CommonGround(fields).shared(one, one) == ("French", "small")


def test_shared_titles_and_pictures_are_not_told() -> None:
    fields: dict[str, list[Any]] = {
        name: ["a", "a", "b", "b", "c", "c"] for name in ("title", "Title", "image_url", "letter")
    }
    one = {name: f"{values[0]}" for name, values in fields.items()}
    assert CommonGround(fields).shared(one, one) == ("a",)
    del fields["letter"]
    assert CommonGround(fields).shared(one, one) == ()


@pytest.mark.parametrize("fields", [{}, {"year": []}, {"year": [None, None]}, {"genres": [[], []]}])
def test_a_catalogue_that_says_nothing_has_no_common_ground(fields: dict[str, list[Any]]) -> None:
    one = {"year": 1990, "genres": ["Crime"]}
    assert not {"year", "Crime"} & set(CommonGround(fields).shared({}, one))
    assert CommonGround(fields).shared({}, {}) == ()


def test_of_a_trained_model(tiny_model: TrainedModel) -> None:
    ground = CommonGround(tiny_model.fields)
    red = {name: values[0] for name, values in tiny_model.fields.items()}
    assert set(ground.shared(red, red)) == {"Red", "1980s"}
