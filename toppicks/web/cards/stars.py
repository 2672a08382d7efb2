"""What a row of stars can say on a scale."""

import math

MOST = 5


def steps(low: float, high: float) -> tuple[float, ...]:
    """The rating that each star gives, rising to the scale's highest; at most five.

    Whole numbers where the scale has as many of them: of .5 to 5 the stars are 1 to 5, of 1 to 10
    they are 2, 4, 6, 8 and 10. Of a scale that is shorter than two whole steps there are none: what
    can be said then is a like.

    >>> steps(0.5, 5), steps(1, 10), steps(0, 1)
    ((1.0, 2.0, 3.0, 4.0, 5.0), (2.0, 4.0, 6.0, 8.0, 10.0), ())
    >>> steps(-10, 10), steps(1, 3)
    ((-6.0, -2.0, 2.0, 6.0, 10.0), (1.0, 2.0, 3.0))
    """
    if high - low < 2:
        return ()
    first = max(math.ceil(low), 1)
    if low >= 0 and high == int(high) and high - first < MOST:
        return tuple(float(step) for step in range(first, int(high) + 1))
    start = min(low, 0.0)
    made = [start + (high - start) * star / MOST for star in range(1, MOST)]
    # Whole, where a fifth of the scale is a whole step or more; the highest stays as it is.
    rounded = [step if high < MOST else float(round(step)) for step in made]
    return tuple(step for step in dict.fromkeys((*rounded, float(high))) if low <= step <= high)


def on_scale(text: str, low: float, high: float) -> float | None:
    """The number that a text says; None for what is no number, or none on the scale."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if low <= number <= high else None
