"""Features from metadata: genres and decades, and all that there is."""

from typing import Any

import numpy as np
import pytest

from toppicks.ids import IdMap
from toppicks.ingest.metadata import features as features_module
from toppicks.ingest.metadata import vocabularies as vocabularies_module
from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.features import (
    Features,
    content_features,
    item_features,
    user_features,
)
from toppicks.ingest.metadata.kinds import MOST_CATEGORIES
from toppicks.ingest.metadata.terms import rarities
from toppicks.ingest.metadata.values import typed_column
from toppicks.scoring.feature_columns import TEXT_WEIGHT


def _catalogue(n_items: int, **fields: list[Any]) -> Catalogue:
    return Catalogue(IdMap(str(n) for n in range(n_items)), fields)


def test_genres_and_decades_are_features_with_their_kind() -> None:
    features = item_features(
        _catalogue(3, genres=[["War", "Drama"], [], ["Drama"]], year=[1999, None, 2000])
    )
    assert features.names == ("decade:1990", "decade:2000", "genre:Drama", "genre:War")
    assert features.matrix.toarray().tolist() == [[1, 0, 1, 1], [0, 0, 0, 0], [0, 1, 1, 0]]


def test_a_genre_given_twice_counts_once() -> None:
    assert item_features(_catalogue(1, genres=[["A", "A"]])).matrix.toarray().tolist() == [[1]]


def test_a_genre_named_like_a_decade_is_something_else() -> None:
    features = item_features(_catalogue(2, genres=[["1990"], []], year=[None, 1995]))
    assert features.names == ("decade:1990", "genre:1990")
    assert features.matrix.toarray().tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("fields", [{}, {"genres": [[], []], "year": [None, None]}])
def test_where_nothing_is_known_there_are_no_columns(fields: dict[str, list[Any]]) -> None:
    features = item_features(_catalogue(2, **fields))
    assert features.names == ()
    assert features.matrix.shape == (2, 0)


def test_years_that_are_no_numbers_have_no_decade() -> None:
    assert item_features(_catalogue(1, year=["c. 1990"])).names == ()


@pytest.mark.parametrize(("year", "decade"), [(1990, 1990), (1999, 1990), (-44, -50), (0, 0)])
def test_a_decade_begins_with_its_round_year(year: int, decade: int) -> None:
    assert item_features(_catalogue(1, year=[year])).names == (f"decade:{decade}",)


def test_elements_of_any_lists_that_three_items_have_are_broad_features() -> None:
    tags = [["x", "y"], ["x"], ["x", "y"], []]
    features = item_features(_catalogue(4, tags=tags, genres=[["A"], [], [], ["B"]]))
    assert features.names == ("genre:A", "genre:B", "tags:x")
    assert features.matrix.toarray().tolist() == [[1, 0, 1], [0, 0, 1], [0, 0, 1], [0, 1, 0]]


def test_categories_are_broad_features_where_there_are_no_lists() -> None:
    country = ["NL", "NL", "NL", "BE"]
    alone = item_features(_catalogue(4, country=country))
    assert alone.names == ("country:NL",)
    assert alone.matrix.toarray().tolist() == [[1], [1], [1], [0]]
    beside = item_features(_catalogue(4, country=country, genres=[["x"], ["x"], ["x"], []]))
    assert beside.names == ("genre:x",)


def test_prose_titles_codes_and_other_numbers_are_no_broad_features() -> None:
    catalogue = _catalogue(
        30,
        title=["The Same"] * 29 + ["Another"],
        price=[5] * 15 + [6] * 15,
        blurb=[f"A text that says {n}" for n in range(30)],
        sku=[f"B0{n}" for n in range(30)],
    )
    assert item_features(catalogue).matrix.shape == (30, 0)


@pytest.mark.parametrize(
    ("name", "values", "names"),
    [
        ("release_year", [1984, 7, None], ("decade:0", "decade:1980")),
        ("released", ["1984-05-01", "1999-12-31", None], ("decade:1980", "decade:1990")),
        ("first_seen", [1800, 2100, None], ("decade:1800", "decade:2100")),
        ("first_seen", [1799, 2100, None], ()),
        ("first_seen", [1984.5, 1990.0, None], ()),
        ("pages", [200, 300, None], ()),
    ],
)
def test_columns_of_years_and_dates_have_decades(
    name: str, values: list[Any], names: tuple[str, ...]
) -> None:
    expected = tuple(f"{name} {one}" for one in names)
    assert item_features(_catalogue(3, **{name: values})).names == expected


