"""What each status means in this API, once for the description and for the reader."""

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Meaning:
    """Of an error's status.

    name:   of its part in the description.   when: it is answered.
    detail: as an example.                    header: that comes with it, and what that says.
    """

    name: str
    when: str
    detail: str
    header: tuple[str, str] | None = None


_RETRY = ("Retry-After", "Seconds after which the same request may be sent again.")
MEANINGS = {
    HTTPStatus.BAD_REQUEST: Meaning(
        "NotJson", "The body is not JSON.", "The body is not JSON: unexpected end of data."
    ),
    HTTPStatus.UNAUTHORIZED: Meaning(
        "NoKey",
        "The key is missing or wrong.",
        "The key is missing or wrong; send the header Authorization: Bearer KEY.",
        ("WWW-Authenticate", "`Bearer`."),
    ),
    HTTPStatus.FORBIDDEN: Meaning(
        "NotAllowed",
        "This site has no key, and is not in demo mode: people's data and writes are closed.",
        "People's data needs a key: set TOPPICKS_API_KEY and send it.",
    ),
    HTTPStatus.NOT_FOUND: Meaning(
        "NotFound", "There is no such item.", "There is no item with the id '0'."
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Meaning(
        "WrongMethod",
        "The path knows other methods.",
        "POST is not allowed here; expected GET, HEAD, OPTIONS.",
        ("Allow", "The methods that it knows."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Meaning(
        "TooLarge", "The body is larger than a mebibyte.", "Expected at most 1,048,576 bytes."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Meaning(
        "WrongType",
        "The body is not said to be JSON, or is compressed.",
        "Content-Type is 'text/plain'; expected application/json.",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Meaning(
        "WrongValue",
        "A value in path, query or body is wrong; `errors` names every one.",
        "n is '101': expected at most 100",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Meaning(
        "TooMany", "Too many requests in a short time.", "Expected at most 120 a minute.", _RETRY
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Meaning(
        "OurFault",
        "Something went wrong on our side.",
        "Something went wrong on our side; it has been written down.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Meaning(
        "Resting",
        "The database is away, so nothing can be kept; reading goes on.",
        "Live data is resting; try again.",
        _RETRY,
    ),
}
