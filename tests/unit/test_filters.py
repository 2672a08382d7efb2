"""Items by their metadata."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changes import Change
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.filters import FilterError, Filters
from toppicks.serving.trained_items import TrainedItems
from toppicks.trained import TrainedModel


@pytest.fixture(scope="module")
def catalogue(tiny_model: TrainedModel) -> ItemCatalogue:
    """Items `00` to `63`: Red ones of the 1980s, Blue ones of the 2010s."""
    return ItemCatalogue.of(tiny_model)


def found(catalogue: ItemCatalogue, *clauses: str) -> set[str]:
    mask = Filters(catalogue.trained).mask(clauses, catalogue)
    return {catalogue.id(row) for row in np.flatnonzero(mask).tolist()}


def test_without_a_clause_everything_is_meant(catalogue: ItemCatalogue) -> None:
    assert len(found(catalogue)) == len(catalogue)


def test_an_element_of_a_list_in_any_case(catalogue: ItemCatalogue) -> None:
    assert found(catalogue, "genres:red") == found(catalogue, "genres:Red")
    assert len(found(catalogue, "genres:Red")) == 32
    assert found(catalogue, "genres:Re") == set()


def test_all_clauses_hold(catalogue: ItemCatalogue) -> None:
    assert found(catalogue, "genres:Red", "genres:Blue") == set()
    assert found(catalogue, "genres:Red", "year:1980") == {"00", "10", "20", "60"}


def test_ranges_hold_their_ends_and_may_be_open(catalogue: ItemCatalogue) -> None:
    assert found(catalogue, "year:1980..1989") == found(catalogue, "genres:Red")
    assert found(catalogue, "year:1990..") == found(catalogue, "genres:Blue")
    assert found(catalogue, "year:..1980") == found(catalogue, "year:1980")
    assert found(catalogue, "year:1980..1980.5") == found(catalogue, "year:1980")


def test_a_title_is_a_field_like_any_other(catalogue: ItemCatalogue) -> None:
    assert found(catalogue, "title:Red Café 7") == {"07"}


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ("colour:red", "'colour' is no field; expected field:value with a field of genres, title"),
        ("genres", "'genres' is no field"),
        ("genres:", "names no value"),
        ("year:", "names no value"),
        ("year:..", "names no value"),
        ("year:old", "'old' is no number"),
        ("year:1980..old", "'old' is no number"),
        ("year:1990..1980", "ends before it begins"),
        ("year:nan", "'nan' is no number"),
        ("year:1e400", "is no number"),
        ("year:١٩٨٠", "is no number"),
        ("' OR 1=1 --", "is no field"),
        ("", "'' is no field"),
    ],
)
def test_what_cannot_be_meant_is_said(catalogue: ItemCatalogue, clause: str, says: str) -> None:
    with pytest.raises(FilterError, match=re.escape(says)) as raised:
        found(catalogue, clause)
    assert raised.value.clause == clause


def test_items_that_came_later_or_changed_are_found_by_what_they_are_now(
    catalogue: ItemCatalogue,
) -> None:
    later = catalogue.with_changes(
        [
            Change("new", {"title": "New", "year": 1985, "genres": ["Red"]}),
            Change("00", {"title": "Old", "year": 2011, "colour": "teal"}),
        ],
        1,
    )
    assert "new" in found(later, "genres:Red", "year:1985")
    assert "00" not in found(later, "genres:Red")
    assert "00" in found(later, "year:2011")
    assert found(later, "colour:Teal") == {"00"}
    assert found(later, "title:Old") == {"00"}


@pytest.mark.parametrize(
    ("clause", "value"),
    [
        *(("x:true", True), ("x:1", True), ("x:Yes", True), ("x:no", False), ("x:0", False)),
        *(("x:a..b", "a..b"), ("x:1..2", "1..2"), ("x:1..b", "1..B"), ("x:yes", "Yes")),
        *(("x:1e300", 1e300), ("x:1..", 1e300), ("x:2", 2.0), ("x:2", "2"), ("x:..2", [7, 1])),
        *(("x:12345678901234567890", 12345678901234567890), ("x:true", [True])),
    ],
)
def test_a_field_that_training_did_not_know_may_hold_anything(
    catalogue: ItemCatalogue, clause: str, value: Any
) -> None:
    others: list[Any] = [True, False, "z", "3..4", 5000, -3, [], None]
    changes = [Change("new", {"x": value})]
    changes += [Change(f"other {at}", {"x": one}) for at, one in enumerate(others)]
    later = catalogue.with_changes(changes, 1)
    meant = found(later, clause)
    assert "new" in meant
    assert meant < {"new", *(f"other {at}" for at in range(len(others)))}


values = st.one_of(
    st.none(),
    st.integers(-5, 5),
    st.floats(-5, 5),
    st.sampled_from(["a", "A", "b c", "", " ", "..", "1"]),
    st.lists(st.sampled_from(["a", "B", "b:c"]), max_size=3),
    st.booleans(),
)
clauses = st.sampled_from(
    ["f:a", "f:B", "f:1", "f:-1..3", "f:..2", "f:yes", "f:b c", "f:b:c", "f:0", "f:2.5"]
)


@given(st.lists(values, min_size=1, max_size=12), clauses)
def test_the_mask_is_what_holds_for_each_item(
    tiny_model: TrainedModel, column: list[Any], text: str
) -> None:
    n = len(tiny_model.items)
    cells = (column * n)[:n]
    trained = TrainedItems(replace(tiny_model, fields={"f": cells}))
    filters, catalogue = Filters(trained), ItemCatalogue(trained)
    try:
        clause = filters.clause(text, catalogue)
    except FilterError:
        return
    expected = [clause.holds(value) for value in cells]
    assert filters.mask([text], catalogue).tolist() == expected
