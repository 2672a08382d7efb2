"""Why something is picked."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.changes import Change
from toppicks.scoring.explanations import explain
from toppicks.scoring.worth import Worth
from toppicks.serving.histories import Person
from toppicks.serving.picks import Wish
from toppicks.serving.reasons import REASONS
from toppicks.serving.recommender import Recommender
from toppicks.store import Event
from toppicks.trained import TrainedModel


@pytest.fixture(scope="module")
def recommender(tiny_model: TrainedModel) -> Recommender:
    """With two new items, a cold one that changed, and one that was deleted; a dislike says
    something, too.
    """
    worth = Worth((-np.inf, 2.5, 3.5), (0.2, 0.5, 1.0))
    model = replace(tiny_model, histories=replace(tiny_model.histories, worth=worth))
    red = {"genres": ["Red", "All"], "year": 1984, "title": "New red"}
    changes = [Change("new", red), Change("x", {}), Change("60", red), Change("01")]
    plain = Recommender(model, "x")
    return plain.with_catalogue(plain.catalogue.with_changes(changes, 1))


def person_of(recommender: Recommender, *events: Event) -> Person:
    return recommender.histories.person("p", events)


items = st.sampled_from(["00", "01", "02", "05", "31", "40", "60", "61", "new", "x"])
kinds = st.sampled_from(["rating", "like", "dislike", "hide", "view", "purchase"])
events = st.lists(
    st.builds(lambda item, kind, stars: Event("p", item, kind, stars), items, kinds,
              st.sampled_from([1.0, 3.0, 4.0, 5.0])),
    max_size=14,
)  # fmt: skip
people = st.sampled_from(["p", "u0", "u1"])


@given(people, events)
def test_reasons_are_liked_things_that_speak_for_it_the_most_first(
    recommender: Recommender, user_id: str, events: Sequence[Event]
) -> None:
    person = recommender.histories.person(user_id, events)
    deleted = recommender.catalogue.deleted
    answer = recommender.picks(person, Wish(n=1_000, explain=True))
    for pick in answer.picks:
        rows = [reason.item_idx for reason in pick.because]
        points = [reason.points for reason in pick.because]
        assert len(set(rows)) == len(rows) <= REASONS
        assert set(rows) <= person.liked_idx - deleted
        assert min(points, default=1) > 0
        assert points == sorted(points, reverse=True)
        assert sum(reason.share for reason in pick.because) <= 1 + 1e-9


@given(people, events)
def test_points_are_parts_that_add_up_to_the_score(
    recommender: Recommender, user_id: str, events: Sequence[Event]
) -> None:
    person = recommender.histories.person(user_id, events)
    picks = recommender.picks(person, Wish(n=1_000, explain=True)).picks
    top = np.array([pick.item_idx for pick in picks], np.intp)
    whole = explain(recommender.scorer, person.history, top)
    np.testing.assert_allclose([pick.score for pick in picks], whole.scores, atol=1e-4)
    place = {row: place for place, row in enumerate(person.history.item_idx.tolist())}
    may_be_named = person.liked_idx - recommender.catalogue.deleted
    for column, pick in enumerate(picks):
        parts = whole.parts[:, column]
        positive = sum(part for part in parts.tolist() if part > 0)
        named = sorted(
            (parts[place[row]] for row in may_be_named if parts[place[row]] > 0), reverse=True
        )
        assert [reason.points for reason in pick.because] == pytest.approx(named[:REASONS])
        for reason in pick.because:
            assert reason.share == pytest.approx(reason.points / positive)


def test_they_say_what_both_have_in_common(recommender: Recommender) -> None:
    likes = [Event("p", f"{item:02}", "like") for item in (0, 10, 20)]
    person = person_of(recommender, *likes)
    picks = recommender.picks(person, Wish(n=99, explain=True)).picks
    shared = {
        (recommender.catalogue.id(pick.item_idx), reason.shared)
        for pick in picks
        for reason in pick.because
    }
    assert ("new", ("1980s", "Red")) in shared or ("new", ("Red", "1980s")) in shared


def test_a_new_item_that_somebody_likes_is_a_reason(recommender: Recommender) -> None:
    person = person_of(recommender, Event("p", "new", "like"), Event("p", "40", "dislike"))
    picks = recommender.picks(person, Wish(n=9, explain=True)).picks
    new = recommender.catalogue.row("new")
    assert {reason.item_idx for pick in picks for reason in pick.because} == {new}


def test_without_being_asked_nobody_explains(recommender: Recommender) -> None:
    person = person_of(recommender, Event("p", "00", "like"))
    assert all(not pick.because for pick in recommender.picks(person, Wish(n=9)).picks)


def test_without_a_history_there_is_no_reason(recommender: Recommender) -> None:
    for person in (person_of(recommender), person_of(recommender, Event("p", "00", "hide"))):
        answer = recommender.picks(person, Wish(n=9, explain=True))
        assert all(not pick.because for pick in answer.picks)


def test_what_was_deleted_is_never_named(recommender: Recommender) -> None:
    person = person_of(recommender, Event("p", "01", "like"))
    assert len(person.history) == 1
    answer = recommender.picks(person, Wish(n=9, explain=True))
    assert answer.source == "personal"
    assert all(not pick.because for pick in answer.picks)
