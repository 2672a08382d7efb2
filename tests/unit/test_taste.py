"""Several hybrids as one bilinear form: against the sum written out, and in fewer dimensions."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from tests.worlds import history_of, random_worth
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders import taste as taste_module
from toppicks.recommenders.fold_in import fit_fold_in
from toppicks.recommenders.hybrid import Hybrid
from toppicks.recommenders.taste import Taste, fit_taste, history_means
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.standard import standardise

N_USERS, N_ITEMS = 80, 30
WORTH = random_worth(N_USERS, N_ITEMS)
EVERYBODY = np.arange(N_USERS)


def _hybrid(d: int, seed: int, n_features: int = 0, scale: float = 1.0) -> Hybrid:
    """Users who are about linear in what they have, as LightFM's are."""
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> NDArray[np.float32]:
        return (scale * rng.normal(size=shape)).astype(np.float32)

    items = normal(N_ITEMS, d)
    own = history_means(WORTH, items) @ rng.normal(size=(d, d)) + 0.1 * normal(N_USERS, d)
    profile_factors = normal(n_features, d)
    identity = own.astype(np.float32)
    return Hybrid(items, normal(N_ITEMS), identity, profile_factors, identity)


def _slow(
    hybrids: list[Hybrid], features: Features | None, exponent: float = 0.5
) -> NDArray[np.float64]:
    """The mean of (m W + x U) V' + b, each divided by the mean spread of m W V' + b."""
    whole = np.zeros((N_USERS, N_ITEMS))
    means = WORTH.toarray().astype(float)
    means /= np.maximum(means.sum(axis=1, keepdims=True), 1e-9)
    for hybrid in hybrids:
        v = hybrid.item_factors.astype(float)
        w = fit_fold_in(WORTH, hybrid.item_factors, hybrid.identity_factors, exponent, 1)
        plain = means @ v @ w @ v.T + hybrid.item_biases
        scores = plain.copy()
        if features is not None:
            scores += features.matrix.toarray() @ hybrid.profile_factors @ v.T
        whole += scores / plain.std(axis=1).mean() / len(hybrids)
    return whole


def _fit(hybrids: list[Hybrid], features: Features | None = None, exponent: float = 0.5) -> Taste:
    return fit_taste(hybrids, WORTH, features, exponent, seed=1)


@pytest.mark.parametrize("exponent", [0.5, 1.0])
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_one_hybrids_scores_are_the_fold_ins_evened(exponent: float, scale: float) -> None:
    hybrids = [_hybrid(6, 1, scale=scale)]
    taste = _fit(hybrids, exponent=exponent)
    assert (np.diff(WORTH.indptr) > 0).all()
    expected = _slow(hybrids, None, exponent)
    np.testing.assert_allclose(taste.scores(WORTH, EVERYBODY), expected, atol=1e-4)
    assert expected.std(axis=1).mean() == pytest.approx(1)
    assert taste.history_factors.shape == taste.item_factors.shape == (N_ITEMS, 6)
    assert {taste.history_factors.dtype, taste.item_factors.dtype} == {np.dtype(np.float32)}
    assert taste.item_biases.dtype == np.float32
    assert taste.profiles is None


def test_several_hybrids_scores_are_the_mean_of_theirs() -> None:
    # One of a hundred times the other's spread must not drown it.
    hybrids = [_hybrid(6, 1), _hybrid(8, 2, scale=10), _hybrid(3, 3, scale=0.1)]
    found = _fit(hybrids).scores(WORTH, EVERYBODY)
    np.testing.assert_allclose(found, _slow(hybrids, None), atol=1e-4)
    alone = [_fit([hybrid]).scores(WORTH, EVERYBODY) for hybrid in hybrids]
    np.testing.assert_allclose(found, np.mean(alone, axis=0), atol=1e-4)


def test_more_dimensions_than_items_are_no_more_than_items() -> None:
    hybrids = [_hybrid(20, 1), _hybrid(20, 2)]
    taste = _fit(hybrids)
    assert taste.item_factors.shape == (N_ITEMS, N_ITEMS)
    np.testing.assert_allclose(taste.scores(WORTH, EVERYBODY), _slow(hybrids, None), atol=1e-3)


