"""What live reactions come to on the scale of the files."""

import pytest

from toppicks.scoring.evidence import Evidence, evidence, scale_of
from toppicks.scoring.meaning import Meaning
from toppicks.scoring.reactions import Reaction
from toppicks.scoring.strength import DRIVEN, STRENGTH

STARS = Meaning("rating", 0.5, 5.0, 4.0)
SHOP = Meaning("event", 0.0, 7.0, 7.0, drive="purchase")
PLAYS = Meaning("count", 1.0, 300.0, 0.0)
VISITS = Meaning("presence", 1.0, 1.0, 0.0)
TOP = 50.0


def number(meaning: Meaning, in_file: float | None = None, **reaction: object) -> float | None:
    found = evidence(Reaction(**reaction), in_file, meaning, TOP)  # type: ignore[arg-type]
    return None if found is None else found.number


@pytest.mark.parametrize("meaning", [STARS, SHOP, PLAYS, VISITS])
def test_without_a_reaction_the_file_speaks(meaning: Meaning) -> None:
    assert number(meaning) is None
    assert number(meaning, 3.0) == 3.0


@pytest.mark.parametrize("meaning", [STARS, SHOP, PLAYS, VISITS])
@pytest.mark.parametrize("against", [{"hidden": True}, {"opinion": "dislike"}])
def test_what_somebody_is_against_is_no_evidence(
    meaning: Meaning, against: dict[str, object]
) -> None:
    assert number(meaning, 5.0, bought=True, **against) is None


def test_what_is_taken_back_takes_the_files_rating_with_it() -> None:
    assert number(STARS, 5.0, opinion="none") is None


@pytest.mark.parametrize("meaning", [SHOP, PLAYS, VISITS])
def test_what_was_done_stays_done_whatever_is_taken_back(meaning: Meaning) -> None:
    assert number(meaning, 5.0, opinion="none") == 5.0
    assert number(meaning, 7.0, opinion="rating", rating=3.0) in {7.0, 8.0}
    assert number(SHOP, 7.0, opinion="like") == 7.0
    assert number(PLAYS, 400.0, opinion="like") == 400.0


def test_a_deed_is_as_old_as_it_is_not_as_the_last_glance() -> None:
    bought = Reaction(bought=True, glances=3, bought_at=10.0, glanced_at=99.0)
    assert evidence(bought, None, SHOP, 50.0) == Evidence(7.0, 10.0)
    assert evidence(bought, None, STARS, 50.0) == Evidence(5.0, 10.0)
    assert evidence(bought, 7.0, SHOP, 50.0) == Evidence(7.0, 10.0)
    assert evidence(Reaction(glances=1, glanced_at=99.0), 4.0, STARS, 50.0) == Evidence(4.0, None)
    assert evidence(Reaction(glances=1, glanced_at=99.0), 6.0, SHOP, 50.0) == Evidence(6.0, None)
    assert evidence(bought, 2.0, PLAYS, 50.0) == Evidence(6.0, 99.0)


@pytest.mark.parametrize("time", [0.0, 99.0])
def test_the_same_deed_in_the_file_and_later_is_as_old_as_the_later(time: float) -> None:
    glanced = Reaction(glances=1, glanced_at=time)
    assert evidence(glanced, STRENGTH["view"], SHOP, 50.0) == Evidence(STRENGTH["view"], time)


def test_a_live_rating_replaces_the_files() -> None:
    assert number(STARS, 5.0, opinion="rating", rating=1.5) == 1.5
    assert number(STARS, opinion="rating", rating=4.5) == 4.5


def test_a_like_or_a_purchase_is_the_best_rating_unless_another_was_said() -> None:
    assert number(STARS, opinion="like") == 5.0
    assert number(STARS, bought=True) == 5.0
    assert number(STARS, 2.0, bought=True) == 2.0
    assert number(STARS, 2.0, opinion="like") == 5.0


def test_where_people_rate_a_glance_says_nothing() -> None:
    assert number(STARS, glances=3, skips=1) is None


def test_of_events_the_strongest_counts_and_the_goal_most() -> None:
    assert number(SHOP, glances=2, skips=1) == STRENGTH["view"]
    assert number(SHOP, skips=1) == STRENGTH["skip"]
    assert number(SHOP, glances=2, bought=True) == DRIVEN
    assert number(SHOP, 7.0, glances=1) == 7.0
    assert number(SHOP, opinion="like") == STRENGTH["like"]
    viewing = Meaning("event", 0.0, 7.0, 7.0, drive="view")
    assert number(viewing, glances=1) == DRIVEN


def test_among_events_a_rating_is_an_opinion() -> None:
    assert number(SHOP, opinion="rating", rating=4.5) == STRENGTH["like"]
    assert number(SHOP, opinion="rating", rating=3.0) == STRENGTH["view"]
    assert number(SHOP, 7.0, opinion="rating", rating=1.0) is None
    of_ten = Meaning("event", 0.0, 7.0, 7.0, drive="purchase", rated=(3.0, 8.0))
    assert number(of_ten, opinion="rating", rating=8.0) == STRENGTH["like"]


def test_counts_go_on_where_the_file_left_off() -> None:
    assert number(PLAYS, 7.0, glances=2, bought=True) == 10.0
    assert number(PLAYS, glances=1) == 1.0
    assert number(PLAYS, skips=2) is None


def test_who_likes_it_counts_as_who_does_it_often() -> None:
    assert number(PLAYS, opinion="like") == 50.0
    assert number(PLAYS, 80.0, opinion="like") == 80.0
    assert number(VISITS, opinion="rating", rating=5.0) == 50.0


def test_the_scale_is_the_files_or_stars() -> None:
    assert scale_of(STARS) == (0.5, 5.0)
    assert scale_of(PLAYS) == scale_of(SHOP) == (0.5, 5.0)
