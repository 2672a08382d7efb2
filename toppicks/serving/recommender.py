"""Top picks for anybody: from a history to ranked items, with their match and their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.scoring.history import History
from toppicks.scoring.ranking import n_candidates, rank
from toppicks.scoring.reranking import rerank
from toppicks.scoring.scorer import Scored
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.common_ground import CommonGround
from toppicks.serving.filters import Filters
from toppicks.serving.histories import Histories, Person
from toppicks.serving.listing import recency
from toppicks.serving.neighbours import Neighbourhood
from toppicks.serving.picks import Pick, Picks, Wish
from toppicks.serving.placing import Placing
from toppicks.serving.ratings import Ratings
from toppicks.serving.reasons import Reason, Reasons
from toppicks.serving.similar import Similarity
from toppicks.serving.tastes import Taste, tastes
from toppicks.serving.trained_items import TrainedItems
from toppicks.trained import TrainedModel


@dataclass(frozen=True, eq=False)
class Tools:
    """What is made once for each model, whatever items come and go."""

    trained: TrainedItems
    filters: Filters
    common_ground: CommonGround
    neighbourhood: Neighbourhood
    ratings: Ratings

    @classmethod
    def of(cls, catalogue: ItemCatalogue) -> "Tools":
        model = catalogue.trained.model
        return cls(
            catalogue.trained,
            Filters(catalogue.trained),
            CommonGround(model.fields),
            Neighbourhood(model),
            Ratings(model),
        )

    def make_ready(self) -> None:
        """Make now what is made once and slowly: a server's workers share what is there before
        they part, and the first to ask does not wait.
        """
        model = self.trained.model
        if model.scorer.item_weights is not None:
            _ = model.scorer.item_weights.row_means
        if self.trained.date_field is not None:
            self.trained.keys(self.trained.date_field)
        self.filters.make_ready()
        self.neighbourhood.make_ready()


class Moment(NamedTuple):
    """The items of one moment, and where they are placed."""

    catalogue: ItemCatalogue
    placing: Placing


class Recommender:
    """A trained model with the items of one moment; immutable, so that threads may share it."""

    def __init__(
        self, model: TrainedModel, version: str, before: tuple["Tools", "Moment"] | None = None
    ) -> None:
        """before: what was made of this model already, and the items of the moment."""
        self.model = model
        self.version = version
        if before is None:
            catalogue = ItemCatalogue.of(model)
            before = Tools.of(catalogue), Moment(catalogue, Placing(model.scorer))
        self.tools, self._moment = before
        self.catalogue = self._moment.catalogue
        self.scorer = self._moment.placing.scorer
        self.histories = Histories(model, self.catalogue)
        self.similarity = Similarity(self.scorer, self.catalogue)
        self.reasons = Reasons(self.scorer, self.catalogue, self.tools.common_ground)

    @classmethod
    def load(cls, path: Path) -> "Recommender":
        """Read, verify and map a model file; raises ArtifactError."""
        return cls.of(artifact.load(path))

    @classmethod
    def of(cls, loaded: Artifact) -> "Recommender":
        """From a model file that is mapped; raises ArtifactError where its parts do not fit."""
        recommender = cls(TrainedModel.from_artifact(loaded), loaded.version)
        recommender.tools.make_ready()
        return recommender

    def with_catalogue(self, catalogue: ItemCatalogue) -> "Recommender":
        """The same model with the items as they are now."""
        placing = self._moment.placing.upto(self.model, catalogue)
        return Recommender(self.model, self.version, (self.tools, Moment(catalogue, placing)))

    def picks(self, person: Person, wish: Wish) -> Picks:
        """The items at ranks `offset + 1` to `offset + n` for this person.

        Never one that they have rated, liked, disliked, hidden or bought, that was deleted, or that
        the wish leaves out. A stranger gets what is popular. Raises FilterError.
        """
        history = person.history
        excluded = self.excluded(history, wish)
        scored = self.scorer.scored(history)
        scores = scored.scores
        top = rerank(self.scorer, scores, wish.control, excluded, wish.n, wish.offset)
        return Picks(
            known=person.known,
            source=self.source(history),
            total=n_candidates(len(scores), excluded),
            offset=wish.offset,
            picks=self.described(top, scored, person, wish),
        )

    def popular(self) -> list[int]:
        """All items that may be shown, those with the most likes first."""
        return self._popular

    @cached_property
    def _popular(self) -> list[int]:
        ranked = rank(self.scorer.every_popularity, self.catalogue.deleted_idx)
        return [int(item_idx) for item_idx in ranked]

    @cached_property
    def tastes(self) -> list[Taste]:
        """Groups of well-known items for who is new."""
        return tastes(self.scorer, self.catalogue, self.similarity)

    @cached_property
    def recency(self) -> NDArray[np.float64]:
        """(n_items,) how new each item is among all dates, 0 for the oldest; NaN where its date is
        not known.
        """
        return recency(self.catalogue)

    def source(self, history: History) -> str:
        """What picks come about by: see `Picks`."""
        if len(history):
            return "personal"
        counts = history.profile is not None and self.scorer.blend.profile > 0
        return "profile" if counts else "popular"

    def excluded(self, history: History, wish: Wish) -> NDArray[np.int32]:
        """Rows that must not be picked: seen, deleted or not wished for; raises FilterError."""
        parts = [history.seen_idx]
        if self.catalogue.deleted:
            parts.append(self.catalogue.deleted_idx)
        if wish.exclude:
            rows = [row for id_ in wish.exclude if (row := self.catalogue.row(id_)) is not None]
            parts.append(np.array(rows, np.int32))
        if wish.where:
            mask = self.tools.filters.mask(wish.where, self.catalogue)
            parts.append(np.flatnonzero(~mask).astype(np.int32))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def described(
        self,
        top: NDArray[np.intp],
        scored: Scored,
        person: Person,
        wish: Wish,
    ) -> list[Pick]:
        """Items as picks, in this order: their match and, where they are wished for, reasons.

        scored: by this person's history.
        """
        scores = scored.scores[top]
        matches: Sequence[float | None] = [None] * len(top)
        if len(person.history) and self.model.calibration:
            matches = self.model.calibration.match(scores).tolist()
        reasons: Sequence[tuple[Reason, ...]] = [()] * len(top)
        if wish.explain and len(person.history):
            reasons = self.reasons.of(top, scored, person)
        first = wish.offset + 1
        return [
            Pick(rank_, *one)
            for rank_, *one in zip(
                range(first, first + len(top)),
                top.tolist(),
                scores.tolist(),
                matches,
                reasons,
                strict=True,
            )
        ]
