"""The bundled films: the script that turned their titles, and the files it made."""

import csv
import gzip
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "data" / "movies"
RATINGS, FILMS = FOLDER / "ratings.csv.gz", FOLDER / "films.csv.gz"

Row = dict[str, str]


def _script() -> ModuleType:
    """Import the script by its path: it is run once and belongs to no package."""
    spec = importlib.util.spec_from_file_location("make_films", FOLDER / "make_films.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


make_films = _script()


def _rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ratings() -> list[Row]:
    return _rows(RATINGS)


@pytest.fixture(scope="module")
def films() -> list[Row]:
    return _rows(FILMS)


@pytest.mark.parametrize(
    ("sorted_title", "title"),
    [
        ("Godfather, The", "The Godfather"),
        ("Beautiful Mind, A", "A Beautiful Mind"),
        ("American in Paris, An", "An American in Paris"),
        ("Hip Hop Witch, Da", "Da Hip Hop Witch"),
        ("Valachi Papers,The", "The Valachi Papers"),
        ("Blind Side, The ", "The Blind Side"),
        ("Misérables, Les", "Les Misérables"),
        ("Hate (Haine, La)", "Hate (La Haine)"),
        ("Avventura, L' (Adventure, The)", "L'Avventura (The Adventure)"),
        ("Golden Age, The (Âge d'Or, L')", "The Golden Age (L'Âge d'Or)"),
        ("Vitelloni, I (a.k.a. X)", "I Vitelloni (a.k.a. X)"),
        ("Fly, The (Légy, A)", "The Fly (A Légy)"),
        (
            "Bothersome Man, The (Brysomme mannen, Den)",
            "The Bothersome Man (Den Brysomme mannen)",
        ),
        (
            "City of Lost Children, The (Cité des enfants perdus, La)",
            "The City of Lost Children (La Cité des enfants perdus)",
        ),
        (
            "Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il)",
            "The Good, the Bad and the Ugly (Il Buono, il brutto, il cattivo)",
        ),
        (
            "Pom Poko (a.k.a. Raccoon War, The) (Heisei tanuki gassen pompoko)",
            "Pom Poko (a.k.a. The Raccoon War) (Heisei tanuki gassen pompoko)",
        ),
        (
            "Human Centipede II (Full Sequence), The",
            "The Human Centipede II (Full Sequence)",
        ),
        (
            "Librarian, The: The Curse of the Judas Chalice",
            "The Librarian: The Curse of the Judas Chalice",
        ),
        ("Man Escaped, A (Un  condamné à mort)", "A Man Escaped (Un condamné à mort)"),
        ("Seven (a.k.a. Se7en)", "Seven (a.k.a. Se7en)"),
    ],
)
def test_articles_come_first(sorted_title: str, title: str) -> None:
    assert make_films.turned_title(sorted_title) == title


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Paris, Texas",
        "Corrina, Corrina",
        "I, Robot",
        "Monsters, Inc.",
        "Steamboat Bill, Jr.",
        "People, Places, Things",
        "Lust, Caution (Se, jie)",
        "Spider Baby or, The Maddest Story Ever Told (Spider Baby)",
        "(500) Days of Summer",
        "Frontière(s)",
        "Babies (Bébé(s))",
        "To Have, or Not (En avoir (ou pas))",
        "Evangelion: 3.0 You Can (Not) Redo",
        "20,000 Leagues Under the Sea",
        "The Golden Voyage of Sinbad",
        "Unbalanced) (bracket",
    ],
)
def test_other_titles_stay_as_they_are(title: str) -> None:
    assert make_films.turned_title(title) == title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "AMELIE"),
        ("Røde kapel", "Rode Kapel"),
        ("Oscar & Lucinda", "Oscar and Lucinda"),
        ("Spider-Man", "Spider Man"),
        ("M*A*S*H", "MASH"),
    ],
)
def test_spellings_of_a_name_share_a_key(one: str, other: str) -> None:
    assert make_films.title_key(one) == make_films.title_key(other)


def test_a_name_of_signs_alone_has_a_key_of_its_own() -> None:
    assert make_films.title_key("$") != make_films.title_key("?")


def _joined_runtimes(title: str, year: int | None, *entries: object) -> list[int]:
    film = make_films.Film(1, title, year, "")
    joined = make_films.joined_entries([film], make_films.ImdbTitles(entries))
    return [entry.runtime for entry in joined.values()]


def _entry(title: str, year: int, runtime: int, votes: int = 9, *, short: bool = False) -> object:
    return make_films.ImdbEntry(title, year, runtime, "", votes, short)


def test_a_film_is_joined_by_any_of_its_titles() -> None:
    entry = _entry("Postino, Il", 1994, 108)
    assert _joined_runtimes("Postman, The (Postino, Il)", 1994, entry) == [108]


