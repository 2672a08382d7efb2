"""What files and live events say of somebody, together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changes import Change
from tests.properties.page_worlds import NUMBERS, PageWorld, Shape, page_worlds, people
from toppicks.scoring.history import History
from toppicks.scoring.meaning import Meaning
from toppicks.scoring.worth import DAY, Worth
from toppicks.serving.catalogue import ItemCatalogue
from toppicks.serving.histories import Histories, Person
from toppicks.site_words import Feedback
from toppicks.store import KINDS, Event
from toppicks.trained import TrainedModel

# What came live is later than what is in the files.
NOW = 1_500_000_000.0
LIKES = Worth.of_likes(4.0)
FADING = Worth((-np.inf, 4.0), (0.5, 1.0), half_life=100 * DAY)


def histories_of(model: TrainedModel, worth: Worth = LIKES, *changes: Change) -> Histories:
    model = replace(model, histories=replace(model.histories, worth=worth))
    return Histories(model, ItemCatalogue.of(model).with_changes(changes, 1))


@pytest.fixture(scope="module")
def histories(tiny_model: TrainedModel) -> Histories:
    return histories_of(tiny_model)


def did(item_id: str, kind: str, value: float | None = None, time: float = NOW) -> Event:
    return Event("u0", item_id, kind, value, time)


def worths(person: Person) -> dict[str, float]:
    ids = person.histories.catalogue.id
    rows = zip(person.history.item_idx.tolist(), person.history.worth.tolist(), strict=True)
    return {ids(row): worth for row, worth in rows}


def seen(person: Person) -> set[str]:
    return {person.histories.catalogue.id(row) for row in person.history.seen_idx.tolist()}


def same(one: History, other: History) -> bool:
    """To the last bit, and in the same order, in which the sums are made."""
    return all(
        np.array_equal(getattr(one, part), getattr(other, part))
        for part in ("item_idx", "worth", "seen_idx")
    )


def test_somebody_of_the_files(histories: Histories) -> None:
    person = histories.person("u0")
    assert person.known
    assert len(person.pairs) == len(person.history.seen_idx) == 20
    assert len(person.history) == len(person.liked_idx) == 15
    entries = person.entries()
    assert {entry.kind for entry in entries} == {"rating"}
    assert {entry.source for entry in entries} == {"file"}
    times = [entry.time or 0.0 for entry in entries]
    assert times == sorted(times, reverse=True)


def test_a_stranger(histories: Histories) -> None:
    person = histories.person("nobody")
    assert not person.known
    assert (len(person.history), len(person.history.seen_idx)) == (0, 0)
    assert person.entries() == []
    assert person.liked_idx == frozenset()


def test_somebody_who_only_came_live(histories: Histories) -> None:
    person = histories.person("new", [did("30", "rating", 5.0), did("00", "rating", 1.0)])
    assert person.known
    assert worths(person) == {"30": 1.0}
    assert seen(person) == {"00", "30"}
    assert [(one.item_id, one.rating, one.liked) for one in person.entries()] == [
        ("00", 1.0, False),
        ("30", 5.0, True),
    ]


def test_live_speaks_last_of_what_is_in_the_files(histories: Histories) -> None:
    before = histories.person("u0")
    loved = next(iter(worths(before)))
    person = histories.person("u0", [did(loved, "rating", 1.0)])
    assert worths(person) == {id_: 1.0 for id_ in worths(before) if id_ != loved}
    assert seen(person) == seen(before)
    assert person.entries()[0].source == "live"
    assert person.entries()[0].rating == 1.0


def test_what_is_taken_back_was_never_there(histories: Histories) -> None:
    before = histories.person("u0")
    loved = next(iter(worths(before)))
    person = histories.person("u0", [did(loved, "unrate")])
    assert seen(person) == seen(before) - {loved}
    assert loved not in worths(person)
    assert all(entry.item_id != loved for entry in person.entries())


def test_an_erased_person_begins_anew(histories: Histories) -> None:
    assert not histories.person("u0", erased=True).known
    assert histories.person("u0", erased=True).entries() == []
    person = histories.person("u0", [did("30", "like")], erased=True)
    assert person.known
    assert worths(person) == {"30": 1.0}


def test_of_what_is_unknown_nothing_is_said_until_it_is_there(tiny_model: TrainedModel) -> None:
    events = [did("new", "rating", 5.0)]
    waiting = histories_of(tiny_model).person("x", events)
    assert (waiting.known, len(waiting.history), waiting.entries()) == (True, 0, [])
    there = histories_of(tiny_model, LIKES, Change("new", {})).person("x", events)
    assert worths(there) == {"new": 1.0}


def test_a_deleted_item_of_the_model_stays_in_histories(tiny_model: TrainedModel) -> None:
    person = histories_of(tiny_model, LIKES, Change("30")).person("x", [did("30", "like")])
    assert worths(person) == {"30": 1.0}


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([did("30", "view")], "view"),
        ([did("30", "dwell", 9.0)], "view"),
        ([did("30", "skip")], "skip"),
        ([did("30", "skip"), did("30", "view")], "view"),
        ([did("30", "purchase"), did("30", "view")], "purchase"),
        ([did("30", "purchase"), did("30", "rating", 3.0)], "rating"),
        ([did("30", "like"), did("30", "dislike")], "dislike"),
        ([did("30", "like"), did("30", "hide")], "hide"),
        ([did("30", "like"), did("30", "hide"), did("30", "unhide")], "like"),
    ],
)
def test_a_line_says_the_clearest_of_what_was_done(
    histories: Histories, events: list[Event], kind: str
) -> None:
    [entry] = histories.person("x", events).entries()
    assert (entry.kind, entry.hidden) == (kind, kind == "hide")


def test_what_merely_happened_is_an_interaction(tiny_model: TrainedModel) -> None:
    plays = replace(tiny_model, meaning=Meaning("count", 1.0, 5.0, 0.0))
    entries = histories_of(plays).person("u0").entries()
    assert {(entry.kind, entry.rating) for entry in entries} == {("interaction", None)}


def test_feedback_fades_from_the_newest_not_from_now(tiny_model: TrainedModel) -> None:
    histories = histories_of(tiny_model, FADING)
    events = [did("30", "like", time=NOW - 100 * DAY), did("31", "like", time=NOW)]
    assert worths(histories.person("x", events)) == {"30": 0.5, "31": 1.0}
    # What is no evidence makes nothing older: a glance where people rate, a hide.
    for kind in ("skip", "view", "hide", "dislike"):
        events[1] = did("31", kind, time=NOW)
        assert worths(histories.person("x", events)) == {"30": 1.0}


def test_who_has_nothing_live_has_what_the_files_say_to_the_last_bit(
    tiny_model: TrainedModel,
) -> None:
    for worth in (LIKES, FADING):
        histories = histories_of(tiny_model, worth)
        for user_id in tiny_model.users:
            of_files, events = histories.person(user_id), [did("60", "hide"), did("60", "unhide")]
            assert same(histories.person(user_id, events).history, of_files.history)


@pytest.mark.parametrize("worth", [LIKES, FADING])
@given(
    before=st.lists(
        st.builds(did, st.sampled_from(["00", "30", "60"]), st.sampled_from(KINDS)), max_size=5
    ),
    stars=st.sampled_from([1.0, 3.0, 5.0]),
    there_and_back=st.sampled_from([("rating", "unrate"), ("like", "unrate"), ("hide", "unhide")]),
    late=st.booleans(),
)
def test_there_and_back_again_is_nothing(
    tiny_model: TrainedModel,
    worth: Worth,
    before: list[Event],
    stars: float,
    there_and_back: tuple[str, str],
    late: bool,
) -> None:
    """Of an item that was not touched before."""
    histories = histories_of(tiny_model, worth)
    before = [one._replace(value=stars) if one.kind == "rating" else one for one in before]
    there, back = there_and_back
    time = NOW + DAY if late else 0.0
    value = stars if there == "rating" else None
    after = [*before, did("61", there, value, time), did("61", back, None, time)]
    for user_id in ("u0", "stranger"):
        expected, found = histories.person(user_id, before), histories.person(user_id, after)
        assert same(found.history, expected.history)
        assert found.entries() == expected.entries()


def test_hidden_and_shown_again_is_as_old_as_it_was(tiny_model: TrainedModel) -> None:
    histories = histories_of(tiny_model, FADING)
    before = histories.person("u0")
    loved = next(iter(worths(before)))
    person = histories.person("u0", [did(loved, "hide"), did(loved, "unhide")])
    assert same(person.history, before.history)
    assert person.entries() == before.entries()


@pytest.mark.parametrize("kind", list(NUMBERS))
@pytest.mark.parametrize("like_from", [None, 2.0, 4.1])
def test_likes_are_the_same_whether_or_not_anything_came_live(
    kind: Feedback, like_from: float | None
) -> None:
    """By the files alone they are found without a look at each pair; 4.1 is not in float32."""
    model = Shape(n_users=12, kind=kind, seed=3).model()
    files = model.histories
    rating = np.where(files.rating == 4, np.float32(4.1), files.rating)
    threshold = files.like_from if like_from is None else like_from
    files = replace(files, rating=rating, like_from=threshold)
    model = replace(model, histories=files, meaning=replace(model.meaning, like_from=threshold))
    histories = Histories(model, ItemCatalogue.of(model))
    for user_idx, user_id in enumerate(model.users):
        person, rows = histories.person(user_id), files.rows(user_idx)
        slow = {pair.item_idx for pair in person.pairs if histories.is_liked(pair)}
        # As training counts likes.
        is_like = files.rating[rows] >= threshold
        assert person.liked_idx == slow == {*files.item_idx[rows][is_like].tolist()}
        glance = [Event(user_id, "nowhere", "view"), Event(user_id, "i0", "unhide")]
        assert histories.person(user_id, glance).liked_idx == slow
        assert histories.person(user_id, erased=True).liked_idx == frozenset()
    assert histories.liked_in_files("nobody") == frozenset()


@given(world=page_worlds(), user_id=people)
def test_likes_are_what_the_pairs_have_whatever_happened(world: PageWorld, user_id: str) -> None:
    person = world.person(user_id)
    histories = person.histories
    assert person.liked_idx == {pair.item_idx for pair in person.pairs if histories.is_liked(pair)}
    assert {entry.item_id for entry in person.entries() if entry.liked} == {
        histories.catalogue.id(row) for row in person.liked_idx
    }
