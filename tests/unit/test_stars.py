"""What a row of stars can say on a scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toppicks.web.cards.stars import MOST, steps


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1, 5, (1, 2, 3, 4, 5)),
        (0.5, 5, (1, 2, 3, 4, 5)),
        (0, 5, (1, 2, 3, 4, 5)),
        (1, 3, (1, 2, 3)),
        (1, 4, (1, 2, 3, 4)),
        (1, 10, (2, 4, 6, 8, 10)),
        (0, 10, (2, 4, 6, 8, 10)),
        (0, 100, (20, 40, 60, 80, 100)),
        (-10, 10, (-6, -2, 2, 6, 10)),
        (0, 1, ()),
        (1, 1, ()),
        (4, 5.5, ()),
    ],
)
def test_scales_that_are_known(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert steps(low, high) == expected


numbers = st.floats(-1000, 1000).map(lambda number: round(number, 2))


@given(numbers, numbers)
def test_on_any_scale_stars_rise_within_it_to_its_highest(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    found = steps(low, high)
    assert len(found) <= MOST
    assert list(found) == sorted(set(found))
    if high - low >= 2:
        assert found[-1] == high
        assert all(low <= step <= high for step in found)
    else:
        assert found == ()
