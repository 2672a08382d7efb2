"""The three names that a SQLite database has on disk, and which files they mean just now.

A `-wal` holds what was committed last; opened beside another database than its own it would be
replayed into that one and ruin it. So a small `-owner` file says which three files belong together,
and is locked by whoever opens, makes or leaves a database.
"""

import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# (device, inode) of a file; None where there is none.
FileId = tuple[int, int] | None
Identity = tuple[FileId, FileId, FileId]

log = logging.getLogger(__name__)


class FileMoved(OSError):
    """The name of the database means no file, or another file than the one that is open."""


class SqliteNames:
    """A database's name, and those that SQLite derives from it; symbolic links are followed."""

    def __init__(self, path: Path) -> None:
        self.database = os.path.realpath(path)
        self.folder = os.path.dirname(self.database)  # noqa: PTH120
        self.wal = f"{self.database}-wal"
        self.shm = f"{self.database}-shm"
        self.owner = f"{self.database}-owner"

    def exists(self) -> bool:
        return Path(self.database).exists()

    def writable(self) -> bool:
        return bool(os.stat(self.database).st_mode & 0o222)  # noqa: PTH116

    def identity(self) -> Identity:
        """Which files the three names mean."""
        return _id(self.database), _id(self.wal), _id(self.shm)

    def check(self, opened: Identity) -> None:
        """Raise FileMoved unless the names mean the files that were opened: 5 microseconds."""
        if self.identity() != opened:
            gone = "is gone" if _id(self.database) is None else "was replaced, or its -wal or -shm"
            raise FileMoved(f"{self.database} {gone}")

    def logs_untouched(self, opened: Identity) -> bool:
        """Whether nobody can have opened another log in place of the one that is open."""
        return all(
            _id(name) in {None, own} for name, own in zip(self._logs, opened[1:], strict=True)
        )

    @property
    def _logs(self) -> tuple[str, str]:
        return self.wal, self.shm

    @contextmanager
    def locked(self, seconds: float, make: bool = True) -> Iterator[None]:
        """Alone among all processes and threads; raises TimeoutError where that takes too long.

        make: the lock file, where there is none; otherwise nothing is locked then.

        Where the lock file cannot be made, in a folder that is read-only, nobody can make or move
        anything either, and nothing is locked. Raises FileMoved where there is no folder.
        """
        made = os.O_CREAT if make else 0
        try:
            lock = os.open(self.owner, os.O_RDWR | made | os.O_CLOEXEC, 0o644)
        except FileNotFoundError as error:
            if not make:
                yield
                return
            raise FileMoved(f"{self.folder}: no such folder") from error
        except (PermissionError, OSError) as error:
            log.debug("%s: not locked: %s", self.owner, error)
            yield
            return
        try:
            end = time.monotonic() + seconds
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise TimeoutError(0, "locked by another process", self.owner) from None
                    time.sleep(0.01)
            yield
        finally:
            os.close(lock)

    def remember_owner(self) -> None:
        """Write down which three files belong together; under `locked`."""
        with suppress(PermissionError):
            text = json.dumps(self.identity())
            if self._owner_text() != text:
                Path(self.owner).write_text(text)

    def drop_foreign_logs(self) -> None:
        """Put aside a log that belongs to a database which had this name before; under `locked`.

        A log that nobody knows stays: somebody has put it here together with its database.
        """
        database, wal, shm = self.identity()
        owner = self._owner()
        if owner is None:
            return
        if database != owner[0]:
            if wal is not None and wal == owner[1]:
                self._put_aside()
            if shm is not None and shm == owner[2]:
                Path(self.shm).unlink()
        elif wal is None and shm is not None and shm == owner[2]:
            # An index of a log that somebody has deleted.
            Path(self.shm).unlink()

    def free_logs(self) -> None:
        """Let their owner write logs that were begun while the database was read-only.

        SQLite gives them the database's mode, and leaves them with it. A process that has opened
        one only to read keeps it so, for all its threads, as long as one of them has it open.
        """
        for log_ in map(Path, self._logs):
            with suppress(FileNotFoundError, PermissionError):
                mode = log_.stat().st_mode & 0o777
                if not mode & 0o200:
                    log_.chmod(mode | 0o200)

    def make(self, build: Callable[[str], None], again: bool) -> None:
        """Put a whole database in place, unless a file has come; under `locked`.

        build: makes it under a name that it is given.
        again: there was one before; said loudly.
        """
        new = Path(f"{self.database}.new-{os.getpid()}")
        try:
            _remove(new)
            build(str(new))
            _to_disk(new)
            if _id(self.database) is not None:
                return
            self._put_aside()
            Path(self.shm).unlink(missing_ok=True)
            if self._put_in_place(new) and again:
                log.error("%s did not come back: an EMPTY one was made", self.database)
        finally:
            _remove(new)

    def _put_in_place(self, new: Path) -> bool:
        try:
            # Never over a file that came back at this very moment, as a rename would.
            Path(self.database).hardlink_to(new)
        except FileExistsError:
            return False
        except OSError:
            # Not every file system has hard links.
            new.rename(self.database)
        _to_disk(Path(self.folder))
        return True

    def _put_aside(self) -> None:
        """Keep a log that belongs to no database here, where it can do no harm."""
        wal = Path(self.wal)
        if not wal.exists():
            return
        if wal.stat().st_size == 0:
            wal.unlink()
            return
        aside = f"{self.wal}.of-another-{time.time_ns()}"
        wal.rename(aside)
        log.error("%s belongs to another database and was put aside as %s", self.wal, aside)

    def _owner_text(self) -> str:
        try:
            return Path(self.owner).read_text()
        except OSError:
            return ""

    def _owner(self) -> Identity | None:
        try:
            database, wal, shm = (part and tuple(part) for part in json.loads(self._owner_text()))
        except (ValueError, TypeError):
            return None
        return database, wal, shm


def _id(name: str) -> FileId:
    try:
        found = os.stat(name)  # noqa: PTH116
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
