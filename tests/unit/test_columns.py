"""What columns of metadata are good for."""

import pytest

from toppicks.ingest.metadata.kinds import MOST_CATEGORIES, Kind, kind_of
from toppicks.ingest.metadata.values import Value

HUNDRED = range(100)


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("title", ["Up", "Alien"], "title"),
        ("title", [f"T{n}" for n in HUNDRED], "title"),
        ("genres", [["A"], ["B", "A"], []], "list"),
        ("year", [1984, 1990, None], "number"),
        ("price", [0.5, 1.5], "number"),
        ("price", [n / 7 for n in HUNDRED], "number"),
        ("votes", [n * n for n in HUNDRED], "number"),
        ("width", [n for n in HUNDRED if n % 3], "number"),
        ("released", ["1994-05-01", "2001-01-01T10:00:00Z", None], "date"),
        ("released", [*["1994-05-01"] * 39, "0000-00-00"], "date"),
        ("country", ["NL", "BE", None], "categories"),
        ("colour", ["red", None, "red"], "categories"),
        ("adult", ["yes", "no"] * 50, "categories"),
        ("adult", [True, None, False] * 50, "categories"),
        ("blurb", [f"Word {n}" for n in HUNDRED], "text"),
        ("blurb", [f"{n} is in a text of more than forty characters" for n in HUNDRED] * 4,
         "categories"),
        ("blurb", [f"{n} is in a text of more than forty characters" for n in range(101)] * 4,
         "text"),
        ("author", [f"Author {n % 300}" for n in range(600)], "categories"),
        ("author", [f"Author {n % 301}" for n in range(600)], "text"),
        ("name", ["Twix", "Mars", "Snickers"] + [f"Bar{'x' * n}" for n in range(30)], "text"),
        ("review", [["Quite a long text about a film on a boat"], ["x" * 99, "y" * 99]], "text"),
        ("mixed", ["https://x.org/1", "here"], "categories"),
    ],
)  # fmt: skip
def test_the_kind_of_a_column(name: str, values: list[Value], kind: Kind) -> None:
    assert kind_of(name, values) == (kind, "")


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("x", [], "nothing is known"),
        ("x", [None, None], "nothing is known"),
        ("genres", [[], []], "nothing is known"),
        ("format", ["DVD"] * 3, "the same for all"),
        ("n", [7] * 3, "the same for all"),
        ("adult", [False] * 3, "the same for all"),
        ("genres", [["A"]] * 3, "the same for all"),
        ("title", ["Film"] * 3, "the same for all"),
        ("page", [f"https://x.org/{n}" for n in HUNDRED], "addresses"),
        ("page", ["http://x.org", None, "HTTPS://x.org/a?b"], "addresses"),
        ("imdb_id", [f"tt{n:07}" for n in HUNDRED], "all different"),
        ("sku", [f"A-{n}" for n in HUNDRED], "all different"),
        ("email", [f"{'a' * n}.b@example.org" for n in range(25)], "all different"),
        ("slug", [f"{'a' * n}-film" for n in range(30)], "all different"),
        ("tmdbId", [n * n for n in HUNDRED], "all different"),
        ("ISBN", [n * n for n in HUNDRED], "all different"),
        ("book", [9_780_000_000_000 + n * n for n in HUNDRED], "all different"),
        ("", list(range(1, 101)), "all different"),
        ("row", list(reversed(HUNDRED)), "all different"),
    ],
)
def test_what_says_nothing_is_not_used_and_why(name: str, values: list[Value], why: str) -> None:
    kind, said = kind_of(name, values)
    assert kind == "not used"
    assert said.startswith(why)


def test_few_values_that_all_differ_may_be_categories_and_more_may_not() -> None:
    assert kind_of("x", [f"v{n}" for n in range(19)])[0] == "categories"
    assert kind_of("x", [f"v {n}" for n in range(20)])[0] == "text"
    assert MOST_CATEGORIES == 100
