"""Features from metadata: genres and decades, and all that there is."""

from typing import Any

import numpy as np
import pytest

from toppicks.ids import IdMap
from toppicks.ingest import features as features_module
from toppicks.ingest.catalogue import Catalogue
from toppicks.ingest.features import (
    MOST_CATEGORIES,
    Features,
    content_features,
    item_features,
)


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


def test_titles_are_their_words_and_pairs_that_others_use_too() -> None:
    features = _content(title=["The Blue Car", "the blue, house", "Blue THE blue", None, "1984"])
    assert features.names == ("title:blue", "title:the", "title:the blue")
    assert features.matrix.toarray().tolist() == [[1, 1, 1]] * 3 + [[0, 0, 0]] * 2


def test_text_with_many_values_is_words_and_with_few_a_category() -> None:
    few = _content(blurb=[f"word {n % 2}" for n in range(10)])
    assert few.names == ("blurb:word 0", "blurb:word 1")
    many = _content(blurb=[f"word {n}" for n in range(MOST_CATEGORIES + 1)])
    assert many.names == ("blurb:word",)
    assert _content(blurb=[f"x {n}" for n in range(MOST_CATEGORIES)]).names[0] == "blurb:x 0"


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
    monkeypatch.setattr(features_module, "QUANTILES", 2)
    features = _content(age=[10, 20, 18])
    assert features.names == ("age:about 10", "age:about 20")
    expected = np.array([[1, 0], [0, 1], [0.2, 0.8]])
    np.testing.assert_allclose(features.matrix.toarray(), expected, atol=1e-6)


@pytest.mark.parametrize("number", [7, 0, -3])
def test_one_number_for_all_is_one_column(number: int) -> None:
    features = _content(age=[number] * 3)
    assert features.matrix.toarray().tolist() == [[1]] * 3


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
