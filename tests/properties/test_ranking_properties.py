"""The fast ranking against a slow one, for any scores."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from toppicks.scoring import ranking
from toppicks.scoring.ranking import n_candidates, rank, reached_by
from toppicks.scoring.standard import Scores


@dataclass(frozen=True)
class Case:
    scores: Scores
    excluded: list[int]

    @property
    def excluded_idx(self) -> NDArray[np.int32]:
        return np.array(self.excluded, np.int32)

    def slow(self) -> list[int]:
        """By one sort of what is left."""
        left = [idx for idx in range(len(self.scores)) if idx not in self.excluded]
        return sorted(left, key=lambda idx: (-float(self.scores[idx]), idx))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Few distinct scores, so that there are many ties; any finite ones beside them."""
    few = st.sampled_from([-1.0, -0.0, 0.0, 0.5, 3e38, -3e38, 1e-45])
    score = few | st.floats(width=32, allow_nan=False, allow_infinity=False)
    scores = np.array(draw(st.lists(score, max_size=40)), np.float32)
    if not len(scores):
        return Case(scores, [])
    return Case(scores, draw(st.lists(st.integers(0, len(scores) - 1), max_size=50)))


@given(case=cases(), n=st.none() | st.integers(0, 60), offset=st.integers(0, 60))
def test_any_page_is_the_slow_rankings(case: Case, n: int | None, offset: int) -> None:
    stop = None if n is None else offset + n
    assert rank(case.scores, case.excluded_idx, n, offset).tolist() == case.slow()[offset:stop]


@given(case=cases(), n=st.integers(1, 6), offset=st.integers(0, 6), groups=st.integers(1, 4))
def test_any_page_is_the_slow_rankings_in_however_many_groups(
    case: Case, n: int, offset: int, groups: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "GROUPS", groups)
        page = rank(case.scores, case.excluded_idx, n, offset).tolist()
    assert page == case.slow()[offset : offset + n]


@given(case=cases(), k=st.integers(1, 40), groups=st.integers(1, 4))
def test_at_least_as_many_scores_as_asked_for_reach_the_bound(
    case: Case, k: int, groups: int
) -> None:
    assume(k <= len(case.scores))
    table = np.array([case.scores, case.scores[::-1]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "GROUPS", groups)
        bound = reached_by(table, k)
        assert bound[0] == reached_by(case.scores, k)
    assert bound.shape == (2,)
    assert ((table >= bound[:, None]).sum(axis=1) >= k).all()
    assert all(value in row for value, row in zip(bound, table, strict=True))


@given(case=cases(), size=st.integers(1, 15))
def test_pages_hold_every_candidate_once_and_no_excluded_one(case: Case, size: int) -> None:
    pages = [
        rank(case.scores, case.excluded_idx, size, offset).tolist()
        for offset in range(0, len(case.scores) + size, size)
    ]
    shown = [idx for page in pages for idx in page]
    assert len(shown) == len(set(shown)) == n_candidates(len(case.scores), case.excluded_idx)
    assert set(shown) == set(range(len(case.scores))) - set(case.excluded)
    assert pages[-1] == []
