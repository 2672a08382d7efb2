"""What must become of a hostile file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reads:
    """It is read as exactly this.

    rows:     (user, item, number) or (user, item, number, time), in the order of `Interactions`;
              how many, where they are many.
    left_out: the beginning of a reason, up to a colon -> how many rows, and the place of the
              example.
    notes:    parts of notes that the account must have.
    """

    rows: Sequence[tuple[object, ...]] | int
    left_out: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Refused:
    """The command ends with one line that says this."""

    why: str


Outcome = Reads | Refused