def test_broad_features_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features_module, "MOST_BROAD", 2)
    tags = [["a", "b", "c"]] * 3 + [["b", "c"], []]
    assert item_features(_catalogue(5, tags=tags)).names == ("tags:b", "tags:c")
    monkeypatch.setattr(features_module, "MOST_BROAD", 9)
    monkeypatch.setattr(features_module, "BROAD_EACH", 1.5)
    assert item_features(_catalogue(5, tags=tags)).names == ("tags:b",)
    monkeypatch.setattr(features_module, "BROAD_EACH", 2.2)
    features = item_features(_catalogue(5, tags=tags))
    assert features.names == ("tags:a", "tags:b", "tags:c")
    assert features.matrix.toarray().tolist() == [[1, 1, 1]] * 3 + [[0, 1, 1], [0, 0, 0]]


def test_a_persons_features_are_all_that_is_known_in_moderation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = _catalogue(3, country=["NL", "NL", "BE"], likes=[["x"], ["x", "y"], ["x"]])
    assert user_features(people).names == content_features(people).names
    monkeypatch.setattr(features_module, "PROFILE_EACH", 5 / 3)
    assert user_features(people).names == ("country:NL", "likes:x")


def test_the_bundled_films_have_the_features_that_their_figures_rest_on() -> None:
    texts = ["Drama|War", "", "Drama"]
    catalogue = _catalogue(
        3,
        genres=typed_column("genres", [[text] for text in texts]),
        year=typed_column("year", [["1994"], ["n.d."], ["2001"]]),
        runtime=[100, 120, 90],
        mpaa=["R", "R", "PG"],
    )
    names = ("decade:1990", "decade:2000", "genre:Drama", "genre:War")
    assert item_features(catalogue).names == names


def test_only_names_that_enough_rows_have_get_a_column() -> None:
    features = Features.of_sets([{"b", "a"}, {"a"}, {"c", "a", "b"}], fewest=2)
    assert features.names == ("a", "b")
    assert features.matrix.toarray().tolist() == [[1, 1], [1, 0], [1, 1]]
    assert features.matrix.dtype == np.float32


def test_joined_features_stand_beside_each_other() -> None:
    parts = [Features.of_sets([{"b"}, set()]), Features.of_sets([{"a"}, {"c"}])]
    features = Features.joined(parts, 2)
    assert features.names == ("b", "a", "c")
    assert features.matrix.toarray().tolist() == [[1, 1, 0], [0, 0, 1]]
    assert Features.joined([], 3).matrix.shape == (3, 0)


def _content(**fields: list[Any]) -> Features:
    return content_features(_catalogue(len(next(iter(fields.values()))), **fields))


def test_lists_and_categories_have_a_column_for_each_value() -> None:
    features = _content(genres=[["A", "B"], [], ["A"]], country=["NL", None, "BE"])
    assert features.names == ("genres:A", "genres:B", "country:BE", "country:NL")
    assert features.matrix.toarray().tolist() == [[1, 1, 0, 1], [0, 0, 0, 0], [1, 0, 1, 0]]


def test_true_and_false_are_categories() -> None:
    features = _content(adult=[True, False, None, True])
    assert features.names == ("adult:false", "adult:true")
    assert features.matrix.toarray().tolist() == [[0, 1], [1, 0], [0, 0], [0, 1]]


def test_titles_are_their_words_and_pairs_that_others_use_too() -> None:
    features = _content(title=["The Blue Car", "the blue, house", "Blue THE blue", None, "1984"])
    assert features.names == ("title:blue", "title:the", "title:the blue")
    assert features.matrix.toarray().tolist() == [[1, 1, 1]] * 3 + [[0, 0, 0]] * 2


def test_text_with_many_values_is_words_and_with_few_a_category() -> None:
    few = _content(blurb=[f"word {n % 2}" for n in range(10)])
    assert few.names == ("blurb:word 0", "blurb:word 1")
    values = [f"word {n}" for n in range(MOST_CATEGORIES)]
    assert _content(blurb=values * 2).names == tuple(sorted(f"blurb:{one}" for one in values))
    many = _content(blurb=[f"word {n} of {n % 3}" for n in range(MOST_CATEGORIES + 1)])
    assert many.names == ("blurb:0", "blurb:1", "blurb:2", "blurb:of 0", "blurb:of 1", "blurb:of 2")


def test_prose_is_its_terms_by_tf_idf() -> None:
    colours, things = ("red", "green", "blue"), ("house", "boat")
    texts = [f"{n}th {colours[n % 3]} {things[n % 2]}" if n % 5 else None for n in range(60)]
    features = _content(title=["A B", *[None] * 59], blurb=texts)
    rarity = rarities([text or "" for text in texts])
    assert "blurb:red boat" in features.names
    assert features.names == tuple(f"blurb:{name}" for name in rarity)
    lengths = np.linalg.norm(features.matrix.toarray(), axis=1)
    np.testing.assert_allclose(lengths, [TEXT_WEIGHT * bool(text) for text in texts], rtol=1e-5)


