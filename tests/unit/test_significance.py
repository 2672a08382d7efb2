"""How sure a difference is, on samples whose answer is known."""

import math
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from toppicks.evaluation import significance
from toppicks.evaluation.significance import (
    CLEAR,
    Champion,
    Comparison,
    best_of,
    bootstrap_interval,
    paired,
)


def _figures(seed: int = 0, n: int = 400) -> NDArray[np.float64]:
    return np.random.default_rng(seed).random(n)


@dataclass(frozen=True)
class _Placed:
    name: str
    role: str
    ndcg: float


def test_an_interval_is_what_theory_says_of_a_mean() -> None:
    values = _figures(n=2_000)
    low, high = bootstrap_interval(values, draws=4_000)
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert low == pytest.approx(values.mean() - half, abs=half / 10)
    assert high == pytest.approx(values.mean() + half, abs=half / 10)


def test_an_interval_is_scipys() -> None:
    values = np.random.default_rng(1).exponential(size=60)  # skewed: the two ends differ
    ours = bootstrap_interval(values, draws=20_000)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours == pytest.approx((theirs.low, theirs.high), abs=width / 30)


def test_intervals_hold_the_truth_about_19_times_in_20() -> None:
    held = 0
    for seed in range(400):
        low, high = bootstrap_interval(_figures(seed, 80), seed, draws=200)
        held += low <= 0.5 <= high
    assert 0.91 <= held / 400 <= 0.98


def test_an_interval_of_equal_figures_is_a_point() -> None:
    assert bootstrap_interval(np.full(50, 0.25)) == (0.25, 0.25)


def test_nobody_has_no_interval_and_nan_has_none_either() -> None:
    assert all(map(math.isnan, bootstrap_interval(np.zeros(0))))
    assert all(map(math.isnan, bootstrap_interval(np.array([1.0, np.nan]))))


def test_the_same_seed_draws_the_same() -> None:
    values, other = _figures(1), _figures(2)
    assert bootstrap_interval(values, 3) == bootstrap_interval(values, 3)
    assert bootstrap_interval(values, 3) != bootstrap_interval(values, 4)
    assert paired(values, other, "x", 3) == paired(values, other, "x", 3)
    one, another = paired(values, other, "x", 3), paired(values, other, "x", 4)
    assert one.p != another.p
    assert (one.low, one.high) != (another.low, another.high)


def test_in_small_blocks_all_draws_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    values = _figures(n=50)
    whole = bootstrap_interval(values)
    ours, theirs = values[:12], values[12:24]
    p = paired(ours, theirs, "x").p
    monkeypatch.setattr(significance, "MOST_CELLS", 7 * 50)
    assert list(significance._blocks(17, 50)) == [7, 7, 3]
    assert list(significance._blocks(2, 10_000)) == [1, 1]
    assert bootstrap_interval(values) == pytest.approx(whole, abs=0.02)
    assert paired(ours, theirs, "x").p == pytest.approx(p, abs=0.03)


