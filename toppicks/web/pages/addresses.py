"""What addresses of pages say beside their path, and the way back from a form."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request, url_for
from werkzeug.datastructures import MultiDict

# As whom a page is looked at that is no person's own.
AS = "as"
# What just changed: a page says what holds of it now, whoever made the address.
CHANGED = "changed"
# What was said of it before: a rating, or one of these.
WAS, LIKED, HIDDEN = "was", "like", "hidden"

# A path of this site, and nothing else to any browser.
_OURS = re.compile(r"/(?![/\\])[!-\[\]-~]*\Z")
# Longer ones are none that a page of ours has, and servers refuse so long a header.
_LONGEST = 4_000
_PLACE = re.compile(r"[a-z0-9-]{1,40}\Z")


def back_to(address: str, changed: Iterable[str], place: str = "", was: str = "") -> str | None:
    """The page at this address, told what changed and what it was, at a place of it; None for an
    address that is none of ours.

    >>> back_to("/me?page=2&changed=1", ["a/b"], "picks", "4.5")
    '/me?page=2&changed=a%2Fb&was=4.5#picks'
    >>> back_to("//elsewhere.example", []), back_to("https://elsewhere.example", [])
    (None, None)
    """
    if len(address) > _LONGEST or not _OURS.match(address):
        return None
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [pair for pair in pairs if pair[0] not in {CHANGED, WAS}]
    query += [(CHANGED, item_id) for item_id in changed] + [(WAS, was)] * bool(was)
    told = urlencode(query)
    return parts.path + f"?{told}" * bool(told) + f"#{place}" * bool(_PLACE.match(place))


def here() -> str:
    """The address of the page that is asked for, without what just changed."""
    address = this_page()
    return back_to(address, []) or address.partition("?")[0]


def this_page(**other: object) -> str:
    """The address that is asked for, with other values of some of its parameters."""
    path = url_for(request.endpoint or "home.home", **(request.view_args or {}))
    query = MultiDict(request.args)
    for name, value in other.items():
        query.setlist(name, [str(value)])
    return path + f"?{urlencode(list(query.items(multi=True)))}" * bool(query)
