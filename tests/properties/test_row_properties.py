"""The rows of any person's page."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.page_worlds import STRANGER, PageWorld, Shape, page_worlds, people, wishes
from toppicks.scoring.reranking import Control
from toppicks.serving.lists import Lists
from toppicks.serving.picks import Pick, Wish
from toppicks.serving.rows import ORDER, SEEDS_FROM, Row, rows
from toppicks.store import Event

lengths = st.integers(1, 9)


def shown(row: Row) -> list[int]:
    return [pick.item_idx for pick in row.picks]


def unwanted(lists: Lists) -> set[int]:
    """What they have seen, hid, or left out, and what was deleted; by loops."""
    catalogue = lists.recommender.catalogue
    seen = {pair.item_idx for pair in lists.person.pairs if pair.seen}
    hidden = {row for row, reaction in lists.person.live.items() if reaction.hidden}
    excluded = {row for id_ in lists.wish.exclude if (row := catalogue.row(id_)) is not None}
    return seen | hidden | excluded | catalogue.deleted


def is_same(one: Pick, other: Pick) -> bool:
    """Score and match to the last bit; sums that explain them come out by how many are made."""
    assert (one.item_idx, one.score, one.match) == (other.item_idx, other.score, other.match)
    points, others = ([reason.points for reason in pick.because] for pick in (one, other))
    return points == pytest.approx(others, abs=1e-6)


def follow(kinds: Sequence[str], order: Sequence[str]) -> bool:
    """Whether these are some of those in their order."""
    left = iter(order)
    return all(kind in left for kind in kinds)


@given(world=page_worlds(), user_id=people, wish=wishes, n=lengths)
def test_no_item_is_in_two_rows_and_none_that_is_not_to_be_shown(
    world: PageWorld, user_id: str, wish: Wish, n: int
) -> None:
    lists = world.lists(user_id, wish)
    page = rows(lists, n)
    everything = [item for row in page for item in shown(row)]
    assert len(set(everything)) == len(everything)
    assert unwanted(lists).isdisjoint(everything)
    assert follow([row.kind for row in page], ORDER)
    for row in page:
        fewest = 1 if row.kind == "picks" else n / 2
        assert fewest <= len(row.picks) <= n
        assert row.more == (len(row.picks) < lists.ranking(row.kind, row.seed).total)


@given(world=page_worlds(), user_id=people, wish=wishes, n=lengths)
def test_each_row_is_the_first_of_its_list_that_is_in_no_row_above(
    world: PageWorld, user_id: str, wish: Wish, n: int
) -> None:
    lists = world.lists(user_id, wish)
    above: set[int] = set()
    page = rows(lists, n)
    for row in page:
        whole = lists.ranking(row.kind, row.seed).cut(999)
        assert shown(row) == [item for item in whole if item not in above][:n]
        above |= {*shown(row)}
    is_popular = world.recommender.source(lists.person.history) == "popular"
    assert not (is_popular and any(row.kind == "popular" for row in page))
    again = {"popular"} if is_popular else set()
    for kind in {*ORDER} - {"because"} - again - {row.kind for row in page}:
        # Only what is above in the order can have taken from it.
        before = {
            item for row in page if ORDER.index(row.kind) < ORDER.index(kind) for item in shown(row)
        }
        left = [item for item in lists.ranking(kind).cut(999) if item not in before]
        assert not left or (kind != "picks" and len(left) < n / 2)


@given(
    world=page_worlds(),
    user_id=people,
    n=lengths,
    control=st.sampled_from([Control(), Control(0.6, 0.0), Control(0.3, 0.9)]),
)
def test_the_first_row_is_what_programs_get_too(
    world: PageWorld, user_id: str, n: int, control: Control
) -> None:
    wish = Wish(n, exclude=("i3",), explain=True, control=control)
    lists = world.lists(user_id, wish)
    answer = world.recommender.picks(world.person(user_id), wish)
    page = rows(lists, n)
    assert bool(page) == bool(answer.picks)
    if page:
        assert page[0].kind == "picks"
        assert [pick.rank for pick in page[0].picks] == [pick.rank for pick in answer.picks]
        assert all(map(is_same, page[0].picks, answer.picks))
        assert lists.ranking("picks").total == answer.total
        assert page[0].more == (answer.total > n)


@given(world=page_worlds(), user_id=people, n=lengths)
def test_every_item_has_the_match_that_it_has_among_the_picks(
    world: PageWorld, user_id: str, n: int
) -> None:
    answer = world.recommender.picks(world.person(user_id), Wish(999, explain=True))
    expected = {pick.item_idx: pick for pick in answer.picks}
    for row in rows(world.lists(user_id, Wish(explain=True)), n):
        for pick in row.picks:
            assert is_same(pick, expected[pick.item_idx])


@given(world=page_worlds(), user_id=people, n=lengths)
def test_rows_are_about_different_things_that_somebody_likes(
    world: PageWorld, user_id: str, n: int
) -> None:
    lists = world.lists(user_id)
    about = [row for row in rows(lists, n) if row.kind == "because"]
    seeds = [row.seed for row in about if row.seed is not None]
    assert len(set(seeds)) == len(seeds) == len(about)
    assert {*seeds} <= {*lists.seeds}
    for nth, row in enumerate(about):
        assert len(lists.seeds) >= SEEDS_FROM[nth]
        assert row.seed not in shown(row)
    starts = [set(lists.ranking("because", seed).cut(n)) for seed in seeds]
    if len(starts) == 2:
        assert len(starts[0] & starts[1]) < n / 2


@given(world=page_worlds(), n=lengths)
def test_a_strangers_page_begins_with_what_is_popular(world: PageWorld, n: int) -> None:
    page = rows(world.lists(STRANGER), n)
    assert not {"because", "people", "gems"} & {row.kind for row in page}
    popular = world.recommender.popular()
    assert bool(page) == bool(popular)
    if page:
        assert shown(page[0]) == popular[:n]
        assert {pick.match for row in page for pick in row.picks} == {None}


@given(world=page_worlds(), n=lengths)
def test_who_has_rated_everything_gets_no_rows(world: PageWorld, n: int) -> None:
    catalogue = world.recommender.catalogue
    everything = [catalogue.id(row) for row in range(len(catalogue))]
    rated = [Event("u0", item, "rating", 5.0) for item in everything]
    done = replace(world, live={**world.live, "u0": rated})
    assert rows(done.lists("u0"), n) == []


def test_a_page_may_have_rows_of_every_kind() -> None:
    """So that what is said above of each is said of something."""
    found = set()
    for seed in range(9):
        world = PageWorld.of(Shape(n_items=300, n_users=20, seed=seed).model())
        page = rows(world.lists("u0"), 4)
        found |= {row.kind for row in page}
        assert [row.kind for row in page][:3] == ["picks", "because", "because"]
    assert found == {*ORDER}
