"""Any small model, what came live, and what changed, for the lists of a page; for hypothesis."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.changes import Change
from toppicks.ids import IdMap
from toppicks.scoring.calibration import Calibration
from toppicks.scoring.item_weights import DenseWeights, ItemWeights, SparseWeights
from toppicks.scoring.meaning import Meaning
from toppicks.scoring.newcomers import Newcomers
from toppicks.scoring.scorer import Blend, Scorer
from toppicks.scoring.standard import standardise
from toppicks.scoring.strength import DRIVEN
from toppicks.scoring.vocabulary import Vocabulary
from toppicks.scoring.worth import DAY, Worth
from toppicks.serving.histories import Person
from toppicks.serving.lists import Lists
from toppicks.serving.picks import Wish
from toppicks.serving.recommender import Recommender
from toppicks.site_words import Feedback, SiteWords
from toppicks.store import KINDS, Event
from toppicks.trained import FileHistories, TrainedModel

D = 3
STRANGER = "stranger"
NUMBERS: Mapping[Feedback, Sequence[float]] = {
    "rating": (1, 2, 3, 4, 4, 5, 5),
    "count": (1, 2, 3, 9),
    "event": (1, 2, DRIVEN),
    "presence": (1,),
}
WORTHS: Mapping[Feedback, Worth] = {
    "rating": Worth((-np.inf, 2.5, 3.5), (0.0, 0.5, 1.0)),
    "count": Worth((-np.inf, 3.0), (0.5, 1.0)),
    "event": Worth((-np.inf, DRIVEN), (0.3, 1.0), half_life=30 * DAY),
    "presence": Worth((-np.inf,), (1.0,)),
}
MEANINGS: Mapping[Feedback, Meaning] = {
    "rating": Meaning("rating", 1.0, 5.0, 4.0),
    "count": Meaning("count", 1.0, 9.0, 0.0),
    "event": Meaning("event", 1.0, DRIVEN, DRIVEN, "purchase"),
    "presence": Meaning("presence", 1.0, 1.0, 0.0),
}


@dataclass(frozen=True)
class Shape:
    """What a model is like; all else is random, by the seed."""

    n_items: int = 30
    n_users: int = 8
    kind: Feedback = "rating"
    has_years: bool = True
    has_genres: bool = True
    is_calibrated: bool = True
    has_profiles: bool = False
    weights: Literal["dense", "sparse", "none"] = "dense"
    seed: int = 0

    def model(self) -> TrainedModel:
        rng = np.random.default_rng(self.seed)
        has = rng.random((self.n_users, self.n_items)) < rng.beta(1, 2, self.n_items)
        starts = np.concatenate([[0], np.cumsum(has.sum(axis=1))]).astype(np.int64)
        item_idx = np.nonzero(has)[1].astype(np.int32)
        rating = rng.choice(NUMBERS[self.kind], len(item_idx)).astype(np.float32)
        meaning, n_ratings = MEANINGS[self.kind], has.sum(axis=0).astype(np.int64)
        likes = np.bincount(item_idx[rating >= meaning.like_from], minlength=self.n_items)
        histories = FileHistories(
            starts,
            item_idx,
            rating,
            np.arange(len(item_idx), dtype=np.int64) * int(DAY),
            meaning.like_from,
            WORTHS[self.kind],
            _normal(rng, self.n_users, D) if self.has_profiles else None,
        )
        return TrainedModel(
            users=IdMap(f"u{user}" for user in range(self.n_users)),
            items=IdMap(f"i{item}" for item in range(self.n_items)),
            fields=self._fields(rng),
            words=SiteWords("thing", "things"),
            meaning=meaning,
            scorer=self._scorer(rng, likes),
            newcomers=Newcomers(
                Vocabulary(),
                np.zeros(0, np.int32),
                _normal(rng, 2 + 2 * D),
                _normal(rng, 1, 2 + 2 * D),
                None,
            ),
            calibration=Calibration(np.array([-2, 2], np.float32), np.array([0, 1], np.float32))
            if self.is_calibrated
            else None,
            histories=histories,
            n_ratings=n_ratings,
            n_likes=likes.astype(np.int64),
            about={},
        )

    def _fields(self, rng: np.random.Generator) -> dict[str, list[Any]]:
        fields: dict[str, list[Any]] = {}
        if self.has_years:
            years = rng.integers(1990, 1999, self.n_items).tolist()
            fields["year"] = [None if year == 1990 else year for year in years]
        if self.has_genres:
            fields["genres"] = [["ABC"[n]] for n in rng.integers(0, 3, self.n_items)]
        return fields

    def _scorer(self, rng: np.random.Generator, likes: NDArray[np.int64]) -> Scorer:
        blend = Blend(0.5, 2.0, 1.0, profile=2.0 if self.has_profiles else 0.0)
        weights = self._weights(rng)
        return Scorer(
            item_weights=weights,
            history_factors=_normal(rng, self.n_items, D),
            item_factors=_normal(rng, self.n_items, D),
            item_biases=_normal(rng, self.n_items),
            popularity=standardise(likes.astype(np.float32)),
            blend=Blend(0.0, math.inf, 1.0, blend.profile) if weights is None else blend,
        )

    def _weights(self, rng: np.random.Generator) -> ItemWeights | None:
        n = self.n_items
        every = np.arange(n, dtype=np.int32)
        if self.weights == "dense":
            return DenseWeights(n, every, every, _normal(rng, n, n))
        if self.weights == "sparse":
            return SparseWeights(
                np.arange(n + 1, dtype=np.int64),
                rng.permutation(every),
                _normal(rng, n),
                _normal(rng, n),
                _normal(rng, n),
            )
        return None


def _normal(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return rng.normal(size=shape).astype(np.float32)


@dataclass(frozen=True, eq=False)
class PageWorld:
    """A recommender, and what it does not know by itself: what came live, and who was erased."""

    recommender: Recommender
    live: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        model: TrainedModel,
        events: Sequence[Event] = (),
        changes: Sequence[Change] = (),
        erased: frozenset[str] = frozenset(),
    ) -> "PageWorld":
        recommender = Recommender(model, "x")
        if changes:
            catalogue = recommender.catalogue.with_changes(changes, 1)
            recommender = recommender.with_catalogue(catalogue)
        users = {event.user_id for event in events}
        live = {user: [event for event in events if event.user_id == user] for user in users}
        return cls(recommender, live, erased)

    def person(self, user_id: str) -> Person:
        events, erased = self.live.get(user_id, ()), user_id in self.erased
        return self.recommender.histories.person(user_id, events, erased)

    def people(self, user_ids: Sequence[str]) -> dict[str, Person]:
        found = {user_id: self.person(user_id) for user_id in user_ids}
        return {user_id: person for user_id, person in found.items() if person.known}

    def lists(self, user_id: str, wish: Wish | None = None) -> Lists:
        person, neighbourhood = self.person(user_id), self.recommender.tools.neighbourhood

        def near(n: int) -> list[tuple[float, Person]]:
            return neighbourhood.nearest(person, n, "cosine", self.people, self.erased)

        return Lists(self.recommender, person, near, wish or Wish())


shapes = st.builds(
    Shape,
    n_items=st.sampled_from([1, 2, 3, 12, 30, 40]),
    n_users=st.sampled_from([1, 3, 8, 12]),
    kind=st.sampled_from(list(NUMBERS)),
    has_years=st.booleans(),
    has_genres=st.booleans(),
    is_calibrated=st.booleans(),
    has_profiles=st.booleans(),
    weights=st.sampled_from(["dense", "sparse", "none"]),
    seed=st.integers(0, 9_999),
)
_items = st.sampled_from([*(f"i{n}" for n in range(12)), "i20", "new", "newer", "nowhere"])
_events = st.builds(
    Event,
    st.sampled_from(["u0", "u0", "u1", "u2", "visitor"]),
    _items,
    st.sampled_from(KINDS),
    st.sampled_from([1.0, 2.0, 4.0, 5.0]),
    st.integers(0, 400 * int(DAY)).map(float),
)
_told = st.fixed_dictionaries({"year": st.sampled_from([1990, 1995, 2050]), "genres": st.just("A")})
_new = _items.filter(lambda item: item.startswith("new"))
_changes = st.builds(Change, _items.filter(lambda item: item != "nowhere"), st.none()) | st.builds(
    Change, _new | _items.filter(lambda item: item.startswith("i")), _told
)
people = st.sampled_from(["u0", "u0", "u1", "u2", "visitor", STRANGER])


@st.composite
def page_worlds(draw: st.DrawFn) -> PageWorld:
    """Of a trained row that does not exist, a change makes an item that came later."""
    return PageWorld.of(
        draw(shapes).model(),
        draw(st.lists(_events, max_size=25)),
        draw(st.lists(_changes, max_size=8)),
        draw(st.sampled_from([frozenset[str](), frozenset({"u1"})])),
    )


wishes = st.sampled_from([(), ("i1", "i2", "new", "nowhere")]).map(lambda ids: Wish(exclude=ids))
