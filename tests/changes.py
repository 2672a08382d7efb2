"""A change of the catalogue, without a store."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """As `toppicks.serving` asks for it: all fields of an item, or None where it was deleted."""

    item_id: str
    fields: dict[str, Any] | None = None
