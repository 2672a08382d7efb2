"""People of whom only their own features are known, where those decide taste."""

from dataclasses import replace

import numpy as np
import pytest

from tests.picked import picks_of
from tests.worlds import Checkerboard, TwoTastes, interactions_of, trained, write_csv
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.features import Features
from toppicks.recommenders.ease import Ease
from toppicks.recommenders.formula import Known, Parts, Recipe, fit_parts
from toppicks.recommenders.hybrid import HybridSettings, fit_hybrid
from toppicks.scoring.history import History
from toppicks.scoring.ranking import NOTHING, rank
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel

WORLD = Checkerboard(strangers=4, cold=0)
GROUPS = Features.of_sets(
    [{f"group:{person % 2}"} for person in range(WORLD.people + 2)] + [set(), {"group:0"}]
)


@pytest.fixture(scope="module")
def parts() -> Parts:
    settings = HybridSettings(components=6, epochs=20)
    nothing = Features.of_sets([set() for _ in range(WORLD.n_items)])
    hybrid = fit_hybrid(WORLD.worth(), nothing, GROUPS, settings=settings, seed=1)
    known = Known(nothing, GROUPS, nothing, Scale("rating", 4.0))
    recipe = Recipe(Worth.of_likes(4.0), Ease(5.0))
    return fit_parts(recipe, [hybrid], interactions_of(WORLD.worth()), known, seed=1)


def _stranger(parts: Parts, person: int) -> History:
    profiles = parts.taste.profiles
    assert profiles is not None
    return replace(History.of_likes(NOTHING, NOTHING), profile=profiles[person])


@pytest.mark.parametrize("stranger", range(2))
def test_a_strangers_features_tell_their_half(parts: Parts, stranger: int) -> None:
    person = WORLD.people + stranger
    scorer = parts.scorer(Blend(0.0, 1.0, 1.0, profile=4.0))
    top = rank(scorer.scores(_stranger(parts, person)), n=8)
    assert set(top.tolist()) <= WORLD.own(person)
    popular = set(rank(scorer.popularity, n=8).tolist())
    assert not popular <= WORLD.own(person)


def test_the_more_a_profile_counts_the_further_the_halves_are_apart(parts: Parts) -> None:
    def apart(profile: float) -> float:
        scores = parts.scorer(Blend(0.5, 2.0, 2.0, profile)).scores(_stranger(parts, WORLD.people))
        return float(scores[: WORLD.half].mean() - scores[WORLD.half :].mean())

    assert apart(0.0) == pytest.approx(
        float(parts.popularity[: WORLD.half].mean() - parts.popularity[WORLD.half :].mean()),
        abs=1e-6,
    )
    assert apart(0.0) < apart(1.0) < apart(8.0)


def test_people_of_the_same_features_have_the_same_profile(parts: Parts) -> None:
    profiles = parts.taste.profiles
    assert profiles is not None
    assert np.array_equal(profiles[0], profiles[WORLD.people])
    assert not np.allclose(profiles[0], profiles[1], atol=0.01)
    assert not profiles[WORLD.people + 2].any()


def test_a_short_history_of_the_other_half_is_weighed_against_the_profile(parts: Parts) -> None:
    scorer = parts.scorer(Blend(0.0, 2.0, 0.0))
    liked = np.arange(WORLD.half, WORLD.half + 3)
    plain = scorer.scores(History.of_likes(liked, liked))
    profile = _stranger(parts, WORLD.people).profile
    profiled = scorer.scores(replace(History.of_likes(liked, liked), profile=profile))
    own, other = slice(None, WORLD.half), slice(WORLD.half, None)
    assert plain[own].mean() < plain[other].mean()
    assert profiled[own].mean() - profiled[other].mean() > plain[own].mean() - plain[other].mean()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    """Two tastes by country; `n0` and `n1` have rated one thing each, and disliked it; of `m0` and
    `m1` nothing is known but their country.
    """
    folder = tmp_path_factory.mktemp("people")
    world = TwoTastes()
    ratings = world.write_ratings(folder / "ratings.csv")
    with ratings.open("a", encoding="utf-8") as file:
        file.write("n0,59,1,1000000000\nn1,29,1,1000000000\n")
    people = [(f"u{n}", 20 + n, ("Ruritania", "Borduria")[n % 2]) for n in range(world.people)]
    people += [("n0", 33, "Ruritania"), ("n1", 34, "Borduria")]
    people += [("m0", 33, "Ruritania"), ("m1", 34, "Borduria")]
    users = write_csv(folder / "users.csv", ("user", "age", "country"), people)
    return trained(ratings, world.write_items(folder / "items.csv"), users=users)


@pytest.mark.parametrize(
    ("user_id", "half"), [("n0", "Red"), ("n1", "Blue"), ("m0", "Red"), ("m1", "Blue")]
)
def test_from_the_files_to_the_picks(model: TrainedModel, user_id: str, half: str) -> None:
    likes = replace(model.histories, worth=Worth.of_likes(4.0))
    # Even where the item-item part, which knows nothing of them, weighs all.
    blend = Blend(1.0, 2.0, 2.0, profile=8.0)
    counting = replace(model, histories=likes, scorer=replace(model.scorer, blend=blend))
    answer = picks_of(Recommender(counting, "x"), user_id, 5)
    assert answer.source == "profile"
    assert answer.known
    assert {pick.match for pick in answer.picks} == {None}
    titles = [model.fields["title"][pick.item_idx] for pick in answer.picks]
    assert all(title.startswith(half) for title in titles)
    # The same people, where features count for nothing.
    plain = replace(counting, scorer=replace(model.scorer, blend=replace(blend, profile=0.0)))
    answer = picks_of(Recommender(plain, "x"), user_id, 5)
    assert answer.source == "popular"


def test_the_artifact_keeps_everybodys_profile(model: TrainedModel) -> None:
    profiles = model.histories.profiles
    assert profiles is not None
    assert profiles.shape == (68, model.scorer.item_factors.shape[1])
    again = TrainedModel.from_artifact(model.to_artifact())
    assert again.histories.profiles is not None
    assert np.array_equal(again.histories.profiles, profiles)
    user_idx = model.users.idx("n0")
    history = again.histories.history(user_idx)
    assert history.profile is not None
    assert np.array_equal(history.profile, profiles[user_idx])
