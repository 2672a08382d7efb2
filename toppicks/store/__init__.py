"""The database: live events, items put over HTTP, erased users."""

from toppicks.store.records import (
    KINDS,
    CatalogueChanges,
    Event,
    Everything,
    ItemChange,
    UserActivity,
    Versions,
)
from toppicks.store.store import Store

__all__ = [
    "KINDS",
    "CatalogueChanges",
    "Event",
    "Everything",
    "ItemChange",
    "Store",
    "UserActivity",
    "Versions",
]