def test_of_several_of_its_year_the_one_with_most_votes_is_joined() -> None:
    entries = _entry("Tunnel, The", 2001, 35, 44), _entry("Tunnel, Der", 2001, 188, 446)
    assert _joined_runtimes("Tunnel, The (Tunnel, Der)", 2001, *entries) == [188]


def test_a_year_or_an_article_away_is_joined_if_it_is_the_only_one() -> None:
    assert _joined_runtimes("Fargo", 1996, _entry("Fargo", 1995, 98)) == [98]
    assert _joined_runtimes("Fargo", 1996, _entry("Fargo, The", 1996, 98)) == [98]
    two = _entry("Fargo", 1995, 98), _entry("Fargo", 1997, 69)
    assert _joined_runtimes("Fargo", 1996, *two) == []


def test_what_may_be_another_film_is_not_joined() -> None:
    assert _joined_runtimes("Fargo", 1996, _entry("Fargo", 1994, 98)) == []
    assert _joined_runtimes("Fargo", None, _entry("Fargo", 1996, 98)) == []
    assert _joined_runtimes("Spiral", 2000, _entry("Spiral", 1999, 18, short=True)) == []


def test_an_entry_of_a_film_of_its_year_is_not_given_to_its_remake() -> None:
    films = [make_films.Film(i, "Fargo", year, "") for i, year in ((1, 1996), (2, 1997))]
    titles = make_films.ImdbTitles([_entry("Fargo", 1996, 98)])
    assert list(make_films.joined_entries(films, titles)) == [1]


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv.gz", tmp_path / "other.csv.gz"
    make_films.write_table(one, ("item", "title"), [("1", "Seven, eight")])
    make_films.write_table(other, ("item", "title"), [("1", "Seven, eight")])
    assert one.read_bytes() == other.read_bytes()
    assert one.read_bytes()[4:8] == bytes(4)  # where gzip would put the time
    assert _rows(one) == [{"item": "1", "title": "Seven, eight"}]


def test_the_files_hold_all_rows_in_order(ratings: list[Row], films: list[Row]) -> None:
    assert len(ratings) == 100_004
    assert len({row["user"] for row in ratings}) == 671
    assert list(ratings[0]) == ["user", "item", "rating", "timestamp"]
    order = [(int(r["user"]), int(r["timestamp"]), int(r["item"])) for r in ratings]
    assert order == sorted(order)
    assert len(films) == 9_066
    assert list(films[0]) == ["item", "title", "year", "genres", "runtime", "mpaa"]


def test_film_ids_are_unique_and_sorted_as_numbers(films: list[Row]) -> None:
    items = [int(row["item"]) for row in films]
    assert items == sorted(set(items))


def test_rated_films_are_the_films(ratings: list[Row], films: list[Row]) -> None:
    assert {row["item"] for row in ratings} == {row["item"] for row in films}


def test_nobody_rated_a_film_twice(ratings: list[Row]) -> None:
    assert len({(row["user"], row["item"]) for row in ratings}) == len(ratings)


def test_ratings_are_half_stars(ratings: list[Row]) -> None:
    stars = {row["rating"] for row in ratings}
    assert stars == {str(half / 2) for half in range(1, 11)}


def test_titles_are_turned_and_clean(films: list[Row]) -> None:
    for title in (row["title"] for row in films):
        assert not title.endswith((", The", ", A", ", An"))
        assert ", The)" not in title
        assert title == " ".join(title.split())
        assert make_films.turned_title(title) == title


def test_missing_values_are_empty(ratings: list[Row], films: list[Row]) -> None:
    words = {"none", "nan", "null", "na", "<na>", "(no genres listed)"}
    for row in (*ratings, *films):
        assert not words & {value.lower() for value in row.values()}
    assert sum(not row["title"] for row in films) == 5
    assert all(row["item"] for row in films)


def test_facts_are_in_range(films: list[Row]) -> None:
    assert {row["mpaa"] for row in films} == {"", "PG", "PG-13", "R", "NC-17"}
    assert all(1900 < int(row["year"]) < 2017 for row in films if row["year"])
    assert all(0 < int(row["runtime"]) < 600 for row in films if row["runtime"])
    assert all(row["runtime"] for row in films if row["mpaa"])


def test_the_readme_says_how_much_is_filled_in(films: list[Row]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    filled = Counter(name for row in films for name, value in row.items() if value)
    for name in ("title", "year", "genres", "runtime", "mpaa"):
        share = f"{filled[name]:,} ({filled[name] / len(films):.1%})".replace("%", " %")
        line = next(x for x in readme.splitlines() if x.startswith(f"| films | `{name}`"))
        assert share in line


def test_the_files_are_small() -> None:
    assert RATINGS.stat().st_size + FILMS.stat().st_size < 1_300_000
