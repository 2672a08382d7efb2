"""One question to many people at once: fast code against a slow oracle."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.worlds import few_interactions
from toppicks.evaluation import exam, metrics
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.questions import ask
from toppicks.ingest.interactions import Interactions
from toppicks.scoring import ranking
from toppicks.scoring.ranking import rank
from toppicks.scoring.worth import Worth

LIKE_FROM = 4.0
# What an item can be to somebody: new, seen, liked later, or (in a file of odd rows) both.
NEW, SEEN, RELEVANT, BOTH = range(4)
Table = NDArray[np.float32]


@st.composite
def exams(draw: st.DrawFn) -> tuple[Exam, Table]:
    """Few items, so that most scores tie, many have seen nearly all, and k is often too large."""
    n_items = draw(st.integers(1, 9))
    kinds = st.sampled_from([NEW, SEEN, SEEN, RELEVANT, BOTH])
    person = st.lists(kinds, min_size=n_items, max_size=n_items)
    people = draw(st.lists(person, min_size=1, max_size=5))
    for one in people:
        one[draw(st.integers(0, n_items - 1))] = RELEVANT
    scores = st.sampled_from([-1e30, -1.0, -0.0, 0.0, 0.5, 1.0, 1e30])
    row = st.lists(scores, min_size=n_items, max_size=n_items)
    table = [draw(row) for _ in people]
    what = np.array(people)
    return Exam(
        user_idx=np.arange(len(people)),
        seen=sp.csr_array(np.isin(what, (SEEN, BOTH)).astype(np.float32)),
        relevant=sp.csr_array(np.isin(what, (RELEVANT, BOTH)).astype(np.float32)),
        k=draw(st.integers(1, 12)),
    ), np.array(table, np.float32)


@st.composite
def wide_exams(draw: st.DrawFn) -> tuple[Exam, Table]:
    """More items than there are groups of, with few distinct scores; some are of nothing at all."""
    n_items, n_people = draw(st.integers(1, 130)), 4
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    seen = rng.random((n_people, n_items)) < draw(st.sampled_from([0.0, 0.3, 0.95]))
    relevant = rng.random((n_people, n_items)) < draw(st.sampled_from([0.0, 0.1, 0.5]))
    relevant[np.arange(n_people), rng.integers(0, n_items, n_people)] = True
    levels = np.array([-np.inf, -1e30, -1, -0.0, 0, 0.5, 1, 1e30], np.float32)
    few = levels[rng.integers(draw(st.integers(0, 6)), 8, (n_people, n_items))]
    many = rng.normal(size=(n_people, n_items)).astype(np.float32)
    return Exam(
        user_idx=np.arange(n_people),
        seen=sp.csr_array(seen.astype(np.float32)),
        relevant=sp.csr_array(relevant.astype(np.float32)),
        k=draw(st.integers(1, 5) | st.integers(1, 150)),
    ), np.where(draw(st.booleans()), few, many)


def _by_hand(exam: Exam, scores: Table) -> list[float]:
    """nDCG by one sort of whatever is unseen and has a score."""
    discounts = 1 / np.log2(np.arange(2, exam.k + 2))
    values = []
    for row, of_person in enumerate(scores.tolist()):
        seen = set(exam.seen[[row]].indices.tolist())
        left = [i for i, score in enumerate(of_person) if i not in seen and np.isfinite(score)]
        top = sorted(left, key=lambda item: (-of_person[item], item))[: exam.k]
        relevant = exam.relevant[[row]].indices.tolist()
        gain = sum(discounts[top.index(item)] for item in relevant if item in top)
        values.append(gain / np.cumsum(discounts)[min(len(relevant), exam.k) - 1])
    return values


@given(wide_exams(), st.integers(1, 20))
def test_in_however_many_groups_items_are_looked_through_ndcg_is_the_same(
    drawn: tuple[Exam, Table], groups: int
) -> None:
    exam, scores = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "GROUPS", groups)
        found = exam.ndcg(scores)
    # To the last digit: the gains are added in the same order.
    np.testing.assert_array_equal(found, _by_hand(exam, scores))


@pytest.mark.parametrize("n_items", [1_000, 1_599, 1_600, 1_601, 4_321])
def test_ndcg_of_a_large_catalogue_is_the_slow_one(n_items: int) -> None:
    """Of groups of several items, with some items that are in none."""
    rng = np.random.default_rng(n_items)
    board = rng.random((2, 30, n_items))
    exam = Exam(
        user_idx=np.arange(30),
        seen=sp.csr_array((board[0] < 0.4).astype(np.float32)),
        relevant=sp.csr_array((board[1] < 0.05).astype(np.float32)),
        k=10,
    )
    # The last of the catalogue are often the best, and many are as good as others.
    slope = np.linspace(0, 3, n_items)
    for scores in (rng.normal(size=(30, n_items)) + slope, rng.integers(0, 40, (30, n_items))):
        found = exam.ndcg(scores.astype(np.float32))
        np.testing.assert_array_equal(found, _by_hand(exam, scores.astype(np.float32)))
        assert found.any()


def _slowly(exam: Exam, scores: Table) -> list[float]:
    """nDCG by the function that the site ranks with, one person after the other."""
    values = []
    for row, of_person in enumerate(scores):
        relevant = exam.relevant[[row]].indices
        top = rank(of_person, exam.seen[[row]].indices, exam.k)
        values.append(metrics.ndcg(np.isin(top, relevant), len(relevant), exam.k))
    return values


@given(exams())
def test_ndcg_is_that_of_the_sites_ranking_person_by_person(drawn: tuple[Exam, Table]) -> None:
    exam, scores = drawn
    before = scores.copy()
    np.testing.assert_allclose(exam.ndcg(scores), _slowly(exam, scores), rtol=1e-12)
    np.testing.assert_array_equal(scores, before)


@given(exams(), st.integers(0, 5))
def test_parts_are_the_whole(drawn: tuple[Exam, Table], border: int) -> None:
    exam, scores = drawn
    parts = [exam.part(rows).ndcg(scores[rows]) for rows in (slice(0, border), slice(border, None))]
    np.testing.assert_array_equal(np.concatenate(parts), exam.ndcg(scores))


def _rows(seed: int, n_items: int = 12) -> tuple[Interactions, Interactions]:
    """Known and hidden rows of four people, of whom the last has liked nothing hidden."""
    rng = np.random.default_rng(seed)
    known, hidden = [], []
    for user in range(4):
        items = rng.permutation(n_items).tolist()
        known += [(user, item, float(rng.integers(1, 6))) for item in sorted(items[:5])]
        highest = 3 if user == 3 else 5
        hidden += [(user, item, float(rng.integers(1, highest + 1))) for item in sorted(items[5:9])]
    return few_interactions(known, n_items), few_interactions(hidden, n_items)


@pytest.mark.parametrize("seed", range(5))
def test_an_exam_of_rows_is_an_exam_of_the_contests_questions(seed: int) -> None:
    known, hidden = _rows(seed)
    questions = ask(known, hidden, LIKE_FROM, Worth.of_likes(LIKE_FROM), range(4))
    of_rows = Exam.of(known, hidden, LIKE_FROM, 3, seed=1)
    of_questions = Exam.of_questions(questions, 12, 3)
    assert 0 < len(of_rows) < 4
    assert of_rows.user_idx.tolist() == of_questions.user_idx.tolist()
    assert of_rows.k == of_questions.k == 3
    for ours, theirs in (
        (of_rows.seen, of_questions.seen),
        (of_rows.relevant, of_questions.relevant),
    ):
        np.testing.assert_array_equal(ours.toarray(), theirs.toarray())
    scores = np.random.default_rng(seed).integers(0, 4, (len(of_rows), 12)).astype(np.float32)
    np.testing.assert_array_equal(of_rows.ndcg(scores), of_questions.ndcg(scores))


def test_only_as_many_people_are_asked_as_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    known, hidden = _rows(seed=0)
    everybody = Exam.of(known, hidden, LIKE_FROM, 3, seed=1).user_idx.tolist()
    monkeypatch.setattr(exam, "MOST_CELLS", 2 * 12)
    drawn = [Exam.of(known, hidden, LIKE_FROM, 3, seed).user_idx.tolist() for seed in range(9)]
    assert {len(some) for some in drawn} == {2}
    assert all(set(some) < set(everybody) for some in drawn)
    assert len({tuple(some) for some in drawn}) > 1
    monkeypatch.setattr(exam, "MOST_CELLS", 1)
    assert len(Exam.of(known, hidden, LIKE_FROM, 3, seed=1)) == 1


def test_an_exam_for_nobody_has_no_figures() -> None:
    known, hidden = _rows(seed=0)
    assert len(Exam.of(known, hidden, 6.0, 3, seed=1)) == 0
    nobody = Exam.of_questions([], 12, 3)
    assert nobody.ndcg(np.zeros((0, 12), np.float32)).tolist() == []
