"""Days as numbers of years."""

import re
from calendar import isleap
from datetime import date

_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


def decimal_year(text: str) -> float | None:
    """A day or a moment as ISO 8601 writes it, as a number of years; None for anything else.

    >>> decimal_year("1984-07-02"), decimal_year("1984-07-02T09:30:00Z"), decimal_year("1984")
    (1984.5, 1984.5, None)
    """
    found = _DATE.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    if day is None:
        return None
    return day.year + (day - date(day.year, 1, 1)).days / (366 if isleap(day.year) else 365)
