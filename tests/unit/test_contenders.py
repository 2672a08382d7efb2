"""Who takes part in the contest, and what each of them answers."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from tests.worlds import QUICK, Checkerboard, history_of, interactions_of, whole
from toppicks.evaluation.contenders import (
    SERVED,
    OwnUserVectors,
    Rival,
    fit_methods,
    fold_in,
    left_out,
    line_up,
    popularity,
    rival_contender,
    served,
    surroundings,
)
from toppicks.evaluation.contest import Question
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders import ease
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.fitting import Fitted, Fitting
from toppicks.recommenders.formula import Known, Recipe
from toppicks.recommenders.neighbours import ItemKNN, UserKNN
from toppicks.recommenders.protocol import Method
from toppicks.scoring.item_weights import SparseWeights
from toppicks.scoring.worth import Worth

BOARD = Checkerboard(cold=0)
EVERYTHING = Worth((-np.inf,), (1.0,))
METHODS: dict[str, tuple[Method, Worth]] = {
    "user-KNN": (UserKNN(), EVERYTHING),
    "item-KNN": (ItemKNN(), EVERYTHING),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    nothing = Features.joined([], BOARD.n_items)
    known = Known(nothing, None, nothing, Scale("rating", 5))
    recipe = Recipe(EVERYTHING, ItemKNN(), QUICK)
    fitted = Fitting(recipe, known, seed=1).fit(interactions_of(BOARD.worth()))
    assert fitted is not None
    return fitted


def _questions(people: list[int]) -> list[Question]:
    """With what the training rows know of each as their history."""
    worth = BOARD.worth().toarray()
    return [Question(user, history_of(worth[user]), frozenset({0})) for user in people]


def test_popularity_is_first_and_what_is_served_last(fitted: Fitted, pool: Executor) -> None:
    rivals = fit_methods(METHODS, fitted.rows, pool)
    entered = [(one.name, one.role) for one in line_up(fitted, rivals)]
    assert entered == [
        ("popularity", "baseline"),
        ("user-KNN", "reference"),
        ("item-KNN", "contender"),
        ("LightFM, own vectors", "reference"),
        ("LightFM, fold-in", "contender"),
        (SERVED, "served"),
    ]


def test_the_formulas_own_item_item_part_takes_part_where_no_rival_is_it(
    fitted: Fitted, pool: Executor
) -> None:
    alone = [one.name for one in line_up(fitted, [])]
    assert alone == ["popularity", "item-KNN", "LightFM, own vectors", "LightFM, fold-in", SERVED]
    others = fit_methods({"user-KNN": METHODS["user-KNN"]}, fitted.rows, pool)
    assert [one.name for one in line_up(fitted, others)].count("item-KNN") == 1


def test_methods_are_fitted_in_order_to_what_each_calls_worth(
    fitted: Fitted, pool: Executor
) -> None:
    rows = replace(
        fitted.rows,
        rating=np.where(fitted.rows.item_idx % 2, 5, 1).astype(np.float32),
    )
    likes = Worth.of_likes(5)
    methods: dict[str, tuple[Method, Worth]] = {
        "item-KNN": (ItemKNN(), likes),
        "user-KNN": (UserKNN(), EVERYTHING),
    }
    first, second = fit_methods(methods, rows, pool)
    assert (first.name, second.name) == ("item-KNN", "user-KNN")
    np.testing.assert_array_equal(first.worth.toarray(), rows.matrix(likes).toarray())
    np.testing.assert_array_equal(second.worth.toarray(), rows.matrix().toarray())
    assert isinstance(first.fitted, SparseWeights)
    expected = ItemKNN().fit(rows.matrix(likes))
    np.testing.assert_array_equal(whole(first.fitted), whole(expected))


def test_what_does_not_fit_into_memory_stays_away(
    fitted: Fitted, pool: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods: dict[str, tuple[Method, Worth]] = METHODS | {"EASE": (Ease(), EVERYTHING)}
    assert [one.name for one in fit_methods(methods, fitted.rows, pool)] == [*METHODS, "EASE"]
    monkeypatch.setattr(ease, "fits", lambda n_bytes: False)
    rivals = fit_methods(methods, fitted.rows, pool)
    assert [one.name for one in rivals] == list(METHODS)
    (sentence,) = left_out(methods, rivals)
    assert sentence.startswith("EASE over all rows takes too much memory")
    assert left_out(METHODS, rivals) == []


def test_popularity_answers_everybody_alike(fitted: Fitted) -> None:
    answers = popularity(fitted.scorer).scores(_questions([0, 1, BOARD.people]))
    for answer in answers:
        np.testing.assert_array_equal(answer, fitted.scorer.popularity)


def test_what_is_served_answers_as_the_site_does(fitted: Fitted) -> None:
    questions = _questions([0, 1, 7, BOARD.people])
    answers = served(fitted.scorer).scores(questions)
    for question, answer in zip(questions, answers, strict=True):
        np.testing.assert_array_equal(answer, fitted.scorer.scores(question.history))


def test_a_rival_answers_by_the_training_row_and_strangers_with_what_is_popular(
    fitted: Fitted,
) -> None:
    weights = ItemKNN().fit(BOARD.worth())
    rival = Rival("item-KNN", "contender", weights, BOARD.worth())
    stranger = BOARD.people
    first, second, third = rival_contender(rival, fitted.scorer).scores(
        _questions([3, stranger, 0])
    )
    b = whole(weights)
    np.testing.assert_allclose(first, BOARD.worth().toarray()[3] @ b, rtol=1e-4)
    np.testing.assert_array_equal(second, fitted.scorer.popularity)
    np.testing.assert_allclose(third, BOARD.worth().toarray()[0] @ b, rtol=1e-4)


def test_the_fold_in_answers_strangers_with_what_is_popular(fitted: Fitted) -> None:
    questions = _questions([3, BOARD.people])
    first, stranger = fold_in(fitted.parts.taste, fitted.scorer).scores(questions)
    expected = fitted.parts.taste.scores(BOARD.worth()[[3]], np.array([3]))[0]
    np.testing.assert_allclose(first, expected, rtol=1e-5)
    np.testing.assert_array_equal(stranger, fitted.scorer.popularity)


def test_everybodys_own_vector_is_asked_whatever_is_known(fitted: Fitted) -> None:
    own = OwnUserVectors(fitted.hybrid)
    nothing = sp.csr_array((2, BOARD.n_items), dtype=np.float32)
    scores = own.scores(nothing, np.array([5, 2]))
    hybrid = fitted.hybrid
    for row, user in zip(scores, (5, 2), strict=True):
        expected = hybrid.item_factors @ hybrid.user_factors[user] + hybrid.item_biases
        np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-6)
    assert not np.allclose(scores[0], scores[1])


def test_lists_are_described_by_the_rows_that_were_fitted(fitted: Fitted) -> None:
    around = surroundings(fitted)
    assert around.counts.tolist() == BOARD.worth().sum(axis=0).tolist()
    # Two strangers have no row.
    assert around.n_people == BOARD.people
    assert around.vectors.shape[0] == BOARD.n_items
