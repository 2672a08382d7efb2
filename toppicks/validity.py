"""Whether a model's parts fit together: checked once when it is loaded, trusted from then on.

A file with a matching hash can still hold nonsense, by another version's mistake or by intent; a
site must say so when it starts, not fail in the middle of a request.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.ids import is_id
from toppicks.site_words import SiteWords

LARGEST_INTEGER = 2**63 - 1


def need(fits: object, what: str) -> None:
    """Raises ValueError that says what does not fit."""
    if not fits:
        raise ValueError(what)


def check_ids(name: str, ids: object) -> list[str]:
    """A list of distinct ids."""
    if not isinstance(ids, list) or not all(isinstance(id_, str) and is_id(id_) for id_ in ids):
        raise ValueError(f"{name} are not a list of ids")
    need(len(set(ids)) == len(ids), f"{name} are not distinct")
    need(all(map(_encodes, ids)), f"{name} hold half a character")
    return ids


def check_fields(fields: object, n_items: int) -> dict[str, list[Any]]:
    """Item metadata: by name, a value for each item that JSON can hold."""
    if not isinstance(fields, dict):
        raise ValueError("the item metadata is not a table")
    for name, column in fields.items():
        named = isinstance(name, str) and isinstance(column, list) and len(column) == n_items
        need(named, "the item metadata has a column of the wrong form or length")
        need(_encodes(name), "a column's name in the item metadata holds half a character")
        need(all(map(_is_plain, column)), f"the item metadata {name!r} has a value of a wrong kind")
    titles = fields.get("title", [])
    need(all(title is None or isinstance(title, str) for title in titles), "a title is no text")
    genres = fields.get("genres", [])
    need(all(isinstance(one, list) for one in genres), "the genres of an item are no list")
    return fields


def check_array(
    arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...], dtype: type[np.generic]
) -> NDArray[Any]:
    """An array of this shape and dtype, all of it finite."""
    array = arrays[name]
    need(array.dtype == dtype, f"{name} has dtype {array.dtype}, expected {dtype.__name__}")
    need(array.shape == shape, f"{name} has shape {array.shape}, expected {shape}")
    need(np.isfinite(array).all(), f"{name} has values that are not finite")
    return array


def check_rows(name: str, rows: NDArray[np.int32], n: int) -> None:
    """Row numbers from 0 to n - 1."""
    need(not rows.size or (rows.min() >= 0 and rows.max() < n), f"{name} points outside")


def check_starts(name: str, starts: NDArray[np.int64], n_rows: int) -> None:
    """Starts of consecutive slices that cover n rows."""
    covers = starts[0] == 0 and starts[-1] == n_rows and (np.diff(starts) >= 0).all()
    need(covers, f"{name} does not divide the rows")


def check_number(name: str, value: object, low: float) -> float:
    """A number of at least `low`; infinity is one, nan is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        number = float(value) if is_number else math.nan  # type: ignore[arg-type]
    except OverflowError:
        raise ValueError(f"{name} is an integer too large for a number") from None
    if math.isnan(number) or number < low:
        raise ValueError(f"{name} is {value!r}, expected a number of at least {low}")
    return number


def check_site_words(plain: object, fields: Mapping[str, object]) -> SiteWords:
    """Words for the site; the facts that its cards show are among the item metadata."""
    if not isinstance(plain, dict):
        raise ValueError("the site's words are not a table")
    lists = {name: tuple(plain[name]) for name in ("facts", "image_hosts")}
    need(all(isinstance(plain[name], list) for name in lists), "the site's words hold no lists")
    need(isinstance(plain["labels"], dict), "the site's labels are not a table")
    words = SiteWords(**plain | lists)
    need(fields.keys() >= set(words.facts), "the site's cards show what no item has")
    return words


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(is_text, value))
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return abs(value) <= LARGEST_INTEGER
    if isinstance(value, float):
        return math.isfinite(value)
    return is_text(value)


def is_text(value: object) -> bool:
    """A text without half a character."""
    return isinstance(value, str) and _encodes(value)


def _encodes(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
