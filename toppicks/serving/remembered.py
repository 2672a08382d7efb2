"""What was found out last, as long as nothing changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """A value by its key, of one version: another version takes its place. Safe for threads.

    most: how many, or of what sizes together; of more, those that were kept longest ago go.
    size: of a value; the last that was kept stays, however large.
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
        with self._lock:
            self._drop(key)
            self._kept[key] = version, value
            self._sizes += self._size(value)
            while self._sizes > self.most and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))

    def forget(self, key: Key) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._sizes -= self._size(kept[1])
