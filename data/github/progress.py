"""How far an import has come: a CSV file that grows, and beside it what is certain of it.

`stars.csv.progress` says whose stars are all there, which page comes next, and how many bytes of
the CSV are certain. A page's rows are flushed to disk first and become certain after that, by a
rename; whatever a kill left behind the certain bytes is cut off before the next run goes on.
"""

import csv
import fcntl
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from toppicks.errors import InputError


class Done(BaseModel):
    """Somebody whose stars are all there: how many rows; missing, if GitHub did not show them."""

    rows: int
    missing: bool = False


class Current(BaseModel):
    """Whose stars are being read: rows so far, and where the next page is (None for the first)."""

    user: str
    rows: int = 0
    next: str | None = None


class Found(BaseModel):
    """People whom a list of GitHub's names, as far as it was read; `next` is None at its end."""

    users: list[str] = []
    next: str | None = None


class Progress(BaseModel):
    """All that the next run needs; users are keys in lower case, as GitHub takes them."""

    version: Literal[1] = 1
    api: str
    most_per_user: int
    certain_bytes: int = 0
    deleted: int = 0
    done: dict[str, Done] = {}
    current: Current | None = None
    found: dict[str, Found] = {}


class Ledger:
    """The CSV file, open to append to, and its progress; made by `opened`."""

    def __init__(self, path: Path, file: io.FileIO, progress: Progress) -> None:
        self.path, self._file, self.progress = path, file, progress

    def append(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows; they count only with the next `keep`."""
        rest = _csv(rows)
        with _writing(self.path):
            # Unbuffered: what did not fit on a full disk is not tried again at the end.
            while rest:
                rest = rest[self._file.write(rest) :]

    def keep(self) -> None:
        """Make certain what was appended and what the progress says now, both or neither."""
        with _writing(self.path):
            os.fsync(self._file.fileno())
            self.progress.certain_bytes = self._file.tell()
        _replace(_progress_path(self.path), self.progress.model_dump_json(indent=1))

    def cut(self) -> None:
        """Cut off what is not certain."""
        with _writing(self.path):
            self._file.seek(self.progress.certain_bytes)
            self._file.truncate()


@contextmanager
def opened(path: Path, columns: Sequence[str], api: str, most_per_user: int) -> Iterator[Ledger]:
    """The ledger of this CSV file, new or where it stopped; nobody else may have it meanwhile.

    Raises InputError where the file is not of our making, was changed since, was begun with another
    `api` or `most_per_user`, is being written by somebody else, or cannot be written.
    """
    with _locked(path) as file:
        begun = _read(path, os.fstat(file.fileno()).st_size)
        ledger = Ledger(path, file, begun or Progress(api=api, most_per_user=most_per_user))
        _check_same(path, ledger.progress, api, most_per_user)
        ledger.cut()
        if begun is None:
            # Before the header, so that whatever a kill leaves is known as ours.
            ledger.keep()
        if not ledger.progress.certain_bytes:
            ledger.append([columns])
            ledger.keep()
        try:
            yield ledger
        finally:
            ledger.cut()


@contextmanager
def _locked(path: Path) -> Iterator[io.FileIO]:
    """The file, made if need be, for us alone until the end."""
    with _writing(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    with io.FileIO(handle, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                f"{path}: another run is writing it; wait for it, or choose another --out"
            ) from error
        yield file


def _read(path: Path, size: int) -> Progress | None:
    """What an earlier run made certain; None if there was none. size: of the CSV, in bytes."""
    place = _progress_path(path)
    try:
        progress = Progress.model_validate_json(place.read_bytes())
    except FileNotFoundError:
        # Killed before its first certain bytes, a run leaves nothing that anybody would miss.
        if size == 0:
            return None
        raise InputError(
            f"{path}: is there, but {place.name} is not; choose another --out, or remove it"
        ) from None
    except (ValidationError, OSError) as error:
        raise InputError(f"{place}: is no progress of ours; {_anew(path)}") from error
    if size < progress.certain_bytes:
        raise InputError(
            f"{path}: has {size:,} bytes, but had {progress.certain_bytes:,}; {_anew(path)}"
        )
    return progress


def _check_same(path: Path, progress: Progress, api: str, most_per_user: int) -> None:
    """Raises InputError if the file was begun with other options."""
    begun: tuple[tuple[str, object, object], ...] = (
        ("--api", progress.api, api),
        ("--most-per-user", progress.most_per_user, most_per_user),
    )
    for option, before, now in begun:
        if before != now:
            raise InputError(
                f"{path}: was begun with {option} {before}, not {now}; give the same, or choose "
                "another --out"
            )


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _progress_path(path: Path) -> Path:
    return path.with_name(path.name + ".progress")


def _replace(path: Path, text: str) -> None:
    """All of it or what was there before. The lock makes one name enough, so that a kill leaves at
    most one file more, which the next run overwrites.
    """
    new = path.with_name(path.name + ".new")
    with _writing(path):
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


def _anew(path: Path) -> str:
    return f"remove {path.name} and {path.name}.progress to begin anew, or choose another --out"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); choose another place with --out, or "
            "make room and go on with the same command"
        ) from error
