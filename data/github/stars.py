"""What GitHub says of stars and of people, and the rows that stars become."""

import re
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from toppicks.errors import DownloadError

COLUMNS = ("user", "repo", "starred_at", "description", "language", "topics", "stargazers")
# Line ends among them: a row of ours is one line, whatever somebody wrote in a description.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Repo(BaseModel):
    """A repository, as far as the rows tell of it."""

    full_name: str
    description: str | None = None
    language: str | None = None
    topics: list[str] | None = None
    stargazers_count: int | None = None


class Star(BaseModel):
    """That somebody starred a repository, and when; of one that was deleted there is nothing."""

    starred_at: str | None = None
    repo: Repo | None = None


class Person(BaseModel):
    """Somebody on GitHub."""

    login: str


class Stargazer(BaseModel):
    """Somebody who starred a repository; nobody where the account was deleted."""

    user: Person | None = None


Entry = TypeVar("Entry", bound=BaseModel)


def entries(kind: type[Entry], body: bytes, path: str) -> list[Entry]:
    """The list in the body of an answer, each of one kind; raises DownloadError if it is none."""
    try:
        return TypeAdapter(list[kind]).validate_json(body)  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise DownloadError(
            f"{path}: is not what GitHub's API gives ({where} {first['msg']}); look at --api, or "
            "try again later"
        ) from error


def rows(user: str, stars: Iterable[Star]) -> list[list[str]]:
    """A row of `COLUMNS` for each star of a repository that is still there; empty if not known."""
    return [_row(user, star.repo, star.starred_at) for star in stars if star.repo]


def _row(user: str, repo: Repo, starred_at: str | None) -> list[str]:
    count = "" if repo.stargazers_count is None else str(repo.stargazers_count)
    texts = (repo.full_name, starred_at, repo.description, repo.language)
    topics = "|".join(topic.replace("|", " ") for topic in repo.topics or ())
    return [user, *map(one_line_of, texts), one_line_of(topics), count]


def one_line_of(text: str | None) -> str:
    """The text with single spaces and neither line ends nor control characters; "" for None."""
    return " ".join(CONTROL.sub(" ", text or "").split())
