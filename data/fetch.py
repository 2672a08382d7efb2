"""Fetch a public data set to try Top Picks on, and check that it is the very file we know.

    .venv/bin/python data/fetch.py candy                # candy.csv in this folder
    .venv/bin/python data/fetch.py candy --to downloads

A data set is a row of `DATA_SETS`: an address and what the file behind it must be, byte for byte.
One is added only by somebody who has the file and took its SHA-256, never by copying a hash.

The address of candy was put together from the course's repository at the commit that it names, and
the hash taken of the file in that commit; the address itself was not tried, for want of a network.
"""

import hashlib
import http.client
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toppicks.commands.door import run
from toppicks.errors import DownloadError, InputError, reason_of
from toppicks.writing import whole_bytes

USER_AGENT = "top-picks-fetch"
SILENCE_SECONDS = 30
LONGEST_SECONDS = 600
CHUNK = 1 << 16


@dataclass(frozen=True)
class DataSet:
    """A file at a public address, and what is known of it.

    file: what it is called here. size: in bytes. sha256: in hexadecimal. terms: what may be done
    with it.
    """

    file: str
    url: str
    size: int
    sha256: str
    terms: str


DATA_SETS = {
    "candy": DataSet(
        file="candy.csv",
        # At a commit, not at a branch: what a commit holds does not change.
        url="https://raw.githubusercontent.com/maxhumber/BRE/"
        "9039b9b6e0eb42fa0cebe428c07bbab9c7331888/data/candy.csv",
        size=788_783,
        sha256="aa123fecbca1a54de80c0960b2d7fb0a68d20a0a69239915f850042255a39157",
        terms="reviews of candy from a public course; its repository names no licence: "
        "to try things out, not to pass on",
    ),
}


def fetch(wanted: DataSet, target: Path, url: str, force: bool) -> bool:
    """Bring the file from the address; True if it was fetched, False if it was there already.

    Raises InputError where another file is at `target` and not to be replaced, or nothing can be
    written there; DownloadError where the address does not give the wanted file. In every case
    `target` is what it was before.
    """
    if _is_there(wanted, target, force):
        return False
    _make_folder(target.parent)
    digest = hashlib.sha256()
    with whole_bytes(target, "--to") as file:
        for chunk in received(url, wanted.size):
            digest.update(chunk)
            file.write(chunk)
        if digest.hexdigest() != wanted.sha256:
            raise DownloadError(
                f"{url}: is not the {wanted.file} we know (sha256 {digest.hexdigest()}, not "
                f"{wanted.sha256}); give another address of that file with --url"
            )
    return True


def _is_there(wanted: DataSet, target: Path, force: bool) -> bool:
    """Whether the wanted file is at `target`; raises InputError if another one must stay there."""
    if not target.exists():
        return False
    if _sha256(target) == wanted.sha256:
        return True
    if not force:
        raise InputError(
            f"{target}: is there and is another file than the one we know; replace it with "
            "--force, or choose another folder with --to"
        )
    return False


def _sha256(path: Path) -> str:
    """Of a file's bytes, in hexadecimal; raises InputError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); choose another folder with --to"
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: is no folder and cannot be made one ({error.strerror}); choose another "
            "with --to"
        ) from error


def received(url: str, size: int, longest: float = LONGEST_SECONDS) -> Iterator[bytes]:
    """The bytes at an address, in pieces: `size` of them, within `longest` seconds.

    Raises DownloadError where there is no answer, none with status 200, or one that is longer or
    shorter; a longer one is not read to its end.
    """
    got, until = 0, time.monotonic() + longest
    with _said(url), _opener().open(_request(url), timeout=SILENCE_SECONDS) as response:
        # What has arrived, and not what fills a chunk: else a trickle would never be timed.
        while chunk := response.read1(CHUNK):
            got += len(chunk)
            if got > size:
                break
            if time.monotonic() > until:
                raise TimeoutError(f"not done within {longest:.0f} seconds")
            yield chunk
    if got != size:
        has = f"more than {size:,}" if got > size else f"only {got:,} of {size:,}"
        raise DownloadError(
            f"{url}: gave {has} bytes; try again, or give another address with --url"
        )


def _request(url: str) -> urllib.request.Request:
    return urllib.request.Request(url, headers={"User-Agent": USER_AGENT})  # noqa: S310


def _opener() -> urllib.request.OpenerDirector:
    """One that knows http and https, and follows redirects to nothing else."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


@contextmanager
def _said(url: str) -> Iterator[None]:
    """What the network says, in one line."""
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(
            f"{url}: answers {error.code} {reason_of(error)}; try again later, or give another "
            "address of the same file with --url"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(
            f"{url}: cannot be fetched ({reason_of(error)}); check the network, or give another "
            "address of the same file with --url"
        ) from error


@click.command()
@click.argument("name", type=click.Choice(list(DATA_SETS)))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder that it goes to; made if it is not there.  [default: this one]",
)
@click.option("--force", is_flag=True, help="Replace another file of that name.")
@click.option("--url", help="Another address of the same file.")
def command(name: str, folder: Path, force: bool, url: str | None) -> None:
    """Fetch the data set NAME, unless it is there already."""
    wanted = DATA_SETS[name]
    target = folder / wanted.file
    if not fetch(wanted, target, url or wanted.url, force):
        click.echo(f"{target} is there already")
        return
    click.echo(f"wrote {target} ({wanted.size:,} bytes, sha256 as we know it); {wanted.terms}")


if __name__ == "__main__":
    sys.exit(run(command))
