"""Whose stars are read: people who are named, and people whom GitHub's lists name."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from data.github.api import Api, ForbiddenError, NotThereError
from data.github.progress import Found, Ledger
from data.github.stars import Person, Stargazer, entries
from toppicks.errors import DownloadError, InputError

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True)
class Lookup:
    """A list of people: what it is called, where it begins, who is on a page of it, and what to do
    where GitHub shows nobody.
    """

    name: str
    path: str
    logins: Callable[[bytes, str], list[str]]
    cure: str


def followers_of(login: str) -> Lookup:
    """Everybody who follows somebody; raises InputError if it is no login."""
    path = f"/users/{checked(login, '--followers-of')}/followers?per_page=100"
    return Lookup(f"followers of {login.lower()}", path, _followers, "choose somebody else")


def stargazers_of(repository: str) -> Lookup:
    """Everybody who starred a repository; raises InputError if it is no OWNER/REPO."""
    if not REPOSITORY.fullmatch(repository):
        raise InputError(f"{repository}: is no OWNER/REPO; correct --stargazers-of")
    return Lookup(
        f"stargazers of {repository.lower()}",
        f"/repos/{repository}/stargazers?per_page=100",
        _stargazers,
        "since July 2026 GitHub shows that list to a repository's admins and collaborators alone: "
        "use --followers-of or --users-file",
    )


def _followers(body: bytes, path: str) -> list[str]:
    return [person.login for person in entries(Person, body, path)]


def _stargazers(body: bytes, path: str) -> list[str]:
    return [star.user.login for star in entries(Stargazer, body, path) if star.user]


def find(api: Api, ledger: Ledger, lookup: Lookup, most: int) -> list[str]:
    """The first people of a list, at most `most`; pages that an earlier run read are not asked for.

    Raises DownloadError where GitHub does not give the list, or nobody is on it.
    """
    known = ledger.progress.found
    found = known.get(lookup.name) or Found()
    path = found.next if lookup.name in known else lookup.path
    while path and len(found.users) < most:
        logins, path = _page(api, lookup, path)
        found.users += logins
        found.next = path
        if found.users:
            known[lookup.name] = found
            ledger.keep()
    if not found.users:
        raise DownloadError(f"{lookup.path}: names nobody; {lookup.cure}")
    return found.users[:most]


def _page(api: Api, lookup: Lookup, path: str) -> tuple[list[str], str | None]:
    """Who is on a page of the list, and where the next one is; an empty page is the last."""
    try:
        page = api.page(path)
    except (NotThereError, ForbiddenError) as error:
        raise DownloadError(f"{error}; {lookup.cure}") from error
    logins = lookup.logins(page.body, path)
    return logins, page.next if logins else None


def listed(users: Iterable[str], file: Path | None) -> list[str]:
    """Who is named by options and, a line each, in a file; "#" begins a remark.

    Raises InputError where the file cannot be read or something is no login.
    """
    named = [checked(user, "--user") for user in users]
    for line in _lines(file) if file else ():
        login = line.partition("#")[0].strip()
        if login:
            named.append(checked(login, f"{file}"))
    return named


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(f"{file}: cannot be read ({said}); correct --users-file") from error


def checked(login: str, where: str) -> str:
    """The login; raises InputError if it cannot be one."""
    if not LOGIN.fullmatch(login):
        raise InputError(f"{login[:100]}: is no login of GitHub's; correct {where}")
    return login


def unique(logins: Iterable[str]) -> list[str]:
    """Each once, as written first; GitHub does not tell capitals from small letters."""
    first: dict[str, str] = {}
    for login in logins:
        first.setdefault(login.lower(), login)
    return list(first.values())
