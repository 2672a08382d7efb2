"""What is chosen on validation people."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from toppicks.evaluation import people
from toppicks.evaluation.contenders import popularity, served
from toppicks.evaluation.contest import Contender, Question, hold
from toppicks.evaluation.people import (
    CHOOSING_DRAWS,
    EXPONENTS,
    FEWEST_PEOPLE,
    JUDGING_DRAWS,
    LEANS,
    Fold,
    choose,
    judge_lengths,
)
from toppicks.evaluation.questions import LENGTHS, cut
from toppicks.recommenders.formula import Choice, fit_scorer
from toppicks.recommenders.hybrid import Hybrid
from toppicks.scoring.history import History

N_ITEMS, N_USERS, D = 30, 80, 4


def _likes(rng: np.random.Generator) -> sp.csr_array:
    """Two halves of the catalogue, with lower rows liked more."""
    board = np.zeros((N_USERS, N_ITEMS), np.float32)
    chances = 1 / np.arange(2, N_ITEMS // 2 + 2)
    for user in range(N_USERS):
        liked = rng.choice(N_ITEMS // 2, 8, replace=False, p=chances / chances.sum())
        board[user, user % 2 * (N_ITEMS // 2) + liked] = 1
    return sp.csr_array(board)


def _hybrid(seed: int, truth: float) -> Hybrid:
    """Factors that tell the halves apart by `truth`, under noise."""
    rng = np.random.default_rng(seed)
    items, users = rng.normal(size=(N_ITEMS, D)), rng.normal(size=(N_USERS, D))
    items[:, 0] += truth * np.where(np.arange(N_ITEMS) < N_ITEMS // 2, 1, -1)
    users[:, 0] += truth * np.where(np.arange(N_USERS) % 2 == 0, 1, -1)
    nothing = np.zeros((0, D), np.float32)
    return Hybrid(
        items.astype(np.float32),
        np.zeros(N_ITEMS, np.float32),
        users.astype(np.float32),
        nothing,
        nothing[:, 0],
    )


def _questions(rng: np.random.Generator, n: int) -> list[Question]:
    questions = []
    board = _likes(rng)
    for user in range(n):
        liked = rng.permutation(board.indices[board.indptr[user] : board.indptr[user + 1]])
        history = History.of_likes(liked[:5], liked[:5])
        questions.append(Question(user, history, frozenset(liked[5:].tolist())))
    return questions


def _folds(truth: float, seed: int = 1, sizes: tuple[int, ...] = (30, 20)) -> list[Fold]:
    """Folds with so many people each, asked about both to choose and to judge."""
    rng = np.random.default_rng(seed)
    return [
        Fold(_hybrid(seed + size, truth), _likes(rng), _questions(rng, size), _questions(rng, size))
        for size in sizes
    ]


def _ndcg(folds: list[Fold], choice: Choice, length: int | None) -> tuple[float, float]:
    """(popularity's, the formula's) nDCG over all the questions to choose by, one by one."""
    base, ours = [], []
    for fold in folds:
        scorer = fit_scorer(fold.hybrid, fold.likes, choice, seed=1)
        for question in cut(fold.earlier, length, CHOOSING_DRAWS, seed=1):
            base.append(hold([popularity(scorer)], [question])[0].ndcg)
            ours.append(hold([served(scorer)], [question])[0].ndcg)
    return float(np.mean(base)), float(np.mean(ours))


ASKED = (1, 2, 3, 5, None)  # nobody's history has ten


@pytest.mark.parametrize("truth", [0.0, 0.3, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_worse_than_popularity_is_ever_chosen(seed: int, truth: float) -> None:
    folds = _folds(truth, seed)
    choice = choose(folds, seed=1)
    assert choice.people == 50
    for length in ASKED:
        base, ours = _ndcg(folds, choice, length)
        assert ours >= base - 1e-9


def test_the_best_of_all_settings_is_chosen_where_taste_helps() -> None:
    folds = _folds(truth=3.0)
    mean = {
        (exponent, lean): np.mean([_ndcg(folds, Choice(exponent, lean), n)[1] for n in ASKED])
        for exponent in EXPONENTS
        for lean in LEANS
    }
    choice = choose(folds, seed=1)
    assert mean[choice.exponent, choice.lean] == pytest.approx(max(mean.values()))
    assert len({round(float(value), 6) for value in mean.values()}) > 1


def test_popularity_is_chosen_where_taste_misleads() -> None:
    folds = [
        replace(fold, hybrid=replace(fold.hybrid, user_factors=-fold.hybrid.user_factors))
        for fold in _folds(truth=3.0)
    ]
    assert choose(folds, seed=1).lean == np.inf


@pytest.mark.parametrize(
    ("ndcg", "lean"),
    [
        # One setting after another: popularity, lean 1, lean 2; the exponents are of no account.
        ([[0.3, 0.2, 0.3], [0.3, 0.9, 0.4]], 2.0),
        ([[0.3, 0.2, 0.3], [0.3, 0.9, 0.2]], np.inf),
        ([[0.3, 0.3, 0.3], [0.3, 0.3, 0.3]], np.inf),
        ([[0.3, 0.4, 0.4], [0.3, 0.4, 0.4]], 1.0),
    ],
)
def test_a_setting_worse_at_one_length_is_out_however_good_it_is_on_average(
    ndcg: list[list[float]], lean: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = iter([*ndcg, *[ndcg[-1]] * len(LENGTHS)])

    def told(contenders: list[list[Contender]], exam: object) -> NDArray[np.float64]:
        return np.array(next(lengths))

    monkeypatch.setattr(people, "_mean_ndcg", told)
    monkeypatch.setattr(people, "EXPONENTS", (0.5,))
    monkeypatch.setattr(people, "LEANS", (1.0, 2.0))
    assert choose(_folds(truth=1.0), seed=1).lean == lean


def test_too_few_people_give_the_default() -> None:
    assert choose(_folds(3.0, sizes=(FEWEST_PEOPLE - 11, 10)), seed=1) == Choice()
    enough = choose(_folds(3.0, sizes=(FEWEST_PEOPLE - 10, 10)), seed=1)
    assert enough.people == FEWEST_PEOPLE
    assert choose([], seed=1) == Choice()


def test_the_same_seed_chooses_the_same() -> None:
    folds = _folds(truth=0.3)
    assert choose(folds, seed=3) == choose(folds, seed=3)


def test_every_length_that_anybody_has_is_judged() -> None:
    folds = _folds(truth=3.0)
    choice = Choice(exponent=1.0, lean=2.0)
    rows = judge_lengths(folds, choice, seed=1)
    assert [(row.length, row.people) for row in rows] == [
        (length, 50) for length in (0, 1, 2, 3, 5, None)
    ]
    for row in rows:
        base, ours = [], []
        for fold in folds:
            scorer = fit_scorer(fold.hybrid, fold.likes, choice, seed=1)
            for question in cut(fold.later, row.length, JUDGING_DRAWS, seed=1):
                base.append(hold([popularity(scorer)], [question])[0].ndcg)
                ours.append(hold([served(scorer)], [question])[0].ndcg)
        assert row.popularity == pytest.approx(np.mean(base))
        assert row.served == pytest.approx(np.mean(ours))


def test_a_stranger_is_served_what_is_popular() -> None:
    stranger, *others = judge_lengths(_folds(truth=3.0), Choice(), seed=1)
    assert stranger.served == stranger.popularity
    assert all(row.served > row.popularity for row in others)


def test_without_people_nothing_is_judged() -> None:
    assert judge_lengths([], Choice(), seed=1) == []
    empty = [replace(fold, later=[]) for fold in _folds(truth=1.0)]
    assert judge_lengths(empty, Choice(), seed=1) == []
