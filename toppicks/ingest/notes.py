"""What is worth saying of files whose rows are used."""

from collections.abc import Mapping

import numpy as np

from toppicks.ingest.account import Note
from toppicks.ingest.interactions import Interactions
from toppicks.ingest.sources import FeedbackFile

# To treat what has a single row as cold was measured, and is worse (docs/decisions.md).
OF_SINGLE_ROWS = "kept; popularity and features speak"


def notes_of_columns(file: FeedbackFile) -> list[Note]:
    """What was found without the help of a name, and what looks odd."""
    notes = [
        Note(f"the {role} column is {file.columns.by_role[role]!r}, by what it holds")
        for role in file.columns.by_content
    ]
    for name, role, example in file.columns.unreadable:
        if name not in file.extras.names:
            what = f"the column {name!r} does not hold the {role} that its name promises"
            notes.append(Note(what, 0, example, "not used"))
    return [*notes, *file.extras.notes()]


def notes_of_units(units: Mapping[str, int]) -> list[Note]:
    """Times that are not simply seconds."""
    if set(units) <= {"seconds"}:
        return []
    done = {"ISO 8601 without zone": "taken for UTC"}
    return [
        Note(f"times in {unit}", n, "", done.get(unit, "read as such"))
        for unit, n in sorted(units.items(), key=lambda one: -one[1])
    ]


def notes_of_single_rows(interactions: Interactions) -> list[Note]:
    """Users and items of whom a single row says too little."""
    notes = []
    for one, codes, ids in (
        ("users", interactions.user_idx, interactions.users),
        ("items", interactions.item_idx, interactions.items),
    ):
        counts = np.bincount(codes, minlength=len(ids))
        single = np.flatnonzero(counts == 1)
        if len(single):
            example = ids[int(single[0])]
            notes.append(Note(f"{one} with a single row", len(single), example, OF_SINGLE_ROWS))
    return notes
