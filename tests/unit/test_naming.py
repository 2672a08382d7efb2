"""What things are called: from the data's own names, or by a site.toml."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands import write
from toppicks.errors import InputError
from toppicks.ingest.naming import (
    SiteSettings,
    derived_facts,
    nouns_of,
    read_site,
    site_words,
)
from toppicks.site_words import MOST_IMAGE_HOSTS, SiteWords

REPOS: dict[str, list[Any]] = {
    "title": ["flask", "numpy", "pallets"],
    "language": ["Python", "Python", "C"],
    "stargazers": [68_000, 28_000, 1],
}


@pytest.mark.parametrize(
    ("column", "file", "nouns"),
    [
        ("movieId", "ratings.csv", ("movie", "movies")),
        ("movie_id", "ratings.csv", ("movie", "movies")),
        ("MovieID", "ratings.csv", ("movie", "movies")),
        ("movieid", "ratings.csv", ("movie", "movies")),
        ("Movie Title", "ratings.csv", ("movie", "movies")),
        ("repo", "stars.csv", ("repo", "repos")),
        ("repo_full_name", "stars.csv", ("repo", "repos")),
        ("artist", "plays.csv", ("artist", "artists")),
        ("product_ids", "x.csv", ("product", "products")),
        ("songs", "x.csv", ("song", "songs")),
        ("track_uri", "x.csv", ("track", "tracks")),
        ("candy", "x.csv", ("candy", "candies")),
        ("boardGameId", "x.csv", ("board game", "board games")),
        ("ISBN", "x.csv", ("book", "books")),
        ("android", "x.csv", ("android", "androids")),
        ("película", "x.csv", ("película", "películas")),
        ("item", "candy.csv", ("candy", "candies")),
        ("item_id", "movies.csv.gz", ("movie", "movies")),
        ("itemid", "/data/Songs.parquet", ("song", "songs")),
        (None, "dishes.tsv", ("dish", "dishes")),
        ("asin", "series.jsonl", ("series", "series")),
        ("parent_asin", "boxes.csv", ("box", "boxes")),
        ("title", "people.csv", ("item", "items")),
        ("sku", "sales.csv", ("item", "items")),
        ("id", "train.csv", ("item", "items")),
        ("name", "user_artists.dat", ("item", "items")),
        ("item", "candy2.csv", ("item", "items")),
        ("iid", "u.data", ("item", "items")),
        ("<b>", "<i>.csv", ("item", "items")),
        ("", "", ("item", "items")),
        ("a" * 300, "b" * 300 + ".csv", ("item", "items")),
    ],
)
def test_nouns_come_from_the_column_or_the_file(
    column: str | None, file: str, nouns: tuple[str, str]
) -> None:
    assert nouns_of(column, Path(file)) == nouns


@pytest.mark.parametrize(
    "stem", ["ratings", "reviews", "interactions", "data", "events", "train", "log", "exports",
             "users", "sales", "orders", "test", "purchases", "views", "listens"]
)  # fmt: skip
def test_a_file_of_what_was_done_names_no_item(stem: str) -> None:
    assert nouns_of(None, Path(f"{stem}.csv")) == ("item", "items")


def test_the_first_file_that_says_something_counts() -> None:
    paths = Path("ratings.csv"), Path("films.csv.gz"), Path("books.csv")
    assert nouns_of("item", *paths) == ("film", "films")


def test_a_site_file_names_things(tmp_path: Path) -> None:
    path = write(
        tmp_path / "site.toml",
        '\ufeffname = "Star Gazer"\none = "repo"\nmany = "répos"\nfacts = ["language"]\n'
        '[labels]\nstargazers = "stars"\n"two words" = "words"\n',
    )
    assert read_site(path) == SiteSettings(
        path=path,
        name="Star Gazer",
        one="repo",
        many="répos",
        facts=("language",),
        labels={"stargazers": "stars", "two words": "words"},
    )
    assert read_site(write(tmp_path / "empty.toml", "")) == SiteSettings(tmp_path / "empty.toml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file; name a TOML file with name, one, many, facts, labels"),
        ("nmae = 'x'", "has the key 'nmae'; expected name, one, many, facts, labels; remove it"),
        ("'a\\nb' = 'x'", r"has the key 'a\\nb'; expected"),
        ("name = 7", "name is 7; expected a text in quotes of 1 to 60 characters on one line"),
        ("one = ''", "one is ''; expected a text"),
        ("one = '   '", "one is '   '; expected a text"),
        ("many = ['a']", "many is ['a']; expected a text"),
        (f"name = '{'x' * 61}'", "name is 'xxx"),
        ('name = "a\\nb"', r"name is 'a\nb'; expected a text"),
        ('name = "a\\u0007"', r"name is 'a\x07'; expected a text"),
        ('name = "a\\u202Eb"', r"name is 'a\u202eb'; expected a text"),
        ("facts = 'year'", "facts is 'year'; expected a list of at most 4 different names"),
        ("facts = ['a', 7]", "facts is ['a', 7]; expected a list"),
        ("facts = ['a', 'a']", "facts is ['a', 'a']; expected a list"),
        ("facts = ['a','b','c','d','e']", "facts is ['a', 'b', 'c', 'd', 'e']; expected a list"),
        ("labels = 'x'", "labels is 'x'; expected a table"),
        ("[labels]\na = 7", "labels is {'a': 7}; expected a table"),
        ("[labels]\na = ''", "labels is {'a': ''}; expected a table"),
        ("[labels.a]\nb = 'c'", "labels is {'a': {'b': 'c'}}; expected a table"),
        ("name = ", "is no TOML (Invalid value (at end of document)); mend that"),
        ("name = 'a'\nname = 'b'", "is no TOML (Cannot overwrite a value"),
        ("name", "is no TOML ("),
        ("x = " + "[" * 20_000, "is no TOML ("),
        ("name = 'é'".encode("latin-1"), "is not UTF-8; save the file as UTF-8"),
        ("#" * 70_000, "is larger than 64 KB"),
    ],
)  # fmt: skip
def test_a_wrong_site_file_is_one_line(
    tmp_path: Path, content: str | bytes | None, said: str
) -> None:
    path = tmp_path / "site.toml"
    if content is not None:
        write(path, content)
    with pytest.raises(InputError) as raised:
        read_site(path)
    text = str(raised.value)
    assert text.startswith(f"{path}: {said}")
    assert text.isprintable()
    assert len(text) < 400 + len(str(path))


def test_a_folder_is_no_site_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_site(tmp_path)


def test_the_data_suggests_what_the_caller_does_not_say() -> None:
    words = site_words(("repo", "repos"), REPOS, "presence")
    facts = ("language", "stargazers")
    assert words == SiteWords("repo", "repos", feedback="presence", facts=facts)


def test_the_caller_has_the_last_word() -> None:
    said = SiteSettings(
        Path("site.toml"), "Stars", "project", None, ("language",), {"stargazers": "stars"}
    )
    words = site_words(("repo", "repos"), REPOS, "count", said)
    assert (words.one, words.many, words.name) == ("project", "projects", "Stars")
    assert words.facts == ("language",)
    assert words.labels == {"stargazers": "stars"}
    assert site_words(("a", "b"), REPOS, "count", SiteSettings(Path(), many="boxes")).one == "box"
    assert site_words(("a", "b"), REPOS, "count", SiteSettings(Path(), facts=())).facts == ()


def test_a_noun_whose_plural_would_be_too_long_is_its_own() -> None:
    longest = "x" * 60
    assert site_words(("a", "b"), {}, "rating", SiteSettings(Path(), one=longest)).many == longest


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (SiteSettings(Path("site.toml"), facts=("stars",)), "facts"),
        (SiteSettings(Path("site.toml"), labels={"stars": "x"}), "labels"),
    ],
)
def test_a_fact_that_names_no_field_is_refused(said: SiteSettings, key: str) -> None:
    expected = (
        f"site.toml: {key} names 'stars'; expected columns of the items "
        "('title', 'language', 'stargazers'); remove it, or name the items' file with --items"
    )
    with pytest.raises(InputError) as raised:
        site_words(("repo", "repos"), REPOS, "rating", said)
    assert str(raised.value) == expected
    with pytest.raises(InputError, match=r"\(none\)"):
        site_words(("repo", "repos"), {}, "rating", said)


@pytest.mark.parametrize(
    ("fields", "facts"),
    [
        ({}, ()),
        ({"title": ["a"], "genres": [["x"]], "runtime": [90], "mpaa": [None], "year": [1990]},
         ("year", "mpaa", "runtime")),
        ({"runtime": [90, 80], "stars": [1, 2]}, ("runtime",)),
        ({"pages": [100, 200, 300], "lang": ["en", "en", "de"], "year": [1990, 1991, 1999]},
         ("year", "pages", "lang")),
        ({"a": [1, 2, 3], "b": [1, 2, 3], "c": [1, 2, 3], "d": [1, 2, 3]}, ("a", "b", "c")),
        ({"title": [1, 2, 3], "image_url": ["a", "a", "b"]}, ()),
        ({"about": ["a text that is too long to be a fact"] * 2 + ["x"]}, ()),
        ({"link": ["http://a.b", "http://a.b", "http://c"]}, ()),
        ({"brand": ["a", "b", "c", "d"]}, ()),  # names, all different
        ({"chocolate": [0, 1, 1, 0]}, ()),
        ({"same": ["x", "x", "x"]}, ()),
        ({"rare": [1, 2, 3, None, None, None, None]}, ()),
        ({"tags": [["a"], ["b"], []]}, ()),
        ({"yes": [True, False, True]}, ()),
        ({"imdb_id": [1, 2, 3], "latitude": [1.5, 2.5, 3.5], "isbn13": [1, 2, 3]}, ()),
        ({"price": [1.5, 2.5, 3.5]}, ("price",)),
    ],
)  # fmt: skip
def test_cards_show_a_few_short_facts(fields: dict[str, list[Any]], facts: tuple[str, ...]) -> None:
    assert derived_facts(fields) == facts


def test_hosts_of_pictures_are_those_of_the_data_and_no_others() -> None:
    urls = [
        "https://b.example/1.jpg",
        "https://b.example/2.jpg",
        "http://a.example:81/3.jpg",
        "javascript:alert(1)",
        "https://evil.example; script-src *",
        None,
        7,
    ]
    words = site_words(("a", "b"), {"image_url": urls}, "rating")
    assert words.image_hosts == ("https://b.example", "http://a.example:81")
    many = [f"https://h{n}.example/x" for n in range(99)] + ["https://h98.example/y"]
    hosts = site_words(("a", "b"), {"image_url": many}, "rating").image_hosts
    assert len(hosts) == MOST_IMAGE_HOSTS
    assert hosts[0] == "https://h98.example"
