"""What is said of each column of metadata."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from toppicks.ids import IdMap
from toppicks.ingest.metadata import features as features_module
from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.features import content_features, user_features
from toppicks.ingest.metadata.summaries import MOST_SHOWN, FeatureSummary, describe


def _catalogue(**fields: list[Any]) -> Catalogue:
    n = len(next(iter(fields.values())))
    return Catalogue(IdMap(map(str, range(n))), fields)


def _described(**fields: list[Any]) -> list[FeatureSummary]:
    catalogue = _catalogue(**fields)
    return describe(catalogue, content_features(catalogue))


def test_each_column_is_summed_up_in_order() -> None:
    assert _described(
        title=["The Sea", "The Boat", "The Night", "Up"],
        genres=[["Drama", "War"], ["Drama"], [], ["War", "Drama"]],
        country=["NL", None, "BE", "NL"],
        year=[1990, None, 1990, 2000],
        format=["DVD"] * 4,
    ) == [
        FeatureSummary("title", "title", "", 1, 3, 4, (("the", 3),)),
        FeatureSummary("genres", "list", "", 2, 3, 4, (("Drama", 3), ("War", 2))),
        FeatureSummary("country", "categories", "", 2, 3, 4, (("NL", 2), ("BE", 1))),
        FeatureSummary(
            "year",
            "number",
            "",
            len(content_features(_catalogue(year=[1990, None, 1990, 2000])).names),
            3,
            4,
            _described(year=[1990, None, 1990, 2000])[0].top,
        ),
        FeatureSummary("format", "not used", "the same for all", 0, 0, 4, ()),
    ]


def test_unknown_is_no_knowledge_of_a_number_but_may_be_a_category() -> None:
    number, genres = _described(age=[7, None, None], genres=[["unknown"], ["x"], []])
    assert (number.n_items, number.top) == (1, (("unknown", 2), ("about 7", 1)))
    assert (genres.n_items, dict(genres.top)) == (2, {"unknown": 1, "x": 1})


def test_text_in_which_nothing_is_shared_is_not_used() -> None:
    texts = [f"{n} {'x' * n}" for n in range(30)]
    (found,) = _described(blurb=texts)
    assert (found.kind, found.why) == ("not used", "nothing in it is shared by 3")


def test_the_commonest_are_named() -> None:
    (found,) = _described(tags=[[f"t{n}" for n in range(m, 30)] for m in range(30)])
    assert found.n_features == 30
    assert found.top == tuple((f"t{29 - n}", 30 - n) for n in range(MOST_SHOWN))


def test_what_moderation_left_out_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    people = _catalogue(country=["NL", "NL", "BE"], sex=["f", "m", "x"])
    monkeypatch.setattr(features_module, "PROFILE_EACH", 2 / 3)
    found = describe(people, user_features(people))
    assert [(one.column, one.kind, one.n_features, one.n_items) for one in found] == [
        ("country", "categories", 1, 2),
        ("sex", "not used", 0, 0),
    ]


def test_columns_whose_names_begin_alike_are_told_apart() -> None:
    found = _described(**{"a": ["b:x", "y"], "a:b": ["x", "z"], "ab": ["x", "y"]})
    assert [one.n_features for one in found] == [2, 2, 2]


def test_a_summary_is_plain() -> None:
    found = [asdict(one) for one in _described(country=["NL", "BE"], year=[1, 2])]
    assert json.loads(json.dumps(found, allow_nan=False))[0]["top"] == [["BE", 1], ["NL", 1]]


def test_nothing_known_is_summed_up_as_such() -> None:
    (found,) = _described(genres=[[], []])
    assert found == FeatureSummary("genres", "not used", "nothing is known", 0, 0, 2, ())
    assert describe(_catalogue(x=[]), content_features(_catalogue(x=[])))[0].of == 0
    empty = Catalogue(IdMap(["a"]))
    assert describe(empty, content_features(empty)) == []
