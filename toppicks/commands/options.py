"""Options that several commands share."""

import math
from dataclasses import replace
from pathlib import Path

import click

from toppicks.training import Source
from toppicks.tuning.budget import Budget

FILE = click.Path(path_type=Path)

ratings = click.option(
    "--ratings",
    multiple=True,
    type=FILE,
    help="CSV file with the columns user,item and, if known, rating and timestamp; "
    "may be repeated.",
)
items = click.option(
    "--items",
    type=FILE,
    help="CSV file with the column item and any of title,year,genres and others.",
)
users = click.option(
    "--users",
    type=FILE,
    help="CSV file with the column user and anything known of people, such as age or country.",
)
site = click.option(
    "--site",
    type=FILE,
    help="TOML file that names things on the site: name, one, many, facts and labels.",
)
like_from = click.option(
    "--like-from",
    type=float,
    metavar="RATING",
    help="The rating from which on something is a like.  [default: three quarters up the scale]",
)
budget = click.option("--budget", type=click.FloatRange(0, 86_400), help="Seconds for tuning.")
trials = click.option(
    "--trials", type=click.IntRange(0, 10_000), help="Trials a method, instead of time."
)
seed = click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
model = click.option(
    "--model", type=FILE, default=Path("model.pkl"), show_default=True, help="A trained model."
)


def budget_of(seconds: float | None, trials: int | None) -> Budget | None:
    """What the caller allows; None for the default. 0 seconds are no trials at all."""
    if seconds is not None and trials is not None:
        raise click.UsageError("--budget and --trials are two ways to say the same; give one")
    if seconds is not None and not math.isfinite(seconds):
        message = f"{seconds} is no number of seconds; give 0 or more"
        raise click.BadParameter(message, param_hint="--budget")
    if seconds == 0:
        trials = 0
    return None if seconds is None and trials is None else Budget(seconds, trials)


def source_of(
    ratings: tuple[Path, ...], items: Path | None, users: Path | None, site: Path | None
) -> Source:
    """What the caller named; the bundled films where that was nothing."""
    if not ratings and (items or users):
        given = "--items" if items else "--users"
        raise click.UsageError(f"{given} needs --ratings; name the file of ratings too")
    return replace(Source(ratings, items, users) if ratings else Source.bundled_films(), site=site)
