"""A training run: choose, judge, fit on everything, publish."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from toppicks import artifact as model_file
from toppicks.artifact import Artifact
from toppicks.errors import ArtifactError, InputError
from toppicks.evaluation.cold_items import hold_out_items, judge_cold_items
from toppicks.evaluation.contenders import Rival, fit_methods, left_out, line_up, surroundings
from toppicks.evaluation.contest import K, Question, hold, popularity_bias
from toppicks.evaluation.curves import Curves
from toppicks.evaluation.judging import Judgement, compare, judge_match
from toppicks.evaluation.people import judge_lengths
from toppicks.evaluation.plots import draw_plots
from toppicks.evaluation.questions import ask
from toppicks.evaluation.report import Report
from toppicks.evaluation.splitting import Split, cut_in_time
from toppicks.evaluation.taste_map import taste_map
from toppicks.evaluation.tradeoffs import judge_tradeoffs
from toppicks.ids import IdMap
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials
from toppicks.recommenders.fitting import Fitted, Fitting
from toppicks.recommenders.formula import Known, Parts
from toppicks.recommenders.placing import fit_newcomers
from toppicks.trained import FileHistories, TrainedModel
from toppicks.tuning.budget import Budget
from toppicks.tuning.choosing import Chosen, choose
from toppicks.tuning.hybrids import HybridSpace
from toppicks.tuning.spaces import SPACES, Space

# Of a learning curve, about so many.
POINTS = 10


@dataclass(frozen=True)
class Trainer:
    """How a run is trained.

    budget:   for tuning; None for the default, which grows with the data.
    spaces, hybrid_space: where settings are searched.
    progress: called with what is being done, each time that a step of it is done.
    """

    seed: int = 1
    budget: Budget | None = None
    spaces: Sequence[Space] = SPACES
    hybrid_space: HybridSpace | None = None
    progress: Callable[[str], None] = field(default=lambda _: None)

    def choose(self, split: Split, known: Known, pool: Executor, k: int = K) -> Chosen:
        """The recipe, by the split's late known rows; k: how many picks count."""
        n = len(split.known)
        return choose(
            split,
            known,
            self.budget or Budget.for_rows(n),
            k,
            self.seed,
            pool,
            self.progress,
            self.spaces,
            self.hybrid_space or HybridSpace.for_rows(n),
        )


def train(materials: Materials, trainer: Trainer) -> tuple[TrainedModel, Report]:
    """The whole run; what is chosen never sees the rows that the contest is judged on.

    The slices for one cut in time and for held-out items are judged on rows that their fits have
    not seen, by settings that were chosen with everybody's first 80 %.
    """
    began = monotonic()
    interactions, known = materials.interactions, materials.known
    if not (interactions.rating >= known.like_from).any():
        raise InputError(
            f"{', '.join(materials.source.names)}: once live events count, nothing that anybody "
            f"likes is left ({known.scale.positive}); add files, or leave --database out"
        )
    split = Split.of(interactions, trainer.seed)
    # LightFM releases the GIL; numpy's own threads would only fight with it for the cores.
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        chosen = trainer.choose(split, known, pool)
        fitting = Fitting(chosen.recipe, known, trainer.seed, trainer.progress)
        judgement, final = _judged(split, interactions, chosen, fitting, pool)
    if final is None:
        raise AssertionError("what is liked is worth something")  # pragma: no cover
    report = Report(
        accounts=materials.accounts,
        features=materials.summaries,
        seed=trainer.seed,
        by_time=interactions.timestamp is not None,
        scale=known.scale,
        recipe=chosen.recipe,
        judgement=judgement,
        people=chosen.people,
        corner=chosen.corner,
        trials=chosen.trials,
        left_out=(*chosen.left_out, *judgement.left_out, *final.left_out),
        seconds=monotonic() - began,
    )
    return _assemble(materials, final, report), report


