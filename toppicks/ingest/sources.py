"""The files of feedback, and what their columns are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toppicks.errors import InputError
from toppicks.ingest.account import FileRead
from toppicks.ingest.columns.names import NamedColumns, any_known, option_of
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.losses import Losses
from toppicks.ingest.metadata.extras import Extras
from toppicks.ingest.roles import EXAMPLE, SAMPLE, Columns, recognise
from toppicks.ingest.tables.delimited import Delimited
from toppicks.ingest.tables.opening import open_table
from toppicks.ingest.tables.table import Table

# Roles that say what a row's feedback is, the strongest first; what comes after is not used.
FEEDBACK_ROLES = ("event", "rating", "weight", "dwell")
_SAID = {"time": "timestamp"}


@dataclass
class FeedbackFile:
    """One file, and what its columns are."""

    table: Table
    columns: Columns
    extras: Extras
    losses: Losses

    @classmethod
    def open(cls, path: Path, chosen: NamedColumns, feedback: Feedback) -> "FeedbackFile":
        table = open_table(path, EXAMPLE, header=not chosen.are_places)
        sample = table.sample(SAMPLE)
        headless = isinstance(table, Delimited) and table.header and table.looks_headless()
        if headless and not any_known(table.names):
            raise InputError(
                f"{path}: has no header line, its first is {','.join(table.names)[:60]!r}; add "
                f"one, such as {EXAMPLE}, or give columns by number: --user-col 1 --item-col 2"
            )
        columns = recognise(path, sample, chosen, feedback.kinds)
        source = cls(table, columns, Extras.of(sample, columns), Losses(table))
        for role, name in chosen.by_role.items():
            if role not in source.used:
                raise InputError(
                    f"{path}: {option_of(role)} {name!r} is of no use beside its column of "
                    f"{source.feedback_role}s; leave one of them out"
                )
        return source

    @property
    def feedback_role(self) -> str | None:
        """What tells how much each row counts; None where it merely happened."""
        return next((role for role in FEEDBACK_ROLES if self.columns.get(role)), None)

    @property
    def used(self) -> dict[str, str]:
        """Role -> column of what is read."""
        roles = ["user", "item", "time"]
        if self.feedback_role:
            roles.append(self.feedback_role)
        if self.feedback_role == "event":
            roles += ["rating", "dwell"]
        return {role: name for role in roles if (name := self.columns.get(role))}

    def read(self) -> FileRead:
        used = self.used
        taken = {*used.values(), *self.extras.names}
        unused = tuple(name for name in self.table.names if name not in taken)
        return FileRead(self.table.file, self.table.kind, self.losses.rows_in, used, unused)


def check_alike(files: Sequence[FeedbackFile]) -> None:
    """Raises InputError where only some of the files have times, or feedback of one kind."""
    first = files[0]
    for file in files[1:]:
        for role in ("rating", "weight", "event", "dwell", "time"):
            if (role in file.used) != (role in first.used):
                raise InputError(
                    f"{file.table.path}: of the files, some have the column "
                    f"{_SAID.get(role, role)!r} and some have not; add it to all of them, "
                    f"or remove it (or name it with {option_of(role)})"
                )
