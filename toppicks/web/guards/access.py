"""Who may ask for what.

    key set   every call of the API needs it; the site's own pages never look at it
    demo      anybody may look at the site as any person of the data, and, without a key, write
    neither   the catalogue and picks for a history in the body are open, people are closed

Visitors are nobody's to look at but their own: an id in an address never leads to one, unless the
API's key was shown. What is answered then is 404, not 403: the answer is the same whether or not
such a visitor exists, and it says nothing of how to ask better.
"""

import hmac
from http import HTTPStatus
from typing import Literal

from flask import request

from toppicks.web.problems import Problem
from toppicks.web.site import House

# open: the catalogue.   people: somebody's data is read.   write: anything is changed.
Access = Literal["open", "people", "write"]

# No id of the data that begins so can be asked for by address, the visitors' own or not.
VISITOR = "~"

_CLOSED = {
    "people": "People's data needs a key",
    "write": "Writing needs a key",
}


def need(access: Access) -> None:
    """Let a call of the API pass, or raise Problem 401 or 403."""
    settings = House.current().settings
    if settings.api_key is not None:
        _need_key(settings.api_key)
    elif access != "open" and not settings.demo:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"{_CLOSED[access]}: set TOPPICKS_API_KEY and send it, or start in demo mode with "
            "TOPPICKS_DEMO=1.",
        )


def need_person(user_id: str, access: Access) -> None:
    """As `need`, for what the API has of one person; 404 for a visitor unless the key was shown."""
    need(access)
    if is_visitor(user_id) and not may_see_visitors():
        raise _nobody()


def need_demo() -> None:
    """People's pages are open in demo mode alone."""
    if not House.current().settings.demo:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "People's pages are private; they can be looked at in demo mode only "
            "(TOPPICKS_DEMO=1).",
        )


def need_page_of(user_id: str) -> None:
    """People's pages, in demo mode; 404 for a visitor, who has `/me`."""
    need_demo()
    if is_visitor(user_id):
        raise _nobody()


def may_write_pages() -> bool:
    """Whether forms on people's pages may be sent: only where the API lets anybody write too."""
    settings = House.current().settings
    return settings.demo and settings.api_key is None


def is_visitor(user_id: str) -> bool:
    """Whether an id, in NFC, is one that a visitor may have been given."""
    return user_id.startswith(VISITOR)


def may_see_visitors() -> bool:
    """Whether this call of the API may read and write visitors: after `need`, with a key set."""
    return House.current().settings.api_key is not None


def shows_key(authorization: str, key: str) -> bool:
    """Whether a header, as it was sent, shows the key."""
    scheme, _, sent = authorization.partition(" ")
    # WSGI hands headers over as Latin-1, whatever they were written in. Compared in a time that
    # does not tell how much of it is right.
    right = hmac.compare_digest(sent.strip().encode("latin-1", "replace"), key.encode())
    return right and scheme.lower() == "bearer"


def _need_key(key: str) -> None:
    if not shows_key(request.headers.get("Authorization", ""), key):
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "The key is missing or wrong; send the header Authorization: Bearer KEY.",
            headers={"WWW-Authenticate": "Bearer"},
        )


def _nobody() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "There is nobody to be found at this address.")
