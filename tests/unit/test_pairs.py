"""From many rows to one for each user and item."""

from collections.abc import Sequence

import numpy as np
import pytest

from toppicks.errors import InputError
from toppicks.ingest.feedback.events import kind_of
from toppicks.ingest.feedback.pairs import FEWEST_VISITS, Folded, Rows, folded_pairs
from toppicks.ingest.feedback.scale import Feedback

Event = tuple[object, ...]
Pair = tuple[int, int]
BUY = Feedback(drive="purchase")


def _rows(
    pairs: Sequence[Pair],
    values: Sequence[float],
    times: Sequence[int] | None = None,
    kinds: Sequence[str] | None = None,
    dwell: Sequence[float] | None = None,
) -> Rows:
    users, items = zip(*pairs, strict=True)
    codes = [Feedback().code_of(kind_of(kind) or "") for kind in kinds or ()]
    return Rows(
        np.array(users, np.int32),
        np.array(items, np.int32),
        np.array(values, np.float32),
        np.array(codes, np.int8) if kinds else None,
        None if dwell is None else np.array(dwell, np.float32),
        None if times is None else np.array(times, np.int64),
    )


def _numbers(
    role: str | None, rows: Sequence[tuple[int, int, float]], times: Sequence[int] | None = None
) -> Folded:
    pairs, values = [(user, item) for user, item, _ in rows], [value for _, _, value in rows]
    return folded_pairs(_rows(pairs, values, times), role, Feedback())


def _events(
    *events: Event,
    feedback: Feedback = BUY,
    times: Sequence[int] | None = None,
    dwell: bool = False,
    role: str = "event",
) -> Folded:
    """Of (user, item, kind, number): in the order given, or by times."""
    pairs = [(int(str(one[0])), int(str(one[1]))) for one in events]
    numbers = [float(str(one[3])) if len(one) > 3 else np.nan for one in events]
    kinds = [str(one[2]) for one in events] if role == "event" else None
    rows = _rows(pairs, numbers, times, kinds, numbers if dwell else None)
    return folded_pairs(rows, role, feedback)


def _values(folded: Folded) -> dict[Pair, float]:
    rows = folded.rows
    assert len(rows) == len(set(zip(rows.user_idx.tolist(), rows.item_idx.tolist(), strict=True)))
    return {
        (user, item): value
        for user, item, value in zip(
            rows.user_idx.tolist(), rows.item_idx.tolist(), rows.value.tolist(), strict=True
        )
    }


def _names(folded: Folded) -> dict[Pair, str]:
    """What each pair came to, by the name of its level."""
    scale = folded.scale
    assert scale.borders is not None
    told = {}
    for pair, value in _values(folded).items():
        level = int(np.searchsorted(scale.borders, value, side="right")) - 1
        told[pair] = scale.names[level]
    return told


def _lost(folded: Folded) -> dict[str, tuple[int, int]]:
    """By reason, how many rows and the place of the first."""
    return {lost.reason: (lost.rows, lost.first) for lost in folded.lost}


# Whoever else there is: somebody buys, so that there is something to drive at.
BOUGHT = (9, 9, "purchase")


def test_of_ratings_the_latest_counts() -> None:
    folded = _numbers("rating", [(0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 1, 4)], [20, 30, 10, 5])
    assert _values(folded) == {(0, 0): 2, (0, 1): 4}
    assert _lost(folded) == {"an earlier rating of the same user and item": (2, 0)}
    assert folded.lost[0].done == "the latest counts"


def test_without_times_and_of_equal_ones_the_last_in_the_file_counts() -> None:
    rows = [(0, 0, 5.0), (1, 0, 3.0), (0, 0, 2.0)]
    assert _values(_numbers("rating", rows)) == {(0, 0): 2, (1, 0): 3}
    assert _values(_numbers("rating", rows, [7, 7, 7])) == {(0, 0): 2, (1, 0): 3}


STARS = [(user, user % 3, 1.0 + user % 5) for user in range(40)]


@pytest.mark.parametrize("slip", [50_000, -50_000, 60])
def test_a_rating_far_outside_the_others_scale_is_left_out(slip: float) -> None:
    folded = _numbers("rating", [*STARS[:7], (50, 0, slip), *STARS[7:]])
    assert _lost(folded) == {"rating far outside the scale of the others": (1, 7)}
    assert _values(folded) == _values(_numbers("rating", STARS))
    assert folded.scale.like_from == 4


