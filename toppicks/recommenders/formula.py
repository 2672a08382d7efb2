"""The formula with everything fitted to it: what a recipe makes of some interactions."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.content import Content
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.graph import GraphFilter, RP3Beta
from toppicks.recommenders.hybrid import Hybrid, HybridSettings
from toppicks.recommenders.protocol import ItemModel
from toppicks.recommenders.taste import Taste, fit_taste
from toppicks.scoring.item_weights import ItemWeights
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.standard import standardise
from toppicks.scoring.vocabulary import Vocabulary
from toppicks.scoring.worth import Worth


@dataclass(frozen=True)
class Recipe:
    """Everything that is chosen on validation rows.

    worth:    what each level of feedback is worth.
    items:    the item-item model and its settings.
    hybrid:   LightFM's settings.   seeds: how many hybrids are put together.
    exponent: how much more a longer sub-history counts in the fold-in's regression.
    blend:    what each part weighs.
    """

    worth: Worth
    items: ItemModel = field(default_factory=Ease)
    hybrid: HybridSettings = field(default_factory=HybridSettings)
    seeds: int = 1
    exponent: float = 1.0
    blend: Blend = field(default_factory=Blend)


@dataclass(frozen=True)
class Known:
    """What is known of items and people beside their interactions, and what those mean.

    vocabulary: what the content features were encoded by.
    """

    item_features: Features
    user_features: Features | None
    content_features: Features
    scale: Scale
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    @property
    def like_from(self) -> float:
        """The rating from which on something counts as a like."""
        return self.scale.like_from


def fit_popularity(likes: sp.csr_array, content: Content) -> NDArray[np.float32]:
    """z(log(1 + likes)): (n_items,) float32; for a cold item, what its features promise.

    The logarithm ranks as the count does, but keeps the few most liked items from drowning
    what is personal when both are added.
    """
    counts = np.log1p(np.asarray(likes.sum(axis=0), np.float32))[:, None]
    return standardise(content.extended(counts)[:, 0])


@dataclass(frozen=True, eq=False)
class Parts:
    """The formula's parts, fitted to some interactions, before they are weighed.

    items:      B of known items.   model: by which method.
    taste:      of LightFM, folded in.
    popularity: (n_items,) float32, standardised.
    content:    which items are cold, and what they are a mix of.
    worth:      (n_users, n_items), what the parts learnt from.
    """

    items: ItemWeights
    model: str
    taste: Taste
    popularity: NDArray[np.float32]
    content: Content
    worth: sp.csr_array

    @cached_property
    def all_items(self) -> ItemWeights:
        """B of all items, cold ones too."""
        return self.content.weights(self.items)

    @cached_property
    def all_taste(self) -> Taste:
        """The taste for all items, cold ones too."""
        return replace(
            self.taste,
            history_factors=self.content.extended(self.taste.history_factors),
            item_factors=self.content.extended(self.taste.item_factors),
            item_biases=self.content.extended(self.taste.item_biases[:, None])[:, 0],
        )

    def scorer(self, blend: Blend) -> Scorer:
        """The formula as it is served: cold items have a place in each part, and a part that
        weighs nothing is left out.
        """
        taste = self.all_taste
        return Scorer(
            item_weights=self.all_items if blend.share else None,
            history_factors=taste.history_factors,
            item_factors=taste.item_factors,
            item_biases=taste.item_biases,
            popularity=self.popularity,
            blend=blend,
        )


def _fit_items(model: ItemModel, worth: sp.csr_array) -> tuple[ItemWeights, str]:
    """B and the method's name: another's where a model that fitted the fewer rows of tuning does
    not fit into memory now. RP3beta always does: it works a block at a time.
    """
    for other in (model, GraphFilter()):
        with suppress(MemoryError):
            return other.fit(worth), other.name
    return RP3Beta().fit(worth), RP3Beta.name


def fit_parts(
    recipe: Recipe,
    hybrids: Sequence[Hybrid],
    rows: Interactions,
    known: Known,
    seed: int,
) -> Parts:
    """A recipe's parts; the hybrids are those that learnt from the same rows."""
    worth = rows.matrix(recipe.worth)
    content = Content.of(known.content_features, rows.counts_by_item())
    items, model = _fit_items(recipe.items, worth)
    return Parts(
        items=items,
        model=model,
        taste=fit_taste(hybrids, worth, known.user_features, recipe.exponent, seed),
        popularity=fit_popularity(rows.where(rows.rating >= known.like_from).matrix(), content),
        content=content,
        worth=worth,
    )
