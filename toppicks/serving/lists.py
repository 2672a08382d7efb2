"""The lists that a person's page is made of: each orders what they have not seen in its own way.

picks     by the score
because   by what one thing that they like adds to the score, among their best picks
recent    the newest first; of one date the best score
people    by how many of the people nearest to them like it, and how near those are
gems      the best scores among what few people have rated
rate      what most people know, and no two of a kind next to each other
popular   what most people like
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from toppicks.scoring.explanations import explain
from toppicks.scoring.ranking import n_candidates, rank
from toppicks.scoring.reranking import Control, rerank
from toppicks.scoring.scorer import Scored, Scorer
from toppicks.serving.histories import Pair, Person
from toppicks.serving.picks import AS_IT_IS, Pick, Wish
from toppicks.serving.recommender import Recommender

Kind = Literal["picks", "because", "recent", "people", "gems", "rate", "popular"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# The best picks, among which something may be said to be there because of one thing.
HEAD = 300
# Of somebody's likes so many, the clearest first, may head a row; each costs a look at the head.
MOST_SEEDS = 24
# People like somebody, and how many of them an item takes to be called enjoyed.
NEAREST, FEWEST_FANS = 25, 2
# A gem's score is among this best part of what is left.
GEMS_BEST = 0.1
# Of what most people know, how much variety counts against fame.
VARIETY = Control(diversity=0.8)

Values = NDArray[np.floating]


class Ranking(NamedTuple):
    """A list before it is cut into rows and pages.

    values:       (n_items,), the higher the earlier.
    excluded_idx: rows that are not in the list.
    control:      novelty and diversity by which it is ranked anew.
    """

    scorer: Scorer
    values: Values
    excluded_idx: NDArray[np.integer]
    control: Control = AS_IT_IS

    @property
    def total(self) -> int:
        return n_candidates(len(self.values), self.excluded_idx)

    def cut(self, n: int, offset: int = 0) -> list[int]:
        """The items at ranks `offset` to `offset + n`."""
        ranked = rerank(self.scorer, self.values, self.control, self.excluded_idx, n, offset)
        return [int(row) for row in ranked]


class Fans(NamedTuple):
    """Who of the people nearest to somebody likes what.

    weights: (n_items,) float64, the sum of 1 - distance.   counts: (n_items,) int64.
    people:  how many people that is out of.
    """

    weights: NDArray[np.float64]
    counts: NDArray[np.int64]
    people: int


@dataclass(frozen=True, eq=False)
class Lists:
    """All lists of one person at one moment; each is put together when it is asked for.

    wish: what is left out of all of them, and the control by which the picks are ranked.
    near: gives distance and person of their nearest n.
    """

    recommender: Recommender
    person: Person
    near: Callable[[int], Sequence[tuple[float, Person]]]
    wish: Wish

    def ranking(self, kind: Kind, seed: int | None = None) -> Ranking:
        """One of the lists. seed: of "because", the row of the item that it is about."""
        if kind == "because":
            return self._because(seed)
        rankings: dict[Kind, Callable[[], Ranking]] = {
            "picks": self._picks,
            "recent": self._recent,
            "people": self._people,
            "gems": self._gems,
            "rate": self._rate,
            "popular": self._popular,
        }
        return rankings[kind]()

    def described(self, items: Sequence[int]) -> list[Pick]:
        """These items with their match and their reasons."""
        top = np.array(items, np.intp)
        return self.recommender.described(top, self.scored, self.person, self.wish)

    @cached_property
    def scored(self) -> Scored:
        return self.recommender.scorer.scored(self.person.history)

    @cached_property
    def excluded(self) -> NDArray[np.int32]:
        """Rows that are in none of the lists."""
        return self.recommender.excluded(self.person.history, self.wish)

    @cached_property
    def left(self) -> NDArray[np.bool_]:
        """(n_items,) what may be in a list: all but the excluded."""
        left = np.ones(self.recommender.scorer.n_items, bool)
        left[self.excluded] = False
        return left

    @cached_property
    def likes(self) -> list[int]:
        """Rows of the likes that a list may be about, the clearest and newest first."""
        catalogue = self.recommender.catalogue
        in_history = set(self.person.history.item_idx.tolist())
        likes = [
            pair
            for pair in self.person.pairs
            if pair.item_idx in self.person.liked_idx
            and pair.item_idx in in_history
            and pair.item_idx not in catalogue.deleted
        ]
        likes.sort(key=_clearest_first)
        return [pair.item_idx for pair in likes]

    @property
    def seeds(self) -> list[int]:
        """The likes among which it is chosen what a row is about."""
        return self.likes[:MOST_SEEDS]

    def telling_seeds(self, without: set[int], n: int) -> list[int]:
        """Seeds by how much they add to the best n items of their rows, the most first.

        without: rows that are shown elsewhere.
        """
        there = ~np.isin(self._head, list(without))
        is_itself = np.array(self.seeds, np.intp)[:, None] == self._head
        parts = np.where(is_itself, 0, np.maximum(self._parts_of_seeds, 0))[:, there]
        best = -np.sort(-parts, axis=1)[:, :n].sum(axis=1)
        return [self.seeds[at] for at in np.argsort(-best, kind="stable") if best[at] > 0]

    @cached_property
    def fans(self) -> Fans:
        """Who likes what among the people nearest."""
        n_items = self.recommender.scorer.n_items
        weights, counts = np.zeros(n_items), np.zeros(n_items, np.int64)
        near = self.near(NEAREST)
        for distance, other in near:
            liked = np.fromiter(other.liked_idx, np.intp, len(other.liked_idx))
            weights[liked] += 1 - distance
            counts[liked] += 1
        return Fans(weights, counts, len(near))

    def _picks(self) -> Ranking:
        return Ranking(
            self.recommender.scorer, self.scored.scores, self.excluded, self.wish.control
        )

    def _because(self, seed: int | None) -> Ranking:
        values = np.full(self.recommender.scorer.n_items, -np.inf)
        if seed is not None and seed in self.likes:
            values[self._head] = self._parts_of([seed])[0]
            # What was merely looked at may count as liked and be picked; not for its own sake.
            values[seed] = -np.inf
        return self._of(values, values > 0)

    def _recent(self) -> Ranking:
        newness = self.recommender.recency
        scores = self.scored.scores
        # Between two dates there is a distance of 1, and a score's place comes to less.
        places = np.unique(scores, return_inverse=True)[1] / len(scores)
        return self._of(newness + places, ~np.isnan(newness))

    def _people(self) -> Ranking:
        return self._of(self.fans.weights, self.fans.counts >= FEWEST_FANS)

    def _gems(self) -> Ranking:
        scores = self.scored.scores
        belongs = np.zeros(len(scores), bool)
        if len(self.person.history) and self.left.any():
            little_known = self.recommender.tools.trained.little_known
            belongs[: len(little_known)] = little_known
            belongs &= scores >= np.quantile(scores[self.left], 1 - GEMS_BEST)
        return self._of(scores, belongs)

    def _rate(self) -> Ranking:
        return self._popular()._replace(control=VARIETY)

    def _popular(self) -> Ranking:
        scorer = self.recommender.scorer
        return Ranking(scorer, scorer.every_popularity, self.excluded)

    def _of(self, values: Values, belongs: NDArray[np.bool_]) -> Ranking:
        """A list of what belongs to it and is not excluded from all."""
        excluded = np.flatnonzero(~(self.left & belongs))
        return Ranking(self.recommender.scorer, values, excluded)

    @cached_property
    def _head(self) -> NDArray[np.intp]:
        """(h,) rows of the best picks."""
        return rank(self.scored.scores, self.excluded, HEAD)

    @cached_property
    def _parts_of_seeds(self) -> NDArray[np.float64]:
        return self._parts_of(self.seeds)

    def _parts_of(self, likes: Sequence[int]) -> NDArray[np.float64]:
        """(s, h), what each of these likes adds to the score of each of the head."""
        place = {row: at for at, row in enumerate(self.person.history.item_idx.tolist())}
        places = np.array([place[row] for row in likes], np.intp)
        scorer, history = self.recommender.scorer, self.person.history
        return explain(scorer, history, self._head, self.scored, places).parts


def _clearest_first(pair: Pair) -> tuple[float, float, int]:
    return -(pair.number or 0.0), -pair.telling_time, pair.item_idx
