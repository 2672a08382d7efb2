"""People of the data, and items found by their titles."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.worlds import trained, write_csv
from toppicks.ids import IdMap
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Histories
from toppicks.serving.people import FEWEST_LIKES, best_rated, some_people
from toppicks.serving.titles import fold
from toppicks.store import Event
from toppicks.trained import TrainedModel

TITLES = ["Amélie", "The Matrix", "The Matrix Reloaded", None, "L'Avventura", "1984", "Ratatouille"]


@pytest.fixture
def shelf(tiny_model: TrainedModel) -> ItemCatalogue:
    """Seven titles; the fourth item has none; later ones are rated more often."""
    model = replace(
        tiny_model,
        items=IdMap(f"id-{n}" for n in range(7)),
        fields={
            "title": TITLES,
            "year": [2001, None, 2003, None, 1960, 1984, 0],
            "genres": [["A"], [], ["B"], [], ["C"], [], []],
        },
        n_ratings=np.arange(7),
    )
    return ItemCatalogue.of(model)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("amelie", [0]),
        ("AMÉLIE", [0]),
        ("ame\u0301l", [0]),
        ("matrix", [2, 1]),
        ("the matrix", [1, 2]),
        ("matrix the", [2, 1]),
        ("rel mat", [2]),
        ("avventura", [4]),
        ("l'avv", [4]),
        ("1984", [5]),
        ("19", [5]),
        ("at", []),
        ("rat", [6]),
        ("id-3", [3]),
        ("matrix matrix", [2, 1]),
        ("matrix x", [2, 1]),
        ("", []),
        (" -- ! ", []),
    ],
)
def test_titles_are_found_by_the_beginnings_of_their_words(
    shelf: ItemCatalogue, query: str, found: list[int]
) -> None:
    assert shelf.search(query) == found


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ünïcödé  STRASSE", "unicode strasse"),
        ("Straße", "strasse"),
        ("a-b_c.d", "a b c d"),
        ("\uff21\uff22", "ab"),
        ("½", "1 2"),
        ("  ", ""),
        ("東京物語", "東京物語"),
    ],
)
def test_folded_text_has_no_accents_case_or_signs(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_an_item_without_a_title_is_called_by_its_id(shelf: ItemCatalogue) -> None:
    assert [shelf.title(n) for n in (1, 3)] == ["The Matrix", "id-3"]


def test_facts_are_what_is_known_beside_the_title(shelf: ItemCatalogue) -> None:
    assert shelf.facts(0) == {"year": 2001, "genres": ["A"]}
    assert shelf.facts(1) == {}
    assert shelf.facts(6) == {"year": 0}


def test_items_without_any_titles_are_found_by_id(tiny_model: TrainedModel) -> None:
    bare = ItemCatalogue.of(replace(tiny_model, fields={}))
    assert bare.title(7) == "07"
    assert bare.search("07") == [7]
    assert bare.facts(7) == {}


def test_the_best_rated_come_first_then_what_most_people_know_and_only_likes(
    tmp_path: Path,
) -> None:
    rows = [
        ("u", "zz-known5", 5, 1),
        ("u", "known4", 4, 9),
        ("u", "rare5b", 5, 8),
        ("u", "rare5a", 5, 9),
        ("u", "rare4", 4, 2),
        ("u", "bad", 1, 10),
    ]
    rows += [(user, item, 5, 1) for user in "vw" for item in ("zz-known5", "known4", "bad")]
    path = write_csv(tmp_path / "r.csv", ("user", "item", "rating", "timestamp"), rows)
    model = trained(path)

    def best(user: str, n: int) -> list[tuple[str, float | None]]:
        person = Histories(model, ItemCatalogue.of(model)).person(user)
        return [(model.items[pair.item_idx], pair.number) for pair in best_rated(person, n)]

    everything = [("zz-known5", 5), ("rare5a", 5), ("rare5b", 5), ("known4", 4), ("rare4", 4)]
    assert best("u", 9) == everything
    assert best("u", 2) == everything[:2]


def test_some_people_are_a_spread_of_both_tastes(tiny_model: TrainedModel) -> None:
    people = some_people(tiny_model, 6)
    assert len(set(people)) == 6
    # u0, u2, ... like one half, u1, u3, ... the other: the first two are one of each.
    assert {int(tiny_model.users[user][1:]) % 2 for user in people[:2]} == {0, 1}
    assert some_people(tiny_model, 6) == people
    assert some_people(tiny_model, 3) == people[:3]


def test_no_more_people_are_shown_than_there_are(tiny_model: TrainedModel) -> None:
    everybody = some_people(tiny_model, 1_000)
    assert sorted(everybody) == list(range(len(tiny_model.users)))


def test_people_of_one_and_the_same_taste_are_still_different_people(tmp_path: Path) -> None:
    rows = [(f"u{n}", "a", 5) for n in range(5)]
    model = trained(write_csv(tmp_path / "r.csv", ("user", "item", "rating"), rows))
    assert sorted(some_people(model, 4)) == sorted(set(some_people(model, 4)))
    assert len(some_people(model, 9)) == 5


def test_people_with_few_likes_are_shown_only_where_there_are_not_enough_others(
    tmp_path: Path,
) -> None:
    rows: list[tuple[object, ...]] = [
        (f"many{user}", f"i{item}", 5) for user in range(3) for item in range(FEWEST_LIKES + user)
    ]
    rows += [(f"few{user}", f"i{item}", 5) for user in range(5) for item in range(2)]
    rows += [("nolikes", "i1", 1)]
    model = trained(write_csv(tmp_path / "r.csv", ("user", "item", "rating"), rows))

    def shown(n: int) -> set[str]:
        return {model.users[user] for user in some_people(model, n)}

    assert shown(3) == {"many0", "many1", "many2"}
    assert shown(99) == {"many0", "many1", "many2"} | {f"few{user}" for user in range(5)}


def test_people_who_rated_too_much_to_read_are_passed_over(tmp_path: Path) -> None:
    rows = [("avid", f"i{item}", 5) for item in range(201)]
    rows += [(f"u{user}", f"i{item}", 5) for user in range(2) for item in range(10)]
    model = trained(write_csv(tmp_path / "r.csv", ("user", "item", "rating"), rows))
    assert {model.users[user] for user in some_people(model, 2)} == {"u0", "u1"}


@pytest.mark.parametrize(
    ("like_from", "expected"),
    [
        (7.0, [(3, 7.0), (0, 7.0)]),
        (5.0, [(3, 7.0), (0, 7.0), (2, 5.0)]),
        (0.0, [(3, 7.0), (0, 7.0), (2, 5.0), (1, 0.0)]),
    ],
    ids=["what is driven at", "ratings", "counts"],
)
def test_what_somebody_liked_reaches_the_threshold(
    tiny_model: TrainedModel, like_from: float, expected: list[tuple[int, float]]
) -> None:
    histories = replace(
        tiny_model.histories,
        starts=np.array([0, 4]),
        item_idx=np.arange(4, dtype=np.int32),
        rating=np.array([7, 0, 5, 7], np.float32),
        like_from=like_from,
    )
    n_ratings = np.concatenate([[1, 9, 1, 2], tiny_model.n_ratings[4:]])
    model = replace(tiny_model, histories=histories, n_ratings=n_ratings)
    person = Histories(model, ItemCatalogue.of(model)).person(model.users[0])
    found = [(pair.item_idx, pair.number) for pair in best_rated(person, 9)]
    assert found == expected


def test_what_came_live_is_among_the_best_and_what_was_deleted_is_not(
    tiny_model: TrainedModel,
) -> None:
    catalogue = ItemCatalogue.of(tiny_model).with_changes([Deleted("01")], 1)
    events = [Event("new", item_id, "rating", 5.0) for item_id in ("60", "01", "00")]
    events += [Event("new", "02", "rating", 3.0), Event("new", "03", "dislike")]
    person = Histories(tiny_model, catalogue).person("new", events)
    assert [catalogue.id(pair.item_idx) for pair in best_rated(person, 9)] == ["00", "60"]


@dataclass(frozen=True)
class Deleted:
    item_id: str
    fields: None = None
