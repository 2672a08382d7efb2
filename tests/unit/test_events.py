"""Kinds of events, by whatever name."""

import pytest

from toppicks.ingest.feedback.events import KINDS, RATED, kind_of
from toppicks.ingest.feedback.scale import Feedback
from toppicks.scoring.strength import DRIVEN, STRENGTH


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_in_any_case_and_with_spaces(kind: str) -> None:
    assert kind_of(kind) == kind_of(kind.upper()) == kind_of(f" {kind.title()}\t") == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("pageview", "view"),
        ("Page-View", "view"),
        ("pv", "view"),
        ("click", "view"),
        ("watched", "view"),
        ("fav", "like"),
        ("thumbs_up", "like"),
        ("add_to_cart", "like"),
        ("addtocart", "like"),
        ("thumbs down", "dislike"),
        ("NotInterested", "hide"),
        ("buy", "purchase"),
        ("transaction", "purchase"),
        ("Bought", "purchase"),
        ("time_spent", "dwell"),
        ("not clicked", "skip"),
        ("ignored", "skip"),
        ("rated", "rating"),
    ],
)
def test_other_names_mean_the_same(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("text", ["", " ", "?", "unlike", "viewer", "purchase order 7", "5"])
def test_what_names_no_kind_is_none(text: str) -> None:
    assert kind_of(text) is None


def test_own_names_come_first_in_any_case() -> None:
    own = {"Add to list": "like", "click": "skip", "+1": "like", "-1": "dislike"}
    assert kind_of("add to LIST ", own) == "like"
    assert kind_of("click", own) == "skip"
    assert (kind_of("+1", own), kind_of("-1", own), kind_of("1", own)) == ("like", "dislike", None)
    assert kind_of("view", own) == "view"


def test_kinds_are_in_the_order_of_what_they_tell() -> None:
    order = ["against", "skip", "left", "view", "dwell", "like", "purchase"]
    assert sorted(STRENGTH, key=STRENGTH.__getitem__) == order
    assert max(STRENGTH.values()) < DRIVEN < RATED
    codes = [Feedback().code_of(kind) for kind in ("dislike", "hide", "skip", "view", "rating")]
    assert codes == [0, 0, 1, 3, RATED]
