"""Which rows are hidden, and from whom."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toppicks.evaluation.splitting import (
    FOLDS,
    MOST_HELD_OUT,
    Split,
    cut_in_time,
    held_out_people,
    is_later,
    last_by_time,
    some_people,
)
from toppicks.ids import IdMap
from toppicks.ingest.interactions import Interactions

Pair = tuple[int, int]


def _interactions(lengths: list[int], timed: bool = True, seed: int = 0) -> Interactions:
    """Users with so many rows each, oldest first, over 60 items."""
    rng = np.random.default_rng(seed)
    n = sum(lengths)
    items = [np.sort(rng.choice(60, length, replace=False)) for length in lengths]
    return Interactions(
        users=IdMap(f"u{user}" for user in range(len(lengths))),
        items=IdMap(f"i{item}" for item in range(60)),
        user_idx=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        item_idx=np.concatenate(items).astype(np.int32),
        rating=rng.integers(1, 6, n).astype(np.float32),
        timestamp=np.arange(n) if timed else None,
    )


def _pairs(interactions: Interactions) -> set[Pair]:
    return set(zip(interactions.user_idx.tolist(), interactions.item_idx.tolist(), strict=True))


@pytest.mark.parametrize(
    ("rows", "hidden"), [(1, 0), (2, 1), (3, 1), (5, 1), (7, 1), (8, 2), (10, 2), (13, 3), (50, 10)]
)
@pytest.mark.parametrize("timed", [True, False])
def test_a_fifth_is_hidden_and_nobody_loses_their_only_row(
    rows: int, hidden: int, timed: bool
) -> None:
    later = last_by_time(_interactions([3, rows, 1], timed), seed=1)
    assert later[3 : 3 + rows].sum() == hidden


def test_what_is_hidden_is_the_last_by_time() -> None:
    later = last_by_time(_interactions([5, 1, 10]), seed=1)
    assert np.flatnonzero(later).tolist() == [4, 14, 15]


def test_without_times_the_seed_decides_what_is_hidden() -> None:
    rows = _interactions([20, 30], timed=False)
    first = last_by_time(rows, seed=1)
    assert np.array_equal(first, last_by_time(rows, seed=1))
    assert not np.array_equal(first, last_by_time(rows, seed=2))
    assert first[:20].sum() == 4
    assert first[20:].sum() == 6


def test_without_times_every_row_may_be_hidden() -> None:
    rows = _interactions([5, 5], timed=False)
    ever = np.any([last_by_time(rows, seed) for seed in range(60)], axis=0)
    assert ever.all()


def test_another_share_hides_as_much() -> None:
    assert last_by_time(_interactions([10]), seed=1, share=0.5).sum() == 5


def test_everybody_is_held_out_from_one_of_the_fits() -> None:
    folds = held_out_people(100, seed=1)
    assert [len(fold) for fold in folds] == [34, 33, 33]
    assert sorted(np.concatenate(folds).tolist()) == list(range(100))
    for fold in folds:
        assert (np.diff(fold) > 0).all()
    assert folds[0].tolist() != list(range(34))


def test_the_seed_decides_who_is_held_out_together() -> None:
    first, again, other = (
        [fold.tolist() for fold in held_out_people(100, seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_of_many_people_enough_are_held_out() -> None:
    held_out = np.concatenate(held_out_people(10 * MOST_HELD_OUT, seed=1)).tolist()
    assert len(set(held_out)) == len(held_out) == MOST_HELD_OUT
    assert max(held_out) > 9 * MOST_HELD_OUT


def test_a_single_person_is_in_one_fold() -> None:
    assert sorted(len(fold) for fold in held_out_people(1, seed=1)) == [0, 0, 1]


@pytest.fixture(params=[True, False], ids=["timed", "untimed"])
def split(request: pytest.FixtureRequest) -> tuple[Interactions, Split]:
    lengths = np.random.default_rng(4).integers(1, 30, 80).tolist()
    rows = _interactions(lengths, timed=request.param)
    return rows, Split.of(rows, seed=3)


def test_known_and_hidden_divide_the_rows(split: tuple[Interactions, Split]) -> None:
    rows, parts = split
    assert _pairs(parts.known) & _pairs(parts.hidden) == set()
    assert _pairs(parts.known) | _pairs(parts.hidden) == _pairs(rows)
    assert len(parts.known) + len(parts.hidden) == len(rows)
    assert set(parts.known.user_idx.tolist()) == set(range(80))


def test_rows_to_choose_by_divide_the_known_and_are_never_hidden_ones(
    split: tuple[Interactions, Split],
) -> None:
    _, parts = split
    early, late = _pairs(parts.known_early), _pairs(parts.known_late)
    assert late
    assert early & late == set()
    assert early | late == _pairs(parts.known)
    assert late & _pairs(parts.hidden) == set()
    n_known = np.bincount(parts.known.user_idx, minlength=80)
    n_late = np.bincount(parts.known_late.user_idx, minlength=80)
    assert (n_late[n_known > 2] == np.rint(n_known[n_known > 2] * 0.2).clip(1)).all()
    assert not n_late[n_known == 1].any()


def test_people_held_out_have_no_row_in_others(split: tuple[Interactions, Split]) -> None:
    _, parts = split
    assert len(parts.folds) == len(parts.others) == FOLDS
    for fold, others in zip(parts.folds, parts.others, strict=True):
        assert set(others.user_idx.tolist()) == set(range(80)) - set(fold.tolist())


def test_others_are_known_rows_and_all_of_them(split: tuple[Interactions, Split]) -> None:
    _, parts = split
    known = _pairs(parts.known)
    for fold, others in zip(parts.folds, parts.others, strict=True):
        assert _pairs(others) == {pair for pair in known if pair[0] not in fold}


def test_hidden_rows_are_later_than_all_known_ones_of_their_user() -> None:
    rows = _interactions([7, 12, 2])
    parts = Split.of(rows, seed=1)
    assert parts.known.timestamp is not None
    assert parts.hidden.timestamp is not None
    for user in range(3):
        newest = parts.known.timestamp[parts.known.user_idx == user].max()
        assert parts.hidden.timestamp[parts.hidden.user_idx == user].min() > newest


def test_every_part_keeps_the_maps_and_each_rows_rating(split: tuple[Interactions, Split]) -> None:
    rows, parts = split
    rating = dict(
        zip(
            zip(rows.user_idx.tolist(), rows.item_idx.tolist(), strict=True),
            rows.rating.tolist(),
            strict=True,
        )
    )
    for part in (parts.known, parts.hidden, parts.known_early, parts.known_late, *parts.others):
        assert part.users is rows.users
        assert part.items is rows.items
        for user, item, value in zip(part.user_idx, part.item_idx, part.rating, strict=True):
            assert rating[int(user), int(item)] == value


def _timed(times: list[int]) -> Interactions:
    """Rows of three people at these times, whoever's they are."""
    rows = _interactions([len(times), 1, 2], timed=False)
    rows = rows.where(rows.user_idx == 0)
    return replace(
        rows,
        user_idx=np.sort(np.arange(len(times)) % 3).astype(np.int32),
        timestamp=np.array(times, np.int64),
    )


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_nothing_before_a_cut_in_time_is_later_than_anything_after_it(times: list[int]) -> None:
    rows = _timed(times)
    early, late = cut_in_time(rows)
    assert early.timestamp is not None
    assert late.timestamp is not None
    if len(set(times)) == 1:
        assert len(early) == len(late) == 0
        return
    assert len(early) + len(late) == len(rows)
    assert _pairs(early) | _pairs(late) == _pairs(rows)
    assert early.timestamp.max() < late.timestamp.min()


