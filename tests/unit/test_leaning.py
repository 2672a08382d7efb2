"""When popularity leads: chosen on people held out altogether."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tests.worlds import Checkerboard, interactions_of
from toppicks.evaluation import metrics
from toppicks.evaluation.contest import Question
from toppicks.evaluation.questions import LENGTHS, cut
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.formula import Known, Parts, Recipe, fit_parts
from toppicks.recommenders.hybrid import HybridSettings, fit_hybrid
from toppicks.recommenders.neighbours import ItemKNN
from toppicks.scoring.history import History, profile_of
from toppicks.scoring.item_weights import SparseWeights
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth
from toppicks.tuning import leaning
from toppicks.tuning.leaning import FEWEST_PEOPLE, LEANS, START, choose_leans

K, SHARE = 5, 0.5
Figures = NDArray[np.float64]


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        yield pool


@dataclass(frozen=True)
class Folds:
    """Two groups of people, what was fitted without each, and questions about them."""

    parts: list[Parts]
    asked: list[list[Question]]

    @classmethod
    def of(
        cls, worth: sp.csr_array, people: int = 40, seed: int = 1, users: Features | None = None
    ) -> "Folds":
        """Each of the first people is asked for two of their likes."""
        nothing = Features.joined([], worth.shape[1])
        known = Known(nothing, users, nothing, Scale("rating", 5))
        recipe = Recipe(Worth((-np.inf,), (1.0,)), ItemKNN())
        settings = HybridSettings(components=8, epochs=5)
        rng = np.random.default_rng(seed)
        parts, asked = [], []
        for fold in (0, 1):
            held_out = np.arange(people) % 4 // 2 == fold
            rows = interactions_of(worth)
            rows = rows.where(~np.isin(rows.user_idx, np.flatnonzero(held_out)))
            hybrid = fit_hybrid(rows.matrix(), nothing, users, settings=settings, seed=seed)
            parts.append(fit_parts(recipe, [hybrid], rows, known, seed))
            asked.append(
                [_question(worth, user, rng) for user in np.flatnonzero(held_out).tolist()]
            )
        return cls(parts, asked)

    def ndcg(self, blend: Blend, length: int | None) -> Figures:
        """(2, q): popularity's and the formula's, by the scorer as it is served, one by one."""
        figures = []
        for parts, asked in zip(self.parts, self.asked, strict=True):
            scorer = parts.scorer(blend)
            for question in cut(asked, length, 1, seed=1):
                profile = profile_of(parts.taste.profiles, question.user_idx)
                history = replace(question.history, profile=profile)
                answers = (scorer.popularity, scorer.scores(history))
                tops = [rank(answer, question.history.seen_idx, K) for answer in answers]
                n = len(question.relevant)
                hits = [np.isin(top, list(question.relevant)) for top in tops]
                figures.append([metrics.ndcg(hit, n, K) for hit in hits])
        return np.array(figures).reshape(-1, 2).T

    def by_length(self, blend: Blend) -> list[Figures]:
        """The same for each history length that anybody has, the full one last."""
        figures = [self.ndcg(blend, length) for length in LENGTHS]
        return [figure for figure in figures if figure.size]


def _question(worth: sp.csr_array, user: int, rng: np.random.Generator) -> Question:
    liked = rng.permutation(worth[[user]].indices)
    return Question(user, History.of_likes(liked[2:], liked[2:]), frozenset(liked[:2].tolist()))


def _all_the_same(seed: int) -> sp.csr_array:
    """People without any taste: each likes what is popular, by luck."""
    rng = np.random.default_rng(seed)
    chances = 1 / np.arange(2, 26)
    board = np.zeros((60, 24), np.float32)
    for row in board:
        row[rng.choice(24, 7, replace=False, p=chances / chances.sum())] = 1
    return sp.csr_array(board)


def _personal() -> sp.csr_array:
    return Checkerboard(people=60, half=20, likes=8, cold=0, strangers=0).worth()


def _misled(folds: Folds) -> Folds:
    """The same people, for whom both personal parts say the very opposite."""
    turned = []
    for parts in folds.parts:
        assert isinstance(parts.items, SparseWeights)
        items = replace(parts.items, weights=-parts.items.weights, rest_to=-parts.items.rest_to)
        taste = replace(
            parts.taste,
            item_factors=-parts.taste.item_factors,
            item_biases=-parts.taste.item_biases,
        )
        turned.append(replace(parts, items=items, taste=taste))
    return Folds(turned, folds.asked)


def _as_good(gain: Figures) -> bool:
    return bool(gain.mean() >= -gain.std() / np.sqrt(len(gain)) - 1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("world", ["all the same", "personal", "misled"])
def test_nothing_worse_than_popularity_is_chosen(world: str, seed: int, pool: Executor) -> None:
    """At no history length by more than chance explains."""
    folds = Folds.of(_all_the_same(seed) if world == "all the same" else _personal(), seed=seed)
    if world == "misled":
        folds = _misled(folds)
    blend, people = choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool)
    assert people == 40
    for length in (0, 1, 2, 3, 5, None):
        popularity, ours = folds.ndcg(blend, length)
        assert len(ours) == 40
        assert _as_good(ours - popularity), length


@pytest.mark.parametrize("profiled", [False, True])
def test_blends_are_judged_as_they_are_served(profiled: bool) -> None:
    """Whoever has features of their own, and whoever has none."""
    worth = _personal()
    groups: list[set[str]] = [{f"group:{n % 2}"} if n % 3 else set() for n in range(60)]
    folds = Folds.of(worth, users=Features.of_sets(groups) if profiled else None)
    for blend in (
        Blend(SHARE, 2.0, 2.0, 0.0),
        Blend(SHARE, 2.0, 1.0, 4.0),
        Blend(0.2, np.inf, 0.5, 1.0),
        Blend(SHARE, np.inf, np.inf, 4.0),
    ):
        for length in (0, 2, None):
            found = []
            for parts, asked in zip(folds.parts, folds.asked, strict=True):
                sitting = leaning._sit(parts, cut(asked, length, 1, seed=1), K)
                found.append([sitting.popularity_ndcg, sitting.ndcg(blend)])
            # Of sums in another order, few pairs of items may change places.
            served = folds.ndcg(blend, length)
            assert np.mean(~np.isclose(np.hstack(found), served)) < 0.05
    assert leaning._sit(folds.parts[0], folds.asked[0], K).profiled.any() == profiled
    if profiled:
        people = [question.user_idx for question in folds.asked[0]]
        sat = leaning._sit(folds.parts[0], folds.asked[0], K).profiled
        assert sat.tolist() == [user % 3 > 0 for user in people]


def test_popularity_is_chosen_where_everything_else_misleads(pool: Executor) -> None:
    folds = _misled(Folds.of(_personal()))
    blend, people = choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool)
    assert blend == Blend(SHARE, np.inf, np.inf)
    assert people == 40
    popularity, ours = folds.ndcg(blend, None)
    np.testing.assert_array_equal(popularity, ours)


def test_popularity_does_not_drown_what_is_personal(pool: Executor) -> None:
    folds = Folds.of(_personal())
    blend, _ = choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool)
    popularity, ours = folds.ndcg(blend, None)
    assert ours.mean() > 1.3 * popularity.mean()
    assert min(blend.lean_items, blend.lean_taste) <= 1


def _mean(by_length: list[Figures]) -> float:
    """The formula's nDCG: half by full histories, half by all shorter ones."""
    *shorter, full = [float(ours.mean()) for _, ours in by_length]
    return (full + float(np.mean(shorter))) / 2


