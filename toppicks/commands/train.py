"""`model.py train`: from files, and what came live, to a model."""

from pathlib import Path

import click

from toppicks import artifact
from toppicks.commands import options
from toppicks.commands.accounts import (
    ACCOUNT_FILE,
    REPORT_FILE,
    print_accounts,
    print_features,
    write_json,
)
from toppicks.commands.terminal import open_console, working
from toppicks.evaluation.report import print_report
from toppicks.materials import Materials, gather
from toppicks.training import Trainer, publish, train
from toppicks.writing import make_folder


@click.command("train")
@options.ratings
@options.items
@options.users
@options.columns
@options.feedback
@options.drive
@options.site
@options.database
@options.like_from
@click.option(
    "--out",
    type=options.FILE,
    default=Path("model.pkl"),
    show_default=True,
    help="Where the model goes.",
)
@options.budget
@options.trials
@options.seed
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for account.json and report.json: what became of every row, and how good it is.",
)
@click.option("--dry-run", is_flag=True, help="Stop after the account of what was read.")
def train_command(
    ratings: tuple[Path, ...],
    items: Path | None,
    users: Path | None,
    feedback: Path | None,
    drive: str | None,
    site: Path | None,
    database: str | None,
    like_from: float | None,
    out: Path,
    budget: float | None,
    trials: int | None,
    seed: int,
    report: Path | None,
    dry_run: bool,
    **named: str | None,
) -> None:
    """Read files and live events, choose and judge, say how good the picks are, write the model."""
    source = options.source_of(ratings, items, users, feedback, drive, site, database, **named)
    allowed = options.budget_of(budget, trials)
    console = open_console()
    if not dry_run:
        artifact.check_place(out)
    if report:
        make_folder(report, "--report")
    materials = gather(source).liking_from(like_from)
    print_accounts(materials.accounts, console)
    print_features(materials.summaries, console)
    if report:
        accounts = {name: one.to_plain() for name, one in materials.accounts.items()}
        write_json(report, ACCOUNT_FILE, accounts)
    if dry_run:
        console.print(_summary(materials), soft_wrap=True)
        return
    with working(console) as progress:
        model, found = train(materials, Trainer(seed, allowed, progress=progress))
    print_report(found, console)
    written = publish(model, out)
    if report:
        write_json(report, REPORT_FILE, found.to_plain())
    size = out.stat().st_size / 1e6
    console.print(
        f"wrote {out} ({size:.1f} MB), version {written.version}, in {found.seconds:.0f} s",
        soft_wrap=True,
    )


def _summary(materials: Materials) -> str:
    """What a training would learn from."""
    interactions = materials.interactions
    fields = ", ".join(materials.catalogue.fields) or "nothing"
    return (
        f"{len(interactions):,} interactions of {len(interactions.users):,} users with "
        f"{len(interactions.items):,} items; {materials.known.scale.positive}; of items is known: "
        f"{fields}. Nothing was trained or written (--dry-run)."
    )
