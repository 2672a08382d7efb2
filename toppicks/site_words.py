"""What a site is called and how it speaks of its items: words that come from the data."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

# rating:   an opinion on a scale.        count:    how often (heard 12 times).
# event:    what kind of thing was done.  presence: merely that something was done.
Feedback = Literal["rating", "count", "event", "presence"]

NAME = "Top Picks"
LONGEST_TEXT = 60
MOST_FACTS = 4
# A policy header that names more of them is refused by proxies.
MOST_IMAGE_HOSTS = 20
LONGEST_URL = 2_000
IMAGE_FIELD = "image_url"

_HOST = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
_ORIGIN = re.compile(rf"https?://(?=[^:]{{1,253}}(?::|\Z))({_HOST})(?::([1-9][0-9]{{0,4}}))?\Z")
_URL = re.compile(r"(https?://[^/?#]+)(?:[/?#][^\s\\\"'<>]*)?\Z", re.IGNORECASE)
_YEAR_WORDS = frozenset({"year", "released", "published", "founded", "vintage"})
# Categories of characters that no name needs: control characters, halves of one, line breaks.
_UNWANTED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True)
class SiteWords:
    """How the site speaks; checked when it is made, so nothing in it can do harm in a page.

    one, many:   what an item is called, and several: "film", "films".
    name:        of the site.
    feedback:    what kind of thing is known of people.
    facts:       fields that a card shows, in this order; at most four.
    labels:      field -> what people call it: "stargazers" -> "stars".
    image_hosts: origins (`https://host` or `https://host:port`) that pictures of items come from;
                 the site's policy lets a browser ask these, and no others.

    Raises ValueError where a part is of a wrong kind, too long, or no origin.
    """

    one: str
    many: str
    name: str = NAME
    feedback: Feedback = "rating"
    facts: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    image_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part in ("one", "many", "name"):
            _check(is_name(getattr(self, part)), part, getattr(self, part))
        _check(self.feedback in get_args(Feedback), "feedback", self.feedback)
        distinct = len(set(self.facts)) == len(self.facts) <= MOST_FACTS
        _check(distinct and _are_texts(self.facts), "facts", self.facts)
        labelled = _are_texts(self.labels) and all(map(is_name, self.labels.values()))
        _check(labelled, "labels", self.labels)
        few = len(self.image_hosts) <= MOST_IMAGE_HOSTS
        _check(few and all(map(is_origin, self.image_hosts)), "image_hosts", self.image_hosts)

    def label(self, name: str) -> str:
        """What people call a field."""
        return self.labels.get(name) or name.replace("_", " ").strip() or name

    def to_plain(self) -> dict[str, Any]:
        """Plain values, as an artifact's header holds them."""
        return {
            **{one.name: getattr(self, one.name) for one in fields(self)},
            "facts": list(self.facts),
            "labels": dict(self.labels),
            "image_hosts": list(self.image_hosts),
        }


def is_name(text: object) -> bool:
    """Whether it can name something: 1 to 60 characters on one line, not all of them spaces.

    No control characters, and none that turn the text around it from right to left; letters that
    run so by themselves are welcome.
    """
    return (
        isinstance(text, str)
        and 0 < len(text.strip()) <= len(text) <= LONGEST_TEXT
        and not any(unicodedata.category(char) in _UNWANTED or turns_text(char) for char in text)
    )


def turns_text(char: str) -> bool:
    """Whether it is a mark that sets the direction of the text after it, such as U+202E."""
    return unicodedata.bidirectional(char) in _TURNING


def is_origin(text: object) -> bool:
    """Whether it is `http(s)://host` with or without a port, and nothing else.

    Lower case, no wildcard, no user, no path: what may stand in a policy header as it is.
    """
    found = _ORIGIN.match(text) if isinstance(text, str) else None
    return found is not None and int(found[2] or 0) <= 65_535


def image_origin(url: object) -> str | None:
    """The origin that a picture's address is of; None where the address is not well-formed.

    >>> image_origin("https://Covers.example:8080/a b.jpg"), image_origin("javascript:alert(1)")
    (None, None)
    >>> image_origin("https://Covers.example:8080/1.jpg?size=2")
    'https://covers.example:8080'
    """
    if not isinstance(url, str) or len(url) > LONGEST_URL or not url.isprintable():
        return None
    found = _URL.match(url)
    origin = found[1].lower() if found else None
    return origin if is_origin(origin) else None


def is_year_like(name: str, values: Sequence[Any]) -> bool:
    """Whether the numbers of a field are years, which are written without a separator.

    values: those that are known.
    """
    words = set(re.findall(r"[a-z]+", name.casefold()))
    return bool(words & _YEAR_WORDS) and all(
        isinstance(value, int) and abs(value) < 10_000 for value in values
    )


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _check(fits: bool, part: str, value: object) -> None:
    if not fits:
        raise ValueError(f"{part} is {str(value)[:80]!r}")