def _judged(
    split: Split, everything: Interactions, chosen: Chosen, fitting: Fitting, pool: Executor
) -> tuple[Judgement, Fitted | None]:
    """How good it is, and what will be served.

    The recipe is fitted four times, two at a time: to everybody's known rows, for the contest and
    the match; to everything, to be served; without some items, and up to a cut in time, for those
    slices.
    """
    recipe, like_from, seed = chosen.recipe, fitting.known.like_from, fitting.seed
    likes = split.hidden.where(split.hidden.rating >= like_from).matrix()
    known = split.known
    every = max(1, recipe.hybrid.epochs // POINTS)
    curves = Curves(known.matrix(recipe.worth), likes, known.matrix(), every, K, seed)
    held = hold_out_items(everything, seed)
    early, late = cut_in_time(everything)
    on_known = pool.submit(fitting.fit, split.known, curves.look)
    on_all = pool.submit(fitting.fit, everything)
    on_others = pool.submit(fitting.fit, everything.where(~held[everything.item_idx]))
    on_early = pool.submit(fitting.fit, early)
    methods = chosen.rivals(len(split.asked), len(everything.items))
    rivals = fit_methods(methods, split.known, pool)
    judgement = _judged_on_people(split, chosen, fitting.known, on_known.result(), rivals, seed)
    without = on_others.result()
    if without is not None:
        cold = judge_cold_items(without, everything, held, like_from, K, seed)
        judgement = replace(judgement, cold_items=cold)
    before = on_early.result()
    if before is not None:
        people = np.unique(late.user_idx).tolist()
        profiles = before.parts.taste.profiles
        questions = ask(early, late, like_from, recipe.worth, people, profiles)
        asked = [one for one in questions if len(one.history)]
        standings = hold(line_up(before, []), asked, surroundings(before), K)
        judgement = replace(judgement, time_cut=standings, time_cut_people=len(asked))
    judgement = replace(judgement, curves=curves.points, left_out=tuple(left_out(methods, rivals)))
    return judgement, on_all.result()


def _judged_on_people(
    split: Split,
    chosen: Chosen,
    known: Known,
    fitted: Fitted | None,
    rivals: Sequence[Rival],
    seed: int,
) -> Judgement:
    """The contest on everybody's hidden rows, people held out, the match, and the controls."""
    if fitted is None:
        return Judgement()
    recipe, like_from = chosen.recipe, known.like_from

    def questions(people: NDArray[np.intp], parts: Parts) -> list[Question]:
        profiles = parts.taste.profiles
        return ask(split.known, split.hidden, like_from, recipe.worth, people.tolist(), profiles)

    asked, around = questions(split.asked, fitted.parts), surroundings(fitted)
    standings = hold(line_up(fitted, rivals), asked, around, K)
    calibration, match = None, None
    # A match is the chance of a good rating: where nobody rates, it would mean nothing.
    if known.scale.is_explicit:
        calibration, match = judge_match(split.known, split.hidden, fitted, like_from, split.asked)
    folds = list(zip(chosen.folds, split.folds if chosen.folds else [], strict=True))
    return Judgement(
        holdout=standings,
        comparison=compare(standings),
        bias=popularity_bias(standings[-1], asked, around) if standings else [],
        people=judge_lengths(
            [parts.scorer(recipe.blend) for parts, _ in folds],
            [questions(people, parts) for parts, people in folds],
            K,
            seed,
        ),
        calibration=calibration,
        reliability=match,
        tradeoffs=judge_tradeoffs(fitted.scorer, asked, around, K, seed),
    )


def publish(model: TrainedModel, path: Path) -> Artifact:
    """Write the artifact; it replaces the old one only if it scores exactly as `model` does."""
    return model_file.save(model.to_artifact(), path, lambda loaded: _check(model, loaded))


def _assemble(materials: Materials, final: Fitted, report: Report) -> TrainedModel:
    """What is served learnt from everything; what is kept came from files alone: the site adds what
    came live by itself.
    """
    interactions, known, words = materials.interactions, materials.known, materials.words
    n_ratings, files = interactions.counts_by_item(), materials.files
    likes = interactions.where(interactions.rating >= known.like_from)
    plain = report.to_plain()
    plain["plots"] = draw_plots(plain)
    plain["map"] = taste_map(final.scorer.item_factors, n_ratings, report.seed)
    return TrainedModel(
        users=files.users,
        items=files.items,
        fields=materials.catalogue.fields,
        words=words,
        meaning=known.scale.meaning(files.rating),
        scorer=final.scorer,
        newcomers=fit_newcomers(final.parts.content, known.vocabulary, final.scorer),
        calibration=report.judgement.calibration,
        histories=FileHistories(
            starts=files.user_starts(),
            item_idx=files.item_idx,
            rating=files.rating,
            timestamp=np.zeros(0, np.int64) if files.timestamp is None else files.timestamp,
            like_from=known.like_from,
            worth=final.recipe.worth,
            profiles=_profiles_of(files.users, interactions.users, final),
        ),
        n_ratings=n_ratings,
        n_likes=likes.counts_by_item(),
        about={
            "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "trained_from": materials.source.names,
            "settings": {"seed": report.seed} | plain["choice"],
            "report": plain,
        },
    )


def _profiles_of(some: IdMap, users: IdMap, final: Fitted) -> NDArray[np.float32] | None:
    """(n_some, d), the profiles of some of the users; None where nothing is known of people."""
    profiles = final.parts.taste.profiles
    return None if profiles is None else profiles[[users.idx(id_) for id_ in some]]


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