def test_a_slip_does_not_stand_for_what_somebody_said_before() -> None:
    folded = _numbers("rating", [*STARS, (0, 0, 50_000)])
    assert _values(folded)[0, 0] == 1


def test_a_rating_within_reach_of_the_others_is_none() -> None:
    assert not _numbers("rating", [*STARS, (50, 0, 40)]).lost


def test_of_few_ratings_nothing_is_far_outside() -> None:
    assert not _numbers("rating", [*STARS[:10], (50, 0, 50_000)]).lost


def test_amounts_that_spread_over_magnitudes_have_no_scale_to_be_outside_of() -> None:
    rows = [(user, 0, 1.01**user) for user in range(1_200)]
    assert not _numbers("rating", rows).lost


def test_counts_add_up() -> None:
    folded = _numbers("weight", [(0, 0, 2), (1, 0, 5), (0, 0, 3.5)])
    assert _values(folded) == {(0, 0): 5.5, (1, 0): 5}
    assert _lost(folded) == {"further rows of the same user and item": (1, 0)}
    assert folded.lost[0].done == "added up"
    assert (folded.scale.kind, folded.scale.like_from) == ("count", 0)


def test_what_is_taken_back_counts_less_and_at_last_nothing() -> None:
    folded = _numbers(
        "weight", [(0, 0, 3), (0, 0, -1), (1, 0, 2), (1, 0, -2), (2, 0, 0), (3, 0, -1)]
    )
    assert _values(folded) == {(0, 0): 2}
    assert _lost(folded)["counts that add up to nothing"] == (3, 3)


def test_rows_that_merely_happened_are_counted_if_they_happened_again() -> None:
    once = _numbers(None, [(0, 0, 1), (0, 1, 1)])
    assert (once.scale.kind, _values(once)) == ("presence", {(0, 0): 1, (0, 1): 1})
    again = _numbers(None, [(0, 0, 1), (0, 1, 1), (0, 0, 1)])
    assert (again.scale.kind, _values(again)) == ("count", {(0, 0): 2, (0, 1): 1})


def test_every_row_that_is_no_pair_of_its_own_is_lost_for_one_reason() -> None:
    rng = np.random.default_rng(0)
    rows = [(int(u), int(i), float(v) - 1) for u, i, v in rng.integers(0, 5, (90, 3))]
    for role in ("rating", "weight", None):
        folded = _numbers(role, rows)
        assert len(folded.rows) + sum(lost.rows for lost in folded.lost) == len(rows)


def test_the_strongest_event_of_a_pair_counts_whatever_came_last() -> None:
    events = [
        (0, 0, "view"), (0, 0, "purchase"), (0, 0, "view"),
        (0, 1, "skip"), (0, 1, "view"), (0, 1, "skip"),
        (1, 0, "like"), (1, 0, "skip"),
        (1, 1, "skip"),
    ]  # fmt: skip
    folded = _events(*events)
    expected = {(0, 0): "purchase", (0, 1): "view", (1, 0): "like", (1, 1): "skip"}
    assert _names(folded) == expected
    assert _lost(folded) == {"further events of the same user and item": (5, 0)}


@pytest.mark.parametrize("against", ["dislike", "hide"])
@pytest.mark.parametrize("before", ["like", "purchase", "view"])
def test_a_later_opinion_against_takes_back_what_came_before(against: str, before: str) -> None:
    folded = _events(BOUGHT, (0, 0, before), (0, 0, against), (0, 0, "view"), (0, 0, "skip"))
    assert _names(folded)[0, 0] == "against"


@pytest.mark.parametrize("later", ["like", "purchase"])
def test_a_later_opinion_for_it_takes_back_the_dislike(later: str) -> None:
    folded = _events(BOUGHT, (0, 0, "dislike"), (0, 0, "view"), (0, 0, later), (0, 0, "view"))
    assert _names(folded)[0, 0] == later


def test_times_say_which_opinion_is_later() -> None:
    events = [BOUGHT, (0, 0, "dislike"), (0, 0, "like"), (1, 0, "dislike"), (1, 0, "like")]
    names = _names(_events(*events, times=[1, 9, 5, 5, 9]))
    assert (names[0, 0], names[1, 0]) == ("against", "like")


def test_opinions_are_of_one_person_about_one_thing() -> None:
    names = _names(_events((0, 0, "purchase"), (0, 1, "dislike"), (1, 0, "hide")))
    assert names == {(0, 0): "purchase", (0, 1): "against", (1, 0): "against"}


