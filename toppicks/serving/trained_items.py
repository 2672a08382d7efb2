"""The items that a model was trained on, as people see them."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toppicks.serving.titles import Titles, fold
from toppicks.site_words import is_year_like
from toppicks.trained import TrainedModel

Facts = Mapping[str, Any]
# Title and facts of an item that was put.
Told = tuple[str | None, Facts]

# What something is sorted by; None where it has nothing of the kind.
Key = float | str | None

# Fields that say when something came out, the most exact first; then any column of years.
_DATES = ("release_date", "released", "published", "date", "year")
# The share of all ratings that the items have which are called well known.
SHORT_HEAD = 0.8
_CALLED = {list: "a list of texts", bool: "true or false", float: "a number", str: "a text"}


class TrainedItems:
    """The items of a model by row, as they were when it was trained."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self.ids = model.items
        self.titles = model.fields.get("title", [None] * len(model.items))
        columns = {name: column for name, column in model.fields.items() if name != "title"}
        self.facts: list[Facts] = [
            {
                name: column[item_idx]
                for name, column in columns.items()
                if column[item_idx] is not None and column[item_idx] != []
            }
            for item_idx in range(len(self.ids))
        ]
        self.names = [title or id_ for title, id_ in zip(self.titles, self.ids, strict=True)]
        self.called = Titles(self.names)
        self.most_rated_first = (-model.n_ratings).argsort(kind="stable")
        self.kinds = {name: _kind_of(values) for name, values in model.fields.items()}
        self.date_field = _date_field(model.fields)
        self._keys: dict[str, Sequence[Key]] = {}

    @cached_property
    def little_known(self) -> NDArray[np.bool_]:
        """(n_items,) what somebody rated, and that is not in the short head: the items that most
        people rate, which have SHORT_HEAD of all ratings together.
        """
        n_ratings, order = self.model.n_ratings, self.most_rated_first
        before = np.cumsum(n_ratings[order]) - n_ratings[order]
        little = np.zeros(len(order), bool)
        little[order] = before >= SHORT_HEAD * n_ratings.sum()
        return little & (n_ratings > 0)

    def keys(self, name: str) -> Sequence[Key]:
        """What each item is sorted by in the order of a field, "title" included."""
        keys = self._keys.get(name)
        if keys is None:
            values = (facts.get(name) for facts in self.facts)
            # Threads may make them twice, which does no harm.
            keys = [key_of(value) for value in (self.names if name == "title" else values)]
            self._keys[name] = keys
        return keys

    def misfit(self, name: str, value: Any) -> str | None:
        """What a field is in this model, where a value is something else; None where it fits."""
        if value in (None, "", []) or name in self.fitting({name: value}):
            return None
        return _CALLED[self.kinds[name] or str]

    def fitting(self, fields: Facts) -> dict[str, Any]:
        """Of the metadata of an item that came later, what is of the kind that the model knows.

        Of a column of lists, one text is a list of one. What is unknown or empty is absent.
        """
        fitting = {}
        for name, value in fields.items():
            kind = self.kinds.get(name)
            if kind is list and isinstance(value, str):
                value = [value]  # noqa: PLW2901
            if value not in (None, [], "") and (kind is None or _kind_of([value]) is kind):
                fitting[name] = value
        return fitting

    def told(self, fields: Facts) -> Told:
        """The title, if there is one, and what else fits."""
        facts = self.fitting(fields)
        title = facts.pop("title", None)
        return (title if isinstance(title, str) else None), facts


def key_of(value: Any) -> Key:
    """Numbers as they are, texts as they are searched for; of a list its first element."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if value is None or isinstance(value, int | float):
        return value
    return fold(str(value)) or str(value)


def _date_field(fields: Mapping[str, list[Any]]) -> str | None:
    """The field that says when an item came out; None where there is none."""
    years = (name for name, values in fields.items() if is_year_like(name, _known(values)))
    return next((name for name in _DATES if name in fields), next(years, None))


def _known(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _kind_of(values: Sequence[Any]) -> type | None:
    """What the values of a column are: list, bool, float (any number) or str; None of nothing."""
    known = next((value for value in values if value not in (None, [])), None)
    if known is None:
        return list if any(value == [] for value in values) else None
    return float if isinstance(known, int | float) and not isinstance(known, bool) else type(known)
