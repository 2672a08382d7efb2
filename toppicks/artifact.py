"""The model file: a pickle that cannot run code, followed by arrays that workers share.

Layout of `model.pkl`:

    1. one complete pickle, the header: dicts, lists, strings and numbers, no classes at all;
       it begins with `format` and `sha256`, and `arrays` names each array's dtype, shape and place;
    2. zero bytes up to a multiple of 64;
    3. the arrays' raw bytes, little-endian, C order, each at a multiple of 64.

The SHA-256 covers every byte of the file but its own 64 digits. It tells damage, not origin:
whoever can write the file can also write a matching hash. Loading never runs code whatever the
file holds: a pickle with any opcode but those of plain values is refused before it is run.
"""

import hashlib
import math
import mmap
import os
import pickle
import pickletools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from toppicks.errors import ArtifactError, one_line
from toppicks.writing import beside

FORMAT = 4
ALIGNMENT = 64
# Kinds of numpy dtypes that are plain numbers; anything else has no business in the file.
PLAIN_KINDS = frozenset("biuf")

_BLANK_DIGEST = "0" * 64
# How a pickle of protocol 4 writes {"format": <small int>, "sha256": <64 digits>, ...}: the two
# are found, and the file's hash is checked, before a single opcode of the pickle is run.
_PREAMBLE = re.compile(
    rb"\x8c\x06format\x94K(.)\x8c\x06sha256\x94\x8c\x40([0-9a-f]{64})", re.DOTALL
)
_PREAMBLE_WITHIN = 128
# What dicts, lists, texts and numbers are made of when Python pickles them by protocol 4.
_PLAIN_OPCODES = frozenset(
    {"PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "BINGET", "LONG_BINGET"}
    | {"NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"}
    | {"SHORT_BINUNICODE", "BINUNICODE", "EMPTY_LIST", "APPEND", "APPENDS"}
    | {"EMPTY_DICT", "SETITEM", "SETITEMS"}
)

Header = dict[str, Any]


@dataclass(frozen=True)
class Artifact:
    """What a training run hands to the site.

    header: plain values by name (ids, metadata, settings, the contest's table).
    arrays: numpy arrays by name; read-only and memory-mapped when loaded from a file.
    version: the first 12 digits of the file's SHA-256, or "unsaved".
    format:  the layout's number, as the file has it.
    """

    header: Header
    arrays: Mapping[str, NDArray[Any]]
    version: str = "unsaved"
    format: int = FORMAT


class _PlainUnpickler(pickle.Unpickler):
    """The second lock: whatever the list of opcodes lets pass, nothing with a name is built."""

    def find_class(self, module: str, name: str) -> Any:
        raise ArtifactError(f"it wants to load {f'{module}.{name}'!r}, and a model holds no code")


def check_place(path: Path) -> None:
    """Find out before a long training, not after it, that a model cannot be written there.

    Raises ArtifactError, and leaves nothing behind.
    """
    _temporary_beside(path).unlink()


def save(
    artifact: Artifact, path: Path, check: Callable[[Artifact], None] = lambda _: None
) -> Artifact:
    """Write a model file and return it as loaded; the old file stays until the new one is proven.

    The bytes go to a temporary file beside `path`, are flushed to disk, loaded again with every
    verification, compared value by value, and given to `check`, which raises if it is not content.
    Only then is the file renamed over `path`: readers that have the old one mapped keep it whole.
    Raises ArtifactError where the place cannot be written, or what came back is not what went out.
    """
    temporary = _temporary_beside(path)
    try:
        with temporary.open("wb") as file:
            _write(artifact, file)
            file.flush()
            os.fsync(file.fileno())
        loaded = load(temporary)
        _compare(artifact, loaded, path)
        check(loaded)
        temporary.chmod(0o644)
        _replace(temporary, path)
    except OSError as error:
        raise ArtifactError(
            f"{path}: cannot be written ({error.strerror}); free some space or choose "
            "another place with --out"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return loaded


def load(path: Path) -> Artifact:
    """Read and verify a model file; its arrays are read-only views of the mapped file.

    Raises ArtifactError with one sentence where the file is missing, truncated, altered, of a
    newer format, or not a model.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise ArtifactError(
            f"{path}: no such model; train one with `python model.py`, or set MODEL_PATH"
        ) from None
    except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise ArtifactError(f"{path}: cannot be read ({error}); train it anew") from None
    digest, format_ = _verify(content, path)
    header, size = _unpickle(content, path)
    arrays = _views(header.pop("arrays"), content, _aligned(size), path)
    return Artifact(header, arrays, digest[:12], format_)


def _temporary_beside(path: Path) -> Path:
    try:
        return beside(path)
    except OSError as error:
        raise ArtifactError(
            f"{path}: cannot be written ({error.strerror}); choose another place with --out"
        ) from error


def _write(artifact: Artifact, file: IO[bytes]) -> None:
    arrays = {name: _plain(name, array) for name, array in artifact.arrays.items()}
    preamble = {"format": FORMAT, "sha256": _BLANK_DIGEST}
    header = pickle.dumps(preamble | artifact.header | {"arrays": _places(arrays)}, protocol=4)
    if not _PREAMBLE.search(header, 0, _PREAMBLE_WITHIN):
        raise ArtifactError("the model's header is not written as it must be read; report this")
    body = [_padded(array.tobytes()) for array in arrays.values()]
    sha256 = hashlib.sha256(_padded(header))
    for chunk in body:
        sha256.update(chunk)
    signed = header.replace(_BLANK_DIGEST.encode(), sha256.hexdigest().encode(), 1)
    file.writelines([_padded(signed), *body])


def _plain(name: str, array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind not in PLAIN_KINDS:
        raise TypeError(f"the array {name!r} has dtype {array.dtype}; expected plain numbers")
    return np.asarray(array, array.dtype.newbyteorder("<"))


def _places(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Header]:
    """Where each array lies, in bytes after the aligned end of the header."""
    places = {}
    offset = 0
    for name, array in arrays.items():
        places[name] = {"dtype": array.dtype.str, "shape": list(array.shape), "offset": offset}
        offset = _aligned(offset + array.nbytes)
    return places


def _padded(part: bytes) -> bytes:
    return part.ljust(_aligned(len(part)), b"\0")


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _verify(content: mmap.mmap, path: Path) -> tuple[str, int]:
    """The hash that the file claims, which is the one that it has, and its format."""
    found = _PREAMBLE.search(content, 0, _PREAMBLE_WITHIN)
    if not found:
        raise ArtifactError(f"{path}: not a model of Top Picks; train one with `python model.py`")
    if found[1][0] > FORMAT:
        raise ArtifactError(
            f"{path}: its format is {found[1][0]}, this version reads up to {FORMAT}; "
            "update Top Picks, or train the model anew"
        )
    sha256 = hashlib.sha256()
    with memoryview(content) as view:
        sha256.update(view[: found.start(2)])
        sha256.update(_BLANK_DIGEST.encode())
        sha256.update(view[found.end(2) :])
    if sha256.hexdigest().encode() != found[2]:
        raise ArtifactError(
            f"{path}: truncated or altered (its SHA-256 does not match); "
            "copy it again, or train it anew"
        )
    return sha256.hexdigest(), found[1][0]


def _refuse_odd_opcodes(content: mmap.mmap) -> None:
    """Read the pickle's opcodes without running them; only those of plain values may occur.

    So nothing can be called, no tuple can be a key that takes for ever to hash, and no number in
    the file can make the unpickler reserve memory (`PUT`) for what is not there.
    """
    content.seek(0)
    for opcode, _, _ in pickletools.genops(cast("IO[bytes]", content)):
        if opcode.name not in _PLAIN_OPCODES:
            raise ArtifactError(f"it uses {opcode.name}, and a model holds plain values alone")


def _unpickle(content: mmap.mmap, path: Path) -> tuple[Header, int]:
    try:
        _refuse_odd_opcodes(content)
        content.seek(0)
        header = _PlainUnpickler(content).load()
        size = content.tell()
        if not (isinstance(header, dict) and isinstance(header.get("arrays"), dict)):
            raise ArtifactError("it has no list of arrays")
        del header["format"], header["sha256"]
    except ArtifactError as error:
        raise ArtifactError(f"{path}: refused: {error}; train it anew") from None
    except Exception as error:  # a crafted pickle can fail in any way that there is
        raise ArtifactError(
            f"{path}: refused: not a readable header ({one_line(error)}); train it anew"
        ) from None
    return header, size


def _views(
    places: Mapping[str, Header], content: mmap.mmap, start: int, path: Path
) -> dict[str, NDArray[Any]]:
    try:
        return {name: _view(place, content, start) for name, place in places.items()}
    except Exception as error:  # a crafted list can fail in any way that there is
        raise ArtifactError(
            f"{path}: refused: its list of arrays is wrong ({one_line(error)}); train it anew"
        ) from None


def _view(place: Header, content: mmap.mmap, start: int) -> NDArray[Any]:
    dtype, shape = np.dtype(str(place["dtype"])), tuple(map(int, place["shape"]))
    if dtype.kind not in PLAIN_KINDS or min(shape, default=0) < 0 or place["offset"] < 0:
        raise ValueError(f"an array of {dtype} with shape {shape}")
    flat = np.frombuffer(content, dtype, math.prod(shape), start + place["offset"])
    return flat.reshape(shape)


def _compare(written: Artifact, loaded: Artifact, path: Path) -> None:
    same = written.header == loaded.header and written.arrays.keys() == loaded.arrays.keys()
    if not same or any(
        not np.array_equal(array, loaded.arrays[name], equal_nan=array.dtype.kind == "f")
        for name, array in written.arrays.items()
    ):
        raise ArtifactError(f"{path}: not replaced: what was written does not read back the same")


def _replace(temporary: Path, path: Path) -> None:
    temporary.replace(path)
    # The new name is durable only once the folder is flushed too.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
