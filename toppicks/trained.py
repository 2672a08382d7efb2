"""What an artifact holds, by name: the one place that knows, for both directions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError
from toppicks.ids import IdMap
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.history import History
from toppicks.scoring.scorer import Scorer

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
        seen = self.item_idx[rows]
        return History.of_likes(seen[self.rating[rows] >= self.like_from], seen)


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
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(
                f"the model lacks a part or has a wrong one ({error}); train it anew"
            ) from error

    @classmethod
    def _from_parts(
        cls, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> "TrainedModel":
        one, many = header["nouns"]
        calibration = None
        if "match_scores" in arrays:
            calibration = Calibration(arrays["match_scores"], arrays["match_chances"])
        return cls(
            users=IdMap(header["user_ids"]),
            items=IdMap(header["item_ids"]),
            fields=header["fields"],
            nouns=(one, many),
            scorer=Scorer(**{name: arrays[name] for name in _SCORER_ARRAYS}, lean=header["lean"]),
            calibration=calibration,
            histories=FileHistories(
                starts=arrays["history_starts"],
                item_idx=arrays["history_item_idx"],
                rating=arrays["history_rating"],
                timestamp=arrays["history_timestamp"],
                like_from=header["like_from"],
            ),
            n_ratings=arrays["n_ratings"],
            n_likes=arrays["n_likes"],
            feature_names=tuple(header["feature_names"]),
            feature_factors=arrays["feature_factors"],
            feature_biases=arrays["feature_biases"],
            about=header["about"],
        )
