"""The caller's own split: learn from one file, be asked about another."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from toppicks.errors import InputError
from toppicks.evaluation.contenders import fit_methods, left_out, line_up, surroundings
from toppicks.evaluation.contest import Question, Standing, hold
from toppicks.evaluation.judging import compare
from toppicks.evaluation.questions import ask
from toppicks.evaluation.report import (
    finite,
    plain_comparison,
    plain_recipe,
    plain_worth,
)
from toppicks.evaluation.significance import Comparison
from toppicks.evaluation.splitting import Split, is_later
from toppicks.ingest.account import Account, Removed
from toppicks.ingest.cleaning import Gathered, read_interactions
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.interactions import Interactions
from toppicks.materials import Materials, Source, gather, known_of
from toppicks.recommenders.fitting import Fitting
from toppicks.scoring.worth import DAY
from toppicks.training import Trainer
from toppicks.tuning.choosing import Chosen

# What a file holds, by the kind of its feedback; and which kinds can be compared.
_HELD = {"rating": "ratings", "event": "events", "count": "counts", "presence": "mere rows"}
_ALIKE: Sequence[set[str]] = ({"rating"}, {"event"}, {"count"}, {"presence"}, {"count", "presence"})


@dataclass(frozen=True)
class OwnSplit:
    """What was read: rows to learn from and rows to be asked about, over common ids.

    materials: the training file, with everybody and everything of both files.
    test:      the other file.   account: of it.
    hidden:    its rows, less what the training file holds too.
    """

    materials: Materials
    test: Path
    hidden: Interactions
    account: Account


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How good it is on a caller's split.

    by_time:   whether the hidden rows are what people did last; then so were those to choose by.
    questions: one for each person asked about.
    strangers: how many of them have no row in the training file.
    """

    split: OwnSplit
    k: int
    seed: int
    by_time: bool
    chosen: Chosen
    questions: Sequence[Question]
    standings: list[Standing]
    comparison: Comparison | None
    strangers: int
    seconds: float

    @property
    def user_ids(self) -> list[str]:
        """Who was asked about, in the order of every standing's figures."""
        users = self.split.materials.interactions.users
        return [users[question.user_idx] for question in self.questions]

    def to_plain(self) -> dict[str, Any]:
        """Dicts, lists, strings and finite numbers, for programs to read."""
        interactions, known = self.split.materials.interactions, self.split.materials.known
        plain: dict[str, Any] = finite(
            {
                "k": self.k,
                "seed": self.seed,
                "by_time": self.by_time,
                "like_from": known.like_from,
                "train": self.split.materials.accounts["feedback"].to_plain(),
                "test": self.split.account.to_plain(),
                "users": len(interactions.users),
                "items": len(interactions.items),
                "asked": len(self.questions),
                "strangers": self.strangers,
                "contenders": [standing.to_plain() for standing in self.standings],
                "comparison": self.comparison and plain_comparison(self.comparison),
                "choice": plain_recipe(self.chosen.recipe)
                | {"corner": self.chosen.corner, "people": self.chosen.people},
                "positive": known.scale.positive,
                "worth": list(self.chosen.recipe.worth.values),
                "levels": plain_worth(self.chosen.recipe.worth, known.scale),
                "half_life_days": self.chosen.recipe.worth.half_life / DAY,
                "trials": sum(self.chosen.trials.values()),
                "left_out": list(self.chosen.left_out),
                "seconds": self.seconds,
            }
        )
        return plain


def gather_split(source: Source, test: Path, like_from: float | None = None) -> OwnSplit:
    """Read both files; raises InputError, also where nothing can be asked.

    like_from: the rating from which on something is a like; None for the rule of training, which
    is learnt from the training file's ratings alone.
    """
    materials = gather(source)
    scale = materials.known.scale
    read = _read_test(source, test, scale)
    if {scale.kind, read.scale.kind} not in _ALIKE:
        raise InputError(
            f"{test}: holds {_HELD[read.scale.kind]}, but the training file {_HELD[scale.kind]}; "
            "give both the same columns"
        )
    materials, hidden = _joined(materials.liking_from(like_from), read.interactions)
    hidden, account = _unseen(materials.interactions, hidden, read.account)
    like_from = materials.known.like_from
    if not (hidden.rating >= like_from).any():
        raise InputError(
            f"{test}: no row can be asked about ({materials.known.scale.positive}) that the "
            "training file does not hold already; add some, or lower --like-from"
        )
    return OwnSplit(materials, test, hidden, account)


