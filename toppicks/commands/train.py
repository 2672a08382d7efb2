"""`model.py train`: from files to a model."""

from pathlib import Path

import click

from toppicks import artifact
from toppicks.commands import options
from toppicks.commands.terminal import open_console, working
from toppicks.evaluation.report import print_account, print_features, print_report
from toppicks.training import Trainer, gather, publish, train


@click.command("train")
@options.ratings
@options.items
@options.users
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
def train_command(
    ratings: tuple[Path, ...],
    items: Path | None,
    users: Path | None,
    like_from: float | None,
    out: Path,
    budget: float | None,
    trials: int | None,
    seed: int,
) -> None:
    """Read the files, choose and judge, say how good the picks are, and write the model."""
    source = options.source_of(ratings, items, users)
    allowed = options.budget_of(budget, trials)
    console = open_console()
    artifact.check_place(out)
    materials = gather(source).liking_from(like_from)
    print_account(materials.account, console)
    print_features(materials.summaries(), console)
    with working(console) as progress:
        model, report = train(materials, Trainer(seed, allowed, progress=progress))
    print_report(report, console)
    written = publish(model, out)
    size = out.stat().st_size / 1e6
    console.print(
        f"wrote {out} ({size:.1f} MB), version {written.version}, in {report.seconds:.0f} s",
        soft_wrap=True,
    )
