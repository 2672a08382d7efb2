"""The lists of any person's page, against slow ones."""

import math
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.page_worlds import STRANGER, PageWorld, Shape, page_worlds, people, wishes
from toppicks.scoring.explanations import explain
from toppicks.scoring.ranking import n_candidates
from toppicks.serving.filters import FilterError
from toppicks.serving.lists import FEWEST_FANS, KINDS, MOST_SEEDS, Kind, Lists
from toppicks.serving.picks import Wish

kinds = st.sampled_from(KINDS)
ABOUT = 1e-6


def whole(lists: Lists, kind: Kind, seed: int | None = None) -> list[int]:
    return lists.ranking(kind, seed).cut(999)


def left(lists: Lists) -> list[int]:
    """What may be shown, by loops."""
    catalogue = lists.recommender.catalogue
    seen = {pair.item_idx for pair in lists.person.pairs if pair.seen}
    out = {catalogue.row(id_) for id_ in lists.wish.exclude}
    return [row for row in range(len(catalogue)) if row not in seen | out | catalogue.deleted]


def is_falling(values: list[float]) -> bool:
    return bool(np.diff(values).max(initial=-1) <= ABOUT)


@given(world=page_worlds(), user_id=people, wish=wishes, kind=kinds, n=st.integers(1, 9))
def test_pages_hold_each_item_of_a_list_once(
    world: PageWorld, user_id: str, wish: Wish, kind: Kind, n: int
) -> None:
    lists = world.lists(user_id, wish)
    for seed in lists.seeds[:3] if kind == "because" else [None]:
        ranking = lists.ranking(kind, seed)
        pages = [ranking.cut(n, offset) for offset in range(0, ranking.total + n, n)]
        items = [item for page in pages for item in page]
        assert len(items) == len(set(items)) == ranking.total
        assert items == ranking.cut(999)
        assert [len(page) for page in pages[: ranking.total // n]] == [n] * (ranking.total // n)
        assert {*items} <= {*left(lists)}
        if kind in {"picks", "rate", "popular"}:
            assert sorted(items) == left(lists)


@given(world=page_worlds(), user_id=people, kind=kinds)
def test_what_is_not_wished_for_is_in_none(world: PageWorld, user_id: str, kind: Kind) -> None:
    catalogue = world.recommender.catalogue
    where = Wish(where=("genres:A", "year:1992.."))
    try:
        narrow = world.lists(user_id, where).excluded
    except FilterError:
        return
    lists, every = world.lists(user_id, where), world.lists(user_id)
    for seed in every.seeds[:2] if kind == "because" else [None]:
        rows = whole(lists, kind, seed)
        assert not {*rows} & {*narrow.tolist()}
        for row in rows:
            facts = catalogue.facts(row)
            assert "A" in facts["genres"]
            assert facts["year"] >= 1992
        if kind in {"recent", "people", "popular"}:
            kept = n_candidates(len(catalogue), narrow)
            assert rows == [row for row in whole(every, kind) if row in rows]
            assert len(rows) <= kept


@given(world=page_worlds(), user_id=people, wish=wishes)
def test_because_of_a_like_is_what_it_adds_to_the_most_first(
    world: PageWorld, user_id: str, wish: Wish
) -> None:
    lists, history = world.lists(user_id, wish), world.person(user_id).history
    items = np.arange(len(world.recommender.catalogue))
    parts = explain(world.recommender.scorer, history, items).parts
    place = {row: at for at, row in enumerate(history.item_idx.tolist())}
    for seed in lists.seeds:
        part = parts[place[seed]]
        found = whole(lists, "because", seed)
        assert seed not in found
        assert is_falling([part[row] for row in found])
        assert min((part[row] for row in found), default=1) > -ABOUT
        # What was merely looked at may be liked and be left to pick; not because of itself.
        others = {*left(lists)} - {seed}
        assert {row for row in others if part[row] > ABOUT} <= {*found} <= others
    rest = {None, *range(len(items))} - {*lists.likes}
    assert [whole(lists, "because", other) for other in rest] == [[]] * len(rest)


@given(world=page_worlds(), user_id=people)
def test_seeds_are_what_somebody_likes_the_clearest_and_newest_first(
    world: PageWorld, user_id: str
) -> None:
    lists, catalogue = world.lists(user_id), world.recommender.catalogue
    person, like_from = lists.person, world.recommender.model.histories.like_from
    pairs = {pair.item_idx: pair for pair in person.pairs}
    for seed in lists.seeds:
        pair = pairs[seed]
        assert pair.number is not None
        assert pair.number >= like_from
        assert not pair.reaction.hidden
        assert pair.reaction.opinion != "dislike"
        assert seed not in catalogue.deleted
    keys = [(pairs[seed].number or 0.0, pairs[seed].telling_time) for seed in lists.seeds]
    assert keys == sorted(keys, reverse=True)
    # Each like that says something to the scorer, or as many as there may be.
    rows = {*person.history.item_idx.tolist()} & person.liked_idx - catalogue.deleted
    assert len(lists.seeds) == min(MOST_SEEDS, len(rows))
    assert {*lists.seeds} <= rows


@given(
    world=page_worlds(),
    user_id=people,
    n=st.integers(1, 6),
    n_taken=st.integers(0, 6),
)
def test_the_most_telling_seed_adds_most_to_the_best_of_its_row(
    world: PageWorld, user_id: str, n: int, n_taken: int
) -> None:
    lists = world.lists(user_id)
    # What counts most is what a row above would take.
    first = lists.telling_seeds(set(), n)[:1]
    taken = {row for seed in first for row in lists.ranking("because", seed).cut(n_taken)}
    every = np.arange(len(world.recommender.catalogue))
    history = lists.person.history
    parts = explain(world.recommender.scorer, history, every).parts
    place = {row: at for at, row in enumerate(history.item_idx.tolist())}

    def adds(seed: int) -> float:
        own = [parts[place[seed]][row] for row in left(lists) if row not in {*taken, seed}]
        return float(sum(sorted((part for part in own if part > 0), reverse=True)[:n]))

    telling = lists.telling_seeds(taken, n)
    assert is_falling([adds(seed) for seed in telling])
    assert len({*telling}) == len(telling)
    assert {seed for seed in lists.seeds if adds(seed) > ABOUT} <= {*telling} <= {*lists.seeds}


@given(world=page_worlds(), user_id=people, wish=wishes)
def test_the_newest_come_first_and_of_one_date_the_best(
    world: PageWorld, user_id: str, wish: Wish
) -> None:
    lists, catalogue = world.lists(user_id, wish), world.recommender.catalogue
    scores = world.recommender.scorer.scores(lists.person.history)
    date_field, n_trained = catalogue.trained.date_field, len(world.recommender.model.items)

    def date(row: int) -> float | None:
        if date_field is None:
            return float(row) if row >= n_trained else None
        return cast("float | None", catalogue.facts(row).get(date_field))

    dated = [(-when, -scores[row], row) for row in left(lists) if (when := date(row)) is not None]
    assert whole(lists, "recent") == [row for _, _, row in sorted(dated)]


def slow_distance(world: PageWorld, one: str, other: str) -> float | None:
    """By the cosine, with loops; None where they share nothing in the files, or nothing now."""
    mine, theirs = world.person(one).history, world.person(other).history
    in_files = world.recommender.histories.person(other).history
    a = dict(zip(mine.item_idx.tolist(), mine.worth.tolist(), strict=True))
    b = dict(zip(theirs.item_idx.tolist(), theirs.worth.tolist(), strict=True))
    if not a.keys() & b.keys() or not a.keys() & {*in_files.item_idx.tolist()}:
        return None
    dot: float = sum(a[item] * b[item] for item in a.keys() & b.keys())
    return 1 - dot / math.hypot(*a.values()) / math.hypot(*b.values())


@given(world=page_worlds(), user_id=people, wish=wishes)
def test_people_like_you_enjoy_what_two_of_them_like_the_nearest_counting_most(
    world: PageWorld, user_id: str, wish: Wish
) -> None:
    lists = world.lists(user_id, wish)
    weights: dict[int, float] = {}
    counts: dict[int, int] = {}
    others = {*world.recommender.model.users} - {user_id} - world.erased
    near = {
        other: far for other in others if (far := slow_distance(world, user_id, other)) is not None
    }
    for other, far in near.items():
        for row in world.person(other).liked_idx:
            weights[row] = weights.get(row, 0) + 1 - far
            counts[row] = counts.get(row, 0) + 1
    found = whole(lists, "people")
    assert {*found} == {row for row in left(lists) if counts.get(row, 0) >= FEWEST_FANS}
    assert is_falling([weights[row] for row in found])
    assert lists.fans.people == len(near)
    for row in range(len(world.recommender.catalogue)):
        assert lists.fans.counts[row] == counts.get(row, 0)
        assert lists.fans.weights[row] == pytest.approx(weights.get(row, 0), abs=1e-5)


@given(world=page_worlds(), user_id=people, wish=wishes)
def test_gems_are_little_known_and_in_the_best_tenth(
    world: PageWorld, user_id: str, wish: Wish
) -> None:
    lists, known = world.lists(user_id, wish), world.recommender.model.n_ratings.tolist()
    scores = world.recommender.scorer.scores(lists.person.history)
    head, so_far = set(), 0
    for row in sorted(range(len(known)), key=lambda row: (-known[row], row)):
        if so_far < 0.8 * sum(known):
            head.add(row)
        so_far += known[row]
    by_score = sorted((float(scores[row]) for row in left(lists)), reverse=True)
    gems = []
    if by_score and len(lists.person.history):
        # The tenth of the way from the best to the worst, as a quantile has it.
        lowest = by_score[int(0.1 * (len(by_score) - 1) + 1e-9)]
        rows = [row for row in left(lists) if row < len(known) and known[row] and row not in head]
        gems = sorted((row for row in rows if scores[row] >= lowest), key=lambda r: (-scores[r], r))
    assert whole(lists, "gems") == gems


@given(world=page_worlds(), user_id=people, wish=wishes)
def test_what_is_popular_is_so_whoever_asks(world: PageWorld, user_id: str, wish: Wish) -> None:
    lists = world.lists(user_id, wish)
    assert whole(lists, "popular") == [
        row for row in world.recommender.popular() if row in left(lists)
    ]


def test_each_list_is_of_something() -> None:
    """So that what is said above is said of something."""
    lists = PageWorld.of(Shape(n_items=200, n_users=12).model()).lists("u0")
    assert lists.seeds
    assert all(whole(lists, kind, lists.seeds[0]) for kind in KINDS)


@pytest.mark.parametrize("kind", ["because", "people", "gems"])
def test_of_a_stranger_nothing_is_known_to_go_by(kind: Kind) -> None:
    for has_profiles in (False, True):
        world = PageWorld.of(Shape(has_profiles=has_profiles).model())
        assert whole(world.lists(STRANGER), kind) == []
