"""GitHub's API, asked one request at a time; the token goes to it and to nobody else."""

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import IO
from urllib.parse import SplitResult, urljoin, urlsplit

from data.github.waiting import GO_ON, RETRIES, UNSAID_SECONDS, Waiting, seconds_to_wait
from toppicks.errors import ConfigError, DownloadError, one_line, reason_of

PUBLIC = "https://api.github.com"
SILENCE_SECONDS = 30
GONE = {404, 410, 451}
LIMITED = {403, 429}
LOCAL = {"127.0.0.1", "::1", "localhost"}
LINK = re.compile(r"<([^>]*)>([^<]*)")
NEXT = re.compile(r""";\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)""")


class NotThereError(DownloadError):
    """GitHub does not have what was asked for, or does not show it to us."""


class ForbiddenError(DownloadError):
    """GitHub does not let us see what was asked for."""


@dataclass(frozen=True)
class Page:
    """The body of an answer, in JSON, and the address of the page that follows, if any does."""

    body: bytes
    next: str | None


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Message
    body: bytes
    url: str


@dataclass
class Api:
    """One that answers with lists, a page at a time.

    root: the address that paths are appended to. token: of whoever asks, or None; it never shows
    in a message. Raises ConfigError if `root` is no address to send it to.
    """

    root: str
    token: str | None = field(repr=False)
    waiting: Waiting
    _limit_ends: float = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(_SameOrigin(self._check_origin))
        self.root = self.root.rstrip("/")
        scheme, host, _ = _origin(self.root)
        if scheme not in {"http", "https"} or not host or "@" in self.root:
            raise ConfigError(f"{self.root}: is no address of an API; use --api https://HOST/...")
        if self.token and scheme == "http" and host not in LOCAL:
            raise ConfigError(
                f"{self.root}: the token would go there for all to read; use https with --api"
            )
        if self.token and not re.fullmatch(r"[\x21-\x7e]+", self.token):
            raise ConfigError(
                "GITHUB_TOKEN: holds what no token does, a space perhaps; copy it once more"
            )

    def page(self, path: str) -> Page:
        """What is at a path, or at the address that an earlier page named as the next.

        It waits for limits to end and tries again where a connection drops or the server fails.
        Raises NotThereError for 404, 410 and 451, ForbiddenError for a 403 that is no limit, and
        DownloadError for everything else that is no answer, in one line.
        """
        answer = self._patiently(urljoin(self.root + "/", path.removeprefix("/")))
        _check_status(answer, with_token=self.token is not None)
        return Page(answer.body, self._next_of(answer))

    def _patiently(self, url: str) -> _Answer:
        """The first answer that is neither a failure nor that the limit is reached."""
        failures = limited = 0
        while True:
            self._wait_for_the_limit()
            self.waiting.between_requests()
            try:
                answer = self._once(url)
            except _PassingError as error:
                failures += 1
                self.waiting.after_failure(failures, f"{url}: {error}")
                continue
            if not self._limits(answer, limited):
                return answer
            limited += 1
            if limited > RETRIES:
                raise DownloadError(f"{url}: GitHub answers no more; go on later, {GO_ON}")

    def _wait_for_the_limit(self) -> None:
        seconds = self._limit_ends - self.waiting.now()
        if seconds > 0:
            self.waiting.until_allowed(seconds)

    def _limits(self, answer: _Answer, before: int) -> bool:
        """Whether it only says that the limit is reached; remembers until when to wait.

        The last answer within a limit is an answer: it is the next request that waits. before: how
        many answers in a row have said it, which lengthens a wait that nobody tells us.
        """
        seconds = seconds_to_wait(answer.headers, self.waiting.now())
        limited = answer.status in LIMITED and (
            seconds is not None or answer.status == 429 or b"rate limit" in answer.body.lower()
        )
        if limited and seconds is None:
            seconds = UNSAID_SECONDS * 2**before
        if seconds is not None:
            self._limit_ends = self.waiting.now() + seconds
        return limited

    def _once(self, url: str) -> _Answer:
        """Raises _PassingError for what may be different in a second."""
        self._check_origin(url)
        request = urllib.request.Request(url, headers=self._headers())  # noqa: S310
        try:
            with self._opener.open(request, timeout=SILENCE_SECONDS) as response:
                return _Answer(
                    response.status, response.headers, response.read(), response.geturl()
                )
        except urllib.error.HTTPError as error:
            with error:
                return _failed(error, url)
        except (OSError, http.client.HTTPException) as error:
            raise _PassingError(f"the connection failed ({reason_of(error)})") from error
        except ValueError as error:
            raise DownloadError(f"{url}: cannot be asked for ({one_line(error)})") from error

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": "application/vnd.github.star+json",
            "User-Agent": "top-picks-github-stars",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    def _check_origin(self, url: str) -> None:
        """Raises DownloadError for an address elsewhere: nobody else is to see the token."""
        if _origin(url) != _origin(self.root):
            raise DownloadError(
                f"{url[:200]}: is not at {self.root}, but it was sent there for "
                "more; it is not asked, so that nobody else sees the token"
            )

    def _next_of(self, answer: _Answer) -> str | None:
        """Where `Link` says the next page is; raises DownloadError if that is elsewhere."""
        for target, parameters in LINK.findall(answer.headers.get("Link") or ""):
            if NEXT.search(parameters):
                url = str(urljoin(answer.url, target))
                self._check_origin(url)
                return url
        return None


class _PassingError(Exception):
    """A connection that dropped, or a server that failed."""


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows a redirect (somebody has another name now) where the token may go, and nowhere else:
    urllib would send it along.
    """

    def __init__(self, check_origin: Callable[[str], None]) -> None:
        self._check_origin = check_origin

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        try:
            self._check_origin(newurl)
        except DownloadError:
            fp.close()
            raise
        # The parent's stub wants the class that http.client gives.
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _failed(error: urllib.error.HTTPError, url: str) -> _Answer:
    """An answer that is no page; raises _PassingError for 5xx."""
    if error.code >= 500:
        raise _PassingError(f"the server fails ({error.code})")
    return _Answer(error.code, error.headers, error.read(1 << 16), url)


def _check_status(answer: _Answer, with_token: bool) -> None:
    """Raises the error that a status of 300 and above stands for."""
    where, status = urlsplit(answer.url).path, answer.status
    if status < 300:
        return
    if status == 401:
        said = "does not accept the token in GITHUB_TOKEN" if with_token else "wants a token"
        raise DownloadError(
            f"GitHub {said} (401); make one at https://github.com/settings/tokens, without any "
            "scope, and set GITHUB_TOKEN to it"
        )
    if status in GONE:
        raise NotThereError(f"{where}: is not there ({status})")
    if status == 403:
        raise ForbiddenError(f"{where}: GitHub does not show it to us (403)")
    raise DownloadError(f"{where}: GitHub answers {status}; go on later, {GO_ON}")


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, the usual port if none is named; of no address, empty ones."""
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        return parts.scheme, parts.hostname or "", port
    except ValueError:
        return "", "", None
