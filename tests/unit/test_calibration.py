"""Match: from scores to chances that may be taken at their word."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from tests.worlds import few_interactions
from toppicks.evaluation.calibrating import (
    BINS,
    FEWEST_RATINGS,
    calibrate,
    rated_scores,
    reliability,
)
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.history import History
from toppicks.scoring.standard import Scores
from toppicks.scoring.worth import Worth


def _ratings(n: int, seed: int = 0) -> tuple[Scores, NDArray[np.bool_]]:
    """Scores and likes whose chance is 1 / (1 + exp(-score))."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=n).astype(np.float32)
    return scores, rng.random(n) < 1 / (1 + np.exp(-scores))


def test_a_match_is_linear_between_knots_and_flat_beyond() -> None:
    line = Calibration(np.array([0, 1], np.float32), np.array([0.25, 0.75], np.float32))
    assert line.match(np.array([-9, 0, 0.5, 1, 9])).tolist() == [0.25, 0.25, 0.5, 0.75, 0.75]
    assert line.match(np.zeros((2, 3))).shape == (2, 3)


def test_chances_are_isotonic_regressions() -> None:
    scores, liked = _ratings(2000)
    scores = np.round(scores, 1)  # many ties
    calibration = calibrate(scores, liked)
    assert calibration is not None
    reference = IsotonicRegression().fit(scores, liked).predict(scores)
    np.testing.assert_allclose(calibration.match(scores), reference, atol=1e-6)


def test_knots_rise_and_chances_never_fall() -> None:
    calibration = calibrate(*_ratings(1000))
    assert calibration is not None
    assert (np.diff(calibration.scores) > 0).all()
    assert (np.diff(calibration.chances) >= 0).all()
    assert calibration.chances.min() >= 0
    assert calibration.chances.max() <= 1
    assert calibration.scores.dtype == calibration.chances.dtype == np.float32


def test_knots_inside_flat_stretches_are_left_out() -> None:
    scores = np.arange(300, dtype=np.float32)
    calibration = calibrate(scores, scores >= 100)
    assert calibration is not None
    assert calibration.scores.tolist() == [0, 99, 100, 299]
    assert calibration.chances.tolist() == [0, 0, 1, 1]


def test_equal_scores_have_the_share_of_their_likes_whatever_the_order() -> None:
    liked = np.arange(400) >= 300
    for order in (np.arange(400), np.arange(400)[::-1]):
        calibration = calibrate(np.ones(400, np.float32), liked[order])
        assert calibration is not None
        assert calibration.match(np.array([1.0])).tolist() == [0.25]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_chance_means_nothing_where_all_or_none_are_likes(share: float) -> None:
    scores, _ = _ratings(1000)
    assert calibrate(scores, np.full(1000, bool(share))) is None


def test_too_few_ratings_say_nothing_of_a_chance() -> None:
    scores, liked = _ratings(FEWEST_RATINGS)
    assert calibrate(scores, liked) is not None
    assert calibrate(scores[1:], liked[1:]) is None


def test_the_error_is_small_where_chances_are_true() -> None:
    scores, liked = _ratings(20_000)
    judged = reliability(scores, liked, np.arange(20_000, dtype=np.int32))
    assert judged is not None
    assert judged.error < 0.02


def test_the_error_is_large_where_people_differ_from_those_it_was_fitted_on() -> None:
    scores, liked = _ratings(20_000)
    users = np.arange(20_000, dtype=np.int32)
    liked = np.where(users % 2, liked, ~liked)
    judged = reliability(scores, liked, users)
    assert judged is not None
    assert judged.error > 0.1


def test_the_error_is_the_mean_gap_of_ten_bins() -> None:
    # Even users teach .25 for everything, odd ones .75: each is judged by the other's.
    users = np.repeat(np.arange(2, dtype=np.int32), 400)
    liked = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    judged = reliability(np.ones(800, np.float32), liked, users)
    assert judged is not None
    assert judged.error == pytest.approx(0.5)


def test_bins_are_tenths_of_the_ratings_from_the_lowest_chances_up() -> None:
    scores, liked = _ratings(2_000)
    judged = reliability(scores, liked, np.arange(2_000, dtype=np.int32))
    assert judged is not None
    assert [part.n for part in judged.bins] == [200] * BINS
    chances = [part.chance for part in judged.bins]
    assert chances == sorted(chances)
    assert chances[-1] - chances[0] > 0.4
    assert np.mean([part.liked for part in judged.bins]) == pytest.approx(liked.mean())
    gaps = [abs(part.chance - part.liked) for part in judged.bins]
    assert judged.error == pytest.approx(np.mean(gaps))


@pytest.mark.parametrize("n", [0, 10, 2 * FEWEST_RATINGS - 2])
def test_there_is_no_error_where_a_half_is_too_small(n: int) -> None:
    scores, liked = _ratings(n)
    assert reliability(scores, liked, np.arange(n, dtype=np.int32)) is None


def test_there_is_no_error_where_nobody_is_left_to_judge() -> None:
    scores, liked = _ratings(1000)
    assert reliability(scores, liked, np.ones(1000, np.int32)) is None


def test_hidden_rows_are_scored_by_what_is_known_of_their_user() -> None:
    known = few_interactions([(0, 1, 5), (0, 2, 1), (1, 0, 1), (3, 3, 5)], n_items=5)
    hidden = few_interactions([(0, 3, 5), (0, 4, 1), (1, 2, 5), (3, 1, 1)], n_items=5)

    def score(history: History) -> Scores:
        return np.arange(5, dtype=np.float32) + np.float32(10 * history.item_idx[0])

    scores = rated_scores(known, hidden, score, Worth.of_likes(4))
    # User 1 has liked nothing that is known.
    np.testing.assert_array_equal(scores, [13, 14, np.nan, 31])
