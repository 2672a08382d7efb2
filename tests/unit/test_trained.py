"""A file whose hash is right and whose contents are not: refused when it is loaded."""

from typing import Any

import numpy as np
import pytest

from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError
from toppicks.trained import TrainedModel

N_ITEMS = 64


def test_what_is_packed_is_unpacked(tiny_model: TrainedModel) -> None:
    again = TrainedModel.from_artifact(tiny_model.to_artifact())
    history = again.histories.history(3)
    assert np.array_equal(again.scorer.scores(history), tiny_model.scorer.scores(history))
    assert list(again.items) == list(tiny_model.items)
    assert again.fields == tiny_model.fields
    assert again.about == tiny_model.about


@pytest.mark.parametrize("name", ["user_ids", "fields", "lean", "nouns", "about", "like_from"])
def test_a_missing_part_of_the_header_is_named(tiny_model: TrainedModel, name: str) -> None:
    packed = tiny_model.to_artifact()
    header = {key: value for key, value in packed.header.items() if key != name}
    _refused(Artifact(header, packed.arrays), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_ids", []),
        ("user_ids", ["u"]),
        ("user_ids", [1] * 64),
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
        ("lean", None),
        ("lean", "2"),
        ("lean", -3),
        ("lean", float("nan")),
        ("like_from", None),
        ("like_from", []),
        ("nouns", ["film"]),
        ("feature_names", [1, 2]),
    ],
)
def test_a_wrong_part_of_the_header_is_refused(
    tiny_model: TrainedModel, name: str, value: Any
) -> None:
    packed = tiny_model.to_artifact()
    _refused(Artifact(packed.header | {name: value}, packed.arrays))


ARRAYS = (
    *("item_factors", "item_biases", "fold_in", "popularity", "feature_factors", "feature_biases"),
    *("history_starts", "history_item_idx", "history_rating", "n_ratings", "n_likes"),
    *("match_scores", "match_chances"),
)


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("change", ["gone", "short", "empty", "scalar", "dtype", "nan"])
def test_a_wrong_array_is_refused(tiny_model: TrainedModel, name: str, change: str) -> None:
    packed = tiny_model.to_artifact()
    array = packed.arrays[name]
    changed = {
        "short": array[:-1],
        "empty": array[:0],
        "scalar": np.array(1, array.dtype),
        "dtype": array.astype(np.float64 if array.dtype != np.float64 else np.float32),
        "nan": np.full(array.shape, np.nan, array.dtype if array.dtype.kind == "f" else float),
    }
    arrays = {key: value for key, value in packed.arrays.items() if key != name}
    if change != "gone":
        arrays[name] = changed[change]
    if (name, change) == ("match_scores", "gone"):
        assert TrainedModel.from_artifact(Artifact(packed.header, arrays)).calibration is None
    else:
        _refused(Artifact(packed.header, arrays))


@pytest.mark.parametrize(
    ("name", "value"),
    [("history_item_idx", N_ITEMS), ("history_item_idx", -1), ("history_starts", 10**9)],
)
def test_rows_that_point_outside_are_refused(
    tiny_model: TrainedModel, name: str, value: int
) -> None:
    packed = tiny_model.to_artifact()
    array = packed.arrays[name].copy()
    array[1] = value
    _refused(Artifact(packed.header, {**packed.arrays, name: array}))


def _refused(artifact: Artifact, named: str = "") -> None:
    with pytest.raises(ArtifactError) as refusal:
        TrainedModel.from_artifact(artifact)
    said = str(refusal.value)
    assert "train it anew" in said
    assert "\n" not in said
    assert named in said
