"""What feedback means: scales, their levels, and what the caller fixed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from toppicks.errors import InputError
from toppicks.ingest.feedback.scale import (
    Feedback,
    Scale,
    count_scale,
    event_scale,
    like_threshold,
    rating_scale,
)
from toppicks.scoring.strength import DRIVEN, STRENGTH
from toppicks.scoring.worth import Worth

NOTHING = Feedback()


def _numbers(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def _codes(*kinds: str) -> NDArray[np.float32]:
    return _numbers(*(STRENGTH.get(kind, DRIVEN) for kind in kinds))


SHOP = _codes("against", "skip", "view", "like", "driven")


@pytest.mark.parametrize(
    ("ratings", "like_from"),
    [
        ([1, 2, 3, 4, 5], 4),
        ([0.5, 2, 3.5, 4, 5], 4),
        (range(1, 8), 6),
        (range(11), 8),
        (range(1, 101), 76),
        ([-10, 0, 5, 10], 5),
        ([-1, 1], 1),
        ([0, 1], 1),
        ([3, 3], 3),
        ([1, 5], 5),
    ],
)
def test_a_like_is_three_quarters_up_any_scale(ratings: list[float], like_from: float) -> None:
    assert like_threshold(_numbers(*ratings)) == like_from
    scale = rating_scale(_numbers(*ratings), NOTHING)
    assert (scale.like_from, scale.kind) == (like_from, "rating")
    assert scale.positive == f"a like is {like_from:g} or more"
    assert scale.is_explicit


def test_counts_have_levels_of_their_own_and_are_all_positives() -> None:
    scale = count_scale(_numbers(*range(1, 11)), True, NOTHING)
    assert (scale.kind, scale.like_from, scale.borders) == ("count", 0, (-math.inf, 5, 8))
    assert scale.positive == "every row is a positive"
    assert not scale.is_explicit


def test_counts_most_of_which_are_the_same_have_fewer_levels() -> None:
    assert count_scale(_numbers(*[1] * 7, 4, 5, 6), True, NOTHING).borders == (-math.inf, 4)
    assert count_scale(_numbers(1, 1, 1), False, NOTHING).borders == (-math.inf,)
    assert count_scale(_numbers(1, 1, 1), False, NOTHING).kind == "presence"


def test_a_caller_may_say_from_which_count_on_something_is_a_positive() -> None:
    counts = _numbers(1, 3, 9)
    scale = count_scale(counts, True, NOTHING).liking_from(3, counts)
    assert (scale.like_from, scale.positive) == (3, "a positive is a count of 3 or more")
    assert scale.liking_from(None, counts) is scale
    with pytest.raises(InputError, match=r"--like-from 10: .* the highest is 9$"):
        scale.liking_from(10, counts)


def test_events_have_a_level_for_each_kind_that_is_there() -> None:
    scale = event_scale(SHOP, "purchase", NOTHING)
    assert scale.names == ("against", "skip", "view", "like", "purchase")
    assert scale.borders == (-math.inf, 1, 3, 5, DRIVEN)
    assert [scale.name_of(start) for start in scale.borders or ()] == list(scale.names)
    assert scale.name_of(2.0) is None
    assert (scale.like_from, scale.drive) == (DRIVEN, "purchase")
    assert scale.positive == "a positive is a purchase"
    assert not scale.is_explicit


def test_a_like_that_is_driven_at_is_an_opinion() -> None:
    scale = event_scale(_codes("view", "purchase", "driven"), "like", NOTHING)
    assert scale.names == ("view", "purchase", "like")
    assert scale.is_explicit


def test_numbers_have_no_names() -> None:
    assert rating_scale(_numbers(1, 5), NOTHING).name_of(-math.inf) is None


def test_like_from_is_not_for_events() -> None:
    scale = event_scale(SHOP, "purchase", NOTHING)
    with pytest.raises(InputError, match=r"^--like-from 4: the files hold events, .* --drive$"):
        scale.liking_from(4, SHOP)


def test_further_files_are_read_for_the_same_goal_and_without_worths() -> None:
    own = Feedback("like", {"view": 1.0}, 5.0, {"x": "view"})
    scale = replace(event_scale(SHOP, "purchase", NOTHING), rated=(1, 2))
    assert own.for_more_of(scale) == Feedback("purchase", kinds={"x": "view"}, rated=(1, 2))


def test_worths_of_events_are_brought_to_at_most_one() -> None:
    fixed = Feedback(worth={"skip": 0, "view": 1, "like": 2, "purchase": 4})
    worth = event_scale(SHOP, "purchase", fixed).worth
    assert worth == Worth((-math.inf, 1, 3, 5, DRIVEN), (0, 0, 0.25, 0.5, 1))


def test_worths_of_kinds_that_are_not_there_are_passed_over() -> None:
    fixed = Feedback(worth={"skip": 0.1, "left": 0.2, "view": 0.3, "dwell": 0.4, "like": 1})
    worth = event_scale(_codes("view", "driven"), "like", fixed).worth
    assert worth == Worth((-math.inf, DRIVEN), (0.3, 1))


def test_half_life_and_goal_are_the_callers() -> None:
    fading = Feedback(half_life=9.0)
    scales = (
        rating_scale(_numbers(1, 5), fading),
        count_scale(_numbers(1, 5), True, fading),
        event_scale(SHOP, "like", fading),
    )
    assert [scale.half_life for scale in scales] == [9, 9, 9]


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        ({"view": 0.1, "purchase": 1}, "[worth] names no 'skip'; give each of skip, view, like, p"),
        (
            {"skip": 0, "view": 0.5, "like": 0.4, "purchase": 1},
            "[worth] of 'like' is 0.4, less than 0.5 of the weaker 'view'; expected rising numbers",
        ),
        ({"skip": 0, "view": 0, "like": 0, "purchase": 0}, "[worth] of 'purchase' is 0; expected"),
        ({"buy": 1}, "[worth] has 'buy', which is no kind of event; expected any of against, skip"),
        ({"4": 1}, "[worth] has '4', which is no kind of event"),
        ({"dislike": 0.1, "purchase": 1}, "[worth] of 'dislike' is 0.1; what somebody is against"),
        ({"hide": 1}, "[worth] of 'hide' is 1; what somebody is against is worth 0"),
        ({"against": 1}, "[worth] of 'against' is 1; what somebody is against is worth 0"),
    ],
)
def test_worths_of_events_that_cannot_be_meant_are_one_line(
    worth: dict[str, float], said: str
) -> None:
    with pytest.raises(InputError) as raised:
        event_scale(SHOP, "purchase", Feedback(worth=worth))
    text = str(raised.value)
    assert text.startswith("--feedback: ")
    assert said in text
    assert "\n" not in text


def test_a_dislike_may_be_named_as_worth_nothing() -> None:
    fixed = Feedback(worth={"dislike": 0, "hide": 0, "view": 1, "purchase": 1})
    worth = event_scale(_codes("against", "view", "driven"), "purchase", fixed).worth
    assert worth == Worth((-math.inf, 3, DRIVEN), (0, 1, 1))


def test_what_is_driven_at_is_the_strongest_whatever_it_is() -> None:
    fixed = Feedback(worth={"view": 0.5, "purchase": 1})
    with pytest.raises(InputError, match=r"'view' is 0.5, less than 1 of the weaker 'purchase'"):
        event_scale(_codes("purchase", "driven"), "view", fixed)


def test_worths_of_ratings_hold_from_their_number_on() -> None:
    fixed = Feedback(worth={"4": 2.0, "2.5": 1.0})
    worth = rating_scale(_numbers(1, 2, 3, 4, 5), fixed).worth
    assert worth == Worth((-math.inf, 2.5, 4), (0, 0.5, 1))


def test_worths_of_counts_do_so_too() -> None:
    worth = count_scale(_numbers(1, 9), True, Feedback(worth={"1": 0.5, "5": 1})).worth
    assert worth is not None
    assert worth.of(_numbers(0.5, 1, 4.9, 5, 9)).tolist() == [0, 0.5, 0.5, 1, 1]


@pytest.mark.parametrize("start", ["4.1", "0.3", "2.7"])
def test_a_number_reaches_itself(start: str) -> None:
    """Ratings are of single precision; 4.1 is less there."""
    worth = rating_scale(_numbers(0, float(start)), Feedback(worth={start: 1})).worth
    assert worth is not None
    assert worth.of(_numbers(0, float(start))).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        ({"view": 1}, "[worth] has 'view'; for ratings and counts expected numbers, such as"),
        ({"4": 1, "inf": 1}, "[worth] has 'inf'; for ratings and counts expected numbers"),
        ({"nan": 1}, "[worth] has 'nan'"),
        ({"1e39": 1}, "[worth] has '1e39'"),
        ({"9" * 5000: 1}, f"[worth] has '{'9' * 40}'; for ratings"),
        ({"a\nb": 1}, r"[worth] has 'a\nb'; for ratings"),
        (
            {"3": 1, "4": 0.5},
            "[worth] of '4' is 0.5, less than 1 of the weaker '3'; expected rising",
        ),
        ({"4": 0}, "[worth] of '4' is 0; expected above 0"),
        ({"4": 1, "4.0": 1}, "[worth] has '4', '4.0', of which two are the same number"),
        ({"6": 1}, "[worth] gives no rating a worth: the highest is 5; give one that is reached"),
    ],
)
def test_worths_of_ratings_that_cannot_be_meant_are_one_line(
    worth: dict[str, float], said: str
) -> None:
    with pytest.raises(InputError) as raised:
        rating_scale(_numbers(1, 5), Feedback(worth=worth))
    text = str(raised.value)
    assert text.startswith("--feedback: ")
    assert said in text
    assert "\n" not in text


def test_a_worth_that_no_count_reaches_is_refused() -> None:
    with pytest.raises(InputError, match="gives no count a worth: the highest is 3"):
        count_scale(_numbers(1, 3), True, Feedback(worth={"4": 1}))


def test_where_nothing_is_fixed_worths_are_learnt() -> None:
    scales = [
        rating_scale(_numbers(1, 5), NOTHING),
        count_scale(_numbers(1), False, NOTHING),
        event_scale(SHOP, "purchase", NOTHING),
    ]
    assert [scale.worth for scale in scales] == [None, None, None]


def test_a_scale_says_what_a_stay_is() -> None:
    stay = Scale("event", DRIVEN, drive="dwell")
    assert stay.positive == "a positive is a stay as long as the item's usual or longer"
