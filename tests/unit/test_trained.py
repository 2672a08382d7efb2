"""A file whose hash is right and whose contents are not: refused when it is loaded."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth
from toppicks.site_words import SiteWords
from toppicks.trained import TrainedModel

N_ITEMS, N_USERS = 64, 64


def _normal(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


DENSE = DenseWeights(
    N_ITEMS, np.arange(40, dtype=np.int32), np.arange(63, 3, -1, dtype=np.int32), _normal(40, 60)
)
SPARSE = SparseWeights(
    starts=np.arange(0, 5 * N_ITEMS + 1, 5),
    items=np.random.default_rng(0).integers(0, N_ITEMS, 5 * N_ITEMS).astype(np.int32),
    weights=_normal(5 * N_ITEMS),
    rest_from=_normal(N_ITEMS),
    rest_to=_normal(N_ITEMS),
)
BLEND = Blend(0.5, 2.0, 1.0, 3.0)
WORTH = Worth((-math.inf, 2.0, 4.0), (0.0, 0.5, 1.0), half_life=86_400.0 * 3)


def _with(model: TrainedModel, weights: ItemWeights | None, blend: Blend = BLEND) -> TrainedModel:
    """The same model with everything that a model may have."""
    profiles = _normal(N_USERS, model.scorer.item_factors.shape[1])
    return replace(
        model,
        scorer=replace(model.scorer, item_weights=weights, blend=blend),
        histories=replace(model.histories, worth=WORTH, profiles=profiles),
        calibration=Calibration(np.array([0, 1, 2], "f4"), np.array([0.1, 0.5, 0.5], "f4")),
    )


@pytest.fixture(params=[DENSE, SPARSE], ids=["dense", "sparse"])
def packed(request: pytest.FixtureRequest, tiny_model: TrainedModel) -> Artifact:
    """A model with either kind of weights, and with profiles."""
    return _with(tiny_model, request.param).to_artifact()


@pytest.mark.parametrize("weights", [DENSE, SPARSE, None], ids=["dense", "sparse", "none"])
@pytest.mark.parametrize(
    "blend",
    [
        Blend(0.5, 2.0, 1.0, 3.0),
        Blend(0.25, math.inf, 1.0),
        Blend(1.0, 0.0, math.inf),
        Blend(0.0, math.inf, math.inf, 0.5),
    ],
    ids=repr,
)
@pytest.mark.parametrize("profiled", [False, True])
def test_what_is_saved_is_loaded(
    tiny_model: TrainedModel,
    tmp_path: Path,
    weights: ItemWeights | None,
    blend: Blend,
    profiled: bool,
) -> None:
    if weights is None:
        blend = replace(blend, share=0.0)
    model = _with(tiny_model, weights, blend)
    if not profiled:
        model = replace(model, histories=replace(model.histories, profiles=None))
    artifact.save(model.to_artifact(), tmp_path / "m.pkl")
    again = TrainedModel.from_artifact(artifact.load(tmp_path / "m.pkl"))
    assert type(again.scorer.item_weights) is type(weights)
    assert again.scorer.blend == blend
    assert again.histories.worth == WORTH
    assert (again.histories.profiles is not None) == profiled
    for user_idx in range(N_USERS):
        history = model.histories.history(user_idx)
        same = again.histories.history(user_idx)
        assert (same.profile is not None) == profiled
        assert np.array_equal(same.worth, history.worth)
        assert np.array_equal(again.scorer.scores(same), model.scorer.scores(history))
    assert list(again.items) == list(model.items)
    assert list(again.users) == list(model.users)
    assert again.fields == model.fields
    assert again.meaning == model.meaning
    assert again.histories.like_from == model.histories.like_from
    assert again.about == model.about


def test_a_trained_model_is_packed_and_unpacked(tiny_model: TrainedModel) -> None:
    again = TrainedModel.from_artifact(tiny_model.to_artifact())
    history = again.histories.history(3)
    assert np.array_equal(again.scorer.scores(history), tiny_model.scorer.scores(history))


HEADER = (
    "user_ids",
    "item_ids",
    "fields",
    "blend",
    "worth",
    "site",
    "about",
    "meaning",
    "vocabulary",
)


@pytest.mark.parametrize("name", HEADER)
def test_a_missing_part_of_the_header_is_named(packed: Artifact, name: str) -> None:
    header = {key: value for key, value in packed.header.items() if key != name}
    _refused(Artifact(header, packed.arrays), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_ids", []),
        ("user_ids", ["u"]),
        ("user_ids", [1] * N_USERS),
        ("user_ids", None),
        ("item_ids", ["x"] * N_ITEMS),
        ("item_ids", [f"a\n{n}" for n in range(N_ITEMS)]),
        ("item_ids", [f"\ud800{n}" for n in range(N_ITEMS)]),
        ("fields", 7),
        ("fields", {"title": ["one"]}),
        ("fields", {"title": [7] * N_ITEMS}),
        ("fields", {"title": ["\ud800"] * N_ITEMS}),
        ("fields", {"genres": ["Drama"] * N_ITEMS}),
        ("fields", {"year": [10**30] * N_ITEMS}),
        ("fields", {"year": [float("nan")] * N_ITEMS}),
        ("fields", {"x": [[["deep"]]] * N_ITEMS}),
        ("fields", {7: [None] * N_ITEMS}),
        ("blend", None),
        ("blend", [0.5, 2, 2, 0]),
        ("blend", {}),
        ("worth", None),
        ("worth", {}),
        ("vocabulary", None),
        ("vocabulary", []),
        ("vocabulary", {}),
        ("vocabulary", [None]),
        ("vocabulary", [{"name": "title", "kind": "title"}]),
        ("meaning", None),
        ("meaning", {}),
        ("meaning", ["rating", 1, 5, 4]),
        ("fields", {"half \ud800": [None] * N_ITEMS}),
        ("site", None),
        ("site", ["film", "films"]),
    ],
)
def test_a_wrong_part_of_the_header_is_refused(packed: Artifact, name: str, value: Any) -> None:
    _refused(Artifact(packed.header | {name: value}, packed.arrays))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("share", 1.01, "share of the item-item part is above 1"),
        ("share", None, "share of the item-item part is above 1"),
        ("share", -0.1, "share is -0.1, expected a number of at least 0"),
        ("share", math.nan, "share is nan"),
        ("share", "0.5", "share is '0.5'"),
        ("lean_items", -1.0, "lean_items is -1.0"),
        ("lean_items", True, "lean_items is True"),
        ("lean_taste", math.nan, "lean_taste is nan"),
        ("profile", None, "the profile's weight is infinite"),
        ("profile", math.inf, "the profile's weight is infinite"),
        ("profile", -1, "profile is -1"),
    ],
)
def test_a_wrong_blend_is_refused(packed: Artifact, name: str, value: Any, said: str) -> None:
    blend = packed.header["blend"] | {name: value}
    _refused(Artifact(packed.header | {"blend": blend}, packed.arrays), said)


@pytest.mark.parametrize("name", vars(Blend()))
def test_a_blend_without_a_weight_is_refused(packed: Artifact, name: str) -> None:
    blend = {key: value for key, value in packed.header["blend"].items() if key != name}
    _refused(Artifact(packed.header | {"blend": blend}, packed.arrays), name)


@pytest.mark.parametrize(
    ("starts", "values", "said"),
    [
        ([None, 4.0], [1.0, 0.5], "the worths fall"),
        ([None, 4.0], [1.0], "levels and worths do not match"),
        ([], [], "levels and worths do not match"),
        ([4.0, 2.0], [0.0, 1.0], "the levels do not rise"),
        ([None, None], [0.0, 1.0], "the levels do not rise"),
        ([None, math.nan], [0.0, 1.0], "start is nan"),
        ([None, 4.0], [-1.0, 1.0], "worth is -1.0"),
        ([None, 4.0], [0.0, math.nan], "worth is nan"),
        ([None, 4.0], [0.0, None], "worth is None"),
        ([None, "4"], [0.0, 1.0], "a level's start is '4'"),
        ([None, 10**400], [0.0, 1.0], "too large for a number"),
        ([[1], [2]], [0.0, 1.0], "a level's start is [1]"),
        (None, [0.0, 1.0], "not iterable"),
    ],
)
def test_a_wrong_worth_is_refused(packed: Artifact, starts: Any, values: Any, said: str) -> None:
    worth = {"starts": starts, "values": values, "half_life": None}
    _refused(Artifact(packed.header | {"worth": worth}, packed.arrays), said)


SITE = {"one": "film", "many": "films", "name": "Top Picks", "feedback": "rating"}
SITE_LISTS = {"facts": ["year"], "labels": {"year": "made in"}, "image_hosts": ["https://a.b"]}


def test_words_of_the_site_are_saved_and_loaded(tiny_model: TrainedModel) -> None:
    words = SiteWords(
        "repo", "repos", "Stars", "count", ("year",), {"genres": "kinds"}, ("https://a.b:8",)
    )
    model = replace(tiny_model, words=words)
    assert TrainedModel.from_artifact(model.to_artifact()).words == words


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("one", ""),
        ("one", 7),
        ("many", "two\nlines"),
        ("many", "\u202e"),
        ("name", "x" * 61),
        ("name", None),
        ("feedback", "stars"),
        ("facts", ["stars"]),
        ("facts", ["year", "year"]),
        ("facts", "year"),
        ("facts", [["year"]]),
        ("facts", None),
        ("labels", ["year"]),
        ("labels", {"year": 7}),
        ("image_hosts", "https://a.b"),
        ("image_hosts", ["*"]),
        ("image_hosts", ["https://*.b"]),
        ("image_hosts", ["https://a.b/path"]),
        ("image_hosts", ["https://a.b; script-src *"]),
        ("image_hosts", ["https://a.b\r\nSet-Cookie: x=1"]),
        ("image_hosts", ["https://a.b 'unsafe-inline'"]),
        ("image_hosts", ["https://a.b"] * 21),
        ("image_hosts", [7]),
        ("more", "x"),
    ],
)
def test_wrong_words_of_the_site_are_refused(packed: Artifact, part: str, value: Any) -> None:
    site = SITE | SITE_LISTS
    TrainedModel.from_artifact(Artifact(packed.header | {"site": site}, packed.arrays))
    _refused(Artifact(packed.header | {"site": site | {part: value}}, packed.arrays))


@pytest.mark.parametrize("part", ["one", "many", "facts", "labels", "image_hosts"])
def test_missing_words_of_the_site_are_named(packed: Artifact, part: str) -> None:
    site = {key: value for key, value in (SITE | SITE_LISTS).items() if key != part}
    _refused(Artifact(packed.header | {"site": site}, packed.arrays), part)


@pytest.mark.parametrize(
    ("half_life", "said"),
    [
        (0, "half_life is 0, expected a number of at least 1"),
        (0.5, "half_life is 0.5"),
        (-9.0, "half_life is -9.0"),
        (math.nan, "half_life is nan"),
        ("9", "half_life is '9'"),
        (True, "half_life is True"),
        ([9.0], "half_life is [9.0]"),
    ],
)
def test_a_wrong_half_life_is_refused(packed: Artifact, half_life: Any, said: str) -> None:
    worth = packed.header["worth"] | {"half_life": half_life}
    _refused(Artifact(packed.header | {"worth": worth}, packed.arrays), said)


@pytest.mark.parametrize("half_life", [None, math.inf])
def test_what_never_fades_is_worth_the_same_however_old(
    packed: Artifact, half_life: float | None
) -> None:
    worth = packed.header["worth"] | {"half_life": half_life}
    loaded = TrainedModel.from_artifact(Artifact(packed.header | {"worth": worth}, packed.arrays))
    histories = loaded.histories
    rows = histories.rows(0)
    expected = WORTH.of(histories.rating[rows])
    assert histories.history(0).worth.tolist() == expected[expected > 0].tolist()


def test_a_half_life_of_which_nothing_is_said_is_refused(packed: Artifact) -> None:
    worth = {key: value for key, value in packed.header["worth"].items() if key != "half_life"}
    _refused(Artifact(packed.header | {"worth": worth}, packed.arrays), "half_life")


def test_times_that_fall_within_a_person_are_refused(packed: Artifact) -> None:
    """Ages would be negative, and the worth of old feedback without bound."""
    times = packed.arrays["history_timestamp"].copy()
    starts = packed.arrays["history_starts"]
    assert (np.diff(times)[starts[1:-1] - 1] < 0).any()  # from person to person they may fall
    times[starts[1] - 1] = times[starts[0]] - 1
    _refused(
        Artifact(packed.header, {**packed.arrays, "history_timestamp": times}),
        "history_timestamp falls within a person",
    )


def test_times_as_far_apart_as_they_can_be_do_no_harm(packed: Artifact) -> None:
    times = packed.arrays["history_timestamp"].copy()
    starts = packed.arrays["history_starts"]
    times[: starts[1]] = np.iinfo(np.int64).min
    times[starts[1] - 1] = np.iinfo(np.int64).max
    header = packed.header | {"worth": packed.header["worth"] | {"half_life": 1.0}}
    arrays = {**packed.arrays, "history_timestamp": times}
    loaded = TrainedModel.from_artifact(Artifact(header, arrays))
    worth = loaded.histories.history(0).worth
    assert len(worth) <= 1
    assert ((worth > 0) & (worth <= 1)).all()


ARRAYS = (
    *("history_factors", "item_factors", "item_biases", "popularity", "profiles"),
    *("history_starts", "history_item_idx", "history_rating", "n_ratings", "n_likes"),
    *("match_scores", "match_chances", "newcomer_used", "newcomer_means", "newcomer_maps"),
    *("mixing_starts", "mixing_features", "mixing_values", "mixing_inverse"),
)
DENSE_ARRAYS = ("dense_sources", "dense_targets", "dense_weights")
SPARSE_ARRAYS = (
    *("sparse_starts", "sparse_items", "sparse_weights"),
    *("sparse_rest_from", "sparse_rest_to"),
)
# What a model may do without.
OPTIONAL = {"match_scores", "profiles"}


@pytest.mark.parametrize("name", [*ARRAYS, *DENSE_ARRAYS, *SPARSE_ARRAYS])
@pytest.mark.parametrize("change", ["gone", "short", "empty", "scalar", "dtype", "nan", "wide"])
def test_a_wrong_array_is_refused(tiny_model: TrainedModel, name: str, change: str) -> None:
    packed = _with(tiny_model, SPARSE if name in SPARSE_ARRAYS else DENSE).to_artifact()
    array = packed.arrays[name]
    changed = {
        "short": array[:-1],
        "empty": array[:0],
        "scalar": np.array(1, array.dtype),
        "dtype": array.astype(np.float64 if array.dtype != np.float64 else np.float32),
        "nan": np.full(array.shape, np.nan, array.dtype if array.dtype.kind == "f" else float),
        "wide": array[..., None],
    }
    arrays = {key: value for key, value in packed.arrays.items() if key != name}
    if change != "gone":
        arrays[name] = changed[change]
    if change == "gone" and name in OPTIONAL:
        TrainedModel.from_artifact(Artifact(packed.header, arrays))
    else:
        _refused(Artifact(packed.header, arrays))


WEIGHTS = {"dense_weights", "sparse_weights"}


def test_a_model_may_do_without_calibration_profiles_and_weights_that_weigh_nothing(
    tiny_model: TrainedModel,
) -> None:
    packed = _with(tiny_model, DENSE, replace(BLEND, share=0.0)).to_artifact()
    arrays = {key: value for key, value in packed.arrays.items() if key not in OPTIONAL | WEIGHTS}
    model = TrainedModel.from_artifact(Artifact(packed.header, arrays))
    assert model.calibration is None
    assert model.histories.profiles is None
    assert model.scorer.item_weights is None


def test_a_model_without_weights_that_weigh_something_is_refused(packed: Artifact) -> None:
    arrays = {key: value for key, value in packed.arrays.items() if key not in WEIGHTS}
    _refused(Artifact(packed.header, arrays), "the item-item weights are missing")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("history_item_idx", N_ITEMS, "history_item_idx points outside"),
        ("history_item_idx", -1, "history_item_idx points outside"),
        ("history_starts", 10**9, "history_starts does not divide the rows"),
        ("dense_sources", N_ITEMS, "dense_sources points outside"),
        ("dense_sources", -1, "dense_sources points outside"),
        ("dense_sources", 2, "dense_sources repeats an item"),
        ("dense_targets", N_ITEMS, "dense_targets points outside"),
        ("dense_targets", -1, "dense_targets points outside"),
        ("dense_targets", 61, "dense_targets repeats an item"),
        ("dense_weights", math.inf, "dense_weights has values that are not finite"),
        ("sparse_items", N_ITEMS, "sparse_items points outside"),
        ("sparse_items", -1, "sparse_items points outside"),
        ("sparse_starts", 11, "sparse_starts does not divide the rows"),
        ("sparse_starts", -1, "sparse_starts does not divide the rows"),
        ("sparse_weights", math.nan, "sparse_weights has values that are not finite"),
        ("sparse_rest_to", math.inf, "sparse_rest_to has values that are not finite"),
        ("newcomer_used", 10**6, "newcomer_used points outside"),
        ("newcomer_used", 0, "newcomer_used does not rise"),
        ("newcomer_maps", math.inf, "newcomer_maps has values that are not finite"),
        ("mixing_features", 10**6, "mixing_features points outside"),
        ("mixing_features", -1, "mixing_features points outside"),
        ("mixing_starts", 10**6, "mixing_starts does not divide the rows"),
        ("mixing_inverse", math.nan, "mixing_inverse has values that are not finite"),
        ("profiles", math.nan, "profiles has values that are not finite"),
        ("match_scores", 9.0, "match_scores do not rise"),
        ("match_chances", 0.9, "match_chances fall"),
    ],
)
def test_a_wrong_value_is_refused(
    tiny_model: TrainedModel, name: str, value: float, said: str
) -> None:
    packed = _with(tiny_model, SPARSE if name in SPARSE_ARRAYS else DENSE).to_artifact()
    array = packed.arrays[name].copy()
    array[1] = value
    _refused(Artifact(packed.header, {**packed.arrays, name: array}), said)


def test_a_model_may_do_without_columns_for_newcomers(packed: Artifact) -> None:
    arrays = {name: one for name, one in packed.arrays.items() if not name.startswith("mixing_")}
    model = TrainedModel.from_artifact(Artifact(packed.header, arrays))
    assert model.newcomers.mixing is None
    assert model.newcomers.place([{}], model.scorer.item_weights).weights is None


def test_mixes_of_other_items_are_refused(packed: Artifact) -> None:
    """The known items are those with ratings."""
    n_ratings = packed.arrays["n_ratings"].copy()
    n_ratings[0] = 0
    arrays = {**packed.arrays, "n_ratings": n_ratings}
    _refused(Artifact(packed.header, arrays), "mixing_starts has shape")


def test_profiles_of_others_or_of_other_dimensions_are_refused(packed: Artifact) -> None:
    profiles = packed.arrays["profiles"]
    for wrong in (profiles[:-1], profiles[:, :-1]):
        _refused(Artifact(packed.header, {**packed.arrays, "profiles": wrong}), "profiles has")


def test_a_model_of_an_older_format_that_lacks_a_part_is_told_so(packed: Artifact) -> None:
    header = {key: value for key, value in packed.header.items() if key != "meaning"}
    older = Artifact(header, packed.arrays, format=artifact.FORMAT - 1)
    _refused(older, f"is of format {artifact.FORMAT - 1}, not {artifact.FORMAT}, and lacks a part")


def _refused(wrong: Artifact, named: str = "") -> None:
    with pytest.raises(ArtifactError) as refusal:
        TrainedModel.from_artifact(wrong)
    said = str(refusal.value)
    assert "train it anew" in said
    assert "\n" not in said
    assert named in said
