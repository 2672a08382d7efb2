"""The rows of a person's page: the beginnings of their lists, and no item in two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toppicks.serving.lists import Kind, Lists
from toppicks.serving.picks import Pick

ORDER: tuple[Kind, ...] = (
    "picks",
    "because",
    "because",
    "recent",
    "people",
    "gems",
    "rate",
    "popular",
)
# How many likes somebody has before the first row is about one of them, and before the second.
SEEDS_FROM = (2, 6)
# A row of fewer than this share of what a row holds is left out.
FEWEST = 0.5
# Two rows are not about the same: their seeds share less than so much of their own rows.
MOST_IN_COMMON = 0.5


@dataclass(frozen=True)
class Row:
    """The beginning of a list.

    kind, seed: which list; of "because", the row of the item that it is about.
    more:       whether the list goes on, or has items that are in rows above.
    """

    kind: Kind
    picks: Sequence[Pick]
    more: bool
    seed: int | None = None


@dataclass(frozen=True)
class _Start:
    kind: Kind
    seed: int | None
    items: list[int]
    more: bool


def rows(lists: Lists, n: int) -> list[Row]:
    """Up to n items of each list, in the order of the page.

    What is in one row is in none below it; a row without enough that is left is left out, but for
    the first, which may hold a single item. Nothing where nothing is left to pick.
    """
    starts = list(_starts(lists, n))
    picks = lists.described([item for start in starts for item in start.items])
    described = {pick.item_idx: pick for pick in picks}
    return [
        Row(start.kind, [described[item] for item in start.items], start.more, start.seed)
        for start in starts
    ]


def _starts(lists: Lists, n: int) -> Iterator[_Start]:
    taken: set[int] = set()
    seeds: list[int] = []
    # A stranger's picks are what is popular: the same list again would say nothing.
    is_popular = lists.recommender.source(lists.person.history) == "popular"
    for kind in ORDER:
        seed = _seed(lists, taken, seeds, n) if kind == "because" else None
        if (kind == "because" and seed is None) or (kind == "popular" and is_popular):
            continue
        ranking = lists.ranking(kind, seed)
        # Whatever is taken, so many more hold n that are not.
        items = [item for item in ranking.cut(n + len(taken)) if item not in taken][:n]
        if not items or (kind != "picks" and len(items) < n * FEWEST):
            continue
        taken.update(items)
        seeds += [seed] if seed is not None else []
        yield _Start(kind, seed, items, ranking.total > len(items))


def _seed(lists: Lists, taken: set[int], before: Sequence[int], n: int) -> int | None:
    """What the next row is about; None where there is nothing more to say so."""
    if len(lists.seeds) < SEEDS_FROM[len(before)]:
        return None
    others = [set(lists.ranking("because", other).cut(n)) for other in before]
    for seed in lists.telling_seeds(taken, n):
        own = set(lists.ranking("because", seed).cut(n))
        if all(len(own & other) < MOST_IN_COMMON * n for other in others):
            return seed
    return None
