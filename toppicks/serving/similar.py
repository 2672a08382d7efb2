"""Items like this one, by the model."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.history import History
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Scorer
from toppicks.scoring.standard import standardise
from toppicks.serving.catalogue import ItemCatalogue


@dataclass(frozen=True)
class SimilarItem:
    """similarity: how many deviations above the catalogue's mean."""

    item_idx: int
    similarity: float


class Similarity:
    """share * z(B_j) + (1 - share) * z(cos(R_j, R_i)): what speaks for i in a history that is j
    alone, less what is popular. The direction of an item's factors tells what kind of thing it is;
    their length, how well it is known.
    """

    def __init__(self, scorer: Scorer, catalogue: ItemCatalogue) -> None:
        self.scorer = scorer
        self.catalogue = catalogue

    def of(self, item_idx: int, n: int) -> list[SimilarItem]:
        """The n most similar items that may be shown, best first; never the item itself."""
        directions = self.directions
        cosines = directions @ directions[item_idx]
        alone = History.of_likes(np.array([item_idx]), np.array([item_idx]))
        share = np.float32(self.scorer.blend.share)
        similarity = share * self.scorer.from_items(alone) + (1 - share) * standardise(cosines)
        excluded = np.append(self.catalogue.deleted_idx, np.int32(item_idx))
        top = rank(similarity, excluded, n)
        return [SimilarItem(int(row), float(similarity[row])) for row in top]

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """(n_items, d) of length 1; zeros of what has no factors."""
        factors = self.scorer.item_factors_of(np.arange(self.scorer.n_items))
        lengths = np.linalg.norm(factors, axis=1, keepdims=True)
        return np.asarray(factors / np.maximum(lengths, np.float32(1e-9)), np.float32)
