"""Top picks for anybody: from a history to ranked items, with their match."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toppicks import artifact
from toppicks.scoring.history import History
from toppicks.scoring.ranking import NOTHING, n_candidates, rank
from toppicks.trained import TrainedModel

STRANGER = History.of_likes(NOTHING, NOTHING)


@dataclass(frozen=True, slots=True)
class Pick:
    """rank: from 1, over all pages. match: chance of a like, or None where it means nothing."""

    rank: int
    item_idx: int
    score: float
    match: float | None


@dataclass(frozen=True, slots=True)
class Picks:
    """One page of somebody's picks.

    known:  whether the data holds the person at all.
    source: `personal` where a history was used, `profile` where only the person's own features
            were, `popular` where there was neither.
    total:  how many items all pages hold together.
    """

    known: bool
    source: str
    total: int
    offset: int
    picks: list[Pick]


class Recommender:
    """A trained model, ready to answer; immutable, so threads and workers may share it."""

    def __init__(self, model: TrainedModel, version: str) -> None:
        self.model = model
        self.version = version
        self._popular = rank(model.scorer.popularity)

    @classmethod
    def load(cls, path: Path) -> "Recommender":
        """Read, verify and map a model file; raises ArtifactError."""
        loaded = artifact.load(path)
        return cls(TrainedModel.from_artifact(loaded), loaded.version)

    def history(self, user_id: str) -> History | None:
        """What is known of a person; None if they were never seen."""
        user_idx = self.model.users.get(user_id)
        return None if user_idx is None else self.model.histories.history(user_idx)

    def picks(self, user_id: str, n: int, offset: int = 0, exclude: Sequence[str] = ()) -> Picks:
        """The items at ranks `offset + 1` to `offset + n` for this person.

        Never one that they have rated, nor one of `exclude` (ids; unknown ones are of no
        consequence). A stranger gets what is popular.
        """
        found = self.history(user_id)
        # Not `found or STRANGER`: a history without likes is falsy, and what was seen still counts.
        history = STRANGER if found is None else found
        excluded = self._excluded(history, exclude)
        scorer = self.model.scorer
        scores = scorer.scores(history)
        top = rank(scores, excluded, n, offset)
        return Picks(
            known=found is not None,
            source=self._source(history),
            total=n_candidates(scorer.n_items, excluded),
            offset=offset,
            picks=self._described(top, scores[top], offset, personal=bool(len(history))),
        )

    def popular(self, n: int) -> list[int]:
        """The items with the most likes, best first."""
        return [int(item_idx) for item_idx in self._popular[:n]]

    def _source(self, history: History) -> str:
        if len(history):
            return "personal"
        counts = history.profile is not None and self.model.scorer.blend.profile > 0
        return "profile" if counts else "popular"

    def _excluded(self, history: History, exclude: Sequence[str]) -> NDArray[np.int32]:
        if not exclude:
            return history.seen_idx
        rows = [row for id_ in exclude if (row := self.model.items.get(id_)) is not None]
        return np.concatenate([history.seen_idx, np.array(rows, np.int32)])

    def _described(
        self, top: NDArray[np.intp], scores: NDArray[np.float32], offset: int, personal: bool
    ) -> list[Pick]:
        matches: Sequence[float | None] = [None] * len(top)
        if personal and self.model.calibration:
            matches = self.model.calibration.match(scores).tolist()
        return [
            Pick(rank_, *one)
            for rank_, *one in zip(
                range(offset + 1, offset + len(top) + 1),
                top.tolist(),
                scores.tolist(),
                matches,
                strict=True,
            )
        ]
