"""The items of one moment."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changes import Change
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.trained import TrainedModel


@pytest.fixture(scope="module")
def catalogue(tiny_model: TrainedModel) -> ItemCatalogue:
    """Items `00` to `63`."""
    return ItemCatalogue.of(tiny_model)


def all_of(catalogue: ItemCatalogue) -> list[object]:
    """Everything that can be seen of it."""
    ids = [catalogue.id(row) for row in range(len(catalogue))]
    return [
        [(id_, catalogue.row(id_), catalogue.idx(id_)) for id_ in ids],
        [(catalogue.title(row), catalogue.facts(row)) for row in range(len(catalogue))],
        list(catalogue.changed),
        sorted(catalogue.deleted_idx.tolist()),
        catalogue.most_rated_first(),
        catalogue.new_fields,
    ]


def test_a_new_item_has_a_row_after_the_models(catalogue: ItemCatalogue) -> None:
    later = catalogue.with_changes([Change("x", {"title": "X", "year": 1999})], 7)
    assert (len(later), later.version) == (65, 7)
    assert (later.idx("x"), later.id(64), later.title(64)) == (64, "x", "X")
    assert later.facts(64) == {"year": 1999}
    assert later.fields(64) == {"title": "X", "year": 1999}
    assert (later.n_ratings(64), later.n_likes(64)) == (0, 0)
    assert later.most_rated_first()[-1] == 64
    assert catalogue.idx("x") is None
    assert len(catalogue) == 64


def test_a_change_replaces_everything_that_was_known(catalogue: ItemCatalogue) -> None:
    later = catalogue.with_changes([Change("00", {"genres": ["Green"]})], 1)
    assert later.title(0) == "00"
    assert later.facts(0) == {"genres": ["Green"]}
    assert later.n_ratings(0) == catalogue.n_ratings(0) > 0
    assert catalogue.search("red café 0")[0] == 0
    assert 0 not in later.search("red café 0")
    assert later.search("00") == [0]


def test_what_is_deleted_is_gone_until_it_is_put_again(catalogue: ItemCatalogue) -> None:
    there = catalogue.with_changes([Change("x", {"title": "X"})], 1)
    gone = there.with_changes([Change("00"), Change("x"), Change("never")], 2)
    assert [gone.idx(one) for one in ("00", "x", "never")] == [None] * 3
    # What the files hold of it stays known.
    assert (gone.row("00"), gone.row("x"), len(gone)) == (0, None, 64)
    assert 0 not in gone.most_rated_first()
    assert gone.search("x") == []
    back = gone.with_changes([Change("00", {"title": "Back"}), Change("x", {})], 3)
    assert (back.idx("00"), back.title(0), back.idx("x"), back.title(64)) == (0, "Back", 64, "x")


def test_the_latest_come_first_among_new_ones(catalogue: ItemCatalogue) -> None:
    later = catalogue.with_changes([Change("a", {}), Change("b", {}), Change("a", {})], 1)
    ids = [later.id(row) for row in later.most_rated_first()]
    assert ids[-2:] == ["a", "b"]
    assert list(later.new_ids) == ["b", "a"]


def test_values_of_another_kind_say_nothing(catalogue: ItemCatalogue) -> None:
    told = {"title": ["no"], "year": "1999", "genres": "Red", "colour": "teal", "empty": ""}
    later = catalogue.with_changes([Change("x", told)], 1)
    assert later.title(64) == "x"
    assert later.facts(64) == {"genres": ["Red"], "colour": "teal"}
    assert later.new_fields == {"colour"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("year", "1999", "a number"),
        ("year", True, "a number"),
        ("year", 1999.5, None),
        ("title", 7, "a text"),
        ("genres", 7, "a list of texts"),
        ("genres", "Red", None),
        ("year", None, None),
        ("colour", {"any": "thing"}, None),
    ],
)
def test_a_misfit_is_told_what_is_expected(
    catalogue: ItemCatalogue, name: str, value: Any, expected: str | None
) -> None:
    assert catalogue.trained.misfit(name, value) == expected


changes = st.lists(
    st.builds(
        Change,
        st.sampled_from(["00", "60", "x", "y", "z"]),
        st.none() | st.fixed_dictionaries({"title": st.sampled_from(["A", "B"])}),
    ),
    max_size=12,
)


@given(changes, st.data())
def test_it_is_what_the_last_change_of_each_item_says(
    catalogue: ItemCatalogue, made: Sequence[Change], data: st.DataObject
) -> None:
    bit_by_bit, at = catalogue, 0
    while at < len(made):
        n = data.draw(st.integers(1, len(made) - at))
        bit_by_bit = bit_by_bit.with_changes(made[at : at + n], at + n)
        at += n
    # As a worker has it that starts now: the store keeps the last change of each, in their order.
    last = {change.item_id: place for place, change in enumerate(made)}
    kept = [change for place, change in enumerate(made) if last[change.item_id] == place]
    assert all_of(bit_by_bit) == all_of(catalogue.with_changes(kept, len(made)))
