"""The place where the model lies, and the copy of it that is served."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError, one_line

log = logging.getLogger(__name__)


class Stamp(NamedTuple):
    """What tells whether a file is still the same; all zeros where there is none."""

    inode: int = 0
    size: int = 0
    modified_ns: int = 0
    changed_ns: int = 0


class ModelFile:
    """A model that may be replaced while it is served.

    What is served is mapped from a copy of our own, which all workers share: a file that somebody
    writes into, instead of renaming another one over it, would change or kill who has it mapped.

    path:   where the model is put.
    copies: the folder for our copy; the model itself is mapped where there can be none.
    """

    def __init__(self, path: Path, copies: Path) -> None:
        self.path = path
        self.copies = copies

    def stamp(self) -> Stamp:
        """What lies there now."""
        try:
            found = self.path.stat()
        except OSError:
            return Stamp()
        return Stamp(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    def load(self) -> Artifact:
        """Verify and map it; raises ArtifactError where it is missing, damaged or no model."""
        if self.path.exists() and not self.path.is_file():
            raise ArtifactError(f"{self.path}: is no file; put a model there")
        with self._copies_locked() as locked:
            return self._copied() if locked else artifact.load(self.path)

    def last_copy(self) -> Artifact | None:
        """The model that was served last, by any worker; None where there is none."""
        with self._copies_locked() as locked:
            copies = sorted(self.copies.glob("*.pkl")) if locked else []
            return next((known for copy in copies if (known := _sound(copy))), None)

    def _copied(self) -> Artifact:
        """Load it from a copy; the copies of other models go, once this one has proved sound."""
        incoming = self.copies / "incoming"
        try:
            shutil.copyfile(self.path, incoming)
            loaded = artifact.load(incoming)
            copy = self.copies / f"{loaded.version}.pkl"
            if copy.exists() and (known := _sound(copy)):
                # Another worker's, which is mapped already.
                return known
            incoming.rename(copy)
            for other in self.copies.glob("*.pkl"):
                if other != copy:
                    other.unlink(missing_ok=True)
            return loaded
        except OSError as error:
            if self.path.exists():
                reason = one_line(error)
                log.warning("%s: cannot be copied (%s); it is mapped itself", self.path, reason)
            return artifact.load(self.path)
        except ArtifactError as error:
            raise ArtifactError(str(error).replace(str(incoming), str(self.path))) from None
        finally:
            incoming.unlink(missing_ok=True)

    @contextmanager
    def _copies_locked(self) -> Iterator[bool]:
        """One process at a time; False where there can be no copies."""
        try:
            self.copies.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.copies / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            yield False
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield True
        finally:
            # Closing is not enough: a process that was forked meanwhile has the handle too.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)


def _sound(copy: Path) -> Artifact | None:
    """A copy as it is loaded; None where it is damaged."""
    try:
        return artifact.load(copy)
    except ArtifactError as error:
        log.warning("a copy of a model is damaged: %s", one_line(error))
        return None
