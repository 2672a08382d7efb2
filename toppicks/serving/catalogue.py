"""Items as people see them: those of the model, and what came or changed since."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from toppicks.serving.query import FAR, Word, distances, words_of
from toppicks.serving.titles import ABSENT, Titles
from toppicks.serving.trained_items import Facts, Told, TrainedItems
from toppicks.trained import TrainedModel

Scalar = TypeVar("Scalar", np.uint8, np.bool_)


class Change(Protocol):
    """An item that was put or deleted, as the store keeps it; without fields it was deleted."""

    @property
    def item_id(self) -> str: ...
    @property
    def fields(self) -> dict[str, Any] | None: ...


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
        rows: list[int] = self._in_order.tolist()
        return rows

    def search(self, query: str) -> list[int]:
        """Items whose title holds every word of the query as the beginning of a word; words may be
        written together or apart. Where there are none: those that hold what may be meant by the
        words, the nearest first; where there are none either, those that hold most of them.

        The whole query as a title comes first, then the most rated. A query without a letter or
        digit finds nothing.
        """
        words = words_of(query)
        if not words:
            return []
        whole = self._by_row(lambda titles: titles.are(query), False)

        def mistakes(word: Word, forgive: bool) -> NDArray[np.uint8]:
            far = self._by_row(lambda titles: titles.mistakes(*word, forgive), ABSENT)
            if forgive and len(words) > 1:
                far[self._of_year(word.text)] = 0
            return far

        far = distances(words, whole, mistakes)
        rows = self._in_order[far[self._in_order] < FAR]
        nearest = np.lexsort((~whole[rows], far[rows]))
        found: list[int] = rows[nearest].tolist()
        return found

    @cached_property
    def _in_order(self) -> NDArray[np.intp]:
        n = len(self.trained.ids)
        newest = np.arange(len(self) - 1, n - 1, -1)
        rows = np.concatenate([self.trained.most_rated_first, newest])
        return rows[~np.isin(rows, self.deleted_idx)] if self.deleted else rows

    def _by_row(
        self, ask: Callable[[Titles], NDArray[Scalar]], absent: bool | int
    ) -> NDArray[Scalar]:
        """(n_rows,) what the titles say as they are now; `absent` of what is deleted."""
        trained = ask(self.trained.called)
        if not (self.changed or self.deleted):
            return trained
        told = np.full(len(self), absent, trained.dtype)
        told[: len(trained)] = trained
        told[self.deleted_idx] = absent
        told[list(self.changed)] = ask(self._called_now)
        return told

    def _of_year(self, text: str) -> list[int]:
        """Items that came out in the year that a word of a query is; none of any other word."""
        name = self.trained.date_field
        if name is None or not (text.isascii() and text.isdecimal() and len(text) == 4):
            return []
        year, keys = int(text), self.trained.keys(name)
        rows = [row for row, key in enumerate(keys) if key == year and row not in self.changed]
        rows += [row for row, (_, facts) in self.changed.items() if facts.get(name) == year]
        return [row for row in rows if row not in self.deleted]

    @cached_property
    def _called_now(self) -> Titles:
        """Titles of the changed rows, in their order."""
        return Titles([self.title(row) for row in self.changed])

    def _is_trained(self, item_idx: int) -> bool:
        return item_idx < len(self.trained.ids)