def test_many_people_fit_into_memory() -> None:
    values = np.linspace(0, 1, 30_000)
    tracemalloc.start()
    paired(values, values[::-1], "x", draws=1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # All draws of the interval at once would be 480 MB.
    assert peak < 120e6


def test_p_is_that_of_all_sets_of_signs() -> None:
    rng = np.random.default_rng(4)
    for shift in (0.0, 0.4, 1.0):
        gains = rng.normal(shift, 1, 10)
        everyone = [
            abs(sum(sign * gain for sign, gain in zip(signs, gains.tolist(), strict=True)))
            for signs in product((-1, 1), repeat=10)
        ]
        exact = sum(value >= abs(gains.sum()) - 1e-9 for value in everyone) / len(everyone)
        assert paired(gains, np.zeros(10), "x").p == pytest.approx(exact, abs=0.02)


def test_p_counts_what_is_as_far_but_for_rounding() -> None:
    # Of the 8 sets of signs only two are as far as this one, and exactly so.
    gains = np.array([0.1, 0.2, 0.3])
    assert paired(gains, np.zeros(3), "x").p == pytest.approx(0.25, abs=0.02)


def test_p_is_uniform_where_there_is_no_difference() -> None:
    ps = [
        paired(_figures(2 * seed, 40), _figures(2 * seed + 1, 40), "x", seed, 200).p
        for seed in range(300)
    ]
    assert 0.02 <= np.mean(np.array(ps) < 0.05) <= 0.09
    assert np.mean(ps) == pytest.approx(0.5, abs=0.06)


def test_equal_figures_are_level() -> None:
    comparison = paired(_figures(), _figures(), "EASE")
    assert comparison == Comparison("EASE", gain=0, low=0, high=0, p=1)
    assert comparison.verdict == "level"


def test_a_clear_shift_is_better_and_the_other_way_round_worse() -> None:
    ours = _figures()
    theirs = ours - 0.1 + 0.2 * (_figures(1) - 0.5)
    comparison = paired(ours, theirs, "popularity")
    assert comparison.against == "popularity"
    assert comparison.verdict == "better"
    assert comparison.gain == pytest.approx(float(np.mean(ours) - np.mean(theirs)))
    assert 0 < comparison.low < comparison.gain < comparison.high
    # The smallest p that so many draws can tell.
    assert comparison.p == pytest.approx(1 / 5_001)
    turned = paired(theirs, ours, "ours")
    assert turned.verdict == "worse"
    assert turned.gain == pytest.approx(-comparison.gain)
    assert (turned.low, turned.high) == pytest.approx((-comparison.high, -comparison.low))
    assert turned.p == comparison.p


def test_a_pair_is_compared_person_by_person() -> None:
    # A small gain for everybody counts, though the people differ far more among themselves.
    assert paired(_figures() + 0.001, _figures(), "x").verdict == "better"
    assert paired(np.sort(_figures()) + 0.001, _figures(), "x").verdict == "level"


def test_a_gain_that_may_be_chance_is_level() -> None:
    assert Comparison("x", gain=0.1, low=-0.1, high=0.3, p=0.05).verdict == "level"
    assert Comparison("x", gain=0.1, low=0.01, high=0.3, p=0.049).verdict == "better"
    assert Comparison("x", gain=-0.1, low=-0.3, high=-0.01, p=0.049).verdict == "worse"
    assert Comparison("x", gain=0.0, low=-0.3, high=0.3, p=0.0).verdict == "level"


def test_nobody_is_level() -> None:
    comparison = paired(np.zeros(0), np.zeros(0), "x")
    assert (comparison.p, comparison.verdict) == (1, "level")
    assert math.isnan(comparison.gain)


def test_figures_of_different_people_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3,\) and theirs \(1,\)"):
        paired(np.zeros(3), np.zeros(1), "x")


def test_the_best_is_of_everybody_but_who_is_served() -> None:
    standings = [
        _Placed("popularity", "baseline", 0.1),
        _Placed("item-KNN", "contender", 0.3),
        _Placed("EASE", "contender", 0.3),
        _Placed("iALS", "reference", 0.2),
        _Placed("ours", "served", 0.9),
    ]
    assert best_of(standings).name == "item-KNN"
    assert best_of([*standings, _Placed("BPR", "reference", 0.5)]).name == "BPR"
    assert best_of([*standings, _Placed("popularity", "baseline", 0.4)]).role == "baseline"


def _champion(*candidates: NDArray[np.float64]) -> Champion[int]:
    """Candidate 0 is met first, then 1, 2 and so on."""
    champion = Champion[int]()
    for number, ndcg in enumerate(candidates):
        champion.meet(number, ndcg)
    return champion


