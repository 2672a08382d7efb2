"""What a recipe makes of some interactions."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from tests.worlds import Checkerboard, history_of, interactions_of, whole
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders import ease, graph
from toppicks.recommenders.content import Content
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.fitting import Fitted
from toppicks.recommenders.formula import Known, Parts, Recipe, fit_parts, fit_popularity
from toppicks.recommenders.graph import GraphFilter, RP3Beta
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, fit_hybrid
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.protocol import ItemModel
from toppicks.recommenders.taste import fit_taste
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Blend
from toppicks.scoring.standard import standardise
from toppicks.scoring.worth import Worth

WORLD = Checkerboard(cold=4, half=20)
RED_AND_BLUE = Features.of_sets(
    [{"red"}] * WORLD.half + [{"blue"}] * WORLD.half + [{"red"}, {"blue"}] * 2
)
KNOWN = Known(RED_AND_BLUE, None, RED_AND_BLUE, Scale("rating", 4.0))
LIKES = Worth.of_likes(4.0)
EASE = Ease(5.0)
BLEND = Blend(0.5, 1.0, 1.0)


@pytest.fixture(scope="module")
def hybrids() -> list[Hybrid]:
    settings = HybridSettings(components=6, epochs=10)
    return [
        fit_hybrid(WORLD.worth(), RED_AND_BLUE, None, settings=settings, seed=seed)
        for seed in (1, 2)
    ]


def _parts(hybrids: Sequence[Hybrid], items: ItemModel = EASE, exponent: float = 0.5) -> Parts:
    rows = interactions_of(WORLD.worth())
    recipe = Recipe(LIKES, items, exponent=exponent)
    return fit_parts(recipe, hybrids, rows, KNOWN, seed=1)


def _content(n_interactions: list[int]) -> Content:
    nothing = Features.of_sets([set() for _ in n_interactions])
    return Content.of(nothing, np.array(n_interactions))


def test_popularity_ranks_as_the_count_does_by_its_logarithm() -> None:
    counts = [5, 1, 100, 5, 2]
    likes = sp.csr_array((np.arange(100)[:, None] < counts).astype(np.float32))
    popularity = fit_popularity(likes, _content(counts))
    assert rank(popularity).tolist() == [2, 0, 3, 4, 1]
    expected = standardise(np.array([math.log(1 + count) for count in counts]))
    np.testing.assert_allclose(popularity, expected, atol=1e-5)


def test_a_disliked_item_is_less_popular_than_a_cold_one() -> None:
    # Nobody likes item 1, and some have rated it; of item 3 nothing is known.
    likes = sp.csr_array(np.array([[1, 0, 1, 0], [1, 0, 0, 0]], np.float32))
    popularity = fit_popularity(likes, _content([2, 2, 1, 0]))
    assert rank(popularity).tolist() == [0, 2, 3, 1]


@pytest.mark.parametrize(("exponent", "another"), [(0.5, 1.0), (1.0, 0.5)])
def test_parts_are_those_of_the_recipe(
    hybrids: list[Hybrid], exponent: float, another: float
) -> None:
    parts = _parts(hybrids, exponent=exponent)
    worth = WORLD.worth()
    assert np.array_equal(parts.worth.toarray(), worth.toarray())
    assert np.array_equal(whole(parts.items), whole(Ease(5.0).fit(worth)))
    expected = fit_taste(hybrids, worth, None, exponent, 1)
    for name in ("history_factors", "item_factors", "item_biases"):
        assert np.array_equal(getattr(parts.taste, name), getattr(expected, name))
    other = fit_taste(hybrids, worth, None, another, 1)
    assert not np.array_equal(parts.taste.history_factors, other.history_factors)
    assert parts.content.cold.tolist() == list(range(2 * WORLD.half, WORLD.n_items))


def test_where_a_model_does_not_fit_a_graph_filter_takes_its_place_and_that_is_said(
    hybrids: list[Hybrid], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, recipe = interactions_of(WORLD.worth()), Recipe(LIKES, EASE)
    fits = _parts(hybrids)
    assert fits.model == "EASE"
    assert Fitted(rows, recipe, fits, hybrids[0]).left_out == []
    monkeypatch.setattr(ease, "fits", lambda n_bytes: False)
    parts = _parts(hybrids)
    assert parts.model == "graph filter"
    assert np.array_equal(whole(parts.items), whole(GraphFilter().fit(WORLD.worth())))
    (sentence,) = Fitted(rows, recipe, parts, hybrids[0]).left_out
    assert sentence.startswith("EASE over all rows takes too much memory")
    assert "graph filter takes its place" in sentence


def test_where_nothing_else_fits_a_walk_takes_its_place(
    hybrids: list[Hybrid], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ease, "fits", lambda n_bytes: False)
    monkeypatch.setattr(graph, "fits", lambda n_bytes: False)
    for items in (EASE, GraphFilter()):
        parts = _parts(hybrids, items)
        assert parts.model == "RP3beta"
        assert np.array_equal(whole(parts.items), whole(RP3Beta().fit(WORLD.worth())))


def test_popularity_counts_likes_and_worth_is_what_is_learnt_from(hybrids: list[Hybrid]) -> None:
    rows = interactions_of(WORLD.worth())
    mixed = replace(rows, rating=np.where(rows.item_idx % 2, 5, 2).astype(np.float32))
    recipe = Recipe(Worth((-np.inf, 4.0), (0.5, 1.0)), Ease(5.0))
    parts = fit_parts(recipe, hybrids, mixed, KNOWN, seed=1)
    odd = np.arange(2 * WORLD.half) % 2 == 1
    likes = np.where(odd, WORLD.worth().sum(axis=0)[: 2 * WORLD.half], 0)
    assert (np.argsort(-parts.popularity)[:5] % 2 == 1).all()
    # An even item is known and liked by nobody.
    lowest = parts.popularity[: 2 * WORLD.half][likes == 0]
    np.testing.assert_allclose(lowest, parts.popularity.min())
    assert set(np.unique(parts.worth.data).tolist()) == {0.5, 1.0}


def test_a_scorer_is_made_of_what_was_learnt(hybrids: list[Hybrid]) -> None:
    parts = _parts(hybrids)
    scorer = parts.scorer(BLEND)
    assert scorer.blend is BLEND
    assert np.array_equal(scorer.popularity, parts.popularity)
    assert scorer.item_weights is not None
    assert np.array_equal(whole(scorer.item_weights), whole(parts.content.weights(parts.items)))
    known = parts.content.known
    for name in ("history_factors", "item_factors", "item_biases"):
        served, learnt = getattr(scorer, name), getattr(parts.taste, name)
        assert np.array_equal(served[known], learnt[known])
        assert np.array_equal(
            served, parts.content.extended(learnt.reshape(len(learnt), -1)).reshape(learnt.shape)
        )


def test_an_item_item_part_that_weighs_nothing_is_left_out(hybrids: list[Hybrid]) -> None:
    parts = _parts(hybrids)
    assert parts.scorer(Blend(0.0)).item_weights is None
    assert parts.scorer(Blend(0.1)).item_weights is not None


@pytest.mark.parametrize("items", [Ease(5.0), ItemKNN(1.0)])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_cold_items_have_a_place_in_every_part(
    hybrids: list[Hybrid], items: ItemModel, share: float
) -> None:
    scorer = _parts(hybrids, items).scorer(Blend(share, 0.0, 0.0))
    red, blue = (np.array([first, first + 2]) for first in (2 * WORLD.half, 2 * WORLD.half + 1))
    for person in range(WORLD.people):
        scores = scorer.scores(history_of(WORLD.worth()[[person]].toarray()[0]))
        own, other = (red, blue) if person % 2 == 0 else (blue, red)
        assert scores[own].min() > scores[other].max(), person
        others = [item for item in range(2 * WORLD.half) if item not in WORLD.own(person)]
        assert scores[own].min() > np.median(scores[others]), person


def test_more_seeds_are_one_taste_of_the_same_size(hybrids: list[Hybrid]) -> None:
    one, two = _parts(hybrids[:1]), _parts(hybrids)
    assert one.taste.item_factors.shape == (WORLD.n_items, 6)
    assert two.taste.item_factors.shape == (WORLD.n_items, 12)