def test_several_reviews_are_read_as_one_text() -> None:
    said = "Not to be missed, said everybody who has seen it"
    reviews = [[f"{said} {n}", f"{n}: {said} twice"] for n in range(30)]
    one = [f"{said} {n} {n}: {said} twice" for n in range(30)]
    others = [f"Something else altogether, which is quite long: {n}" for n in range(100, 140)]
    several = _content(review=reviews + [[other] for other in others])
    assert several.names == _content(review=one + others).names
    assert "review:missed said" in several.names


def test_a_number_is_shared_by_the_quantiles_beside_it() -> None:
    features = _content(runtime=[0, 100, 0, 100, 25, None])
    assert features.names[0] == "runtime:about 0"
    assert features.names[-2:] == ("runtime:about 100", "runtime:unknown")
    matrix = features.matrix.toarray()
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-6)
    assert (matrix >= 0).all()
    assert matrix[0].tolist() == [1, *[0] * (len(features.names) - 1)]
    assert matrix[5].tolist() == [*[0] * (len(features.names) - 1), 1]
    assert np.count_nonzero(matrix[4]) <= 2


def test_between_two_knots_a_number_counts_for_both_by_nearness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vocabularies_module, "QUANTILES", 2)
    features = _content(age=[10, 20, 18])
    assert features.names == ("age:about 10", "age:about 20")
    expected = np.array([[1, 0], [0, 1], [0.2, 0.8]])
    np.testing.assert_allclose(features.matrix.toarray(), expected, atol=1e-6)


def test_decimal_numbers_and_dates_are_placed_as_whole_ones_are() -> None:
    whole = _content(x=[0, 50, 100, None])
    scaled = _content(x=[0.0, 0.25, 0.5, None])
    assert scaled.names[1:3] == ("x:about 0.0263158", "x:about 0.0526316")
    np.testing.assert_allclose(scaled.matrix.toarray(), whole.matrix.toarray(), atol=1e-6)
    dates = _content(released=["2000-01-01", "2002-01-01", "0000-00-00", *["2001-01-01"] * 37])
    assert dates.names[0] == "released:about 2000"
    assert dates.names[-2:] == ("released:about 2002", "released:unknown")
    assert dates.matrix.toarray()[2].tolist() == [*[0] * (len(dates.names) - 1), 1]


@pytest.mark.parametrize("number", [7, 0, -3])
def test_one_number_for_some_is_known_or_not(number: int) -> None:
    features = _content(age=[number, None, number])
    assert features.names == (f"age:about {number}", "age:unknown")
    assert features.matrix.toarray().tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize(
    "values",
    [
        ["x"] * 30,
        [7] * 30,
        [["a"]] * 30,
        [f"https://example.org/{n}" for n in range(30)],
        [f"tt{n:05}" for n in range(30)],
    ],
    ids=["text", "number", "list", "addresses", "codes"],
)
def test_what_says_nothing_makes_no_features(values: list[Any]) -> None:
    assert _content(x=values).matrix.shape == (30, 0)


def test_of_very_many_values_the_commonest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabularies_module, "MOST_VALUES", 2)
    features = _content(tags=[["a", "z"], ["b", "z"], ["z", "c"], ["c"]])
    assert features.names == ("tags:c", "tags:z")
    assert features.matrix.toarray().tolist() == [[0, 1], [0, 1], [1, 1], [1, 0]]
    words = _content(title=["a b c", "b c d", "d b c", "d"])
    assert words.names == ("title:b", "title:b c")


def test_a_colon_in_a_columns_name_does_not_part_its_features() -> None:
    assert _content(**{"a:b": ["x", "y:z"]}).names == ("a b:x", "a b:y:z")


@pytest.mark.parametrize(
    "fields", [{"age": [None, None]}, {"genres": [[], []]}, {"title": [None, None]}, {}]
)
def test_where_nothing_is_known_nothing_is_said(fields: dict[str, list[Any]]) -> None:
    features = content_features(_catalogue(2, **fields))
    assert features.names == ()
    assert features.matrix.shape == (2, 0)


def test_columns_of_different_fields_are_not_mixed_up() -> None:
    features = _content(a=["x", "y"], b=["y", "x"])
    assert features.names == ("a:x", "a:y", "b:x", "b:y")
    assert features.matrix.toarray().tolist() == [[1, 0, 0, 1], [0, 1, 1, 0]]
