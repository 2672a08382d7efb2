"""Files that are there whole or not at all."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from toppicks.errors import InputError


@contextmanager
def whole_file(path: Path, option: str) -> Iterator[TextIO]:
    """A text to write (UTF-8, lines as they are given) that takes its place only once it is whole.

    Raises InputError as `whole_bytes` does.
    """
    with whole_bytes(path, option) as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        yield file
        file.detach()


@contextmanager
def whole_bytes(path: Path, option: str) -> Iterator[BinaryIO]:
    """Bytes to write that take their place only once they are whole.

    They go to a temporary file beside `path`, are flushed to disk, and renamed over what was there;
    where anything fails, what was there stays. Raises InputError, which names the option, where
    the place cannot be written.
    """
    with _said(path, option):
        temporary = beside(path)
    try:
        with _said(path, option), temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with _said(path, option):
            temporary.chmod(0o644)
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def check_writable(path: Path, option: str) -> None:
    """Find out before long work, not after it, that nothing can be written there."""
    with _said(path, option):
        beside(path).unlink()


def make_folder(path: Path, option: str) -> None:
    """A folder to write to, made where there is none yet; raises InputError where it cannot be."""
    with _said(path, option):
        path.mkdir(parents=True, exist_ok=True)
        beside(path / "any").unlink()


def beside(path: Path) -> Path:
    """An empty file of our own in the same folder, so that a rename needs no copying.

    Raises OSError where there can be none, or `path` is no file that could be replaced.
    """
    if path.exists() and not path.is_file():
        raise OSError(0, "it is no file, but a folder or a device")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    return Path(name)


@contextmanager
def _said(path: Path, option: str) -> Iterator[None]:
    """What the system says of a place, in one line."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); choose another place with {option}"
        ) from error
