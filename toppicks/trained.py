"""What an artifact holds, by name: the one place that knows, for both directions."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.artifact import FORMAT, Artifact
from toppicks.errors import ArtifactError, one_line
from toppicks.ids import IdMap
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.history import History, profile_of
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.meaning import Meaning
from toppicks.scoring.newcomers import Newcomers
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.worth import Worth
from toppicks.site_words import SiteWords
from toppicks.validity import (
    check_array,
    check_fields,
    check_ids,
    check_number,
    check_rows,
    check_site_words,
    check_starts,
    need,
)

_SCORER_ARRAYS = ("history_factors", "item_factors", "item_biases", "popularity")
_DENSE_ARRAYS = ("sources", "targets", "weights")
_SPARSE_ARRAYS = ("starts", "items", "weights", "rest_from", "rest_to")


@dataclass(frozen=True)
class FileHistories:
    """The feedback that came from files, by user, oldest first within each.

    starts:    (n_users + 1,) int64; user u's rows are those from starts[u] up to starts[u + 1].
    item_idx:  (n,) int32.
    rating:    (n,) float32; of events, which are stronger the higher their number, no rating.
    timestamp: (n,) int64, epoch seconds; empty where the file has no times.
    like_from: the rating from which on something counts as liked.
    worth:     what each rating says about taste.
    profiles:  (n_users, d) float32, what people's own features add to it; None without any.
    """

    starts: NDArray[np.int64]
    item_idx: NDArray[np.int32]
    rating: NDArray[np.float32]
    timestamp: NDArray[np.int64]
    like_from: float
    worth: Worth
    profiles: NDArray[np.float32] | None = None

    def rows(self, user_idx: int) -> slice:
        return slice(int(self.starts[user_idx]), int(self.starts[user_idx + 1]))

    def history(self, user_idx: int) -> History:
        """What a score may depend on: what the feedback is worth, by item; all of it is seen."""
        rows, left, worth = self.rows(user_idx), self._left(user_idx), self.worths(user_idx)
        # By item, as a history with live events is: the same feedback, the same sums.
        order = np.argsort(self.item_idx[rows])
        return History.of_worth(
            self.item_idx[rows][order],
            worth[order],
            self.profile(user_idx),
            None if left is None else left[order],
        )

    def worths(self, user_idx: int) -> NDArray[np.float32]:
        """What each of somebody's rows is worth, in the files' order."""
        worth, left = self._worth[self.rows(user_idx)], self._left(user_idx)
        return worth if left is None else worth * left

    def profile(self, user_idx: int) -> NDArray[np.float32] | None:
        """(d,) what somebody's own features add to their taste; None without any."""
        return profile_of(self.profiles, user_idx)

    @cached_property
    def _worth(self) -> NDArray[np.float32]:
        """(n,), what each row is worth, but for how old it is."""
        return self.worth.of(self.rating)

    def _left(self, user_idx: int) -> NDArray[np.float32] | None:
        """The share of its worth that each of a person's rows has left; None where none fades."""
        if not self.worth.fades:
            return None
        rows = self.rows(user_idx)
        # As floats: the file's times may be farther apart than an integer can say.
        times = self.timestamp[rows].astype(np.float64)
        return self.worth.left(times[-1] - times) if len(times) else None


