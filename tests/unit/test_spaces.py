"""Where settings are searched, and what is tried first."""

from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from tests.worlds import Checkerboard, random_worth
from toppicks.ingest.feedback.scale import Feedback, count_scale, event_scale, rating_scale
from toppicks.recommenders import ease
from toppicks.recommenders.ease import Ease
from toppicks.scoring.item_weights import DenseWeights, SparseWeights
from toppicks.scoring.worth import Worth
from toppicks.tuning import spaces
from toppicks.tuning.hybrids import FEW_ROWS, MANY_ROWS, HybridSpace
from toppicks.tuning.spaces import SPACES, Levels, Space, suited

RATINGS = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0, 3.5, 4.0, 5.0]), min_size=1)
NAMES = ("EASE", "graph filter", "RP3beta", "item-KNN", "user-KNN", "iALS", "BPR")


def _asked(settings: dict[str, Any]) -> optuna.Trial:
    """A trial in which these are tried; what is out of bounds is a warning, an error here."""
    study = optuna.create_study()
    study.enqueue_trial(settings)
    return study.ask()


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_what_is_tried_first_is_within_bounds_and_set_as_it_says(space: Space) -> None:
    assert space.first
    for settings in space.first:
        method = space.suggest(_asked(settings))
        assert vars(method) == vars(method) | settings
        assert method.name == space.name


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_what_is_served_are_item_item_weights_and_only_they(space: Space) -> None:
    small: dict[str, Any] = {"factors": 8, "iterations": 5} if space.name == "iALS" else {}
    method = space.suggest(_asked({**space.first[0], **small}))
    with threadpool_limits(1):
        fitted = method.fit(Checkerboard().worth())
    assert isinstance(fitted, DenseWeights | SparseWeights) == space.served


def test_every_method_of_the_contest_has_a_space() -> None:
    assert tuple(space.name for space in SPACES) == NAMES


@pytest.mark.parametrize("n", [1, FEW_ROWS, FEW_ROWS + 1, MANY_ROWS, MANY_ROWS + 1])
def test_what_is_tried_first_of_lightfm_is_within_bounds(n: int) -> None:
    space = HybridSpace.for_rows(n)
    assert space.first
    for settings in space.first:
        assert space.suggest(_asked(vars(settings))) == settings


def test_of_many_rows_fewer_epochs_are_tried() -> None:
    few, many = HybridSpace.for_rows(MANY_ROWS), HybridSpace.for_rows(MANY_ROWS + 1)
    assert many.most_epochs < few.most_epochs
    assert max(one.epochs for one in many.first) <= many.most_epochs
    seeds = [HybridSpace.for_rows(n).fewest_seeds for n in (FEW_ROWS, MANY_ROWS, MANY_ROWS + 1)]
    assert seeds == [3, 2, 1]


@given(RATINGS)
def test_every_level_has_a_rating(given_ratings: list[float]) -> None:
    rating = np.array(given_ratings, np.float32)
    starts = Levels.of_ratings(rating).starts
    assert starts[0] == -np.inf
    assert list(starts) == sorted(set(starts))
    level = np.searchsorted(starts, rating, side="right") - 1
    assert set(level.tolist()) == set(range(len(starts)))
    assert (len(starts) == 1) == (len(set(given_ratings)) == 1)


def test_levels_are_halves_and_quarters_of_the_scale() -> None:
    assert Levels.of_ratings(np.arange(1, 6, dtype=np.float32)).starts == (-np.inf, 3.0, 4.0)
    assert Levels.of_ratings(np.array([0.5, 2.0, 3.0, 5.0], np.float32)).starts == (
        -np.inf,
        2.75,
        3.875,
    )


def test_what_nobody_gave_is_no_level() -> None:
    assert Levels.of_ratings(np.array([1, 2, 5], np.float32)).starts == (-np.inf, 4.0)


