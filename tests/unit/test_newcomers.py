"""Items that arrive later are placed as training would have placed them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.worlds import Shop, TwoTastes, quick_trainer, trained, whole, write_csv
from toppicks import artifact
from toppicks.ids import IdMap
from toppicks.ingest.metadata.catalogue import Catalogue
from toppicks.ingest.metadata.features import content_features
from toppicks.ingest.metadata.vocabularies import fit_vocabulary
from toppicks.materials import Source, gather
from toppicks.recommenders import placing
from toppicks.recommenders.content import Content
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.recommenders.placing import fit_newcomers
from toppicks.recommenders.pruning import as_matrix, globally_strongest, largest_of_all
from toppicks.scoring import mixing as mixing_module
from toppicks.scoring.item_weights import DenseWeights, ItemWeights
from toppicks.scoring.mixing import sparse_product
from toppicks.scoring.newcomers import Newcomers, Placed
from toppicks.scoring.scorer import Blend, Scorer, standardise
from toppicks.trained import TrainedModel
from toppicks.training import publish, train

D, N, COLD = 4, 60, 9
PARTS = ("popularity", "item_biases", "history_factors", "item_factors")
Array = NDArray[np.float32]


def _neighbours(worth: sp.csr_array) -> ItemWeights:
    return ItemKNN(1.0, 99).fit(worth)


def _pruned_ease(worth: sp.csr_array) -> ItemWeights:
    weights = Ease(5.0, fewest=1).fit(worth)
    assert isinstance(weights, DenseWeights)
    return largest_of_all(weights.weights, weights.sources, weights.n_items)


def _with_a_rest(worth: sp.csr_array) -> ItemWeights:
    return globally_strongest(as_matrix(ItemKNN(1.0).fit(worth)), 2)


# B of known items in every shape that it comes in.
WEIGHTS: dict[str, Callable[[sp.csr_array], ItemWeights]] = {
    "EASE": Ease(5.0, fewest=1).fit,
    "EASE of what is known well": Ease(5.0, fewest=12).fit,
    "EASE, pruned": _pruned_ease,
    "neighbours": _neighbours,
    "with a rest": _with_a_rest,
}


@dataclass(frozen=True)
class World:
    """Items of every kind of metadata, some of them cold, and what training makes of them."""

    catalogue: Catalogue
    content: Content
    scorer: Scorer
    newcomers: Newcomers

    def fields(self, item_idx: int) -> dict[str, Any]:
        return {name: values[item_idx] for name, values in self.catalogue.fields.items()}

    def placed(self, item_idx: NDArray[np.integer]) -> Placed:
        items = [self.fields(idx) for idx in item_idx.tolist()]
        return self.newcomers.place(items, self.scorer.item_weights)


def _catalogue(seed: int) -> Catalogue:
    rng = np.random.default_rng(seed)
    words = ["red", "blue", "old", "house", "boat", "sea"]
    return Catalogue(
        IdMap(map(str, range(N))),
        {
            "title": [" ".join(rng.choice(words, 3)) for _ in range(N)],
            "tags": [[str(tag) for tag in set(rng.integers(0, 9, 3).tolist())] for _ in range(N)],
            "year": [
                None if rng.random() < 0.2 else int(rng.integers(1950, 2020)) for _ in words * 10
            ],
            "day": [f"20{rng.integers(10, 30)}-0{rng.integers(1, 10)}-11" for _ in range(N)],
        },
    )


def _world(kind: str, seed: int = 0, cold: int = COLD) -> World:
    rng = np.random.default_rng(seed)
    board = rng.random((50, N)) < 0.2
    board[0] = True
    board[:, rng.permutation(N)[:cold]] = False
    worth = sp.csr_array(board.astype(np.float32))
    catalogue = _catalogue(seed)
    content = Content.of(content_features(catalogue), board.sum(axis=0))
    factors = [rng.normal(size=(N, D)).astype(np.float32) for _ in range(2)]
    scorer = Scorer(
        item_weights=content.weights(WEIGHTS[kind](worth)),
        history_factors=content.extended(factors[0]),
        item_factors=content.extended(factors[1]),
        item_biases=content.extended(factors[0][:, :1] * 7)[:, 0],
        popularity=standardise(content.extended(np.log1p(board.sum(axis=0))[:, None])[:, 0]),
        blend=Blend(),
    )
    newcomers = fit_newcomers(content, fit_vocabulary(catalogue), scorer)
    return World(catalogue, content, scorer, newcomers)


@pytest.fixture(params=WEIGHTS, ids=list(WEIGHTS))
def world(request: pytest.FixtureRequest) -> World:
    return _world(request.param)


def _rows(scorer: Scorer) -> NDArray[np.intp]:
    """The items that rows of placed columns belong to."""
    dense = isinstance(scorer.item_weights, DenseWeights)
    return np.asarray(scorer.item_weights.sources if dense else np.arange(N))  # type: ignore[union-attr]


def test_a_cold_item_is_placed_where_training_placed_it(world: World) -> None:
    cold = world.content.cold
    placed = world.placed(cold)
    for part in PARTS:
        expected = getattr(world.scorer, part)[cold]
        np.testing.assert_allclose(getattr(placed, part), expected, atol=1e-4)
        assert getattr(placed, part).dtype == np.float32
    assert placed.weights is not None
    assert placed.weights.dtype == np.float32
    assert world.scorer.item_weights is not None
    b = whole(world.scorer.item_weights)[_rows(world.scorer)][:, cold]
    np.testing.assert_allclose(placed.weights, b, atol=1e-5)
    assert np.abs(b).max() > 1e-3


@pytest.mark.parametrize("kind", ["neighbours", "with a rest"])
@pytest.mark.parametrize("neighbours", [1, 5])
def test_of_a_sparse_column_as_many_weights_are_kept_as_by_training(
    kind: str, neighbours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toppicks.recommenders.content.NEIGHBOURS", neighbours)
    monkeypatch.setattr(mixing_module, "NEIGHBOURS", neighbours)
    world = _world(kind)
    placed = world.placed(world.content.cold).weights
    assert placed is not None
    assert world.scorer.item_weights is not None
    b = whole(world.scorer.item_weights)[:, world.content.cold]
    np.testing.assert_allclose(placed, b, atol=1e-5)


def test_each_item_is_placed_by_itself(world: World) -> None:
    together = world.placed(np.arange(N))
    for idx in (0, 17, N - 1):
        alone = world.placed(np.array([idx]))
        for part in (*PARTS, "weights"):
            several = getattr(together, part)
            row = several[:, [idx]] if part == "weights" else several[[idx]]
            np.testing.assert_allclose(getattr(alone, part), row, atol=1e-5)


@pytest.mark.parametrize("block", [1, 4, 7])
def test_items_may_be_placed_in_blocks(
    world: World, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = world.placed(np.arange(20)).weights
    assert expected is not None
    monkeypatch.setattr(mixing_module, "BLOCK", block)
    monkeypatch.setattr(mixing_module, "HELD", 40)
    found = world.placed(np.arange(20)).weights
    assert found is not None
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_no_items_are_no_rows(world: World) -> None:
    placed = world.newcomers.place([], world.scorer.item_weights)
    assert placed.popularity.shape == placed.item_biases.shape == (0,)
    assert placed.history_factors.shape == placed.item_factors.shape == (0, D)
    assert placed.weights is not None
    assert placed.weights.shape == (len(_rows(world.scorer)), 0)


def test_without_b_there_are_no_columns() -> None:
    world = _world("EASE")
    placed = world.newcomers.place([world.fields(0)], None)
    assert placed.weights is None
    assert placed.item_factors.shape == (1, D)


def test_where_b_has_too_many_weights_newcomers_live_by_the_other_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(placing, "MOST_WEIGHTS", 1)
    world = _world("neighbours")
    assert world.newcomers.mixing is None
    assert world.placed(world.content.cold).weights is None
    assert _world("EASE").newcomers.mixing is not None


def test_of_many_features_the_commonest_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toppicks.recommenders.content.MOST_FEATURES", 20)
    world = _world("EASE")
    assert len(world.newcomers.used) == 20 < len(world.newcomers.vocabulary)
    cold = world.content.cold
    placed = world.placed(cold)
    np.testing.assert_allclose(placed.item_factors, world.scorer.item_factors[cold], atol=1e-4)
    assert placed.weights is not None
    assert world.scorer.item_weights is not None
    b = whole(world.scorer.item_weights)[_rows(world.scorer)][:, cold]
    np.testing.assert_allclose(placed.weights, b, atol=1e-5)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=9,
)
WORLD = _world("EASE")


@given(fields=st.dictionaries(st.sampled_from(["title", "tags", "year", "day", "x"]), json_values))
def test_anything_that_json_can_hold_is_placed_within_what_is_known(fields: dict[str, Any]) -> None:
    placed = WORLD.newcomers.place([fields], WORLD.scorer.item_weights)
    for part in PARTS:
        found, known = getattr(placed, part), getattr(WORLD.scorer, part)
        assert np.isfinite(found).all()
        assert np.abs(found).max() < 4 * np.abs(known).max()
    assert placed.weights is not None
    assert np.isfinite(placed.weights).all()


@given(
    n=st.integers(0, 9),
    f=st.integers(1, 5),
    m=st.integers(0, 4),
    held=st.integers(1, 30),
    seed=st.integers(0, 99),
)
def test_a_sparse_product_is_that_of_scipy(n: int, f: int, m: int, held: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    left = rng.normal(size=(n, f)) * (rng.random((n, f)) < 0.5) * (rng.random((n, 1)) < 0.7)
    sparse, right = sp.csr_array(left.astype(np.float32)), rng.normal(size=(f, m)).astype("f4")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(mixing_module, "HELD", held)
        found = sparse_product(sparse.indptr.astype(np.int64), sparse.indices, sparse.data, right)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, sparse @ right, atol=1e-5)


# From the files to the site, through the artifact.


def _fields(model: TrainedModel, item_idx: int) -> dict[str, Any]:
    fields = {name: column[item_idx] for name, column in model.fields.items()}
    arrived: dict[str, Any] = json.loads(json.dumps(fields))
    return arrived


def test_a_trained_models_cold_items_are_placed_where_they_are(tiny_model: TrainedModel) -> None:
    scorer, cold = tiny_model.scorer, np.flatnonzero(tiny_model.n_ratings == 0)
    assert len(cold) == 4
    fields = [_fields(tiny_model, idx) for idx in cold.tolist()]
    placed = tiny_model.newcomers.place(fields, scorer.item_weights)
    for part in PARTS:
        np.testing.assert_allclose(getattr(placed, part), getattr(scorer, part)[cold], atol=1e-4)
    assert scorer.item_weights is not None
    b = whole(scorer.item_weights)[:, cold]
    assert placed.weights is not None
    if isinstance(scorer.item_weights, DenseWeights):
        b = b[scorer.item_weights.sources]
    np.testing.assert_allclose(placed.weights, b, atol=1e-5)


def test_what_is_saved_places_as_what_was_trained(tmp_path: Path) -> None:
    world = TwoTastes()
    model = trained(world.write_ratings(tmp_path / "r.csv"), world.write_items(tmp_path / "i.csv"))
    publish(model, tmp_path / "m.pkl")
    again = TrainedModel.from_artifact(artifact.load(tmp_path / "m.pkl"))
    assert again.newcomers.vocabulary == model.newcomers.vocabulary
    fields = [_fields(model, idx) for idx in (0, 40, 63)] + [{}, {"title": "Red", "year": "?"}]
    placed = model.newcomers.place(fields, model.scorer.item_weights)
    same = again.newcomers.place(fields, again.scorer.item_weights)
    for part in (*PARTS, "weights"):
        assert np.array_equal(getattr(placed, part), getattr(same, part))


def _scored(model: TrainedModel, fields: Mapping[str, Any], user: str) -> float:
    """What somebody's taste says of an item, beside the mean of all others."""
    placed = model.newcomers.place([fields], model.scorer.item_weights)
    history = model.histories.history(model.users.idx(user))
    mean = history.worth @ model.scorer.history_factors[history.item_idx] / history.worth.sum()
    others = model.scorer.item_factors @ mean + model.scorer.item_biases
    return float((placed.item_factors @ mean + placed.item_biases)[0] - others.mean())


