"""A training run: read, choose, judge, fit on everything, publish."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from toppicks import artifact as model_file
from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError
from toppicks.evaluation.judging import judge
from toppicks.evaluation.report import Report
from toppicks.evaluation.splitting import FOLDS, Split
from toppicks.ids import IdMap
from toppicks.ingest.catalogue import Catalogue, read_catalogue
from toppicks.ingest.cleaning import Account, read_interactions
from toppicks.ingest.features import ItemFeatures, item_features
from toppicks.ingest.feedback import like_threshold
from toppicks.ingest.interactions import Interactions
from toppicks.recommenders.formula import fit_scorer
from toppicks.recommenders.hybrid import Hybrid, HybridSettings, fit_hybrid
from toppicks.trained import FileHistories, TrainedModel

N_FITS = FOLDS + 2  # for people held out, for the contest, for serving
FILMS = Path(__file__).resolve().parent.parent / "data" / "movies"


@dataclass(frozen=True)
class Source:
    """What to train on; `nouns` are what the site calls one item and many."""

    ratings: tuple[Path, ...]
    items: Path | None = None
    nouns: tuple[str, str] = ("item", "items")

    @classmethod
    def bundled_films(cls) -> "Source":
        return cls((FILMS / "ratings.csv.gz",), FILMS / "films.csv.gz", ("film", "films"))


@dataclass(frozen=True)
class Materials:
    """What was read: interactions, metadata and features over one common set of items."""

    source: Source
    interactions: Interactions
    account: Account
    catalogue: Catalogue
    features: ItemFeatures
    like_from: float

    def likes(self, interactions: Interactions) -> sp.csr_array:
        """(n_users, n_items), 1 for each like among these interactions."""
        return interactions.where(interactions.rating >= self.like_from).matrix()


@dataclass(frozen=True)
class Trainer:
    """How a run is trained; `on_epoch` is called `N_FITS * hybrid.epochs` times at the most."""

    seed: int = 1
    hybrid: HybridSettings = field(default_factory=HybridSettings)
    on_epoch: Callable[[], None] = lambda: None

    def fit(self, materials: Materials, interactions: Interactions) -> Hybrid | None:
        """None where there is not one like to learn from."""
        likes = materials.likes(interactions)
        if not likes.nnz:
            return None
        cold = interactions.counts_by_item() == 0
        return fit_hybrid(
            likes,
            materials.features,
            cold,
            settings=self.hybrid,
            seed=self.seed,
            on_epoch=self.on_epoch,
        )


def gather(source: Source) -> Materials:
    """Read and clean the files; raises InputError."""
    interactions, account = read_interactions(list(source.ratings))
    catalogue = read_catalogue(source.items) if source.items else Catalogue(interactions.items)
    rated = interactions.items
    items = IdMap([*rated, *(id_ for id_ in catalogue.items if id_ not in rated)])
    catalogue = catalogue.extended_to(items)
    return Materials(
        source=source,
        interactions=replace(interactions, items=items),
        account=account,
        catalogue=catalogue,
        features=item_features(catalogue),
        like_from=like_threshold(interactions.rating),
    )


def train(materials: Materials, trainer: Trainer) -> tuple[TrainedModel, Report]:
    """The whole run; its `Choice` never sees the rows that it is judged on.

    Fits of LightFM, two at a time: for each fold of people on the known rows of everybody else,
    to choose and to judge on people whom it has not seen; on everybody's known rows, for the
    contest and the match; on everything, to be served.
    """
    split = Split.of(materials.interactions, trainer.seed)
    # LightFM releases the GIL; numpy's own threads would only fight with it for the cores.
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        parts = [*split.others, split.known, materials.interactions]
        fits = [pool.submit(trainer.fit, materials, part) for part in parts]
        *on_others, on_known = [
            (fit.result(), materials.likes(part))
            for fit, part in zip(fits[:-1], parts[:-1], strict=True)
        ]
        judgement = judge(split, on_others, on_known, materials.like_from, trainer.seed)
        hybrid = fits[-1].result()
    if hybrid is None:
        raise AssertionError("the highest rating is always a like")  # pragma: no cover
    report = Report(
        account=materials.account,
        seed=trainer.seed,
        by_time=materials.interactions.timestamp is not None,
        like_from=materials.like_from,
        judgement=judgement,
    )
    return _assemble(materials, trainer, hybrid, report), report


def publish(model: TrainedModel, path: Path) -> Artifact:
    """Write the artifact; it replaces the old one only if it scores exactly as `model` does."""
    return model_file.save(model.to_artifact(), path, lambda loaded: _check(model, loaded))


def _assemble(
    materials: Materials, trainer: Trainer, hybrid: Hybrid, report: Report
) -> TrainedModel:
    interactions = materials.interactions
    likes = materials.likes(interactions)
    timestamp = interactions.timestamp
    return TrainedModel(
        users=interactions.users,
        items=interactions.items,
        fields=materials.catalogue.fields,
        nouns=materials.source.nouns,
        scorer=fit_scorer(hybrid, likes, report.judgement.choice, trainer.seed),
        calibration=report.judgement.calibration,
        histories=FileHistories(
            starts=interactions.user_starts(),
            item_idx=interactions.item_idx,
            rating=interactions.rating,
            timestamp=np.zeros(0, np.int64) if timestamp is None else timestamp,
            like_from=materials.like_from,
        ),
        n_ratings=interactions.counts_by_item(),
        n_likes=likes.sum(axis=0).astype(np.int64),
        feature_names=materials.features.names,
        feature_factors=hybrid.feature_factors,
        feature_biases=hybrid.feature_biases,
        about={
            "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "trained_from": [path.name for path in materials.source.ratings],
            "settings": vars(trainer.hybrid) | {"seed": trainer.seed},
            "report": report.to_plain(),
        },
    )


def _check(model: TrainedModel, loaded: Artifact) -> None:
    """The reloaded file scores as what was trained, for the first people."""
    reloaded = TrainedModel.from_artifact(loaded)
    for user_idx in range(min(20, len(model.users))):
        history = model.histories.history(user_idx)
        again = reloaded.histories.history(user_idx)
        if not np.array_equal(model.scorer.scores(history), reloaded.scorer.scores(again)):
            raise ArtifactError(
                f"not published: the reloaded model scores user {model.users[user_idx]!r} "
                "differently; report this"
            )
