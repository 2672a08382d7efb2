"""What live events come to."""

import pytest

from toppicks.scoring.reactions import Reaction, reactions
from toppicks.store import KINDS, Event


def after(*kinds: str | float) -> Reaction:
    """One item's reaction after these events; a number is a rating."""
    events = [
        Event("u", "i", "rating", kind, place) if isinstance(kind, float) else
        Event("u", "i", kind, None, place)
        for place, kind in enumerate(kinds)
    ]  # fmt: skip
    return reactions(events)["i"]


def test_without_events_there_are_none() -> None:
    assert reactions([]) == {}


def test_the_last_opinion_counts() -> None:
    assert after(4.0, "like", 2.0).rating == 2.0
    assert after(4.0, "dislike").opinion == "dislike"
    assert after("like", 3.5, "dislike", "like").opinion == "like"
    assert after(4.0, "like").rating is None


@pytest.mark.parametrize("opinion", [4.0, "like", "dislike"])
def test_whatever_was_said_can_be_taken_back(opinion: str | float) -> None:
    reaction = after(opinion, "unrate")
    assert reaction.says_nothing
    assert not reaction.is_void
    assert not reaction.settles


def test_hiding_leaves_the_opinion_as_it_was() -> None:
    assert after(4.0, "hide").settles
    assert after(4.0, "hide").against
    assert after(4.0, "hide", "unhide").rating == 4.0
    assert not after("hide", "unhide").settles
    assert after("hide", "unhide").is_void


def test_what_was_bought_stays_bought() -> None:
    assert after("purchase", "unrate", "hide", "unhide").bought
    assert after("purchase").settles


@pytest.mark.parametrize("kind", ["view", "dwell", "skip"])
def test_a_glance_settles_nothing(kind: str) -> None:
    assert not after(kind).settles
    assert not after(kind).says_nothing


def test_each_kind_of_deed_has_its_own_time() -> None:
    reaction = after("view", "purchase", 4.0, "view", "hide", "skip")
    assert (reaction.bought_at, reaction.said_at, reaction.glanced_at) == (1, 2, 3)
    assert (reaction.hidden_at, reaction.skipped_at) == (4, 5)


def test_the_store_takes_every_kind_that_is_understood() -> None:
    assert all(reactions([Event("u", "i", kind, 1.0)]) for kind in KINDS)


def test_items_do_not_disturb_each_other() -> None:
    events = [Event("u", item, kind) for item, kind in (("a", "hide"), ("b", "like"))]
    found = reactions(events)
    assert found["a"].hidden
    assert not found["b"].hidden


def test_a_kind_that_is_none_is_no_slip() -> None:
    with pytest.raises(KeyError):
        after("sneeze")
