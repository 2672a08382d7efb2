"""The catalogue in an order."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.changes import Change
from toppicks.ids import IdMap
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.listing import SortError, in_order, newest_first, recency
from toppicks.trained import TrainedModel

FIELDS: dict[str, list[Any]] = {
    "title": ["b", "Ä", None, "a"],
    "year": [2001, None, 1999, 2001],
    "genres": [["Z"], [], ["A", "Z"], ["M"]],
}


def shelf(model: TrainedModel, fields: dict[str, list[Any]] | None = None) -> ItemCatalogue:
    """Four items; later ones are rated more often."""
    known = FIELDS if fields is None else fields
    items = IdMap(f"i{n}" for n in range(4))
    return ItemCatalogue.of(replace(model, items=items, fields=known, n_ratings=np.arange(4)))


@pytest.mark.parametrize(
    ("sort", "rows"),
    [
        ("", [3, 2, 1, 0]),
        ("-", [3, 2, 1, 0]),
        ("year", [2, 3, 0, 1]),
        ("-year", [3, 0, 2, 1]),
        ("title", [3, 1, 0, 2]),
        ("-title", [2, 0, 3, 1]),
        ("genres", [2, 3, 0, 1]),
        ("-genres", [0, 3, 2, 1]),
    ],
)
def test_by_a_field_up_or_down_and_what_lacks_it_last(
    tiny_model: TrainedModel, sort: str, rows: list[int]
) -> None:
    # Ties stay in the order given; accents do not count; an item without a title is its id.
    catalogue = shelf(tiny_model)
    assert in_order(catalogue.most_rated_first(), sort, catalogue) == rows


@pytest.mark.parametrize("sort", ["colour", "--year", "year ", "x" * 99])
def test_a_field_that_nothing_has_is_said(tiny_model: TrainedModel, sort: str) -> None:
    catalogue = shelf(tiny_model)
    with pytest.raises(SortError, match="is no field; expected one of genres, title, year") as said:
        in_order([0], sort, catalogue)
    assert said.value.sort == sort


def test_changed_and_new_items_are_sorted_by_what_they_are_now(tiny_model: TrainedModel) -> None:
    catalogue = shelf(tiny_model).with_changes(
        [
            Change("i2", {"title": "z", "year": 2050}),
            Change("new", {"title": "0", "year": 2000, "colour": 10**400}),
            Change("other", {"colour": "teal"}),
            Change("i0"),
        ],
        1,
    )
    rows = catalogue.most_rated_first()
    assert rows == [3, 2, 1, 5, 4]
    assert in_order(rows, "-year", catalogue) == [2, 3, 4, 1, 5]
    assert in_order(rows, "title", catalogue) == [4, 3, 1, 5, 2]
    # Numbers before texts, whatever their size.
    assert in_order(rows, "colour", catalogue) == [4, 5, 3, 2, 1]
    assert in_order(rows, "-colour", catalogue) == [5, 4, 3, 2, 1]
    assert newest_first(catalogue) == [2, 3, 4, 1, 5]


def test_without_dates_what_was_added_last_is_the_newest(tiny_model: TrainedModel) -> None:
    catalogue = shelf(tiny_model, {"title": FIELDS["title"]})
    assert newest_first(catalogue) == [3, 2, 1, 0]
    later = catalogue.with_changes([Change("x", {}), Change("y", {})], 1)
    assert newest_first(later) == [5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"released": ["1999-01-01"] * 4, "year": [1999] * 4}, "released"),
        ({"release_year": [1999, 2000, 2001, None]}, "release_year"),
        ({"runtime": [90, 100, 110, 120]}, None),
        ({}, None),
    ],
)
def test_the_most_exact_date_counts(
    tiny_model: TrainedModel, fields: dict[str, list[Any]], field: str | None
) -> None:
    assert shelf(tiny_model, fields).trained.date_field == field


def test_recency_is_the_place_of_a_date_among_all_dates(tiny_model: TrainedModel) -> None:
    catalogue = shelf(tiny_model)
    np.testing.assert_array_equal(recency(catalogue), [1, np.nan, 0, 1])
    changes = [
        Change("i2", {"year": 2050}),
        Change("i0"),
        Change("i3", {"title": "undated"}),
        Change("later", {"year": 1990}),
        Change("other", {}),
    ]
    # The date of what was deleted is a date still; that of what was changed is the new one.
    later = recency(catalogue.with_changes(changes, 1))
    np.testing.assert_array_equal(later, [1, np.nan, 2, np.nan, 0, np.nan])


def test_recency_of_texts_is_above_that_of_numbers(tiny_model: TrainedModel) -> None:
    released = ["1999-12-31", None, "2001-01-01", "1999-12-31"]
    catalogue = shelf(tiny_model, {"released": released})
    np.testing.assert_array_equal(recency(catalogue), [0, np.nan, 1, 0])


def test_without_dates_recency_is_when_it_was_added(tiny_model: TrainedModel) -> None:
    catalogue = shelf(tiny_model, {"title": FIELDS["title"]})
    assert np.isnan(recency(catalogue)).all()
    later = catalogue.with_changes([Change("x", {}), Change("y", {})], 1)
    np.testing.assert_array_equal(recency(later)[4:], [0, 1])
    assert np.isnan(recency(later)[:4]).all()


def test_recency_and_the_newest_first_are_one_order(tiny_model: TrainedModel) -> None:
    changes = [Change("i1", {"year": 2001}), Change("x", {"year": 2000}), Change("y", {})]
    catalogue = shelf(tiny_model).with_changes(changes, 1)
    rows, places = newest_first(catalogue), recency(catalogue)
    assert np.isnan(places[rows[-1]])
    assert sorted(rows[:-1], key=lambda row: -places[row]) == rows[:-1]