def test_constant_ratings_are_one_level_worth_one() -> None:
    levels = Levels.of_ratings(np.full(9, 3, np.float32))
    assert levels.starts == (-np.inf,)
    assert levels.first() == [{}]
    assert levels.suggest(_asked({})).values == (1.0,)


@given(RATINGS, st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_worths_never_fall_and_end_at_one(ratings: list[float], parts: list[float]) -> None:
    levels = Levels.of_ratings(np.array(ratings, np.float32))
    worth = levels.suggest(_asked({"worth0": parts[0], "worth1": parts[1]}))
    assert worth.starts == levels.starts
    assert len(worth.values) == len(worth.starts)
    assert worth.values[-1] == 1
    assert list(worth.values) == sorted(worth.values)
    assert worth.values[0] >= 0


def test_first_only_likes_count_then_everything_does() -> None:
    levels = Levels((-np.inf, 3.0, 4.0))
    likes, everything = (levels.suggest(_asked(first)).values for first in levels.first())
    assert likes == (0.0, 0.0, 1.0)
    assert everything == pytest.approx((0.6, 0.84, 1.0))


def _suited(given: tuple[Space, ...] = SPACES) -> tuple[set[str], list[str]]:
    chosen, left_out = suited(given, random_worth(30, 20))
    return {space.name for space in chosen}, left_out


def test_ease_takes_part_where_it_fits_and_the_graph_filter_does_not() -> None:
    assert _suited() == (set(NAMES) - {"graph filter"}, [])


@pytest.mark.parametrize("what", ["memory", "time"])
def test_where_ease_does_not_fit_the_graph_filter_takes_its_place(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "memory":
        monkeypatch.setattr(ease, "fits", lambda n_bytes: False)
    else:
        monkeypatch.setattr(ease, "MOST_ITEMS", 5)
    names, (sentence,) = _suited()
    assert names == set(NAMES) - {"EASE"}
    n = len(Ease().items(random_worth(30, 20)))
    assert n > 5
    assert sentence == (
        f"EASE over {n} items takes too much memory or time; a graph filter takes its place"
    )


def test_spaces_without_a_substitute_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "fits", lambda n_bytes: False)
    assert _suited(SPACES[:1]) == ({"EASE"}, [])
    assert _suited(SPACES[1:]) == (set(NAMES) - {"EASE"}, [])


def test_at_its_clearest_only_the_highest_level_counts() -> None:
    assert Levels((-np.inf, 3.0, 4.0)).clearest().values == (0.0, 0.0, 1.0)
    assert Levels((-np.inf,)).clearest().values == (1.0,)


SHOP = event_scale(
    np.array([0, 1, 3, 5, 7], np.float32), "purchase", Feedback()
)  # against, skip, view, like, purchase


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_what_somebody_is_against_is_worth_nothing_whatever_is_suggested(
    parts: list[float],
) -> None:
    levels = Levels.of(SHOP, np.zeros(0, np.float32))
    asked = {f"worth{level}": part for level, part in enumerate(parts, 1)}
    worth = levels.suggest(_asked(asked))
    assert worth.starts == (-np.inf, 1, 3, 5, 7)
    assert worth.values[0] == 0
    assert worth.values[-1] == 1
    assert list(worth.values) == sorted(worth.values)
    assert worth.values[1] == parts[0]


def test_of_events_only_the_goal_counts_first_then_all_but_what_is_against() -> None:
    levels = Levels.of(SHOP, np.zeros(0, np.float32))
    goal, everything = (levels.suggest(_asked(first)).values for first in levels.first())
    assert goal == levels.clearest().values == (0, 0, 0, 0, 1)
    assert everything == pytest.approx((0, 0.6, 0.84, 0.936, 1))


def test_without_anything_against_every_level_is_learnt() -> None:
    scale = event_scale(np.array([1, 3, 7], np.float32), "like", Feedback())
    levels = Levels.of(scale, np.zeros(0, np.float32))
    assert list(levels.first()[0]) == ["worth0", "worth1"]


def test_counts_are_worth_the_same_at_first() -> None:
    scale = count_scale(np.arange(1, 11, dtype=np.float32), True, Feedback())
    levels = Levels.of(scale, np.zeros(0, np.float32))
    alike, rising = (levels.suggest(_asked(first)).values for first in levels.first())
    assert alike == levels.clearest().values == (1, 1, 1)
    assert rising == (0.5, 0.75, 1)


def test_what_merely_happened_has_nothing_to_learn() -> None:
    scale = count_scale(np.ones(3, np.float32), False, Feedback())
    levels = Levels.of(scale, np.ones(3, np.float32))
    assert (levels.first(), levels.clearest().values) == ([{}], (1,))


def test_what_the_caller_fixed_is_not_learnt() -> None:
    fixed = Feedback(worth={"skip": 0, "view": 0.25, "like": 0.5, "purchase": 1}, half_life=9.0)
    scale = event_scale(np.array([0, 1, 3, 5, 7], np.float32), "purchase", fixed)
    levels = Levels.of(scale, np.zeros(0, np.float32))
    expected = Worth((-np.inf, 1, 3, 5, 7), (0, 0, 0.25, 0.5, 1), 9.0)
    assert levels.first() == [{}]
    assert levels.suggest(_asked({})) == levels.clearest() == expected


@pytest.mark.parametrize("worth", [{}, {"4": 1.0}])
def test_a_half_life_that_the_caller_fixed_holds_for_whatever_is_learnt(
    worth: dict[str, float],
) -> None:
    rating = np.arange(1, 6, dtype=np.float32)
    scale = rating_scale(rating, Feedback(worth=worth, half_life=9.0))
    levels = Levels.of(scale, rating)
    assert levels.clearest().half_life == 9
    assert levels.suggest(_asked(levels.first()[0])).half_life == 9
    assert Levels.of(rating_scale(rating, Feedback()), rating).clearest().half_life == np.inf


def test_of_no_ratings_there_is_a_level() -> None:
    scale = rating_scale(np.arange(1, 6, dtype=np.float32), Feedback())
    assert Levels.of(scale, np.zeros(0, np.float32)).starts == (-np.inf,)


@pytest.mark.parametrize(
    ("ratings", "starts", "nothing"),
    [
        ([0, 1], (-np.inf, 0.75), 1),
        ([-1, 1], (-np.inf, 0.5), 1),
        ([-1, 0, 1], (-np.inf, 0.0, 0.5), 1),
        ([-10, -3, 1, 6, 10], (-np.inf, 0.0, 5.0), 1),
        ([-2, 0, 2, 3, 5], (-np.inf, 0.0, 1.5, 3.25), 1),
        ([-1, 0], (-np.inf, 0.0), 1),
        ([0, 1, 2], (-np.inf, 1.0, 1.5), 0),
        ([-3, -2, -1], (-np.inf, -2.0, -1.5), 0),
        ([1, 1], (-np.inf,), 0),
    ],
)
def test_a_no_and_what_is_below_zero_are_against(
    ratings: list[float], starts: tuple[float, ...], nothing: int
) -> None:
    levels = Levels.of_ratings(np.array(ratings, np.float32))
    assert (levels.starts, levels.nothing) == (starts, nothing)
    if nothing:
        first = dict.fromkeys((f"worth{level}" for level in range(5)), 0.9)
        assert levels.suggest(_asked(first)).of(np.array(ratings)).tolist()[0] == 0


def test_bpr_is_left_out_of_many_likes_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    likes = random_worth(30, 20).nnz
    monkeypatch.setattr(spaces, "MANY_ROWS", likes)
    assert _suited() == (set(NAMES) - {"graph filter"}, [])
    monkeypatch.setattr(spaces, "MANY_ROWS", likes - 1)
    names, left_out = _suited()
    assert names == set(NAMES) - {"graph filter", "BPR"}
    assert left_out == [f"BPR over {likes} likes takes too long, and is left out"]
    assert _suited(SPACES[:1])[1] == []
