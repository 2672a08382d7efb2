"""The command line: `python model.py`."""

import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from toppicks import artifact as model_file
from toppicks.errors import TopPicksError
from toppicks.evaluation.report import print_account, print_report
from toppicks.training import N_FITS, Source, Trainer, gather, publish, train


class _DefaultGroup(click.Group):
    """`model.py --ratings x.csv` means `model.py train --ratings x.csv`."""

    default = "train"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DefaultGroup)
def cli() -> None:
    """Train the recommender; without a command and options, on the bundled films."""


@cli.command("train")
@click.option(
    "--ratings",
    "ratings",
    multiple=True,
    type=click.Path(path_type=Path),
    help="CSV file with the columns user,item,rating and, if known, timestamp; may be repeated.",
)
@click.option(
    "--items",
    type=click.Path(path_type=Path),
    help="CSV file with the column item and any of title,year,genres and others.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("model.pkl"),
    show_default=True,
    help="Where the model goes.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
def train_command(ratings: tuple[Path, ...], items: Path | None, out: Path, seed: int) -> None:
    """Read the files, say how good the picks are, and write the model."""
    if items and not ratings:
        raise click.UsageError("--items needs --ratings; name the file of ratings too")
    # What is printed may come from the caller's file, and "[/b]" is no markup there.
    console = Console(markup=False, emoji=False, highlight=False)
    source = Source(ratings, items) if ratings else Source.bundled_films()
    model_file.check_place(out)
    materials = gather(source)
    print_account(materials.account, console)
    trainer = Trainer(seed)
    if not console.is_terminal:
        console.print(f"fitting LightFM {N_FITS} times, {trainer.hybrid.epochs} epochs each")
    with _progress(console) as progress:
        task = progress.add_task("training", total=N_FITS * trainer.hybrid.epochs)
        model, report = train(materials, replace(trainer, on_epoch=lambda: progress.advance(task)))
    print_report(report, console)
    artifact = publish(model, out)
    size = out.stat().st_size / 1e6
    console.print(f"wrote {out} ({size:.1f} MB), version {artifact.version}", soft_wrap=True)


def _progress(console: Console) -> Progress:
    """A bar on a terminal, which goes when it is full; nothing elsewhere."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def main(args: Sequence[str] | None = None) -> int:
    """Run; returns the exit code: 0, or 2 with one line on standard error for wrong input."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter of somebody's file shows its number.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(args, standalone_mode=False)
    except (click.ClickException, TopPicksError) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        print(f"error: {_shown(text)}", file=sys.stderr)
        return 2
    except click.Abort:
        return 130
    return 0


def _shown(text: str) -> str:
    """One line that leaves the terminal as it is, whatever the caller's file holds."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
