"""The door of every command: where what goes wrong becomes one line and an exit code."""

import io
import logging
import sys
from collections.abc import Sequence

import click

from toppicks.commands.terminal import printable
from toppicks.errors import TopPicksError

# Of what is away one line is said, by the error: nobody has asked for a log.
_NO_LOG = logging.NullHandler()


def run(command: click.Command, args: Sequence[str] | None = None) -> int:
    """Run a command with these arguments, or else with those of the process.

    Returns the exit code: 0; 2, with one line on standard error, for wrong input; 130 where
    somebody pressed Ctrl-C.
    """
    logging.getLogger("toppicks").addHandler(_NO_LOG)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter of somebody's file shows its number.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        command.main(args, standalone_mode=False)
    except (click.ClickException, TopPicksError) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        print(f"error: {printable(text)}", file=sys.stderr)
        return 2
    except click.Abort:
        return 130
    return 0
