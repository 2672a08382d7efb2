"""Items like this one."""

import numpy as np
import pytest

from tests.changes import Change
from tests.worlds import whole
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel


@pytest.fixture(scope="module")
def recommender(tiny_model: TrainedModel) -> Recommender:
    """Red items, rows 0 to 29, and Blue ones, to 59."""
    return Recommender(tiny_model, "x")


def found(recommender: Recommender, item_idx: int, n: int) -> list[int]:
    return [one.item_idx for one in recommender.similarity.of(item_idx, n)]


@pytest.mark.parametrize("item_idx", [0, 3, 30, 35])
def test_the_own_half_is_similar(recommender: Recommender, item_idx: int) -> None:
    assert {row // 30 for row in found(recommender, item_idx, 6)} == {item_idx // 30}


def test_never_itself_and_the_best_first(recommender: Recommender) -> None:
    similar = recommender.similarity.of(5, 99)
    assert sorted(one.item_idx for one in similar) == [row for row in range(64) if row != 5]
    assert np.diff([one.similarity for one in similar]).max() <= 0
    assert found(recommender, 5, 3) == [one.item_idx for one in similar[:3]]


def test_it_is_the_two_parts_of_the_formula_for_one_item_alone(recommender: Recommender) -> None:
    scorer = recommender.scorer
    assert scorer.item_weights is not None
    factors = scorer.item_factors.astype(np.float64)
    factors /= np.linalg.norm(factors, axis=1, keepdims=True)
    b, cosines = whole(scorer.item_weights)[5], factors @ factors[5]
    expected = scorer.blend.share * (b - b.mean()) / b.std()
    expected += (1 - scorer.blend.share) * (cosines - cosines.mean()) / cosines.std()
    for one in recommender.similarity.of(5, 99):
        assert one.similarity == pytest.approx(expected[one.item_idx], abs=1e-4)


def test_new_items_are_found_and_deleted_ones_are_not(recommender: Recommender) -> None:
    nearest = found(recommender, 35, 1)[0]
    changes = [
        Change(recommender.catalogue.id(nearest)),
        Change("new", {"genres": ["Blue", "All"], "year": 2015}),
        Change("other", {"genres": ["Red", "All"], "year": 1985}),
    ]
    later = recommender.with_catalogue(recommender.catalogue.with_changes(changes, 1))
    new, other = later.catalogue.row("new"), later.catalogue.row("other")
    similar = found(later, 35, 99)
    assert nearest not in similar
    assert new is not None
    assert similar.index(new) < similar.index(other or 0)
    assert all(row // 30 == 1 for row in found(later, new, 6) if row < 60)
    assert new not in found(later, new, 99)
