"""What a column of metadata is good for, by its values."""

import re
from collections.abc import Sequence
from typing import Literal

from toppicks.ingest.metadata.lists import SHORT
from toppicks.ingest.metadata.values import Value
from toppicks.scoring.feature_columns import FeatureKind
from toppicks.scoring.years import decimal_year

Kind = FeatureKind | Literal["not used"]

# With no more different values than this, a column of text is one of categories.
MOST_CATEGORIES = 100
# With more, it is if its values are short and as many items as this share one in the mean.
SHARED_BY = 2
# A column holds dates or addresses if this share of what is known does, and the values of fewer
# items may all be different without being codes.
NEARLY_ALL, FEW = 0.95, 20
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_CODE_NAME = re.compile(
    r"(?:.*[_\W])?(?:id|isbn(?:_?1[03])?|asin|issn|ean|upc|gtin|sku|uuid|guid|url|uri|href|slug|hash)"
    r"|.*[a-z](?:Id|ID)|unnamed: \d+|index"
)
_ALL_THE_SAME = "the same for all"
_ALL_DIFFERENT = "all different, as codes are"


def kind_of(name: str, values: Sequence[Value]) -> tuple[Kind, str]:
    """The kind of a column, and why it is not used; "" if it is.

    values: one for each item, of one kind, None or [] where nothing is known.
    """
    known = [value for value in values if value not in (None, [])]
    if not known:
        return "not used", "nothing is known"
    if len(known) == len(values) > 1 and all(value == known[0] for value in known):
        return "not used", _ALL_THE_SAME
    if name.casefold() == "title":
        return "title", ""
    if isinstance(known[0], list):
        return _kind_of_lists([one for one in known if isinstance(one, list)])
    if isinstance(known[0], str):
        return _kind_of_texts(name, [str(one) for one in known])
    return _kind_of_numbers(name, [one for one in known if isinstance(one, int | float)])


def _kind_of_lists(known: Sequence[list[str]]) -> tuple[Kind, str]:
    """Several reviews of a thing are a list, but no categories."""
    elements = [one for has in known for one in has]
    prose = sum(len(one) > SHORT for one in elements)
    return ("text" if prose > len(elements) / 2 else "list"), ""


def _kind_of_numbers(name: str, known: Sequence[int | float]) -> tuple[Kind, str]:
    """Row numbers and codes are all different; true and false are numbers to Python alone."""
    if isinstance(known[0], bool):
        return "categories", ""
    if _nearly_all_differ(known) and (_is_code(name) or _counts_rows(known) or _are_books(known)):
        return "not used", _ALL_DIFFERENT
    return "number", ""


def _kind_of_texts(name: str, known: Sequence[str]) -> tuple[Kind, str]:
    enough = NEARLY_ALL * len(known)
    if sum(bool(_ADDRESS.fullmatch(text)) for text in known) >= enough:
        return "not used", "addresses of the web"
    if sum(decimal_year(text) is not None for text in known) >= enough:
        return "date", ""
    if _nearly_all_differ(known) and sum(_is_single(text) for text in known) >= enough:
        marked = sum(any(char.isdigit() or char == "@" for char in text) for text in known)
        if _is_code(name) or marked >= len(known) / 2:
            return "not used", _ALL_DIFFERENT
    return ("categories" if _are_categories(known) else "text"), ""


def _are_categories(known: Sequence[str]) -> bool:
    different = len(set(known))
    if different <= MOST_CATEGORIES and not _nearly_all_differ(known):
        return True
    short = sum(len(text) <= SHORT for text in known) >= NEARLY_ALL * len(known)
    return short and SHARED_BY * different <= len(known)


def _nearly_all_differ(known: Sequence[object]) -> bool:
    return len(known) >= FEW and len(set(known)) >= NEARLY_ALL * len(known)


def _is_single(text: str) -> bool:
    return len(text) <= SHORT and not any(char.isspace() for char in text)


def _is_code(name: str) -> bool:
    return bool(_CODE_NAME.fullmatch(name) or _CODE_NAME.fullmatch(name.casefold()))


def _counts_rows(known: Sequence[int | float]) -> bool:
    low, high = min(known), max(known)
    return low in {0, 1} and high - low == len(known) - 1 == len(set(known)) - 1


def _are_books(known: Sequence[int | float]) -> bool:
    """ISBN-13."""
    return all(9_780_000_000_000 <= number < 9_800_000_000_000 for number in known)
