"""Small TOML files of a caller's decisions."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from toppicks.errors import InputError, one_line

LARGEST = 64 * 1024
LONGEST_SHOWN = 80


def read_toml(path: Path, keys: Collection[str]) -> dict[str, Any]:
    """Its table, which has no other keys than these.

    Raises InputError, one line, where there is no such file, it is too large, no UTF-8 or no TOML,
    or a key is unknown.
    """
    expected = ", ".join(keys)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; name a TOML file with {expected}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); mend that") from None
    if len(content) > LARGEST:
        raise InputError(
            f"{path}: is larger than {LARGEST // 1024} KB; name a TOML file with {expected}"
        )
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:  # recursion: a thousand brackets
        raise InputError(f"{path}: is no TOML ({one_line(error)}); mend that") from None
    for key in table:
        if key not in keys:
            raise InputError(f"{path}: has the key {shown(key)}; expected {expected}; remove it")
    return table


def shown(value: object) -> str:
    """A value as it is written, on one line and not too long."""
    try:
        text = repr(value) if str(value).isprintable() else ascii(value)
    except ValueError:  # an integer of thousands of digits
        return "a very long number"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