def test_no_fair_pair_of_equal_leans_is_better_than_what_is_chosen(pool: Executor) -> None:
    folds = Folds.of(_personal())
    blend, _ = choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool)
    others = [folds.by_length(Blend(SHARE, lean, lean)) for lean in LEANS]
    fair = [one for one in others if all(_as_good(ours - popularity) for popularity, ours in one)]
    assert len({round(_mean(one), 9) for one in fair}) > 2
    assert _mean(folds.by_length(blend)) >= max(map(_mean, fair)) - 1e-9


def test_too_few_people_give_the_defaults(pool: Executor) -> None:
    folds = Folds.of(_personal(), people=FEWEST_PEOPLE)
    few = [folds.asked[0], folds.asked[1][1:]]
    default = (Blend(SHARE, START, START), 0)
    assert choose_leans(folds.parts, few, SHARE, K, 1, pool) == default
    assert choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool)[1] == FEWEST_PEOPLE
    assert choose_leans([], [], SHARE, K, 1, pool) == default


def test_the_share_stays_what_it_was(pool: Executor) -> None:
    folds = Folds.of(_personal())
    for share in (0.0, 0.3):
        assert choose_leans(folds.parts, folds.asked, share, K, 1, pool)[0].share == share


@pytest.mark.parametrize("world", [_all_the_same(3), _personal()])
def test_the_same_seed_chooses_the_same_however_many_work_at_once(world: sp.csr_array) -> None:
    folds = Folds.of(world)
    chosen = []
    for workers in (1, 2, 8):
        with ThreadPoolExecutor(workers) as pool:
            chosen += [choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool) for _ in range(2)]
    assert len(set(chosen)) == 1


def test_of_many_people_some_choose(pool: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    folds = Folds.of(_personal())
    asked: list[int] = []
    sit = leaning._sit

    def watched(parts: Parts, questions: list[Question], k: int) -> object:
        asked.append(len(questions))
        return sit(parts, questions, k)

    monkeypatch.setattr(leaning, "_sit", watched)
    monkeypatch.setattr(leaning, "MOST_PEOPLE", 16)
    choose_leans(folds.parts, folds.asked, SHARE, K, 1, pool)
    assert set(asked) == {0, 8}  # nobody has ten items
