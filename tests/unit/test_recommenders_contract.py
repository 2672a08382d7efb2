"""One contract for every recommender, on a checkerboard whose answer is known.

After `recommender_base_test.py` of the library implicit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tests.worlds import Checkerboard, history_of, interactions_of, whole
from toppicks.evaluation.contenders import OwnUserVectors
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.formula import Known, Recipe, fit_parts
from toppicks.recommenders.graph import GraphFilter, RP3Beta
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, fit_hybrid
from toppicks.recommenders.neighbours import ItemKNN, UserKNN
from toppicks.recommenders.popularity import Popularity
from toppicks.recommenders.protocol import ItemModel, Recommender, times
from toppicks.recommenders.references import BPR, IALS
from toppicks.recommenders.taste import fit_taste
from toppicks.scoring.item_weights import ItemWeights
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.worth import Worth

WORLD = Checkerboard()
PEOPLE = np.arange(WORLD.people + WORLD.strangers)
SETTINGS = HybridSettings(components=4, epochs=10)
LIKES = Worth((-np.inf,), (1.0,))


@dataclass(frozen=True, eq=False)
class _ByItems:
    weights: ItemWeights

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        return times(worth, self.weights)


@dataclass(frozen=True, eq=False)
class _AsServed:
    """The formula, a history at a time."""

    scorer: Scorer

    def scores(self, worth: sp.csr_array, user_idx: NDArray[np.integer]) -> NDArray[np.float32]:
        rows = [self.scorer.scores(history_of(row)) for row in worth.toarray()]
        return np.array(rows, np.float32).reshape(-1, self.scorer.n_items)


def _hybrid(worth: sp.csr_array) -> Hybrid:
    nothing = Features.of_sets([set() for _ in range(worth.shape[1])])
    return fit_hybrid(worth, nothing, None, settings=SETTINGS, seed=1)


def _served(items: ItemModel) -> Callable[[sp.csr_array], Recommender]:
    def fit(worth: sp.csr_array) -> Recommender:
        nothing = Features.of_sets([set() for _ in range(worth.shape[1])])
        known = Known(nothing, None, nothing, Scale("rating", 4.0))
        recipe = Recipe(LIKES, items=items, blend=Blend(0.5, 2.0, 2.0))
        parts = fit_parts(recipe, [_hybrid(worth)], interactions_of(worth), known, seed=1)
        return _AsServed(parts.scorer(recipe.blend))

    return fit


ITEM_MODELS: list[ItemModel] = [
    ItemKNN(),
    RP3Beta(),
    GraphFilter(),
    GraphFilter(spectral=0.0),
    Ease(10.0),
    Ease(10.0, 0.3, 0.5, 1),
]
CONTENDERS: dict[str, Callable[[sp.csr_array], Recommender]] = {
    "popularity": Popularity.fit,
    **{
        repr(model): lambda worth, model=model: _ByItems(model.fit(worth))  # type: ignore[misc]
        for model in ITEM_MODELS
    },
    "user-KNN": UserKNN(neighbours=10).fit,
    "iALS": IALS(factors=4, regularization=1.0).fit,
    "BPR": BPR(factors=4, learning_rate=0.1, regularization=0.05).fit,
    "LightFM, its own user vectors": lambda worth: OwnUserVectors(_hybrid(worth)),
    "LightFM, linear fold-in": lambda worth: fit_taste([_hybrid(worth)], worth, None, 0.5, 1),
    "the formula with EASE": _served(Ease(10.0)),
    "the formula with a graph filter": _served(GraphFilter()),
}


@dataclass(frozen=True, eq=False)
class Contender:
    name: str
    fit: Callable[[sp.csr_array], Recommender]
    fitted: Recommender


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in a training: the library implicit warns of more."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module", params=CONTENDERS)
def contender(request: pytest.FixtureRequest) -> Contender:
    fit = CONTENDERS[request.param]
    return Contender(request.param, fit, fit(WORLD.worth()))


def test_scores_are_of_every_item_for_everybody_asked(contender: Contender) -> None:
    scores = contender.fitted.scores(WORLD.worth(), PEOPLE)
    assert scores.shape == (len(PEOPLE), WORLD.n_items)
    assert scores.dtype == np.float32


def test_nothing_is_nan_with_cold_items_and_people(contender: Contender) -> None:
    assert np.isfinite(contender.fitted.scores(WORLD.worth(), PEOPLE)).all()


def test_everybodys_half_is_ranked_first(contender: Contender) -> None:
    worth = WORLD.worth()
    scores = contender.fitted.scores(worth, PEOPLE)
    if contender.name == "popularity":
        likes = worth.sum(axis=0)
        for row in scores:
            assert (np.diff(likes[np.argsort(-row, kind="stable")]) <= 0).all()
        return
    unseen = np.where(worth.toarray() > 0, -np.inf, scores)[:, : 2 * WORLD.half]
    for person in range(WORLD.people):
        # Five of a half are left; the best three are of it.
        top = np.argsort(-unseen[person])[:3]
        assert set(top.tolist()) <= WORLD.own(person), person


def test_an_empty_history_has_finite_scores(contender: Contender) -> None:
    nothing = sp.csr_array((2, WORLD.n_items), dtype=np.float32)
    scores = contender.fitted.scores(nothing, PEOPLE[-2:])
    assert scores.shape == (2, WORLD.n_items)
    assert np.isfinite(scores).all()


def test_nobody_may_be_asked_about(contender: Contender) -> None:
    scores = contender.fitted.scores(WORLD.worth()[:0], PEOPLE[:0])
    assert scores.shape == (0, WORLD.n_items)


def test_the_same_seed_gives_the_same_scores(contender: Contender) -> None:
    again = contender.fit(WORLD.worth())
    first, second = (one.scores(WORLD.worth(), PEOPLE) for one in (contender.fitted, again))
    assert np.array_equal(first, second)


def test_what_is_given_is_not_changed(contender: Contender) -> None:
    worth, people = WORLD.worth(), PEOPLE.copy()
    before = worth.data.copy(), worth.indices.copy(), worth.indptr.copy()
    contender.fit(worth).scores(worth, people)
    for array, same in zip((worth.data, worth.indices, worth.indptr), before, strict=True):
        assert np.array_equal(array, same)
    assert np.array_equal(people, PEOPLE)


def test_a_batch_is_as_one_by_one(contender: Contender) -> None:
    worth = WORLD.worth()
    batch = contender.fitted.scores(worth, PEOPLE)
    for person in PEOPLE:
        alone = contender.fitted.scores(worth[[person]], PEOPLE[[person]])
        np.testing.assert_allclose(alone[0], batch[person], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("model", ITEM_MODELS, ids=repr)
def test_no_item_speaks_for_itself(model: ItemModel) -> None:
    b = whole(model.fit(WORLD.worth()))
    assert not b.diagonal().any()
    assert np.isfinite(b).all()
    assert not b[-WORLD.cold :].any()
    assert not b[:, -WORLD.cold :].any()
