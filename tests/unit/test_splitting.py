"""Which rows are hidden, and from whom."""

import numpy as np
import pytest

from toppicks.evaluation.splitting import (
    FOLDS,
    MOST_HELD_OUT,
    Split,
    held_out_people,
    last_by_time,
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
