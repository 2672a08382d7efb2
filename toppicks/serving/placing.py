"""Items that came after training, placed by what is known of them."""

import numpy as np

from toppicks.scoring.added import AddedItems
from toppicks.scoring.scorer import Scorer
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.trained import TrainedModel


def scorer_for(model: TrainedModel, catalogue: ItemCatalogue) -> Scorer:
    """The model's scorer for the items of this moment.

    New items are placed by their features, and so are those that changed and that nobody had rated;
    what was learnt of the others stays as it is.
    """
    known = model.n_ratings
    rows = sorted(row for row in catalogue.changed if row >= len(known) or not known[row])
    if not rows:
        return model.scorer
    placed = model.newcomers.place(
        [catalogue.fields(row) for row in rows], model.scorer.item_weights
    )
    added = AddedItems(
        idx=np.array(rows, np.int32),
        popularity=placed.popularity,
        history_factors=placed.history_factors,
        item_factors=placed.item_factors,
        item_biases=placed.item_biases,
        weights=placed.weights,
    )
    return model.scorer.with_added(added, len(catalogue))
