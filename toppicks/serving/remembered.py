"""What was found out last, as long as nothing changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
# Of the largest values that are kept, there is room for so many.
FEWEST = 4


class Remembered(Generic[Key, Value]):
    """A value by its key, of one version: another version takes its place. Safe for threads.

    most: how many, or of what sizes together; of more, those that were kept longest ago go.
    size: of a value. One that would take the place of many others is not kept at all.
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self.most = most
        self._size = size
        self._sizes = 0
        self._kept: OrderedDict[Key, tuple[Hashable, Value]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Key, version: Hashable) -> Value | None:
        """That of exactly this version; None where it is not known."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == version else None

    def last(self, key: Key) -> Value | None:
        """That of whichever version was kept last; None where there is none."""
        kept = self._kept.get(key)
        return None if kept is None else kept[1]

    def keep(self, key: Key, version: Hashable, value: Value) -> None:
        size = self._size(value)
        with self._lock:
            if size > max(1, self.most // FEWEST):
                self._drop(key)
                return
            before = self._kept.get(key)
            # At once in the place of what was: nobody who reads meanwhile finds nothing.
            self._kept[key] = version, value
            self._kept.move_to_end(key)
            self._sizes += size - (self._size(before[1]) if before is not None else 0)
            while self._sizes > self.most:
                self._drop(next(iter(self._kept)))

    def forget(self, key: Key) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._sizes -= self._size(kept[1])