def test_without_a_cold_item_newcomers_have_a_place_too(tmp_path: Path) -> None:
    world = TwoTastes(unrated=0)
    model = trained(world.write_ratings(tmp_path / "r.csv"), world.write_items(tmp_path / "i.csv"))
    assert model.n_ratings.all()
    red = {"title": "Red Café 99", "year": 1985, "genres": ["Red", "All"]}
    blue = {"title": "Blue Café 98", "year": 2015, "genres": ["Blue", "All"]}
    for user, own, other in (("u0", red, blue), ("u1", blue, red)):
        assert _scored(model, own, user) > 0 > _scored(model, other, user)
    placed = model.newcomers.place([red, blue], model.scorer.item_weights)
    weights = placed.weights
    assert weights is not None
    history = model.histories.history(model.users.idx("u0"))
    rows = np.zeros((len(model.items), 2), np.float32)
    b = model.scorer.item_weights
    rows[b.sources if isinstance(b, DenseWeights) else slice(None)] = weights
    of_red, of_blue = history.worth @ rows[history.item_idx]
    assert of_red > of_blue


def test_of_ratings_alone_a_newcomer_is_the_mean(tmp_path: Path) -> None:
    model = trained(TwoTastes().write_ratings(tmp_path / "r.csv"))
    assert len(model.newcomers.vocabulary) == 0
    again = TrainedModel.from_artifact(model.to_artifact())
    scorer = again.scorer
    for fields in ({}, {"title": "Red Café", "genres": ["Red"], "x": [[{}]]}):
        placed = again.newcomers.place([fields], scorer.item_weights)
        for part in PARTS:
            mean = getattr(scorer, part).mean(axis=0)
            np.testing.assert_allclose(getattr(placed, part)[0], mean, atol=1e-4)
        assert placed.weights is None or np.isfinite(placed.weights).all()