def _gains(mean: float, signs: Sequence[int] = (1, -1)) -> NDArray[np.float64]:
    """Of 100 people: of this mean, with a standard error of exactly 1."""
    return mean + 10 * np.resize(np.array(signs, float), 100)


def test_without_anybody_met_nobody_wins() -> None:
    champion = Champion[str]()
    assert not champion
    with pytest.raises(ValueError, match="no candidate was met"):
        _ = champion.winner
    with pytest.raises(ValueError, match="no candidate was met"):
        _ = champion.ndcg


def test_whoever_is_alone_wins_however_bad() -> None:
    ndcg = np.zeros(5)
    champion = _champion(ndcg)
    assert champion
    assert champion.winner == 0
    assert champion.ndcg is ndcg


def test_the_first_stays_on_a_tie() -> None:
    assert _champion(_figures(), _figures(), _figures()).winner == 0
    # As good on average, by other people.
    assert _champion(_figures(), _figures()[::-1]).winner == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_first_stays_where_the_others_are_better_by_luck(seed: int) -> None:
    first = _figures(seed, 50)
    noise = np.random.default_rng(seed + 100).normal(0, 0.1, 50)
    others = [first + noise - noise.mean() + lucky * 0.1 / math.sqrt(50) for lucky in (0.5, 1, 1.5)]
    champion = _champion(first, *others)
    assert champion.winner == 0
    assert champion.ndcg is first


@pytest.mark.parametrize("first", [np.zeros(100), _figures(n=100)])
def test_two_standard_errors_are_the_border(first: NDArray[np.float64]) -> None:
    assert CLEAR == 2
    below, above = first + _gains(1.99), first + _gains(2.01)
    assert _champion(first, below).winner == 0
    champion = _champion(first, above)
    assert champion.winner == 1
    assert champion.ndcg is above


def test_a_winner_is_clear_person_by_person() -> None:
    # A small gain for everybody counts, though the people differ far more among themselves.
    assert _champion(_figures(), _figures() + 0.001).winner == 1
    assert _champion(_figures(), np.sort(_figures()) + 0.001).winner == 0
    # And one that comes from a single person does not.
    assert _champion(np.zeros(100), np.eye(100)[0]).winner == 0


def test_of_several_clear_ones_the_best_by_mean_wins() -> None:
    first = _figures()
    gains = [0.1, 0.3, 0.2, 0.29]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]):
        champion = _champion(first, *(first + gains[n] for n in order))
        assert champion.winner == 1 + order.index(1)
        np.testing.assert_array_equal(champion.ndcg, first + 0.3)


def test_of_equally_good_winners_the_earlier_wins() -> None:
    first = _figures()
    assert _champion(first, first + 0.2, first + 0.2).winner == 1


def test_the_best_is_compared_with_the_first_and_not_with_the_one_before() -> None:
    first = np.zeros(100)
    # Each step is within the noise, but not both together; they are lucky with other people.
    steps = [first, _gains(1.5), _gains(3.0, (1, 1, -1, -1))]
    assert _champion(*steps[:2]).winner == 0
    assert _champion(*steps[1:]).winner == 0
    assert _champion(*steps).winner == 2
    # The other way round: clearly better than the one before, but not than the first.
    worse, better = _gains(-3), _gains(1, (1, 1, -1, -1))
    assert _champion(worse, better).winner == 1
    assert _champion(first, worse, better).winner == 0


def test_what_may_be_luck_does_not_hide_what_is_clear() -> None:
    # One is clearly better for a little, another by more on average, but perhaps by luck.
    first = np.zeros(100)
    small, large = np.full(100, 0.5), _gains(1.0)
    assert _champion(first, small).winner == 1
    assert _champion(first, small, large).winner == 1
    assert _champion(first, large, small).winner == 2


def test_a_single_person_decides_alone() -> None:
    assert _champion(np.array([0.2]), np.array([0.3])).winner == 1
    assert _champion(np.array([0.2]), np.array([0.1])).winner == 0
