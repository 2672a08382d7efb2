"""What things are called: from the names in the caller's files, or from a `site.toml`."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toppicks.english import plural, singular
from toppicks.errors import InputError
from toppicks.ingest.toml import read_toml, shown
from toppicks.site_words import (
    IMAGE_FIELD,
    LONGEST_TEXT,
    MOST_FACTS,
    MOST_IMAGE_HOSTS,
    NAME,
    Feedback,
    SiteWords,
    image_origin,
    is_name,
    is_year_like,
)

NOUNS = ("item", "items")
FILM_FACTS = ("year", "mpaa", "runtime")
KNOWN_LABELS = {"mpaa": "MPAA"}
# Of facts that nobody has named: more would not fit on a card, and longer ones neither.
FACTS_DERIVED, LONGEST_FACT = 3, 16
MOST_CATEGORIES = 300

# What stands beside the noun in a column's name: `artist_name`, `trackUri`.
_BESIDE = frozenset({
    "id", "ids", "name", "title", "key", "code", "no", "nr", "number", "num", "uri", "url", "uuid",
    "guid", "slug", "idx", "full",
})  # fmt: skip
# Names that say nothing of what an item is, of columns and of files.
_GENERIC = frozenset({
    "item", "iid", "sku", "asin", "ean", "gtin", "thing", "object", "entity", "target", "content",
    "value", "column", "field", "index", "user", "customer", "person", "member", "rating", "review",
    "interaction", "datum", "data", "event", "train", "test", "log", "export", "import", "order",
    "sale", "transaction", "purchase", "like", "star", "play", "click", "view", "visit", "listen",
    "checkin", "feedback", "history", "score", "input", "output", "dump", "sample", "file", "table",
    "record", "row", "all", "raw", "clean", "cleaned", "small", "large", "latest", "new", "old",
    "final", "csv", "dataset", "catalog", "catalogue", "metadata", "meta", "people", "activity",
    "behavior", "behaviour", "example", "action", "count", "vote", "preference", "favorite",
    "favourite", "movielens", "lastfm", "netflix", "gowalla", "amazon", "yelp", "steam", "kaggle",
    "goodreads", "mine", "part", "valid", "validation", "split", "stdin", "tmp", "temp", "download",
})  # fmt: skip
_ALIASES = {"isbn": "book"}
# "movieid" has no joint, and "android" no id.
_GLUED = re.compile(
    r"(album|anime|app|article|artist|beer|book|course|film|game|hotel|item|joke|movie|news|place"
    r"|podcast|product|recipe|repo|restaurant|show|song|track|user|venue|video|wine)s?ids?"
)
_NOT_FACTS = frozenset({
    "id", "ids", "uid", "lat", "latitude", "lon", "lng", "longitude", "timestamp", "epoch", "unix",
    "isbn", "isbn13", "isbn10", "ean", "zip", "phone",
})  # fmt: skip


@dataclass(frozen=True)
class SiteSettings:
    """What a `site.toml` says; None where it says nothing.

    path: the file, to be named where something in it does not fit the data.
    """

    path: Path
    name: str | None = None
    one: str | None = None
    many: str | None = None
    facts: tuple[str, ...] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def nouns_of(item_column: str | None, *paths: Path) -> tuple[str, str]:
    """What one item and several are called, by the column that holds them, else by a file's name.

    The first that says something counts: `movieId` gives a movie and movies, and where the column
    is `item`, `candy.csv` gives a candy and candies. Where nothing does: item, items.

    >>> nouns_of("artist_name", Path("plays.csv")), nouns_of("item", Path("films.csv.gz"))
    (('artist', 'artists'), ('film', 'films'))
    """
    of_column = _noun(_words_of(item_column or "", _BESIDE), most_words=2)
    of_files = (_noun(_words_of(path.name.partition(".")[0]), most_words=1) for path in paths)
    one = next((noun for noun in (of_column, *of_files) if noun), None)
    return (one, plural(one)) if one else NOUNS


def _words_of(name: str, beside: frozenset[str] = frozenset()) -> list[str]:
    """The words of `movieId`, `movie_id`, `MovieID` and `movieid`, less those of `beside`."""
    if _GLUED.fullmatch(name.casefold()):
        name = re.sub(r"ids?$", "", name, flags=re.IGNORECASE)
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\s_.:-]+", parted.casefold()) if word not in beside | {""}]


def _noun(words: Sequence[str], most_words: int) -> str | None:
    if not 0 < len(words) <= most_words:
        return None
    words = [*words[:-1], singular(_ALIASES.get(words[-1], words[-1]))]
    plain = all(word.isalpha() and len(word) > 1 and word not in _GENERIC for word in words)
    noun = " ".join(words)
    return noun if plain and 2 < len(noun) <= LONGEST_TEXT // 2 else None


def read_site(path: Path) -> SiteSettings:
    """Read a TOML file that names things: `name`, `one`, `many`, `facts` and `labels`.

    All of them may be left out. Raises InputError, one line, for anything else in it, for a value
    of a wrong kind, and for a file that cannot be read.
    """
    table = read_toml(path, _KEYS)
    for key, value in table.items():
        expected, fits = _KEYS[key]
        if not fits(value):
            raise InputError(f"{path}: {key} is {shown(value)}; expected {expected}; mend it")
    return SiteSettings(
        path=path,
        name=table.get("name"),
        one=table.get("one"),
        many=table.get("many"),
        facts=tuple(table["facts"]) if "facts" in table else None,
        labels=table.get("labels", {}),
    )


def _are_facts(value: object) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return False
    return len(set(value)) == len(value) <= MOST_FACTS


def _are_labels(value: object) -> bool:
    return isinstance(value, dict) and all(map(is_name, value.values()))


_NAME_RULE = f"a text in quotes of 1 to {LONGEST_TEXT} characters on one line"
# Each key, what it may be, and whether it is.
_KEYS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "name": (_NAME_RULE, is_name),
    "one": (_NAME_RULE, is_name),
    "many": (_NAME_RULE, is_name),
    "facts": (f"a list of at most {MOST_FACTS} different names of columns", _are_facts),
    "labels": (f"a table that has {_NAME_RULE} for each column", _are_labels),
}


def site_words(
    nouns: tuple[str, str],
    fields: Mapping[str, Sequence[Any]],
    feedback: Feedback,
    settings: SiteSettings | None = None,
) -> SiteWords:
    """What the caller says, and for what they leave unsaid what the data suggests.

    nouns:  of the data, as `nouns_of` finds them.
    fields: item metadata, column name -> one value for each item.

    Raises InputError where the settings name a column that the items do not have.
    """
    said = settings or SiteSettings(Path())
    _check_columns(said, fields)
    one, many = _nouns(said, nouns)
    return SiteWords(
        one=one,
        many=many,
        name=said.name or NAME,
        feedback=feedback,
        facts=derived_facts(fields) if said.facts is None else said.facts,
        labels={key: KNOWN_LABELS[key] for key in KNOWN_LABELS if key in fields}
        | dict(said.labels),
        image_hosts=_image_hosts(fields.get(IMAGE_FIELD, ())),
    )


def _check_columns(said: SiteSettings, fields: Mapping[str, Sequence[Any]]) -> None:
    for key, names in (("facts", said.facts or ()), ("labels", said.labels)):
        for name in names:
            if name not in fields:
                known = ", ".join(map(shown, fields)) or "none"
                raise InputError(
                    f"{said.path}: {key} names {shown(name)}; expected columns of the items "
                    f"({known}); remove it, or name the items' file with --items"
                )


def _nouns(said: SiteSettings, derived: tuple[str, str]) -> tuple[str, str]:
    """Of one noun that is given, the other follows."""
    if said.one is None and said.many is None:
        return derived
    one = said.one or singular(said.many or "")
    many = said.many or plural(one)
    # A plural may be a letter too long for a name.
    return one, many if is_name(many) else one


def derived_facts(fields: Mapping[str, Sequence[Any]]) -> tuple[str, ...]:
    """Which fields a card shows: year, MPAA rating and minutes of films; else a few short ones.

    Those are numbers and categories that most items have; a year comes first.
    """
    if "mpaa" in fields or "runtime" in fields:
        return tuple(name for name in FILM_FACTS if name in fields)
    short = [name for name, values in fields.items() if _is_short_fact(name, values)]
    short.sort(key=lambda name: not is_year_like(name, _known(fields[name])))
    return tuple(short[:FACTS_DERIVED])


def _is_short_fact(name: str, values: Sequence[Any]) -> bool:
    known = _known(values)
    words = set(_words_of(name))
    if name in {"title", IMAGE_FIELD} or words & _NOT_FACTS or 2 * len(known) < len(values):
        return False
    if any(isinstance(value, bool | list) for value in known):
        return False
    different = len(set(known))
    if all(isinstance(value, int | float) for value in known):
        return different > 2  # two values, such as 0 and 1, are a yes and a no
    categories = 1 < different <= min(MOST_CATEGORIES, max(2, len(known) // 2))
    return categories and all(_is_short(value) for value in known)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_FACT and "://" not in value


def _known(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value not in (None, [], "")]


def _image_hosts(urls: Sequence[Any]) -> tuple[str, ...]:
    """The origins of the pictures, those of most of them first; those of a few may be left out."""
    counts = Counter(origin for url in urls if (origin := image_origin(url)))
    return tuple(origin for origin, _ in counts.most_common(MOST_IMAGE_HOSTS))
