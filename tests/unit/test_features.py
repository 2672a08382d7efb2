"""Item features: genres and decades."""

from typing import Any

import pytest

from toppicks.ids import IdMap
from toppicks.ingest.catalogue import Catalogue
from toppicks.ingest.features import item_features


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
