"""Write who starred what on GitHub into a CSV file, politely, and go on where it stopped.

    GITHUB_TOKEN=... .venv/bin/python data/github_stars.py --user LOGIN --user OTHER
    GITHUB_TOKEN=... .venv/bin/python data/github_stars.py --followers-of LOGIN --most-users 200

stars.csv has the columns user, repo, starred_at, description, language, topics (joined by "|") and
stargazers, a star a row and a line, each person's newest first; what GitHub does not say is empty.

The token comes from the environment alone, needs no scope, and is sent to the API and to nobody
else. Without one GitHub answers 60 requests an hour. One request is made at a time; limits are
waited for, failures tried again.

How far it came is kept beside the file (stars.csv.progress) after every page: the same command goes
on there, whatever ended it, and asks for nothing twice but the page that it was about. The progress
stays when all is done, so that a later run with more people adds theirs; who is in it is not read
again. To read everything anew, remove both files. Add nothing to the CSV by hand: the next run
would take it for what a kill has left, and cut it off.

Tried against a stand-in for the API (tests/github_standin.py), and not against GitHub itself.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data.github import people
from data.github.api import PUBLIC, Api, NotThereError
from data.github.progress import Current, Done, Ledger, opened
from data.github.stars import COLUMNS, Star, entries, rows
from data.github.waiting import Waiting
from toppicks.commands.door import run
from toppicks.errors import InputError

FILE = click.Path(path_type=Path)


def read_stars(api: Api, ledger: Ledger, user: str) -> Done:
    """Append somebody's stars, page by page, from where an earlier run stopped.

    Raises DownloadError as `Api.page` does, but for somebody who is not there: that is remembered.
    """
    progress, current = ledger.progress, _current(ledger, user)
    try:
        while True:
            progress.current = current
            if not _read_page(api, ledger, current):
                return _finish(ledger, current, missing=False)
            ledger.keep()
    except NotThereError:
        return _finish(ledger, current, missing=True)


def _current(ledger: Ledger, user: str) -> Current:
    begun = ledger.progress.current
    return begun if begun and begun.user == user else Current(user=user)


def _read_page(api: Api, ledger: Ledger, current: Current) -> bool:
    """Append one page's rows; whether another page follows."""
    most = ledger.progress.most_per_user
    path = current.next or f"/users/{current.user}/starred?per_page={min(100, most)}"
    page = api.page(path)
    stars = entries(Star, page.body, path)
    new = rows(current.user, stars)[: most - current.rows]
    ledger.append(new)
    ledger.progress.deleted += sum(star.repo is None for star in stars)
    current.rows += len(new)
    # An empty page is the last, whatever it says of a next: there must be an end.
    current.next = page.next if stars and current.rows < most else None
    return current.next is not None


def _finish(ledger: Ledger, current: Current, missing: bool) -> Done:
    done = Done(rows=current.rows, missing=missing)
    ledger.progress.done[current.user.lower()] = done
    ledger.progress.current = None
    ledger.keep()
    return done


def left_to_read(ledger: Ledger, users: Sequence[str]) -> list[str]:
    """Who is not read yet; first of all whoever an earlier run was about, named now or not."""
    begun = ledger.progress.current
    order = people.unique([*([begun.user] if begun else []), *users])
    return [user for user in order if user.lower() not in ledger.progress.done]


def read_all(api: Api, ledger: Ledger, users: Sequence[str]) -> Iterator[str]:
    """Read everybody's stars; says of each, once it is done, how many."""
    left = left_to_read(ledger, users)
    if not left:
        yield "nothing to do: everybody is read already"
    for number, user in enumerate(left, start=1):
        done = read_stars(api, ledger, user)
        said = "not there" if done.missing else counted(done.rows, "star", "stars")
        yield f"{number:,} of {len(left):,}: {user}, {said}"
    yield from account(ledger)


def account(ledger: Ledger) -> Iterator[str]:
    """What is in the file, and what is not."""
    progress = ledger.progress
    stars = sum(done.rows for done in progress.done.values())
    people_read = counted(len(progress.done), "person", "people")
    yield f"{ledger.path}: {counted(stars, 'star', 'stars')} of {people_read}"
    missing = [user for user, done in progress.done.items() if done.missing]
    if missing:
        more = f" and {len(missing) - 10:,} more" if len(missing) > 10 else ""
        names = ", ".join(missing[:10]) + more
        yield f"not there: {counted(len(missing), 'person', 'people')} ({names})"
    if progress.deleted:
        yield f"left out: {counted(progress.deleted, 'star', 'stars')} of what is deleted since"


def counted(number: int, one: str, many: str) -> str:
    """A number and its noun: "1 star", "0 stars", "1,234 stars"."""
    return f"{number:,} {one if number == 1 else many}"


def token_of_the_environment() -> str | None:
    """GITHUB_TOKEN, or None with a word on what that means."""
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        click.echo("GITHUB_TOKEN is not set: GitHub answers 60 requests an hour without a token")
    return token or None


@click.command()
@click.option("--user", "users", multiple=True, metavar="LOGIN", help="Whose stars; repeatable.")
@click.option("--users-file", type=FILE, help='A login a line; "#" begins a remark.')
@click.option("--followers-of", metavar="LOGIN", help="The people who follow somebody.")
@click.option(
    "--stargazers-of",
    metavar="OWNER/REPO",
    help="The people who starred a repository; GitHub shows them to its admins and collaborators.",
)
@click.option(
    "--most-users",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Of followers, and of stargazers.",
)
@click.option("--most-per-user", type=click.IntRange(1), default=500, show_default=True)
@click.option("--out", type=FILE, default=Path("stars.csv"), show_default=True)
@click.option("--no-wait", is_flag=True, help="Stop where GitHub's limit is reached.")
@click.option(
    "--pause",
    type=click.FloatRange(0, 3600),
    default=0.5,
    show_default=True,
    help="Seconds between two requests.",
)
@click.option("--api", "root", default=PUBLIC, show_default=True, help="Of GitHub Enterprise, say.")
def command(
    users: tuple[str, ...],
    users_file: Path | None,
    followers_of: str | None,
    stargazers_of: str | None,
    most_users: int,
    most_per_user: int,
    out: Path,
    no_wait: bool,
    pause: float,
    root: str,
) -> None:
    """Write who starred what into a CSV file. Run again, it goes on where it stopped."""
    named = people.listed(users, users_file)
    lookups = [people.followers_of(followers_of)] if followers_of else []
    lookups += [people.stargazers_of(stargazers_of)] if stargazers_of else []
    if not named and not lookups:
        raise InputError("nobody is named; say whose stars with --user, --users-file or others")
    waiting = Waiting(pause=pause, patient=not no_wait, say=click.echo)
    api = Api(root, token_of_the_environment(), waiting)
    try:
        with opened(out, COLUMNS, api.root, most_per_user) as ledger:
            for lookup in lookups:
                named += people.find(api, ledger, lookup, most_users)
            for line in read_all(api, ledger, named):
                click.echo(line)
    except KeyboardInterrupt:
        click.echo("stopped; the same command goes on from here", err=True)
        raise click.Abort from None


if __name__ == "__main__":
    sys.exit(run(command))
