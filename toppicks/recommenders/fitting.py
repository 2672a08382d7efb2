"""A recipe fitted to some rows: to be judged on the others, or to be served."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.formula import Known, Parts, Recipe, fit_parts
from toppicks.recommenders.hybrid import Hybrid, OnEpoch, fit_hybrid
from toppicks.scoring.scorer import Scorer


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a recipe learnt from `rows`; `hybrid` is the first of its seeds'."""

    rows: Interactions
    recipe: Recipe
    parts: Parts
    hybrid: Hybrid

    @property
    def left_out(self) -> list[str]:
        """A sentence where the recipe's item-item model could not be fitted to so much."""
        ours, wanted = self.parts.model, self.recipe.items.name
        if ours == wanted:
            return []
        return [f"{wanted} over all rows takes too much memory or time; {ours} takes its place"]

    @cached_property
    def scorer(self) -> Scorer:
        """The formula as it is served."""
        return self.parts.scorer(self.recipe.blend)


@dataclass(frozen=True)
class Fitting:
    """How a recipe is fitted; `progress` is told of each `stage` that is done."""

    recipe: Recipe
    known: Known
    seed: int
    progress: Callable[[str], None] = field(default=lambda _: None)
    stage: str = "final fits"

    def fit(self, rows: Interactions, on_epoch: OnEpoch | None = None) -> Fitted | None:
        """Everything fitted to these rows; None where they hold nothing to learn from.

        on_epoch: looks at the first seed's training.
        """
        worth = rows.matrix(self.recipe.worth)
        if not worth.nnz:
            return None
        hybrids = []
        for number in range(self.recipe.seeds):
            hybrid = fit_hybrid(
                worth,
                self.known.item_features,
                self.known.user_features,
                settings=self.recipe.hybrid,
                seed=self.seed + number,
                on_epoch=None if number else on_epoch,
            )
            hybrids.append(hybrid)
        parts = fit_parts(self.recipe, hybrids, rows, self.known, self.seed)
        self.progress(self.stage)
        return Fitted(rows, self.recipe, parts, hybrids[0])
