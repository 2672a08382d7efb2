"""`python -m toppicks.store migrate`: make the tables, or renew them, before a start."""

import logging
import sys

import click

from toppicks.config import store_place
from toppicks.errors import TopPicksError
from toppicks.store.schema import NEWEST
from toppicks.store.store import Store

USAGE = "usage: python -m toppicks.store migrate"


def main(arguments: list[str]) -> int:
    """The exit code: 0, or 2 with one line on standard error."""
    if arguments != ["migrate"]:
        click.echo(USAGE, err=True)
        return 2
    # The one line says it all.
    logging.disable()
    try:
        store = Store.open(*store_place())
        # Once more, because a database that is away stops no opening.
        store.prepare()
        store.close()
    except TopPicksError as error:
        click.echo(f"error: {error}", err=True)
        return 2
    click.echo(f"the store at {store.where} is ready (tables of version {NEWEST})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
