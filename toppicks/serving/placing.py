"""Items that came after training, placed by what is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.added import AddedItems
from toppicks.scoring.newcomers import Placed
from toppicks.scoring.scorer import Scorer
from toppicks.serving.catalogue import ItemCatalogue, Told
from toppicks.trained import TrainedModel


@dataclass(frozen=True, eq=False)
class Placing:
    """A scorer, and what its added items were placed by, in their order."""

    scorer: Scorer
    told: Sequence[Told] = ()

    def upto(self, model: TrainedModel, catalogue: ItemCatalogue) -> "Placing":
        """The same for the items of another moment; only what was put since is placed anew.

        New items are placed by their features, and so are those that changed and that nobody had
        rated; what was learnt of the others stays as it is.
        """
        known = model.n_ratings
        rows = [row for row in catalogue.changed if row >= len(known) or not known[row]]
        told = [catalogue.changed[row] for row in rows]
        # A catalogue hands on what did not change as the very same objects.
        places = {id(one): place for place, one in enumerate(self.told)}
        fresh = [row for row, one in zip(rows, told, strict=True) if id(one) not in places]
        placed = model.newcomers.place(
            [catalogue.fields(row) for row in fresh], model.scorer.item_weights
        )
        coming = iter(range(len(self.told), len(self.told) + len(fresh)))
        order = [places[id(one)] if id(one) in places else next(coming) for one in told]
        added = _taken(self.scorer.added, placed, np.array(order, np.intp), rows)
        return Placing(model.scorer.with_added(added, len(catalogue)), told)


def _taken(
    before: AddedItems | None, placed: Placed, order: NDArray[np.intp], rows: Sequence[int]
) -> AddedItems:
    """Of what was placed before and what is placed now, one after the other, these; by row."""

    def taken(name: str, axis: int = 0) -> NDArray[np.float32]:
        both: NDArray[np.float32] = getattr(placed, name)
        if before is not None:
            both = np.concatenate([getattr(before, name), both], axis)
        stays = len(order) == both.shape[axis] and (np.diff(order) > 0).all()
        # In one piece however it came about, so that sums are the same to the last bit.
        return np.ascontiguousarray(both) if stays else np.take(both, order, axis)

    return AddedItems(
        idx=np.array(rows, np.int32),
        popularity=taken("popularity"),
        history_factors=taken("history_factors"),
        item_factors=taken("item_factors"),
        item_biases=taken("item_biases"),
        weights=None if placed.weights is None else taken("weights", axis=1),
    )
