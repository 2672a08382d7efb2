"""What was found out last, as long as nothing changes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """A value by its key, of one version: another version takes its place. Safe for threads.

    most: how many; of more, the one that was kept longest ago goes.
    """

    def __init__(self, most: int) -> None:
        self.most = most
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
            self._kept[key] = version, value
            self._kept.move_to_end(key)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)

    def forget(self, key: Key) -> None:
        with self._lock:
            self._kept.pop(key, None)
