"""Picks for anybody, from a model file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.picked import picks_of
from toppicks import artifact
from toppicks.errors import ArtifactError
from toppicks.scoring.ranking import rank
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth
from toppicks.serving.recommender import Recommender
from toppicks.trained import TrainedModel


@pytest.fixture(scope="module")
def recommender(tiny_model_path: Path) -> Recommender:
    return Recommender.load(tiny_model_path)


def _demanding(model: TrainedModel) -> TrainedModel:
    """The same model, for which no rating says anything."""
    return replace(model, histories=replace(model.histories, worth=Worth.of_likes(99.0)))


def _ids(recommender: Recommender, user_id: str, n: int, offset: int = 0) -> list[str]:
    picks = picks_of(recommender, user_id, n, offset=offset).picks
    return [recommender.model.items[pick.item_idx] for pick in picks]


@pytest.mark.parametrize("person", range(10))
def test_everybody_gets_their_own_half(recommender: Recommender, person: int) -> None:
    top = _ids(recommender, f"u{person}", 5)
    own = "Red" if person % 2 == 0 else "Blue"
    titles = dict(zip(recommender.model.items, recommender.model.fields["title"], strict=True))
    assert all(titles[item].startswith(own) for item in top)


def test_nothing_rated_is_picked_and_everything_else_is_once(recommender: Recommender) -> None:
    model = recommender.model
    rated = {model.items[idx] for idx in model.histories.history(model.users.idx("u5")).seen_idx}
    answer = picks_of(recommender, "u5", 1_000)
    items = [model.items[pick.item_idx] for pick in answer.picks]
    assert len(rated) == 20
    assert set(items) == set(model.items) - rated
    assert len(items) == len(set(items)) == answer.total == 44


def test_pages_are_cut_from_one_ranking(recommender: Recommender) -> None:
    whole = picks_of(recommender, "u5", 1_000).picks
    pages = [picks_of(recommender, "u5", 7, offset=offset) for offset in range(0, 50, 7)]
    assert [pick for page in pages for pick in page.picks] == whole
    assert [pick.rank for pick in whole] == list(range(1, 45))
    assert {page.total for page in pages} == {44}
    assert [page.offset for page in pages] == list(range(0, 50, 7))


def test_scores_never_rise_and_neither_do_matches(recommender: Recommender) -> None:
    picks = picks_of(recommender, "u5", 1_000).picks
    assert np.diff([pick.score for pick in picks]).max() <= 0
    matches = [pick.match for pick in picks if pick.match is not None]
    assert len(matches) == len(picks)
    assert np.diff(matches).max() <= 0
    assert matches[0] > 0.5
    assert 0 <= matches[-1] <= matches[0] <= 1


def test_a_match_is_the_calibrations(recommender: Recommender) -> None:
    calibration = recommender.model.calibration
    assert calibration is not None
    for pick in picks_of(recommender, "u5", 9).picks:
        assert pick.match == pytest.approx(calibration.match(np.array([pick.score]))[0])


def test_a_known_person_is_known_and_their_picks_personal(recommender: Recommender) -> None:
    answer = picks_of(recommender, "u5", 3)
    assert answer.known
    assert answer.source == "personal"


def test_a_stranger_gets_what_is_popular_without_a_match(recommender: Recommender) -> None:
    answer = picks_of(recommender, "nobody", 1_000)
    assert not answer.known
    assert answer.source == "popular"
    assert answer.total == 64
    assert {pick.match for pick in answer.picks} == {None}
    assert [pick.item_idx for pick in answer.picks] == recommender.popular()


def test_what_is_popular_has_the_most_likes(recommender: Recommender) -> None:
    n_likes = recommender.model.n_likes
    expected = rank(n_likes.astype(np.float32), n=9).tolist()
    assert recommender.popular()[:9] == expected
    assert len(recommender.popular()) == 64


def test_somebody_without_likes_gets_what_is_popular_and_unseen(
    recommender: Recommender,
) -> None:
    model = recommender.model
    demanding = _demanding(model)
    answer = picks_of(Recommender(demanding, "x"), "u5", 1_000)
    assert answer.known
    assert answer.source == "popular"
    seen = set(model.histories.history(model.users.idx("u5")).seen_idx.tolist())
    picked = [pick.item_idx for pick in answer.picks]
    assert picked == [item for item in recommender.popular() if item not in seen]


def test_what_is_excluded_is_not_picked_and_the_rest_moves_up(recommender: Recommender) -> None:
    first, second, third = _ids(recommender, "u5", 3)
    answer = picks_of(recommender, "u5", 1, exclude=(first, second, second, "unknown"))
    assert [recommender.model.items[pick.item_idx] for pick in answer.picks] == [third]
    assert answer.picks[0].rank == 1
    assert answer.total == 42


def test_excluding_what_was_rated_changes_nothing(recommender: Recommender) -> None:
    model = recommender.model
    seen_idx = model.histories.history(model.users.idx("u5")).seen_idx
    rated = tuple(model.items[idx] for idx in seen_idx.tolist())
    assert picks_of(recommender, "u5", 9, exclude=rated) == picks_of(recommender, "u5", 9)


def test_a_page_past_the_end_is_empty(recommender: Recommender) -> None:
    answer = picks_of(recommender, "u5", 6, offset=44)
    assert answer.picks == []
    assert answer.total == 44


def test_a_model_without_calibration_has_no_match(recommender: Recommender) -> None:
    plain = Recommender(replace(recommender.model, calibration=None), "x")
    assert {pick.match for pick in picks_of(plain, "u5", 9).picks} == {None}
    assert _ids(plain, "u5", 9) == _ids(recommender, "u5", 9)


def test_ids_are_compared_as_they_are(recommender: Recommender) -> None:
    model = recommender.model
    likes = replace(model, histories=replace(model.histories, worth=Worth.of_likes(4.0)))
    histories = Recommender(likes, "x").histories
    known, unknown = histories.person("u5"), histories.person("U5")
    assert (known.known, len(known.history), len(known.history.seen_idx)) == (True, 15, 20)
    assert (unknown.known, len(unknown.history), len(unknown.history.seen_idx)) == (False, 0, 0)


def _profiled(model: TrainedModel, counts: float) -> TrainedModel:
    """The same model in which everybody has features that count as so many likes."""
    d = model.scorer.item_factors.shape[1]
    profiles = np.random.default_rng(0).normal(size=(len(model.users), d)).astype(np.float32)
    return replace(
        model,
        histories=replace(model.histories, profiles=profiles),
        scorer=replace(model.scorer, blend=Blend(0.3, 2.0, 2.0, counts)),
    )


def test_who_has_features_and_no_history_gets_picks_by_profile(recommender: Recommender) -> None:
    profiled = Recommender(_demanding(_profiled(recommender.model, 4.0)), "x")
    answer = picks_of(profiled, "u5", 1_000)
    assert (answer.known, answer.source) == (True, "profile")
    # What the match was learnt on is people with a history.
    assert {pick.match for pick in answer.picks} == {None}
    history = profiled.histories.person("u5").history
    expected = rank(profiled.model.scorer.scores(history), history.seen_idx)
    assert [pick.item_idx for pick in answer.picks] == expected.tolist()
    assert answer.picks != picks_of(profiled, "u6", 1_000).picks


def test_features_that_count_for_nothing_leave_what_is_popular(recommender: Recommender) -> None:
    profiled = Recommender(_demanding(_profiled(recommender.model, 0.0)), "x")
    assert picks_of(profiled, "u5", 9).source == "popular"
    seen = recommender.model.histories.history(recommender.model.users.idx("u5")).seen_idx
    popular = [item for item in recommender.popular() if item not in seen]
    assert [pick.item_idx for pick in picks_of(profiled, "u5", 9).picks] == popular[:9]


@pytest.mark.parametrize("counts", [0.0, 4.0])
def test_a_history_is_personal_whatever_the_features(
    recommender: Recommender, counts: float
) -> None:
    profiled = Recommender(_profiled(recommender.model, counts), "x")
    assert picks_of(profiled, "u5", 1).source == "personal"


def test_strangers_have_no_features(recommender: Recommender) -> None:
    profiled = Recommender(_profiled(recommender.model, 4.0), "x")
    answer = picks_of(profiled, "nobody", 9)
    assert (answer.known, answer.source) == (False, "popular")


def test_a_loaded_recommender_has_the_version_of_its_file(
    recommender: Recommender, tiny_model_path: Path
) -> None:
    assert recommender.version == artifact.load(tiny_model_path).version


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no such model"):
        Recommender.load(tmp_path / "m.pkl")


def test_two_recommenders_of_one_file_agree(
    recommender: Recommender, tiny_model: TrainedModel
) -> None:
    other = Recommender(tiny_model, "x")
    for person in range(64):
        assert picks_of(other, f"u{person}", 99) == picks_of(recommender, f"u{person}", 99)
