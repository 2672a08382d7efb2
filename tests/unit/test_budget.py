"""How long tuning may take."""

import time

import pytest

from toppicks.tuning.budget import LEAST, MOST, Budget


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The only entry is the time that it is, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_trials_are_counted_and_the_clock_is_of_no_account(clock: list[float]) -> None:
    allowed = Budget(trials=3, started=clock[0])
    clock[0] += 1e6
    answers = [allowed.allows(done, share=0.0, longest=1e6) for done in range(5)]
    assert answers == [True, True, True, False, False]


def test_seconds_are_counted_within_a_share(clock: list[float]) -> None:
    allowed = Budget(seconds=10, started=clock[0])
    clock[0] += 4
    assert allowed.spent() == 4
    assert allowed.allows(1000, share=0.5)
    assert not allowed.allows(0, share=0.4)
    assert allowed.allows(0, share=1.0)


def test_a_trial_that_would_not_be_done_in_time_does_not_begin(clock: list[float]) -> None:
    allowed = Budget(seconds=10, started=clock[0])
    clock[0] += 4
    assert allowed.allows(0, share=1.0, longest=5.9)
    assert not allowed.allows(0, share=1.0, longest=6.0)


@pytest.mark.parametrize("none", [Budget(), Budget(seconds=0), Budget(trials=0)])
def test_a_budget_of_nothing_allows_no_trial(none: Budget) -> None:
    assert not none.allows(0, share=1.0)


def test_a_budget_counts_from_when_it_begins() -> None:
    early = Budget(seconds=10, started=time.monotonic() - 60)
    assert not early.allows(0, share=1.0)
    begun = early.begin()
    assert begun.spent() < 10
    assert begun.allows(0, share=1.0)
    assert (begun.seconds, begun.trials) == (10, None)
    assert Budget(trials=7).begin().trials == 7


def test_the_default_grows_with_the_rows_between_bounds() -> None:
    seconds = [Budget.for_rows(n).seconds or 0 for n in (0, 10, 50_000, 100_000, 10**6, 10**9)]
    assert seconds == sorted(seconds)
    assert seconds[0] == seconds[1] == LEAST
    assert seconds[-2] == seconds[-1] == MOST
    assert LEAST < seconds[2] < seconds[3] == 2 * seconds[2] < MOST
    assert {Budget.for_rows(n).trials for n in (0, 10**9)} == {None}


def test_the_films_are_tuned_for_less_than_a_minute() -> None:
    assert 30 < (Budget.for_rows(80_001).seconds or 0) < 60
