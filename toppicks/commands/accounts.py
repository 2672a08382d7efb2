"""What became of every row, as tables to read and as a file for programs."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from toppicks.commands.terminal import printable
from toppicks.ingest.account import Account, FileRead
from toppicks.ingest.metadata.summaries import FeatureSummary, Summaries
from toppicks.writing import whole_file

# Of a column's features, so many are named in a table of all columns.
NAMED = 3
ACCOUNT_FILE, REPORT_FILE = "account.json", "report.json"


def print_accounts(accounts: Mapping[str, Account], console: Console) -> None:
    """Each file and its columns, how many rows came in and are used, and why the others are not."""
    for name, account in accounts.items():
        print_account(account, console, "" if name == "feedback" else f"{name}: ")


def print_account(account: Account, console: Console, title: str = "") -> None:
    """One account; the tables are left out where there is nothing to tell."""
    say = partial(console.print, soft_wrap=True)
    say(f"{title}{account.rows_in:,} rows read, {account.rows_used:,} used")
    for file in account.files:
        say(f"  {_of_file(file)}")
    if account.removed:
        table = _table("rows", "what", "for example", "where", "what was done")
        for one in account.removed:
            table.add_row(
                f"{one.rows:,}", *map(printable, (one.reason, one.example, one.where, one.done))
            )
        console.print(table)
    if account.notes:
        table = _table("how many", "what else", "for example", "what was done")
        for note in account.notes:
            count = f"{note.n:,}" if note.n else ""
            table.add_row(count, *map(printable, (note.what, note.example, note.done)))
        console.print(table)


def write_json(folder: Path, name: str, plain: object) -> None:
    """A file of a report's folder, which is made if it is not there; raises InputError."""
    with whole_file(folder / name, "--report") as file:
        file.write(json.dumps(plain, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def print_features(summaries: Summaries, console: Console) -> None:
    """What each column of metadata was made into; nothing where there is no metadata."""
    for title, columns in (
        ("Metadata: what each column says", summaries.items),
        ("People: what each column says", summaries.users),
    ):
        if columns:
            console.print()
            console.print(f"{title} (of {columns[0].of:,})", style="bold", soft_wrap=True)
            console.print(_features_table(columns))


def _features_table(columns: Sequence[FeatureSummary]) -> Table:
    """As wide as its values; in 80 columns the last two wrap."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("column", overflow="fold", max_width=20)
    table.add_column("is", no_wrap=True)
    table.add_column("features", justify="right", no_wrap=True)
    table.add_column("known", justify="right", no_wrap=True)
    table.add_column("for example", overflow="fold", max_width=60)
    for one in columns:
        table.add_row(
            printable(one.column),
            one.kind,
            f"{one.n_features:,}" if one.n_features else "-",
            f"{one.n_items:,}" if one.n_features else "-",
            one.why or printable(", ".join(f"{name} ({n:,})" for name, n in one.top[:NAMED])),
        )
    return table


def _of_file(file: FileRead) -> str:
    columns = "; " * bool(file.columns) + ", ".join(
        role if role == column else f"{role} = {column!r}" for role, column in file.columns.items()
    )
    unused = f"; not used: {', '.join(map(repr, file.unused))}" if file.unused else ""
    return printable(f"{file.name}: {file.kind}{columns}{unused}")


def _table(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        # Where a row stands and how many there are is never cut in two.
        number = heading in {"rows", "how many"}
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    return table
