"""Options that several commands share."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy import URL

from toppicks.config import store_place
from toppicks.ingest.columns.names import NamedColumns
from toppicks.ingest.feedback.scale import Feedback
from toppicks.ingest.feedback.settings import read_feedback
from toppicks.materials import Source
from toppicks.scoring.meaning import GOALS
from toppicks.store.addresses import address_of
from toppicks.tuning.budget import Budget

Command = Callable[..., Any]

FILE = click.Path(path_type=Path)

ratings = click.option(
    "--ratings",
    multiple=True,
    type=FILE,
    help="File of who did what: user, item and, if known, a rating, count or event, and the time; "
    "CSV (of commas, semicolons or tabs), JSON lines or Parquet; may be repeated.",
)
items = click.option(
    "--items",
    type=FILE,
    help="File with a column of items and any others, such as title, year, genres, image_url.",
)
users = click.option(
    "--users",
    type=FILE,
    help="File with a column of users and anything known of people, such as age or country.",
)
database = click.option(
    "--database",
    is_flag=False,
    flag_value="",
    metavar="[URL]",
    help="Database of live events that count, too; without a URL the site's own: DATABASE_URL, "
    "or the SQLite file under instance/. It is only read.",
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
feedback = click.option(
    "--feedback",
    type=FILE,
    help="TOML file that fixes what kinds of feedback are worth; by itself that is learnt.",
)
drive = click.option(
    "--drive",
    type=click.Choice(GOALS),
    help="The behaviour that picks shall bring about: what counts as a positive of events.",
)
_columns = (
    ("user", "of people's ids"),
    ("item", "of items' ids"),
    ("rating", "of ratings"),
    ("weight", "of counts, such as plays"),
    ("time", "of times"),
    ("event", "of kinds of events, such as view or purchase"),
    ("dwell", "of seconds that somebody stayed"),
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


def columns(command: Command) -> Command:
    """Adds an option for each column that a caller may name: --user-col and so on."""
    for role, what in reversed(_columns):
        help_ = f"The column {what}, where its name does not say so."
        command = click.option(f"--{role}-col", metavar="NAME", help=help_)(command)
    return command


def source_of(
    ratings: tuple[Path, ...],
    items: Path | None,
    users: Path | None,
    feedback: Path | None = None,
    drive: str | None = None,
    site: Path | None = None,
    database: str | None = None,
    **named: str | None,
) -> Source:
    """What the caller named; the bundled films where that was nothing.

    database: "" for the site's own.   named: `user_col` and so on.
    """
    address = None if database is None else address_of_store(database)
    given = {"--items": items, "--users": users, "--feedback": feedback, "--drive": drive}
    given |= {f"--{name.replace('_', '-')}": column for name, column in named.items()}
    needs = next((option for option, value in given.items() if value is not None), None)
    if not ratings:
        if needs:
            raise click.UsageError(f"{needs} needs --ratings; name the file of ratings too")
        return replace(Source.bundled_films(), site=site, database=address)
    decided = read_feedback(feedback) if feedback else Feedback()
    if drive:
        decided = replace(decided, drive=drive)
    by_role = {name.removesuffix("_col"): column for name, column in named.items()}
    return Source(ratings, items, users, site, NamedColumns.of(**by_role), decided, address)


def address_of_store(database: str) -> Path | URL:
    """What --database says; "" is the site's own. Raises ConfigError."""
    url, instance = store_place()
    if database:
        return address_of(database, instance, "--database")
    return address_of(url, instance)
