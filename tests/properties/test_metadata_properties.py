"""Any texts as a column of metadata: typed, made into features, and fit for a model."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from toppicks.ids import IdMap
from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.features import content_features, item_features, user_features
from toppicks.ingest.metadata.summaries import describe
from toppicks.ingest.metadata.values import Value, typed_column, unknown_of
from toppicks.validity import check_fields

NAMES = ["title", "year", "genres", "tags", "x", "imdb_id", "a:b", "release_date", "image_url", ""]
TEXTS = ["", " ", "1", "-2.5", "1e5", "007", "1,234", "NA", "nan", "inf", "a|b", "a; b", "a, b, c"]
TEXTS += ["[]", '["a"]', "['a', 1]", "[1e999, NaN]", '["\\ud800"]', "[[1]]", "[", "]", "[a, b]"]
TEXTS += ["2001-02-03", "9999-12-31", "0000-01-01", "https://x.org", "true", "東京", "9" * 15]

names = st.sampled_from(NAMES)
text = st.sampled_from(TEXTS) | st.text(st.characters(codec="utf-8"), max_size=12)
marks = st.text(st.sampled_from("[]{}()'\",|;:\\ 1aeE+-.\n"), max_size=12)
cells = st.lists(st.lists(text | marks, max_size=3), max_size=30)
plain_cells = st.lists(text.map(lambda one: [one]), max_size=30)


def _kind(value: Value) -> type:
    return type(value)


@given(name=names, cells=cells | plain_cells)
@example(name="x", cells=[["1"], ["nan"], ["1.5"]])
@example(name="x", cells=[["[" * 999 + "]" * 999]])
@example(name="x", cells=[["['\\ud800']"], ['["\\ud800"]']])
def test_a_column_has_a_value_for_each_item_all_of_one_kind(
    name: str, cells: list[list[str]]
) -> None:
    values = typed_column(name, cells)
    assert len(values) == len(cells)
    unknown = unknown_of(values)
    known = [value for value in values if value != unknown]
    assert len({*map(_kind, known)}) <= 1
    assert all(type(value) is type(unknown) for value in values if value == unknown)
    assert all(isinstance(value, str | int | float | list) for value in known)
    for value, texts in zip(values, cells, strict=True):
        if isinstance(value, list):
            assert len(set(value)) == len(value)
            assert all(piece == piece.strip() != "" for piece in value)
        if not any(one.strip() for one in texts):
            assert value == unknown
    fields = {name: values}
    if name != "genres" or not values or isinstance(unknown, list):
        assert check_fields(fields, len(cells)) == fields


@given(columns=st.dictionaries(names, plain_cells.map(lambda one: one[:20]), max_size=3))
def test_any_columns_make_features_that_are_counted_right(
    columns: dict[str, list[list[str]]],
) -> None:
    n = max(map(len, columns.values()), default=0)
    fields = {
        name: typed_column(name, [*cells, *[[]] * (n - len(cells))])
        for name, cells in columns.items()
    }
    catalogue = Catalogue(IdMap(map(str, range(n))), fields)
    for make in (content_features, item_features, user_features):
        features = make(catalogue)
        assert features.matrix.shape == (n, len(features.names))
        assert features.matrix.dtype == np.float32
        assert np.isfinite(features.matrix.data).all()
    features = content_features(catalogue)
    found = describe(catalogue, features)
    assert [one.column for one in found] == list(fields)
    assert sum(one.n_features for one in found) == len(features.names)
    assert all((one.kind == "not used") == bool(one.why) == (not one.n_features) for one in found)
    assert all(0 <= one.n_items <= one.of == n for one in found)