@dataclass(frozen=True)
class TrainedModel:
    """Everything that the site needs, and nothing that needs lightfm or the training's code.

    fields:    item metadata: column name -> one value for each item.
    words:     what the site is called, and how it speaks of its items.
    meaning:   how feedback that comes later is to be understood.
    newcomers: places items that training has not seen.
    n_ratings: (n_items,) int64.   n_likes: (n_items,) int64.
    about:     when, from what and with which settings it was trained, and the report.
    """

    users: IdMap
    items: IdMap
    fields: Mapping[str, list[Any]]
    words: SiteWords
    meaning: Meaning
    scorer: Scorer
    newcomers: Newcomers
    calibration: Calibration | None
    histories: FileHistories
    n_ratings: NDArray[np.int64]
    n_likes: NDArray[np.int64]
    about: Mapping[str, Any]

    def to_artifact(self) -> Artifact:
        header = {
            "about": dict(self.about),
            "site": self.words.to_plain(),
            "blend": {name: _told(value) for name, value in vars(self.scorer.blend).items()},
            "meaning": self.meaning.to_plain(),
            "worth": {
                "starts": [_told(start) for start in self.histories.worth.starts],
                "values": list(self.histories.worth.values),
                "half_life": _told(self.histories.worth.half_life),
            },
            "user_ids": list(self.users),
            "item_ids": list(self.items),
            "fields": dict(self.fields),
            "vocabulary": self.newcomers.vocabulary.to_plain(),
        }
        arrays: dict[str, NDArray[Any]] = {
            name: getattr(self.scorer, name) for name in _SCORER_ARRAYS
        }
        arrays |= {
            "history_starts": self.histories.starts,
            "history_item_idx": self.histories.item_idx,
            "history_rating": self.histories.rating,
            "history_timestamp": self.histories.timestamp,
            "n_ratings": self.n_ratings,
            "n_likes": self.n_likes,
        }
        arrays |= _item_weights_arrays(self.scorer.item_weights) | self.newcomers.to_arrays()
        if self.histories.profiles is not None:
            arrays["profiles"] = self.histories.profiles
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
            old = artifact.format < FORMAT
            of_format = f" is of format {artifact.format}, not {FORMAT}, and" if old else ""
            raise ArtifactError(
                f"the model{of_format} lacks a part or has a wrong one ({one_line(error)}); "
                "train it anew"
            ) from error

    @classmethod
    def _from_parts(
        cls, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> "TrainedModel":
        users = IdMap(check_ids("the people's ids", header["user_ids"]))
        items = IdMap(check_ids("the items' ids", header["item_ids"]))
        n_items, d = len(items), arrays["item_factors"].shape[1]
        fields = check_fields(header["fields"], n_items)
        meaning = Meaning.from_plain(header["meaning"])
        blend, item_weights = _blend(header["blend"]), _item_weights(arrays, n_items)
        need(item_weights is not None or not blend.share, "the item-item weights are missing")
        n_ratings = check_array(arrays, "n_ratings", (n_items,), np.int64)
        return cls(
            users=users,
            items=items,
            fields=fields,
            words=check_site_words(header["site"], fields),
            meaning=meaning,
            scorer=Scorer(
                item_weights=item_weights,
                history_factors=check_array(arrays, "history_factors", (n_items, d), np.float32),
                item_factors=check_array(arrays, "item_factors", (n_items, d), np.float32),
                item_biases=check_array(arrays, "item_biases", (n_items,), np.float32),
                popularity=check_array(arrays, "popularity", (n_items,), np.float32),
                blend=blend,
            ),
            newcomers=Newcomers.from_parts(header["vocabulary"], arrays, n_ratings, d),
            calibration=_calibration(arrays),
            histories=_histories(_worth(header["worth"]), meaning, arrays, len(users), n_items, d),
            n_ratings=n_ratings,
            n_likes=check_array(arrays, "n_likes", (n_items,), np.int64),
            about=header["about"],
        )


def _told(number: float) -> float | None:
    """A header holds finite numbers; None stands for what is infinite."""
    return float(number) if math.isfinite(number) else None


def _blend(plain: Mapping[str, float | None]) -> Blend:
    weights = {
        name: math.inf if plain[name] is None else check_number(name, plain[name], low=0)
        for name in vars(Blend())
    }
    need(weights["share"] <= 1, "the share of the item-item part is above 1")
    need(math.isfinite(weights["profile"]), "the profile's weight is infinite")
    return Blend(**weights)


def _worth(plain: Mapping[str, Any]) -> Worth:
    starts = [
        -math.inf if start is None else check_number("a level's start", start, low=-math.inf)
        for start in plain["starts"]
    ]
    values = [check_number("worth", value, low=0) for value in plain["values"]]
    need(len(starts) == len(values) and len(values) > 0, "levels and worths do not match")
    need(all(a < b for a, b in itertools.pairwise(starts)), "the levels do not rise")
    need(all(a <= b for a, b in itertools.pairwise(values)), "the worths fall")
    need(values[-1] == 1, "the clearest level is not worth 1")
    half_life = plain["half_life"]
    fades = math.inf if half_life is None else check_number("half_life", half_life, low=1)
    return Worth(tuple(starts), tuple(values), fades)


def _item_weights_arrays(weights: ItemWeights | None) -> dict[str, NDArray[Any]]:
    if weights is None:
        return {}
    dense = isinstance(weights, DenseWeights)
    kind, names = ("dense", _DENSE_ARRAYS) if dense else ("sparse", _SPARSE_ARRAYS)
    return {f"{kind}_{name}": getattr(weights, name) for name in names}


def _item_weights(arrays: Mapping[str, NDArray[Any]], n_items: int) -> ItemWeights | None:
    if "dense_weights" in arrays:
        s, t = len(arrays["dense_sources"]), len(arrays["dense_targets"])
        sources = check_array(arrays, "dense_sources", (s,), np.int32)
        targets = check_array(arrays, "dense_targets", (t,), np.int32)
        for name, rows in (("dense_sources", sources), ("dense_targets", targets)):
            check_rows(name, rows, n_items)
            need(len(np.unique(rows)) == len(rows), f"{name} repeats an item")
        weights = check_array(arrays, "dense_weights", (s, t), np.float32)
        return DenseWeights(n_items, sources, targets, weights)
    if "sparse_weights" in arrays:
        n = len(arrays["sparse_items"])
        starts = check_array(arrays, "sparse_starts", (n_items + 1,), np.int64)
        items = check_array(arrays, "sparse_items", (n,), np.int32)
        check_starts("sparse_starts", starts, n)
        check_rows("sparse_items", items, n_items)
        return SparseWeights(
            starts=starts,
            items=items,
            weights=check_array(arrays, "sparse_weights", (n,), np.float32),
            rest_from=check_array(arrays, "sparse_rest_from", (n_items,), np.float32),
            rest_to=check_array(arrays, "sparse_rest_to", (n_items,), np.float32),
        )
    return None


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
    worth: Worth,
    meaning: Meaning,
    arrays: Mapping[str, NDArray[Any]],
    n_users: int,
    n_items: int,
    d: int,
) -> FileHistories:
    n = len(arrays["history_item_idx"])
    timed = (len(arrays["history_timestamp"]),)
    need(timed in {(0,), (n,)}, "history_timestamp has a wrong length")
    histories = FileHistories(
        starts=check_array(arrays, "history_starts", (n_users + 1,), np.int64),
        item_idx=check_array(arrays, "history_item_idx", (n,), np.int32),
        rating=check_array(arrays, "history_rating", (n,), np.float32),
        timestamp=check_array(arrays, "history_timestamp", timed, np.int64),
        like_from=meaning.like_from,
        worth=worth,
        profiles=(
            check_array(arrays, "profiles", (n_users, d), np.float32)
            if "profiles" in arrays
            else None
        ),
    )
    check_rows("history_item_idx", histories.item_idx, n_items)
    check_starts("history_starts", histories.starts, n)
    if timed[0]:
        # Age is counted from each person's last row.
        same_person = np.diff(np.repeat(np.arange(n_users), np.diff(histories.starts))) == 0
        falls = histories.timestamp[1:] < histories.timestamp[:-1]
        need(not (falls & same_person).any(), "history_timestamp falls within a person")
    return histories
