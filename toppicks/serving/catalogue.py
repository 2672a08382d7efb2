"""Items as people see them: those of the model, and what came or changed since."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from toppicks.trained import TrainedModel

Facts = Mapping[str, Any]
# Title and facts of an item that was put.
Told = tuple[str | None, Facts]

_CALLED = {list: "a list of texts", bool: "true or false", float: "a number", str: "a text"}


class Change(Protocol):
    """An item that was put or deleted, as the store keeps it; without fields it was deleted."""

    @property
    def item_id(self) -> str: ...
    @property
    def fields(self) -> dict[str, Any] | None: ...


def fold(text: str) -> str:
    """Text as it is compared in a search: no accents, no case, words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in decomposed
        if not unicodedata.combining(letter)
    )
    return " ".join(plain.split())


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
        self.folded = [_folded(self.titles[row] or self.ids[row]) for row in range(len(self.ids))]
        self.most_rated_first = (-model.n_ratings).argsort(kind="stable")
        self.kinds = {name: _kind_of(values) for name, values in model.fields.items()}

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


@dataclass(frozen=True, eq=False)
class ItemCatalogue:
    """The items at one moment, by row: the model's first, then those that came later, as they were
    last put, the latest at the end.

    Frozen: a change makes a new catalogue, which shares all that stays. It depends on the model and
    on the last change of each item alone, so that all workers have the same rows.

    version: the store's, 0 before anything changed.
    new_ids: of the rows after the model's.
    changed: row -> title and facts, where they are not the model's; rising.
    deleted: rows of the model that are never shown. What came later and was deleted has no row.
    """

    trained: TrainedItems
    version: int = 0
    new_ids: Sequence[str] = ()
    changed: Mapping[int, Told] = field(default_factory=dict)
    deleted: frozenset[int] = frozenset()
    _new_rows: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, model: TrainedModel) -> "ItemCatalogue":
        """The catalogue as the model has it."""
        return cls(TrainedItems(model))

    @property
    def as_trained(self) -> "ItemCatalogue":
        """The same without any change."""
        return ItemCatalogue(self.trained)

    def with_changes(self, changes: Iterable[Change], version: int) -> "ItemCatalogue":
        """The same after these changes, in the order in which they were made."""
        n, rows = len(self.trained.ids), self.trained.ids
        new = {item_id: self.changed[row] for item_id, row in self._new_rows.items()}
        changed = {row: told for row, told in self.changed.items() if row < n}
        deleted = set(self.deleted)
        for change in changes:
            item_id, row = change.item_id, rows.get(change.item_id)
            told = None if change.fields is None else self.trained.told(change.fields)
            if row is None:
                new.pop(item_id, None)
                new |= {} if told is None else {item_id: told}
            elif told is None:
                deleted.add(row)
                changed.pop(row, None)
            else:
                deleted.discard(row)
                changed[row] = told
        return replace(
            self,
            version=version,
            new_ids=tuple(new),
            changed=dict(sorted(changed.items())) | dict(enumerate(new.values(), n)),
            deleted=frozenset(deleted),
            _new_rows={item_id: row for row, item_id in enumerate(new, n)},
        )

    def __len__(self) -> int:
        """How many rows there are, deleted ones too."""
        return len(self.trained.ids) + len(self.new_ids)

    @cached_property
    def new_fields(self) -> frozenset[str]:
        """Fields that only items have that came later."""
        names = {name for _, facts in self.changed.values() for name in facts}
        return frozenset(names - self.trained.kinds.keys())

    @cached_property
    def deleted_idx(self) -> NDArray[np.int32]:
        return np.fromiter(self.deleted, np.int32, len(self.deleted))

    def row(self, item_id: str) -> int | None:
        """The row of an id, of an item of the model that was deleted too; None if it has none."""
        row = self.trained.ids.get(item_id)
        return self._new_rows.get(item_id) if row is None else row

    def idx(self, item_id: str) -> int | None:
        """The row of an item that may be shown; None if it is unknown or deleted."""
        row = self.row(item_id)
        return None if row in self.deleted else row

    def id(self, item_idx: int) -> str:
        n = len(self.trained.ids)
        return self.trained.ids[item_idx] if item_idx < n else self.new_ids[item_idx - n]

    def title(self, item_idx: int) -> str:
        """The title, or the id of an item that has none."""
        if item_idx in self.changed:
            title = self.changed[item_idx][0]
        else:
            title = self.trained.titles[item_idx]
        return title or self.id(item_idx)

    def facts(self, item_idx: int) -> Facts:
        """What is known of an item beside its title, not to be changed; what is not is absent."""
        if item_idx in self.changed:
            return self.changed[item_idx][1]
        return self.trained.facts[item_idx]

    def fields(self, item_idx: int) -> dict[str, Any]:
        """Title and facts, as features are made of them."""
        if item_idx in self.changed:
            title, facts = self.changed[item_idx]
        else:
            title, facts = self.trained.titles[item_idx], self.trained.facts[item_idx]
        return {**({"title": title} if title else {}), **facts}

    def n_ratings(self, item_idx: int) -> int:
        """How many people had rated it when the model was trained."""
        return int(self.trained.model.n_ratings[item_idx]) if self._is_trained(item_idx) else 0

    def n_likes(self, item_idx: int) -> int:
        """How many of them liked it."""
        return int(self.trained.model.n_likes[item_idx]) if self._is_trained(item_idx) else 0

    def most_rated_first(self) -> list[int]:
        """All items that may be shown; new ones, the newest first, after those with ratings."""
        n = len(self.trained.ids)
        rows = [*self.trained.most_rated_first.tolist(), *range(len(self) - 1, n - 1, -1)]
        return [row for row in rows if row not in self.deleted]

    def search(self, query: str) -> list[int]:
        """Items whose title holds every word of the query as the beginning of a word.

        The whole query as a title comes first, then the most rated. A query without a letter or
        digit finds nothing.
        """
        words = fold(query).split()
        if not words:
            return []
        beginnings, whole = [f" {word}" for word in words], f" {' '.join(words)} "
        found = [
            (item_idx, folded)
            for item_idx in self.most_rated_first()
            if all(word in (folded := self._folded(item_idx)) for word in beginnings)
        ]
        return [item_idx for item_idx, folded in sorted(found, key=lambda one: one[1] != whole)]

    def _is_trained(self, item_idx: int) -> bool:
        return item_idx < len(self.trained.ids)

    def _folded(self, item_idx: int) -> str:
        if item_idx in self.changed:
            return _folded(self.title(item_idx))
        return self.trained.folded[item_idx]


def _folded(title: str) -> str:
    """So that every word begins after a space."""
    return f" {fold(title)} "


def _kind_of(values: Sequence[Any]) -> type | None:
    """What the values of a column are: list, bool, float (any number) or str; None of nothing."""
    known = next((value for value in values if value not in (None, [])), None)
    if known is None:
        return list if any(value == [] for value in values) else None
    return float if isinstance(known, int | float) and not isinstance(known, bool) else type(known)
