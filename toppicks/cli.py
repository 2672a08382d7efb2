"""The command line: `python model.py`."""

from collections.abc import Sequence

import click

from toppicks.commands.door import run
from toppicks.commands.evaluate import evaluate_command
from toppicks.commands.export import export_command
from toppicks.commands.info import info_command
from toppicks.commands.train import train_command


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


for command in (train_command, evaluate_command, export_command, info_command):
    cli.add_command(command)


def main(args: Sequence[str] | None = None) -> int:
    """Run; returns the exit code: 0, or 2 with one line on standard error for wrong input."""
    return run(cli, args)
