"""What feedback means, kept for what comes later."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.worlds import Shop, TwoTastes, quick_trainer, trained, write_csv
from toppicks.ingest.feedback.scale import Feedback
from toppicks.materials import Source, gather
from toppicks.scoring.meaning import Meaning
from toppicks.trained import TrainedModel
from toppicks.training import train

RATED = [("u1", "a", "rating", 2), ("u1", "b", "view", ""), ("u2", "a", "rating", 10)]
MEANINGS = [
    Meaning("rating", 0.5, 5.0, 4.0),
    Meaning("count", 1.0, 9_999.0, 0.0),
    Meaning("presence", 1.0, 1.0, 0.0),
    Meaning("event", 0.0, 7.0, 7.0, "purchase"),
    Meaning("event", 0.0, 7.0, 7.0, "like", (2.0, 4.0)),
]


def _trained_on(source: Source) -> TrainedModel:
    model, _ = train(gather(source), quick_trainer())
    return model


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda one: f"{one.kind} {one.drive}")
def test_a_meaning_is_plain_values_and_back(meaning: Meaning) -> None:
    plain = meaning.to_plain()
    assert Meaning.from_plain(plain) == meaning
    assert not any(isinstance(value, tuple) for value in plain.values())


def test_of_ratings_the_scale_and_the_threshold_are_kept(tmp_path: Path) -> None:
    model = trained(TwoTastes().write_ratings(tmp_path / "r.csv"))
    assert model.meaning == Meaning("rating", 1.0, 5.0, 4.0)


def test_the_callers_own_threshold_is_the_one_that_is_kept(tmp_path: Path) -> None:
    source = Source((TwoTastes().write_ratings(tmp_path / "r.csv"),))
    model, _ = train(gather(source).liking_from(5), quick_trainer())
    assert model.meaning.like_from == model.histories.like_from == 5


def test_of_events_what_is_driven_at_is_kept(tmp_path: Path) -> None:
    log = Shop().write_events(tmp_path / "log.csv")
    meaning = _trained_on(Source((log,), feedback=Feedback(drive="purchase"))).meaning
    assert (meaning.kind, meaning.drive, meaning.rated) == ("event", "purchase", None)
    assert meaning.low == 0 < meaning.like_from == meaning.high


def test_of_events_that_are_ratings_the_borders_are_kept(tmp_path: Path) -> None:
    columns = ("user", "item", "event", "rating")
    log = write_csv(tmp_path / "log.csv", columns, RATED)
    materials = gather(Source((log,)))
    meaning = materials.known.scale.meaning(materials.interactions.rating)
    assert (meaning.kind, meaning.drive, meaning.rated) == ("event", "like", (4.0, 8.0))


def test_of_what_merely_happened_or_is_counted_everything_is_liked(tmp_path: Path) -> None:
    pairs = [(f"u{n % 7}", f"i{n % 5}") for n in range(35)]
    merely = write_csv(tmp_path / "r.csv", ("user", "item"), pairs)
    assert _trained_on(Source((merely,))).meaning == Meaning("presence", 1.0, 1.0, 0.0)
    plays = [(*pair, 1 + at) for at, pair in enumerate(pairs)]
    counted = write_csv(tmp_path / "c.csv", ("user", "item", "plays"), plays)
    assert _trained_on(Source((counted,))).meaning == Meaning("count", 1.0, 35.0, 0.0)


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("kind", "stars", "of the kind 'stars'"),
        ("kind", ["rating"], "of the kind"),
        ("kind", None, "of the kind None"),
        ("kind", "rating", "is to bring about 'like'"),
        ("drive", None, "is to bring about None"),
        ("drive", "fame", "is to bring about 'fame'"),
        ("drive", ["like"], "is to bring about"),
        ("low", 7.5, "the lowest feedback is above the highest"),
        ("low", -math.inf, "low is infinite"),
        ("high", math.inf, "high is infinite"),
        ("high", True, "high is True"),
        ("high", 10**400, "too large for a number"),
        ("like_from", math.nan, "like_from is nan"),
        ("like_from", "4", "like_from is '4'"),
        ("like_from", None, "like_from is None"),
        ("rated", [4.0, 2.0], "against and a like"),
        ("rated", [2.0], "not two borders"),
        ("rated", 2.0, "not two borders"),
        ("rated", [2.0, math.inf], "infinite"),
        ("rated", [2.0, [4]], "a border of ratings is [4]"),
    ],
)
def test_what_no_training_writes_is_refused(part: str, value: Any, said: str) -> None:
    plain = Meaning("event", 0.0, 7.0, 7.0, "like", (2.0, 4.0)).to_plain()
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - what is said is checked below
        Meaning.from_plain(plain | {part: value})
    assert said in str(refusal.value)


@pytest.mark.parametrize("part", vars(MEANINGS[0]))
def test_a_missing_part_is_named(part: str) -> None:
    plain = MEANINGS[0].to_plain()
    del plain[part]
    with pytest.raises(KeyError, match=part):
        Meaning.from_plain(plain)


def test_ratings_have_no_rated_events() -> None:
    plain = replace(MEANINGS[0], rated=(2.0, 4.0)).to_plain()
    with pytest.raises(ValueError, match="'rating' has rated events"):
        Meaning.from_plain(plain)
