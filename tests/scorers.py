"""Any scorer, any history, and any items that came later, for hypothesis."""

import math
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tests.worlds import whole
from toppicks.scoring.added import AddedItems
from toppicks.scoring.history import History
from toppicks.scoring.item_weights import DenseWeights, SparseWeights
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.standard import standardise

N_ITEMS, D = 9, 3
few = st.sampled_from([0.0, 1.0, -1.0]) | st.floats(-100, 100, width=32)
# Sums of products that are smaller keep but a few bits in float32.
FULL = 1e-30


def _array(*shape: int) -> st.SearchStrategy[NDArray[np.float32]]:
    return hnp.arrays(np.float32, shape, elements=few)


items = st.lists(st.integers(0, N_ITEMS - 1), unique=True)
dense = st.tuples(items.map(sorted), items).flatmap(
    lambda places: st.builds(
        DenseWeights,
        st.just(N_ITEMS),
        st.just(np.array(places[0], np.int32)),
        st.just(np.array(places[1], np.int32)),
        _array(len(places[0]), len(places[1])),
    )
)
sparse = st.lists(items, min_size=N_ITEMS, max_size=N_ITEMS).flatmap(
    lambda rows: st.builds(
        SparseWeights,
        st.just(np.cumsum([0, *map(len, rows)]).astype(np.int64)),
        st.just(np.array([item for row in rows for item in row], np.int32)),
        _array(sum(map(len, rows))),
        _array(N_ITEMS),
        _array(N_ITEMS),
    )
)
leans = st.sampled_from([0.0, 0.5, 2.0, 100.0, math.inf])
blends = st.builds(
    Blend,
    share=st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
    lean_items=leans,
    lean_taste=leans,
    profile=st.sampled_from([0.0, 0.5, 4.0]),
)
scorers = st.builds(
    Scorer,
    item_weights=st.none() | dense | sparse,
    history_factors=_array(N_ITEMS, D),
    item_factors=_array(N_ITEMS, D),
    item_biases=_array(N_ITEMS),
    popularity=_array(N_ITEMS).map(standardise),
    blend=blends,
)
histories = st.builds(
    lambda rows, profile: History(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[0] for row in rows], np.int32),
        profile,
    ),
    st.lists(
        st.tuples(st.integers(0, N_ITEMS - 1), st.floats(0.125, 8, width=32)),
        unique_by=lambda row: row[0],
        max_size=N_ITEMS,
    ),
    st.none() | _array(D),
)


@dataclass(frozen=True)
class Extended:
    """A scorer, what is added to it, and the scorer with that."""

    trained: Scorer
    added: AddedItems
    scorer: Scorer


@st.composite
def extended(draw: st.DrawFn, trained: st.SearchStrategy[Scorer] = scorers) -> Extended:
    """Up to three new items, and up to three in the place of trained rows; in any order."""
    scorer = draw(trained)
    replaced = draw(st.lists(st.integers(0, N_ITEMS - 1), unique=True, max_size=3))
    n_items = N_ITEMS + draw(st.integers(0, 3))
    idx = draw(st.permutations([*replaced, *range(N_ITEMS, n_items)]))
    m, weights = len(idx), scorer.item_weights
    rows = len(weights.sources) if isinstance(weights, DenseWeights) else N_ITEMS
    added = AddedItems(
        np.array(idx, np.int32),
        draw(_array(m)),
        draw(_array(m, D)),
        draw(_array(m, D)),
        draw(_array(m)),
        None if weights is None else draw(st.none() | _array(rows, m)),
    )
    return Extended(scorer, added, scorer.with_added(added, n_items))


def in_catalogue(history: History, n_items: int) -> History:
    """The same history spread over a catalogue of another size, each row once."""
    item_idx = np.unique(history.item_idx.astype(np.int64) * 7 % n_items)
    return replace(
        history, item_idx=item_idx.astype(np.int32), worth=history.worth[: len(item_idx)]
    )


def is_clear(scorer: Scorer, history: History) -> bool:
    """Whether neither part is nearly constant, or smaller than what float32 holds to its full
    precision, so that z does not magnify its noise.
    """
    scored, worth = scorer.scored(history), history.worth
    size = np.abs(scorer.history_factors_of(history.item_idx)).max(initial=0) + (
        0 if history.profile is None else np.abs(history.profile).max()
    )
    taste = D * size * np.abs(scorer.item_factors).max() + np.abs(scorer.item_biases).max()
    items = 0.0
    if scorer.item_weights is not None:
        items = float(worth.sum()) * np.abs(whole(scorer.item_weights)).max()
    return all(
        not standard.deviation or standard.spread > max(0.01 * most, FULL)
        for standard, most in ((scored.items, items), (scored.taste, taste))
    )
