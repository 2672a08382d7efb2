"""`model.py export`: everybody's picks as a file."""

from pathlib import Path

import click

from toppicks.commands import options
from toppicks.commands.terminal import open_console
from toppicks.exporting import People, export, read_user_ids
from toppicks.serving.recommender import Recommender
from toppicks.writing import check_writable


@click.command("export")
@options.model
@click.option(
    "--n", type=click.IntRange(1, 1_000_000), default=10, show_default=True, help="Picks each."
)
@click.option(
    "--users", type=options.FILE, help="Only for these ids: one a line, or a CSV column user."
)
@options.database
@click.option("--out", type=options.FILE, help="Where the picks go, as CSV.")
def export_command(
    model: Path, n: int, users: Path | None, database: str | None, out: Path | None
) -> None:
    """Write user_id,rank,item_id,score for everybody, ranked as the site ranks."""
    if not out:
        raise click.UsageError("export needs --out; say where the picks go")
    check_writable(out, "--out")
    people = People(Recommender.load(model))
    if database is not None:
        people = People.with_store(people.recommender, options.address_of_store(database))
    user_ids = read_user_ids(users) if users else people.user_ids
    rows = export(people, user_ids, n, out)
    open_console().print(
        f"wrote {out}: {rows:,} picks for {len(user_ids):,} people", soft_wrap=True
    )
