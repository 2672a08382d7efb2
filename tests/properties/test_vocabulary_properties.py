"""Any metadata is encoded as training encodes it, and nothing that JSON can hold does harm."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toppicks.ids import IdMap
from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.features import content_features
from toppicks.ingest.metadata.values import Value, typed_column
from toppicks.ingest.metadata.vocabularies import fit_vocabulary
from toppicks.scoring.vocabulary import Vocabulary

WORDS = [
    "red",
    "Été",
    "naïve",
    "İstanbul",
    "Straße",
    "東京都",
    "千と千尋",
    "한국",
    "हिन्दी",
    "ภาพ",
    "7",
    "-",
]
words = st.sampled_from(WORDS)
prose = st.lists(words, max_size=12).map(" ".join)
days = st.dates().map(str)
numbers = st.integers(-99, 3_000).map(str) | st.floats(-1e6, 1e6).map("{:.3f}".format)
lists = st.lists(words, max_size=4).map("|".join)
columns = st.sampled_from([words, prose, days, numbers, lists]).flatmap(
    lambda cell: st.lists(st.just("") | cell, min_size=9, max_size=40)
)
names = st.sampled_from(["title", "year", "genres", "x", "a:b", "released"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | words | days,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=3),
    max_leaves=9,
)


def _catalogue(cells: dict[str, list[str]]) -> Catalogue:
    n = max(map(len, cells.values()), default=0)
    fields = {
        name: typed_column(name, [[text] for text in texts] + [[]] * (n - len(texts)))
        for name, texts in cells.items()
    }
    return Catalogue(IdMap(map(str, range(n))), fields)


def _row(vocabulary: Vocabulary, fields: dict[str, Any]) -> list[float]:
    places, values = vocabulary.encode(fields)
    assert places.dtype == np.int32
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    assert values.all()
    assert (np.diff(places) > 0).all()
    row = np.zeros(len(vocabulary), np.float32)
    row[places] = values
    return row.tolist()


@given(cells=st.dictionaries(names, columns, max_size=4))
def test_what_arrives_later_is_encoded_as_training_encodes_it(cells: dict[str, list[str]]) -> None:
    catalogue = _catalogue(cells)
    features = content_features(catalogue)
    learnt = fit_vocabulary(catalogue)
    later = Vocabulary.from_plain(json.loads(json.dumps(learnt.to_plain())))
    assert later == learnt
    assert tuple(later.names) == features.names
    for row, expected in enumerate(features.matrix.toarray().tolist()):
        fields = {name: values[row] for name, values in catalogue.fields.items()}
        arrived = json.loads(json.dumps(fields))
        assert _row(later, arrived) == expected
        known = {name: value for name, value in arrived.items() if value not in (None, [])}
        assert _row(later, known | {"never seen": "x"}) == expected


MIXED: dict[str, list[Value]] = {
    "title": ["The Red House", "The Blue House", "The Old House", None] * 6,
    "genres": [["Drama"], ["Crime", "Drama"], [], ["War"]] * 6,
    "mpaa": ["R", "PG", None, "R"] * 6,
    "year": [1990, 1999, None, 2016] * 6,
    "released": ["1990-05-01", "1999-12-31", None, "2016-02-29"] * 6,
    "blurb": [f"a {WORDS[n % 12]} thing, of a length {n} that is no category" for n in range(24)],
}
VOCABULARY = fit_vocabulary(Catalogue(IdMap(map(str, range(24))), MIXED))


@given(fields=st.dictionaries(st.sampled_from([*MIXED, "other"]), json_values))
@example(fields={"year": 10**400, "released": -(10**400)})
@example(fields={"genres": [10**5000, 7], "mpaa": 10**5000, "blurb": [10**5000]})
@example(fields={"year": True, "genres": [True, None, {}, [[]]], "title": {"title": "the red"}})
@example(fields={"year": float("nan"), "released": float("inf"), "title": "\ud800"})
@example(fields={"title": ["the red", 7, None], "blurb": [["a thing"]], "mpaa": ["R", "PG"]})
def test_anything_that_json_can_hold_is_encoded(fields: dict[str, Any]) -> None:
    row = _row(VOCABULARY, fields)
    assert max(map(abs, row)) <= 4.001


def test_every_kind_of_column_is_among_those_that_are_tried() -> None:
    kinds = [column.kind for column in VOCABULARY.columns]
    assert kinds == ["title", "list", "categories", "number", "date", "text"]


@pytest.mark.parametrize(
    ("far", "like"),
    [(10**400, 2016), (-(10**400), 1990), (-5e300, 1990), (2017, 2016)],
    ids=["huge", "huge below", "large", "a year later"],
)
def test_a_number_far_outside_is_like_the_nearest(far: float, like: float) -> None:
    assert _row(VOCABULARY, {"year": far}) == _row(VOCABULARY, {"year": like})


@pytest.mark.parametrize(
    "value",
    [None, "soon", [1999], {"year": 1999}, True, float("nan"), float("inf")],
)
def test_what_is_no_number_is_unknown(value: object) -> None:
    assert _row(VOCABULARY, {"year": value}) == _row(VOCABULARY, {})
    assert "year:unknown" in VOCABULARY.names


def test_unseen_words_and_values_say_nothing() -> None:
    known = {"title": "The House", "genres": ["Drama"], "mpaa": "R"}
    more = {"title": "The House Xyzzy", "genres": ["Drama", "Xyzzy"], "mpaa": "R"}
    assert _row(VOCABULARY, {"title": "Xyzzy", "mpaa": "X"}) == _row(VOCABULARY, {})
    assert _row(VOCABULARY, more)[:-1] == _row(VOCABULARY, known)[:-1]


# A part of a column of features -> what no training writes there.
WRONG: dict[str, list[Any]] = {
    "name": [None, 7, "\ud800", ["x"]],
    "kind": [None, "code", ["text"], "not used"],
    "unknown": [None, 1, "yes"],
    "terms": [None, "abc", [7], ["a", "a"], ["\ud800"], [["a"]], {"a": 1}],
    "rarity": [None, [1.0], ["1"], [float("nan")] * 9],
    "knots": [None, [2.0, 1.0], [1.0, 1.0], ["1"], [float("inf")], [-1e300, 1e300], [None]],
}


@pytest.mark.parametrize("place", range(len(VOCABULARY.columns)))
@pytest.mark.parametrize("part", WRONG)
def test_what_no_training_writes_is_refused(place: int, part: str) -> None:
    for value in WRONG[part]:
        plain = VOCABULARY.to_plain()
        if plain[place][part] == value:
            continue
        plain[place][part] = value
        with pytest.raises((ValueError, TypeError)):
            Vocabulary.from_plain(plain)
    plain = VOCABULARY.to_plain()
    del plain[place][part]
    with pytest.raises(KeyError, match=part):
        Vocabulary.from_plain(plain)


@pytest.mark.parametrize("place", range(len(VOCABULARY.columns)))
def test_a_column_has_no_parts_of_another_kind(place: int) -> None:
    plain = VOCABULARY.to_plain()
    numeric = plain[place]["kind"] in {"number", "date"}
    for part, value in (
        [("terms", ["a"]), ("knots", []), ("rarity", [1.0])]
        if numeric
        else [("knots", [1.0, 2.0]), ("unknown", True)]
    ):
        wrong = [*plain[:place], plain[place] | {part: value}]
        with pytest.raises(ValueError, match=r"kind|lacks|without a feature"):
            Vocabulary.from_plain(wrong)


@given(plain=json_values)
def test_any_other_plain_values_are_refused_or_are_a_vocabulary(plain: Any) -> None:
    for given_ in (plain, [plain], [VOCABULARY.to_plain()[0] | {"terms": plain}]):
        try:
            vocabulary = Vocabulary.from_plain(given_)
        except (ValueError, TypeError, KeyError):
            continue
        assert Vocabulary.from_plain(vocabulary.to_plain()) == vocabulary
        _row(vocabulary, MIXED)


def test_two_columns_of_one_name_are_refused() -> None:
    plain = VOCABULARY.to_plain()
    with pytest.raises(ValueError, match="two columns of features have one name"):
        Vocabulary.from_plain([*plain, plain[0]])


def test_prose_without_its_weights_is_refused() -> None:
    *others, prose_column = VOCABULARY.to_plain()
    n = len(prose_column["terms"])
    for rarity in ([], [1.0] * (n + 1), [0.99] * n, [1e7] * n, [float("nan")] * n):
        with pytest.raises(ValueError, match=r"weight|rarity"):
            Vocabulary.from_plain([*others, prose_column | {"rarity": rarity}])


def test_without_columns_nothing_is_said() -> None:
    nothing = Vocabulary.from_plain([])
    assert len(nothing) == 0
    assert _row(nothing, {"title": "The House"}) == []
