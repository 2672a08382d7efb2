"""Learning curves."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.sparse as sp

from tests.worlds import Checkerboard
from toppicks.evaluation import curves, metrics
from toppicks.evaluation.curves import Curves
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, fit_hybrid
from toppicks.scoring.ranking import rank

BOARD = Checkerboard(people=60, half=20, likes=10)


def _divided(seed: int = 1) -> tuple[sp.csr_array, sp.csr_array]:
    """Each like to train on or, of every third, to test on."""
    whole = BOARD.worth()
    test = np.random.default_rng(seed).random(whole.nnz) < 1 / 3
    parts = []
    for mask in (~test, test):
        part = whole.copy()
        part.data[~mask] = 0
        part.eliminate_zeros()
        parts.append(part)
    return parts[0], parts[1]


def _seen(train: sp.csr_array, test: sp.csr_array) -> sp.csr_array:
    """What is trained on, and every fourth item that nobody is asked about: rated, not liked."""
    rated = train.toarray() + (np.arange(train.shape[1]) % 4 == 0)
    rated[test.toarray() > 0] = 0
    return sp.csr_array((rated > 0).astype(np.float32))


def _looked(every: int, epochs: int) -> tuple[Curves, dict[int, Hybrid]]:
    """Curves of a training, and what had been learnt after each epoch."""
    train, test = _divided()
    looks = Curves(train, test, _seen(train, test), every, k=5, seed=1)
    after: dict[int, Hybrid] = {}

    def look(epoch: int, learnt: Callable[[], Hybrid]) -> None:
        after[epoch] = learnt()
        looks.look(epoch, learnt)

    nothing = Features.joined([], BOARD.n_items)
    settings = HybridSettings(components=8, epochs=epochs)
    fit_hybrid(train, nothing, None, settings=settings, seed=1, on_epoch=look)
    return looks, after


def test_there_is_a_point_every_few_epochs() -> None:
    looks, after = _looked(every=5, epochs=17)
    assert len(after) == 17
    assert [point.epoch for point in looks.points] == [5, 10, 15]


def test_auc_and_ndcg_rise_where_there_is_something_to_learn() -> None:
    looks, _ = _looked(every=1, epochs=20)
    first, last = looks.points[0], looks.points[-1]
    assert last.train_auc > first.train_auc + 0.05
    assert last.test_auc > first.test_auc + 0.05
    assert last.train_ndcg > first.train_ndcg
    assert last.train_auc > 0.9
    assert last.test_auc > 0.7


def test_each_point_is_the_mean_over_people_by_their_own_vectors() -> None:
    looks, after = _looked(every=5, epochs=10)
    train, test = _divided()
    figures = []
    for user in range(BOARD.people):
        known, later = train[[user]].indices, test[[user]].indices
        seen = _seen(train, test)[[user]].indices
        if not len(known) or not len(later):
            continue
        scores = after[10].item_factors @ after[10].user_factors[user] + after[10].item_biases
        on_known = np.isin(rank(scores, n=5), known)
        on_later = np.isin(rank(scores, seen, 5), later)
        figures.append(
            (
                metrics.auc(scores, known, np.zeros(0, np.int32)),
                metrics.auc(scores, later, seen),
                metrics.ndcg(on_known, len(known), 5),
                metrics.ndcg(on_later, len(later), 5),
            )
        )
    point = looks.points[-1]
    told = (point.train_auc, point.test_auc, point.train_ndcg, point.test_ndcg)
    assert told == pytest.approx(tuple(np.mean(figures, axis=0)))


def test_who_has_nothing_to_test_on_is_not_looked_at() -> None:
    train, test = _divided()
    test = sp.csr_array(test.toarray() * (np.arange(test.shape[0]) % 3 == 0)[:, None])
    test.eliminate_zeros()
    people = Curves(train, test, train, 5, 5, seed=1).people.tolist()
    assert people == [user for user in range(0, BOARD.people, 3) if test[[user]].nnz]


def test_of_many_people_some_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "MOST_PEOPLE", 7)
    train, test = _divided()
    people = [Curves(train, test, train, 5, 5, seed).people.tolist() for seed in (1, 1, 2)]
    assert people[0] == people[1] != people[2]
    assert {len(some) for some in people} == {7}


def test_nobody_to_look_at_gives_no_points() -> None:
    train, test = _divided()
    nothing = sp.csr_array(test.shape, dtype=np.float32)
    looks = Curves(train, nothing, train, 1, 5, seed=1)
    looks.look(1, lambda: pytest.fail("nothing is to be learnt for nobody"))
    assert looks.points == []