def test_a_visit_is_no_opinion_even_where_visits_are_driven_at() -> None:
    events = [(9, 9, "view"), (0, 0, "dislike"), (0, 0, "view"), (1, 0, "view"), (1, 0, "hide")]
    names = _names(_events(*events, feedback=Feedback(drive="view")))
    assert names == {(9, 9): "view", (0, 0): "against", (1, 0): "against"}


def test_only_what_is_driven_at_is_a_positive() -> None:
    events = [
        (0, 0, "like"),
        (1, 0, "purchase"),
        (2, 0, "view"),
        (3, 0, "like"),
        (3, 0, "purchase"),
    ]
    for drive, positives in (
        ("like", {(0, 0), (3, 0)}),
        ("purchase", {(1, 0), (3, 0)}),
        ("view", {(2, 0)}),
    ):
        folded = _events(*events, feedback=Feedback(drive=drive))
        at_least = folded.scale.like_from
        assert {pair for pair, value in _values(folded).items() if value >= at_least} == positives
        assert folded.scale.names[-1] == folded.scale.drive == drive


def test_where_nothing_is_said_the_most_telling_kind_is_driven_at() -> None:
    for kinds, drive in (
        (("view", "like", "purchase"), "purchase"),
        (("skip", "view", "like"), "like"),
        (("view", "hide"), "view"),
    ):
        events = [(user, 0, kind) for user, kind in enumerate(kinds)]
        assert _events(*events, feedback=Feedback()).scale.drive == drive


def _stays(*seconds: float) -> list[Event]:
    """Visits of one item by different people."""
    return [(user, 0, "view", stayed) for user, stayed in enumerate(seconds)]


def test_a_visit_is_held_against_the_items_usual_one() -> None:
    visits = [*_stays(5, 30, 60, 60, 100, 300), BOUGHT]
    names = _names(_events(*visits, dwell=True))
    usual = ["left", "view", "dwell", "dwell", "dwell", "dwell"]
    assert [names[user, 0] for user in range(6)] == usual


def test_each_item_has_a_usual_of_its_own() -> None:
    long = [(user, 1, "view", 6_000.0) for user in range(FEWEST_VISITS)]
    names = _names(
        _events(*_stays(*[60] * FEWEST_VISITS), *long, (7, 1, "view", 60), BOUGHT, dwell=True)
    )
    assert names[0, 0] == "dwell"
    assert names[7, 1] == "left"


def test_an_item_of_few_visits_is_held_against_all_others() -> None:
    common = _stays(*[60] * 9)
    few = [(user, 1, "view", 3.0) for user in range(FEWEST_VISITS - 1)]
    assert set(_names(_events(*common, *few, BOUGHT, dwell=True)).values()) == {
        "dwell", "left", "purchase"
    }  # fmt: skip
    enough = [*few, (8, 1, "view", 3.0)]
    assert set(_names(_events(*common, *enough, BOUGHT, dwell=True)).values()) == {
        "dwell", "purchase"
    }  # fmt: skip


def test_a_visit_of_unknown_length_is_a_view_and_no_length_makes_a_purchase_less() -> None:
    visits = [*_stays(*[60] * 6), (6, 0, "view"), (7, 0, "purchase", 1), (8, 0, "skip", 1)]
    names = _names(_events(*visits, dwell=True))
    assert [names[user, 0] for user in (6, 7, 8)] == ["view", "purchase", "skip"]


def test_visits_of_no_time_at_all_are_left_at_once() -> None:
    names = _names(_events(*_stays(0, 0, 0, 0, 0, 0), BOUGHT, dwell=True))
    assert names[0, 0] == "left"


def test_dwell_times_alone_drive_at_staying() -> None:
    folded = _events(
        *_stays(5, 30, 60, 60, 100, 300), feedback=Feedback(), dwell=True, role="dwell"
    )
    assert folded.scale.names == ("left", "view", "dwell")
    assert folded.scale.positive == "a positive is a stay as long as the item's usual or longer"
    assert [note.n for note in folded.notes] == [6]


def test_who_stays_has_come_to_see() -> None:
    names = _names(_events(*_stays(5, 30, 60, 60, 60), feedback=Feedback(drive="view"), dwell=True))
    assert [names[user, 0] for user in range(5)] == ["left", "view", "view", "view", "view"]
    all_stay = _events(*_stays(60, 60), feedback=Feedback(drive="view"), dwell=True)
    assert set(_names(all_stay).values()) == {"view"}


def _opinions(*ratings: float) -> list[Event]:
    return [(user, 0, "rating", rating) for user, rating in enumerate(ratings)]


