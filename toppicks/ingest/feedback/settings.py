"""The caller's decisions about feedback, from a small TOML file."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toppicks.errors import InputError
from toppicks.ingest.feedback.events import KINDS
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.toml import read_toml, shown
from toppicks.scoring.meaning import GOALS
from toppicks.scoring.worth import DAY

KEYS = ("drive", "half_life_days", "worth", "kinds")
# Of a half-life: some minutes.
FEWEST_DAYS = 0.01


def read_feedback(path: Path) -> Feedback:
    """Read a file such as

        drive = "purchase"        # what is to be brought about
        half_life_days = 90       # 0 where it never fades; learnt where it is not given
        [worth]                   # of each kind, or of "4" and more stars; learnt where not given
        view = 0.1
        purchase = 1.0
        [kinds]                   # own names of events
        add_to_cart = "like"

    Everything is optional. Raises InputError, one line, for what is no such file.
    """
    plain = read_toml(path, KEYS)
    drive = plain.get("drive")
    if drive is not None and drive not in GOALS:
        raise InputError(f"{path}: drive is {shown(drive)}; expected one of {', '.join(GOALS)}")
    kinds = _table(path, plain, "kinds")
    for name, kind in kinds.items():
        if kind not in (*KINDS, "rating"):
            expected = ", ".join((*KINDS, "rating"))
            raise InputError(
                f"{path}: [kinds] {shown(name)} is {shown(kind)}; expected one of {expected}"
            )
    worth = {
        name: _number(path, f"[worth] {shown(name)}", value)
        for name, value in _table(path, plain, "worth").items()
    }
    return Feedback(drive, worth, _half_life(path, plain), dict(kinds))


def _half_life(path: Path, plain: Mapping[str, Any]) -> float | None:
    if "half_life_days" not in plain:
        return None
    days = _number(path, "half_life_days", plain["half_life_days"])
    if 0 < days < FEWEST_DAYS:
        raise InputError(
            f"{path}: half_life_days is {days:g}; expected {FEWEST_DAYS:g} or more, or 0 where it "
            "never fades"
        )
    return days * DAY if days else math.inf


def _table(path: Path, plain: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = plain.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"{path}: {key} is {shown(table)}; expected a table, [{key}]")
    return table


def _number(path: Path, name: str, value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value < 1e6:  # type: ignore[operator]
        raise InputError(f"{path}: {name} is {shown(value)}; expected a number from 0 to a million")
    return float(value)  # type: ignore[arg-type]
