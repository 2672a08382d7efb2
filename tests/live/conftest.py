"""Models that may take each other's place: of other people, other items and other feedback."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.live.workers import Place
from tests.worlds import Shop, TwoTastes, trained
from toppicks import artifact
from toppicks.scoring.meaning import Meaning
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import DAY, Worth
from toppicks.trained import TrainedModel

FADING = Worth((-np.inf, 2.5, 3.5), (0.0, 0.4, 1.0), half_life=90 * DAY)
PLAYS = Meaning("count", 1.0, 5.0, 0.0)


@pytest.fixture(scope="session")
def models(tiny_model: TrainedModel, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Model files; not to be changed.

    Ratings; ratings that fade, of fewer people and items, with people's own features; how often
    something was done; and events.
    """
    folder = tmp_path_factory.mktemp("models")
    small = TwoTastes(people=24, half=14, unrated=3, likes=6, dislikes=3, seed=9)
    ratings, items = small.write_ratings(folder / "r.csv"), small.write_items(folder / "i.csv")
    counted = replace(tiny_model.histories, worth=Worth((-np.inf, 2.0, 4.0), (0.3, 0.6, 1.0)))
    all_models = [
        tiny_model,
        _fading(trained(ratings, items)),
        replace(tiny_model, meaning=PLAYS, histories=replace(counted, like_from=0.0)),
        trained(Shop().write_events(folder / "log.csv")),
    ]
    paths: list[Path] = []
    for model in all_models:
        paths.append(folder / f"model-{len(paths)}.pkl")
        artifact.save(model.to_artifact(), paths[-1])
    return paths


def _fading(model: TrainedModel) -> TrainedModel:
    d = model.scorer.item_factors.shape[1]
    profiles = np.random.default_rng(0).normal(size=(len(model.users), d)).astype(np.float32)
    profiles[::2] = 0
    blend = Blend(0.4, 2.0, 1.0, profile=3.0)
    return replace(
        model,
        histories=replace(model.histories, worth=FADING, profiles=profiles),
        scorer=replace(model.scorer, blend=blend),
    )


@pytest.fixture
def place(store_url: str, models: list[Path], tmp_path: Path) -> Place:
    """A site of its own, with the first of the models, on each kind of database."""
    place = Place(tmp_path, store_url)
    place.put_model(models[0])
    return place


@pytest.fixture
def quick_place(models: list[Path], tmp_path: Path) -> Place:
    """The same on SQLite alone, for what no database has a part in."""
    place = Place(tmp_path, f"sqlite:///{tmp_path / 'live.db'}")
    place.put_model(models[0])
    return place
