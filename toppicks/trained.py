"""What an artifact holds, by name: the one place that knows, for both directions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError, one_line
from toppicks.ids import IdMap
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.history import History
from toppicks.scoring.scorer import Scorer
from toppicks.validity import (
    check_array,
    check_fields,
    check_ids,
    check_number,
    check_rows,
    check_starts,
    check_texts,
    need,
)

_SCORER_ARRAYS = ("item_factors", "item_biases", "fold_in", "popularity")


@dataclass(frozen=True)
class FileHistories:
    """The ratings that came from files, by user, oldest first within each.

    starts:    (n_users + 1,) int64; user u's rows are those from starts[u] up to starts[u + 1].
    item_idx:  (n,) int32.   rating: (n,) float32.
    timestamp: (n,) int64, epoch seconds; empty where the file has no times.
    like_from: the rating from which on something counts as liked.
    """

    starts: NDArray[np.int64]
    item_idx: NDArray[np.int32]
    rating: NDArray[np.float32]
    timestamp: NDArray[np.int64]
    like_from: float

    def rows(self, user_idx: int) -> slice:
        return slice(int(self.starts[user_idx]), int(self.starts[user_idx + 1]))

    def history(self, user_idx: int) -> History:
        """What a score may depend on: the likes, each worth 1; everything rated is seen."""
        rows = self.rows(user_idx)
        return History.of_ratings(self.item_idx[rows], self.rating[rows], self.like_from)


@dataclass(frozen=True)
class TrainedModel:
    """Everything that the site needs, and nothing that needs lightfm or the training's code.

    fields:          item metadata: column name -> one value for each item.
    n_ratings:       (n_items,) int64.   n_likes: (n_items,) int64.
    feature_factors: (n_features, d) float32; feature_biases: (n_features,) float32: with them an
                     item that arrives later is represented by its features.
    about:           when, from what and with which settings it was trained, and the report.
    """

    users: IdMap
    items: IdMap
    fields: Mapping[str, list[Any]]
    nouns: tuple[str, str]
    scorer: Scorer
    calibration: Calibration | None
    histories: FileHistories
    n_ratings: NDArray[np.int64]
    n_likes: NDArray[np.int64]
    feature_names: tuple[str, ...]
    feature_factors: NDArray[np.float32]
    feature_biases: NDArray[np.float32]
    about: Mapping[str, Any]

    def to_artifact(self) -> Artifact:
        header = {
            "about": dict(self.about),
            "nouns": list(self.nouns),
            "lean": self.scorer.lean,
            "like_from": self.histories.like_from,
            "feature_names": list(self.feature_names),
            "user_ids": list(self.users),
            "item_ids": list(self.items),
            "fields": dict(self.fields),
        }
        arrays: dict[str, NDArray[Any]] = {
            name: getattr(self.scorer, name) for name in _SCORER_ARRAYS
        }
        arrays |= {
            "feature_factors": self.feature_factors,
            "feature_biases": self.feature_biases,
            "history_starts": self.histories.starts,
            "history_item_idx": self.histories.item_idx,
            "history_rating": self.histories.rating,
            "history_timestamp": self.histories.timestamp,
            "n_ratings": self.n_ratings,
            "n_likes": self.n_likes,
        }
        if self.calibration:
            arrays["match_scores"] = self.calibration.scores
            arrays["match_chances"] = self.calibration.chances
        return Artifact(header, arrays)

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> "TrainedModel":
        """Raises ArtifactError if a part is missing, as in a file that only looks like a model."""
        try:
            return cls._from_parts(artifact.header, artifact.arrays)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise ArtifactError(
                f"the model lacks a part or has a wrong one ({one_line(error)}); train it anew"
            ) from error

    @classmethod
    def _from_parts(
        cls, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> "TrainedModel":
        users = IdMap(check_ids("the people's ids", header["user_ids"]))
        items = IdMap(check_ids("the items' ids", header["item_ids"]))
        n_items, n_features = len(items), len(header["feature_names"])
        d = arrays["fold_in"].shape[0]
        one, many = check_texts("the nouns", header["nouns"], 2)
        return cls(
            users=users,
            items=items,
            fields=check_fields(header["fields"], n_items),
            nouns=(one, many),
            scorer=Scorer(
                item_factors=check_array(arrays, "item_factors", (n_items, d), np.float32),
                item_biases=check_array(arrays, "item_biases", (n_items,), np.float32),
                fold_in=check_array(arrays, "fold_in", (d, d), np.float32),
                popularity=check_array(arrays, "popularity", (n_items,), np.float32),
                lean=check_number("lean", header["lean"], low=0),
            ),
            calibration=_calibration(arrays),
            histories=_histories(header, arrays, len(users), n_items),
            n_ratings=check_array(arrays, "n_ratings", (n_items,), np.int64),
            n_likes=check_array(arrays, "n_likes", (n_items,), np.int64),
            feature_names=check_texts("the features", header["feature_names"], n_features),
            feature_factors=check_array(arrays, "feature_factors", (n_features, d), np.float32),
            feature_biases=check_array(arrays, "feature_biases", (n_features,), np.float32),
            about=header["about"],
        )


def _calibration(arrays: Mapping[str, NDArray[Any]]) -> Calibration | None:
    if "match_scores" not in arrays:
        return None
    shape = (len(arrays["match_scores"]),)
    scores = check_array(arrays, "match_scores", shape, np.float32)
    chances = check_array(arrays, "match_chances", shape, np.float32)
    need(len(scores) and (np.diff(scores) > 0).all(), "match_scores do not rise")
    need((np.diff(chances) >= 0).all(), "match_chances fall")
    need(chances[0] >= 0 and chances[-1] <= 1, "match_chances are no chances")
    return Calibration(scores, chances)


def _histories(
    header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], n_users: int, n_items: int
) -> FileHistories:
    n = len(arrays["history_item_idx"])
    timed = (len(arrays["history_timestamp"]),)
    need(timed in {(0,), (n,)}, "history_timestamp has a wrong length")
    histories = FileHistories(
        starts=check_array(arrays, "history_starts", (n_users + 1,), np.int64),
        item_idx=check_array(arrays, "history_item_idx", (n,), np.int32),
        rating=check_array(arrays, "history_rating", (n,), np.float32),
        timestamp=check_array(arrays, "history_timestamp", timed, np.int64),
        like_from=check_number("like_from", header["like_from"], low=-math.inf),
    )
    check_rows("history_item_idx", histories.item_idx, n_items)
    check_starts("history_starts", histories.starts, n)
    return histories