def test_fewer_dimensions_are_the_best_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    hybrids = [_hybrid(6, 1), _hybrid(8, 2)]
    whole = _fit(hybrids)
    form = whole.history_factors.astype(float) @ whole.item_factors.T
    u, strength, v = np.linalg.svd(form)
    monkeypatch.setattr(taste_module, "SERVED", 4)
    served = _fit(hybrids)
    assert served.history_factors.shape == (N_ITEMS, 4)
    expected = (u[:, :4] * strength[:4]) @ v[:4]
    np.testing.assert_allclose(served.history_factors @ served.item_factors.T, expected, atol=1e-3)
    assert not np.allclose(form, expected, atol=0.01)
    assert np.array_equal(served.item_biases, whole.item_biases)


@pytest.mark.parametrize("n_hybrids", [1, 2])
def test_profiles_add_what_a_persons_features_say(n_hybrids: int) -> None:
    hybrids = [_hybrid(6, seed, n_features=3) for seed in range(n_hybrids)]
    names = [{"a:x"}, {"b:y", "c:z"}, set(), {"a:x", "c:z"}]
    features = Features.of_sets([names[user % 4] for user in range(N_USERS)])
    taste = _fit(hybrids, features)
    assert taste.profiles is not None
    assert taste.profiles.shape == (N_USERS, taste.item_factors.shape[1])
    assert taste.profiles.dtype == np.float32
    expected = _slow(hybrids, features)
    np.testing.assert_allclose(taste.scores(WORTH, EVERYBODY), expected, atol=1e-3)
    assert not taste.profiles[2].any()
    # Whose profile counts is said by the rows asked for, not by their place in the batch.
    some = np.array([7, 1, 40])
    np.testing.assert_allclose(taste.scores(WORTH[some], some), expected[some], atol=1e-3)


def test_an_empty_history_gives_the_biases() -> None:
    taste = _fit([_hybrid(6, 1)])
    nothing = sp.csr_array((2, N_ITEMS), dtype=np.float32)
    found = taste.scores(nothing, np.array([0, 1]))
    assert np.array_equal(found, np.tile(taste.item_biases, (2, 1)))


def test_the_same_seed_gives_the_same_taste() -> None:
    hybrids = [_hybrid(6, 1), _hybrid(8, 2)]
    first, again = _fit(hybrids), _fit(hybrids)
    other = fit_taste(hybrids, WORTH, None, 0.5, seed=2)
    assert np.array_equal(first.history_factors, again.history_factors)
    assert np.array_equal(first.item_factors, again.item_factors)
    assert not np.array_equal(first.history_factors, other.history_factors)


def test_hybrids_are_not_changed() -> None:
    hybrid = _hybrid(6, 1, n_features=2)
    before = hybrid.item_biases.copy(), hybrid.profile_factors.copy()
    _fit([hybrid], Features.of_sets([{"a:x", "b:y"}] * N_USERS))
    assert np.array_equal(hybrid.item_biases, before[0])
    assert np.array_equal(hybrid.profile_factors, before[1])


def test_a_hybrid_that_learnt_nothing_has_no_taste() -> None:
    nothing = np.zeros((N_ITEMS, 4), np.float32)
    hybrid = Hybrid(nothing, nothing[:, 0], np.zeros((N_USERS, 4), "f4"), nothing[:0], nothing)
    taste = _fit([hybrid], Features.of_sets([set() for _ in range(N_USERS)]))
    assert not taste.scores(WORTH, EVERYBODY).any()


def test_means_are_weighted_by_worth() -> None:
    worth = sp.csr_array(np.array([[1, 0.5, 0], [0, 0, 0], [0, 0, 0.25]], np.float32))
    factors = np.array([[3, 0], [0, 3], [1, 2]], np.float32)
    found = history_means(worth, factors)
    np.testing.assert_allclose(found, [[2, 1], [0, 0], [1, 2]], rtol=1e-6)


def test_the_scorer_serves_the_same_taste() -> None:
    features = Features.of_sets([{f"a:{user % 2}"} for user in range(N_USERS)])
    taste = _fit([_hybrid(6, 1, n_features=2)], features)
    assert taste.profiles is not None
    scorer = Scorer(
        item_weights=None,
        history_factors=taste.history_factors,
        item_factors=taste.item_factors,
        item_biases=taste.item_biases,
        popularity=np.zeros(N_ITEMS, np.float32),
        blend=Blend(0.0),
    )
    batch = taste.scores(WORTH, EVERYBODY)
    for user in range(N_USERS):
        row = history_of(WORTH[[user]].toarray()[0])
        history = type(row)(row.item_idx, row.worth, row.seen_idx, taste.profiles[user])
        np.testing.assert_allclose(scorer.from_taste(history), standardise(batch[user]), atol=1e-4)
