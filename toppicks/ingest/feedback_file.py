"""The caller's decisions about feedback, from a small TOML file."""

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toppicks.errors import InputError, one_line
from toppicks.ingest.events import KINDS
from toppicks.ingest.feedback import GOALS, Feedback

DAY = 86_400.0
KEYS = ("drive", "half_life_days", "worth", "kinds")
LARGEST_FILE = 1_000_000


def read_feedback(path: Path) -> Feedback:
    """Read a file such as

        drive = "purchase"        # what is to be brought about
        half_life_days = 90       # 0 for none; learnt where it is not given
        [worth]                   # of each kind, or of "4" and more stars; learnt where not given
        view = 0.1
        purchase = 1.0
        [kinds]                   # own names of events
        add_to_cart = "like"

    Everything is optional. Raises InputError, one line, for what is no such file.
    """
    plain = _toml(path)
    for key in plain:
        if key not in KEYS:
            raise InputError(f"{path}: has the key {key!r}; expected any of {', '.join(KEYS)}")
    drive = plain.get("drive")
    if drive is not None and drive not in GOALS:
        raise InputError(f"{path}: drive is {drive!r}; expected one of {', '.join(GOALS)}")
    kinds = _table(path, plain, "kinds")
    for name, kind in kinds.items():
        if kind not in (*KINDS, "rating"):
            expected = ", ".join((*KINDS, "rating"))
            raise InputError(f"{path}: kinds.{name} is {kind!r}; expected one of {expected}")
    worth = {
        str(name): _number(path, f"worth.{name}", value)
        for name, value in _table(path, plain, "worth").items()
    }
    return Feedback(drive, worth, _half_life(path, plain), dict(kinds))


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{path}: is too large for a file of settings; name another")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a TOML file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: is no TOML ({one_line(error)}); mend that") from None


def _half_life(path: Path, plain: Mapping[str, Any]) -> float | None:
    if "half_life_days" not in plain:
        return None
    days = _number(path, "half_life_days", plain["half_life_days"])
    return days * DAY if days else math.inf


def _table(path: Path, plain: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = plain.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"{path}: {key} is {table!r}; expected a table, [{key}]")
    return table


def _number(path: Path, name: str, value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value < 1e6:  # type: ignore[operator]
        raise InputError(f"{path}: {name} is {value!r}; expected a number from 0 to a million")
    return float(value)  # type: ignore[arg-type]