def _read_test(source: Source, test: Path, scale: Scale) -> Gathered:
    """The other file, understood as the training file is, even where it would by itself be
    understood otherwise; what is wrong with it is said with its name.
    """
    try:
        return read_interactions([test], source.columns, source.feedback.for_more_of(scale))
    except InputError as error:
        said = str(error)
        raise InputError(said if said.startswith(f"{test}:") else f"{test}: {said}") from None


def evaluate(split: OwnSplit, trainer: Trainer, k: int) -> Evaluation:
    """Choose on the training file alone, fit on all of it, and ask everybody of the other file.

    Ranked is everything that either file or the items' file names, less what somebody has in the
    training file. Asked is whoever likes something in the other file; who has no row in the
    training file is a stranger, and is shown what a stranger is shown.
    """
    began = monotonic()
    materials, seed = split.materials, trainer.seed
    parts = Split.given(materials.interactions, split.hidden, seed)
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        chosen = trainer.choose(parts, materials.known, pool, k)
        fitting = Fitting(chosen.recipe, materials.known, seed, trainer.progress)
        fit = pool.submit(fitting.fit, parts.known)
        methods = chosen.rivals(len(parts.asked), len(materials.interactions.items))
        rivals = fit_methods(methods, parts.known, pool)
        fitted = fit.result()
        if fitted is None:
            raise AssertionError("the highest rating is worth 1")  # pragma: no cover
        questions = ask(
            parts.known,
            parts.hidden,
            materials.known.like_from,
            chosen.recipe.worth,
            parts.asked.tolist(),
            fitted.parts.taste.profiles,
        )
        trainer.progress("contest")
        standings = hold(line_up(fitted, rivals), questions, surroundings(fitted), k)
    return Evaluation(
        split=split,
        k=k,
        seed=seed,
        by_time=is_later(materials.interactions, split.hidden),
        chosen=replace(
            chosen,
            left_out=[*chosen.left_out, *left_out(methods, rivals), *fitted.left_out],
        ),
        questions=questions,
        standings=standings,
        comparison=compare(standings),
        strangers=sum(not len(question.history.seen_idx) for question in questions),
        seconds=monotonic() - began,
    )


def _joined(materials: Materials, hidden: Interactions) -> tuple[Materials, Interactions]:
    """Both files over common ids: those of the training file first, as they are there."""
    known = materials.interactions
    users, items = known.users.union(hidden.users), known.items.union(hidden.items)
    catalogue = materials.catalogue.extended_to(items)
    materials = replace(
        materials,
        interactions=replace(known, users=users, items=items),
        catalogue=catalogue,
        known=known_of(catalogue, materials.people, users, materials.known.scale),
    )
    return materials, hidden.moved_to(users, items)


def _unseen(
    known: Interactions, hidden: Interactions, account: Account
) -> tuple[Interactions, Account]:
    """The hidden rows without those that are known already: they are never picked again."""
    n_items = len(known.items)
    known_pair, pair = (
        rows.user_idx.astype(np.int64) * n_items + rows.item_idx for rows in (known, hidden)
    )
    again = np.isin(pair, known_pair)
    if not again.any():
        return hidden, account
    first = int(np.argmax(again))
    example = f"{hidden.users[hidden.user_idx[first]]},{hidden.items[hidden.item_idx[first]]}"
    removed = Removed("in the training file too", int(again.sum()), example)
    used = account.rows_used - removed.rows
    return hidden.where(~again), replace(
        account, rows_used=used, removed=(*account.removed, removed)
    )