@pytest.mark.parametrize("what", ["events", "counts", "mere rows"])
def test_newcomers_are_placed_by_whatever_feedback_there_is(tmp_path: Path, what: str) -> None:
    shop = Shop()
    rows = [(user, item, len(item) + at % 5) for at, (user, item, *_) in enumerate(shop.rows())]
    feedback = {
        "events": lambda: shop.write_events(tmp_path / "r.csv"),
        "counts": lambda: write_csv(tmp_path / "r.csv", ("user", "item", "plays"), rows),
        "mere rows": lambda: write_csv(
            tmp_path / "r.csv", ("user", "item"), list(dict.fromkeys(row[:2] for row in rows))
        ),
    }[what]()
    items = [(f"{n:02}", ("Left", "Right")[n // shop.half], n) for n in range(2 * shop.half)]
    about = write_csv(tmp_path / "i.csv", ("item", "side", "price"), items)
    model, _ = train(gather(Source((feedback,), about)), quick_trainer())
    again = TrainedModel.from_artifact(model.to_artifact())
    placed = again.newcomers.place(
        [{"side": "Left", "price": 5}, {"side": "Right", "price": 35}, {}],
        again.scorer.item_weights,
    )
    assert np.isfinite(placed.popularity).all()
    assert not np.allclose(placed.item_factors[0], placed.item_factors[1])
    if what == "events":
        assert _scored(again, {"side": "Left"}, "u0") > _scored(again, {"side": "Right"}, "u0")