def test_a_cut_in_time_has_a_fifth_of_the_rows_after_it() -> None:
    times = np.random.default_rng(1).permutation(50).tolist()
    early, late = cut_in_time(_timed(times))
    assert (len(early), len(late)) == (39, 11)
    assert late.timestamp is not None
    assert late.timestamp.min() == 39
    assert len(cut_in_time(_timed(times), share=0.5)[1]) == 26


def test_rows_of_one_moment_are_on_one_side_of_a_cut() -> None:
    early, late = cut_in_time(_timed([1, 1, 1, 2, 2, 2, 2, 2, 2, 2]))
    assert (len(early), len(late)) == (3, 7)


def test_without_times_there_is_no_cut() -> None:
    assert [len(part) for part in cut_in_time(_interactions([5, 9], timed=False))] == [0, 0]
    nothing = _interactions([5]).where(np.zeros(5, bool))
    assert [len(part) for part in cut_in_time(nothing)] == [0, 0]


def test_some_people_are_everybody_where_they_are_few() -> None:
    assert some_people(5, 9, seed=1).tolist() == [0, 1, 2, 3, 4]
    first, again, other = (some_people(50, 9, seed).tolist() for seed in (1, 1, 2))
    assert first == again != other
    assert len(set(first)) == 9
    assert first == sorted(first)


def test_hidden_rows_are_later_if_no_known_one_is_newer_for_most_people() -> None:
    rows = _interactions([10, 10, 10])
    last = last_by_time(rows, seed=1)
    known, hidden = rows.where(~last), rows.where(last)
    assert is_later(known, hidden)
    assert not is_later(hidden, known)
    assert not is_later(replace(known, timestamp=None), hidden)
    assert not is_later(known, replace(hidden, timestamp=None))
    assert not is_later(known.where(known.user_idx == 0), hidden.where(hidden.user_idx == 1))


@pytest.mark.parametrize("later", [True, False])
def test_of_a_given_split_as_much_is_set_apart_in_the_same_way(later: bool) -> None:
    rows = _interactions([20] * 30)
    mask = last_by_time(rows if later else replace(rows, timestamp=None), seed=5, share=0.3)
    known, hidden = rows.where(~mask), rows.where(mask)
    split = Split.given(known, hidden, seed=1)
    assert _pairs(split.known) == _pairs(known)
    assert _pairs(split.hidden) == _pairs(hidden)
    assert split.asked.tolist() == list(range(30))
    assert _pairs(split.known_early) | _pairs(split.known_late) == _pairs(known)
    assert len(split.known_late) == 30 * round(14 * 0.3)
    by_time = _pairs(known.where(last_by_time(known, 1, 0.3)))
    assert (_pairs(split.known_late) == by_time) == later
    # How old feedback is stays known, whichever rows are hidden.
    assert known.timestamp is not None
    for part in (split.known, split.known_early, *split.others):
        assert part.timestamp is not None
    assert split.known.timestamp is not None
    assert split.known.timestamp.tolist() == known.timestamp.tolist()


@pytest.mark.parametrize(("share", "apart"), [(0.01, 0.05), (0.9, 0.5)])
def test_however_much_is_given_enough_is_set_apart_and_enough_left(
    share: float, apart: float
) -> None:
    rows = _interactions([50] * 20)
    hidden = last_by_time(rows, seed=5, share=share)
    split = Split.given(rows.where(~hidden), rows.where(hidden), seed=1)
    n_known = len(split.known) // 20
    assert len(split.known_late) == 20 * max(1, round(n_known * apart))
