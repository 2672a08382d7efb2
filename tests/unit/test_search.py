"""Items found by title, as it is written and as it may be meant."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.changes import Change
from toppicks.ids import IdMap
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.query import MOST_RESPELT, MOST_WORDS, words_of
from toppicks.serving.spelling import Lexicon
from toppicks.serving.titles import ABSENT, Titles
from toppicks.trained import TrainedModel

FILMS = {
    "The Shawshank Redemption": 1994,
    "The Godfather": 1972,
    "The Godfather: Part II": 1974,
    "Inception": 2010,
    "Amélie": 2001,
    "Amelia": 2009,
    "The Terminator": 1984,
    "Terminator 2: Judgment Day": 1991,
    "Spider-Man": 2002,
    "The Spider": 1991,
    "Spiderman Returns": 2025,
    "Star Wars: A New Hope": 1977,
    "Star Trek": 2009,
    "X-Men": 2000,
    "Schindler's List": 1993,
    "Ocean\u2019s Eleven": 2001,
    "Oceans Apart": 1999,
    "S.W.A.T.": 2003,
    "In the Heat of the Night": 1967,
    "Heat": 1995,
    "Heat (remade)": 2013,
    "Heart": 1996,
    "Braveheart": 1995,
    "The Simpsons Movie": 2007,
    "Up": 2009,
    "1984": 1984,
}


@pytest.fixture(scope="module")
def films(tiny_model: TrainedModel) -> ItemCatalogue:
    """FILMS; earlier ones are rated more often."""
    model = replace(
        tiny_model,
        items=IdMap(f"id-{n}" for n in range(len(FILMS))),
        fields={"title": list(FILMS), "year": list(FILMS.values())},
        n_ratings=np.arange(len(FILMS), 0, -1),
    )
    return ItemCatalogue.of(model)


def found(catalogue: ItemCatalogue, query: str) -> list[str]:
    return [catalogue.title(row) for row in catalogue.search(query)]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        # A letter too few, too many or another, two that changed places; two in a long word.
        ("inceptin", ["Inception"]),
        ("inncepption", ["Inception"]),
        ("inceptoin", ["Inception"]),
        ("inkeptoin", ["Inception"]),
        ("inkebtoin", []),
        ("shawshenk", ["The Shawshank Redemption"]),
        ("godfahter", ["The Godfather", "The Godfather: Part II"]),
        ("amelei", ["Amélie", "Amelia"]),
        ("AMÉLEI", ["Amélie", "Amelia"]),
        ("spyder", ["Spider-Man", "The Spider", "Spiderman Returns"]),
        # Of somebody who types.
        ("termnat", ["The Terminator", "Terminator 2: Judgment Day"]),
        ("spiderm", ["Spider-Man", "Spiderman Returns"]),
        ("schidn", ["Schindler's List"]),
        # A whole word is nearer than a beginning.
        ("heaz", ["In the Heat of the Night", "Heat", "Heat (remade)", "Heart"]),
        # Up to three letters, and numbers, are meant as they are written.
        ("upp", []),
        ("1985", []),
        # Together and apart.
        ("spiderman", ["Spider-Man", "Spiderman Returns"]),
        ("spider man", ["Spider-Man", "Spiderman Returns"]),
        ("spider-man", ["Spider-Man", "Spiderman Returns"]),
        ("starwars", ["Star Wars: A New Hope"]),
        ("star wars", ["Star Wars: A New Hope"]),
        ("star-wars", ["Star Wars: A New Hope"]),
        ("starw", ["Star Wars: A New Hope", "Star Trek"]),
        ("newho", ["Star Wars: A New Hope"]),
        ("xmen", ["X-Men"]),
        ("x men", ["X-Men"]),
        ("thegodfatherpartii", ["The Godfather: Part II"]),
        ("swat", ["S.W.A.T."]),
        ("brave haert", ["Braveheart"]),
        # Signs inside.
        ("schindlers list", ["Schindler's List"]),
        ("schindler's list", ["Schindler's List"]),
        ("shindlers list", ["Schindler's List"]),
        ("oceans eleven", ["Ocean\u2019s Eleven"]),
        ("ocean's eleven", ["Ocean\u2019s Eleven"]),
        ("ocean's apart", ["Oceans Apart"]),
        # As it is written comes before anything that may be meant.
        ("heart", ["Heart"]),
        # Each word is known, yet no title has both.
        ("heart night", ["In the Heat of the Night"]),
        # Most of the words.
        ("the godfahter movie", ["The Godfather", "The Godfather: Part II", "The Simpsons Movie"]),
        ("inception amelie", ["Inception", "Amélie"]),
        ("the zzzzzz", []),
        ("inception zzzzzz qqqqqq", []),
        ("zzzzzz", []),
        ("?!", []),
        # A year narrows, and finds nothing alone.
        ("heat 1995", ["Heat"]),
        ("haet 1995", ["Heat"]),
        ("heat 1996", ["In the Heat of the Night", "Heat", "Heat (remade)"]),
        ("2009", []),
        ("1984", ["1984"]),
        ("terminator 1984", ["The Terminator"]),
    ],
)
def test_small_mistakes_are_forgiven(
    films: ItemCatalogue, query: str, titles: Sequence[str]
) -> None:
    assert found(films, query) == titles


def test_what_came_live_is_searched_the_same_way(films: ItemCatalogue) -> None:
    live = films.with_changes(
        [Change("new", {"title": "Interstellar", "year": 2014}), Change("id-3", {"title": "Dune"})],
        1,
    )
    assert found(live, "intersteller") == ["Interstellar"]
    assert found(live, "interstellar 2014") == ["Interstellar"]
    assert found(live, "interstellar godfather") == [
        "Interstellar",
        "The Godfather",
        "The Godfather: Part II",
    ]
    assert found(live, "inceptoin") == []
    assert found(live, "dunne") == ["Dune"]


def test_a_year_is_the_one_that_was_put_last(films: ItemCatalogue) -> None:
    heat = f"id-{list(FILMS).index('Heat')}"
    changes = [
        Change(heat, {"title": "Heat", "year": 2000}),
        Change("new", {"title": "Heat again", "year": 2014}),
    ]
    live = films.with_changes(changes, 1)
    assert found(live, "heat 2000") == ["Heat"]
    assert found(live, "heat 2014") == ["Heat again"]
    assert len(found(live, "heat 1995")) == 4


def test_what_is_written_anywhere_comes_before_what_is_meant(films: ItemCatalogue) -> None:
    live = films.with_changes([Change("new", {"title": "Godfahter"})], 1)
    assert found(live, "godfahter") == ["Godfahter"]
    assert found(live, "godfather") == ["The Godfather", "The Godfather: Part II"]
    # Also where the model's titles do not know one of the words.
    more = live.with_changes([Change("more", {"title": "Heat Zzzzzz"})], 2)
    assert found(more, "heat zzzzzz") == ["Heat Zzzzzz"]


def test_what_was_deleted_hides_nothing(films: ItemCatalogue) -> None:
    gone = films.with_changes([Change(f"id-{list(FILMS).index('Heart')}")], 1)
    assert found(gone, "heart") == ["In the Heat of the Night", "Heat", "Heat (remade)"]
    assert films.as_trained.search("heart") != []


def test_a_long_query_is_bounded(films: ItemCatalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    meant_by = Lexicon.meant_by

    def noted(lexicon: Lexicon, word: str, most: int = 2) -> object:
        asked.append(word)
        return meant_by(lexicon, word, most)

    monkeypatch.setattr(Lexicon, "meant_by", noted)
    words = [f"{chr(97 + n % 26) * 3}qq{n}" for n in range(400)]
    assert films.search(" ".join(words)) == []
    # Itself, and together with each of its neighbours.
    assert len(words_of(" ".join(words))) == MOST_WORDS
    assert len(asked) <= 3 * MOST_RESPELT
    assert films.search("the " * 400)[0] == 0


@pytest.mark.parametrize("titles", [[], ["!!"], ["", "a"]])
def test_titles_without_words_hold_nothing(titles: Sequence[str]) -> None:
    held = Titles(titles)
    for forgive in (False, True):
        assert held.mistakes("word", ["words"], forgive).tolist() == [ABSENT] * len(titles)
    assert not held.are("word").any()


def test_what_is_meant_is_told_with_its_distance() -> None:
    lexicon = Lexicon({"matrix", "matrixes", "mattress", "max"})
    near, far = lexicon.meant_by("matrx")
    told = {lexicon.words[word]: int(one) for word, one in zip(near, far, strict=True)}
    assert told == {"matrix": 2, "matrixes": 3}
    assert [len(part) for part in lexicon.meant_by("mattresz", most=0)] == [0, 0]