def test_events_that_are_ratings_are_opinions() -> None:
    folded = _events(*_opinions(1, 2, 3, 4, 5), BOUGHT)
    names = _names(folded)
    expected = ["against", "against", "view", "like", "like"]
    assert [names[user, 0] for user in range(5)] == expected
    (note,) = folded.notes
    assert (note.n, note.done) == (5, "from 4 a like, up to 2 against")
    assert folded.scale.rated == (2, 4)


def test_a_low_rating_takes_back_a_purchase_and_a_high_one_a_dislike() -> None:
    events = [
        *_opinions(1, 5), BOUGHT,
        (5, 0, "purchase"), (5, 0, "rating", 1),
        (6, 0, "dislike"), (6, 0, "rating", 5),
    ]  # fmt: skip
    names = _names(_events(*events))
    assert (names[5, 0], names[6, 0]) == ("against", "like")


def test_one_slip_does_not_turn_everybody_elses_stars_into_dislikes() -> None:
    stars = [1 + user % 5 for user in range(30)]
    folded = _events(*_opinions(*stars, 50_000), BOUGHT)
    assert _lost(folded) == {"rating far outside the scale of the others": (1, 30)}
    assert _names(folded) == _names(_events(*_opinions(*stars), BOUGHT))


def test_ratings_of_a_further_file_are_understood_as_those_before() -> None:
    first = _events(*_opinions(1, 2, 3, 4, 5), BOUGHT).scale
    alone = _events(*_opinions(4, 5), BOUGHT, feedback=BUY)
    assert _names(alone)[0, 0] == "against"
    further = _events(*_opinions(4, 5), BOUGHT, feedback=BUY.for_more_of(first))
    assert _names(further)[0, 0] == "like"


def test_where_everything_is_taken_back_that_is_said() -> None:
    with pytest.raises(InputError, match="no user is left with a purchase that was not taken back"):
        _events((0, 0, "purchase"), (0, 0, "dislike"), (1, 0, "view"))


def test_where_all_are_against_nothing_can_be_recommended() -> None:
    with pytest.raises(InputError, match="no event is a purchase, like, dwell or view, so there"):
        _events((0, 0, "hide"), (1, 0, "dislike"), (1, 1, "skip"), feedback=Feedback())


def test_what_is_driven_at_must_be_there() -> None:
    with pytest.raises(
        InputError, match=r"^--drive purchase: no event is of that kind; there are like, view$"
    ):
        _events((0, 0, "view"), (1, 0, "like"))


@pytest.mark.parametrize(
    ("role", "drive", "there"),
    [
        ("rating", "purchase", "ratings"),
        ("weight", "like", "counts"),
        (None, "purchase", "mere rows"),
    ],
)
def test_of_what_has_no_kinds_none_can_be_driven_at(
    role: str | None, drive: str, there: str
) -> None:
    with pytest.raises(InputError, match=f"^--drive {drive}: the files hold {there}, not events; "):
        folded_pairs(_rows([(0, 0)], [1]), role, Feedback(drive=drive))


def test_ratings_are_driven_at_likes_anyhow() -> None:
    folded = folded_pairs(_rows([(0, 0)], [1]), "rating", Feedback(drive="like"))
    assert folded.scale.drive is None
    assert folded.scale.is_explicit


@pytest.mark.parametrize("role", ["rating", "weight", None])
def test_a_half_life_needs_times(role: str | None) -> None:
    fading = Feedback(half_life=86_400.0 * 90)
    with pytest.raises(InputError, match="half_life_days is 90, but the files have no times"):
        folded_pairs(_rows([(0, 0)], [1]), role, fading)
    timed = folded_pairs(_rows([(0, 0)], [1], [5]), role, fading)
    assert timed.scale.half_life == 86_400 * 90
    assert folded_pairs(_rows([(0, 0)], [1]), role, Feedback(half_life=np.inf)).rows


def test_the_time_is_of_the_event_that_counts() -> None:
    """An old purchase stays old, however often its page is looked at; a later dislike is new."""
    events = [(1, 1, "purchase"), (1, 1, "view"), (2, 1, "view"), (2, 1, "hide"), BOUGHT]
    folded = _events(*events, times=[10, 90, 20, 80, 5])
    assert folded.rows.time is not None
    times = dict(zip(_values(folded), folded.rows.time.tolist(), strict=True))
    assert times == {(1, 1): 10, (2, 1): 80, (9, 9): 5}
    assert _lost(folded) == {"further events of the same user and item": (2, 1)}
