"""The whole choice: which item-item model, which worths, which LightFM, and what each weighs."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import optuna

from toppicks.evaluation.contenders import batch_scores
from toppicks.evaluation.exam import Exam
from toppicks.evaluation.questions import ask
from toppicks.evaluation.significance import Champion
from toppicks.evaluation.splitting import Split
from toppicks.recommenders.fitting import Fitting
from toppicks.recommenders.formula import Known, Parts, Recipe
from toppicks.recommenders.protocol import ItemModel, Method, ScoreMatrix, standardised
from toppicks.scoring.scorer import Blend
from toppicks.scoring.worth import Worth
from toppicks.tuning.budget import Budget
from toppicks.tuning.families import Family, Lesson, study_families
from toppicks.tuning.hybrids import HybridFindings, HybridSpace, Workbench, study_hybrids
from toppicks.tuning.leaning import choose_leans
from toppicks.tuning.recency import choose_half_life
from toppicks.tuning.spaces import SPACES, Levels, Space, suited

# Of the budget: until the methods are done, and until LightFM is; the rest is for the leans.
FAMILIES_SHARE, HYBRID_SHARE = 0.4, 0.8
EXPONENTS = (1.0, 0.5, 1.5)
# Of a contest with more scores than this, each rival would take minutes: a few are enough.
MOST_CELLS, FEW_RIVALS = 200_000_000, 4

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Chosen:
    """What was found on validation rows, and how.

    recipe:     what is fitted and served.
    contenders: each family's best method and the worths it likes best, for the contest.
    folds:      for each group of people held out, the parts fitted without them.
    people:     how many chose the leans; 0 if there were too few.
    corner:     the one part that is served, no blend being clearly better; None for a true blend.
    trials:     by family, how many.
    left_out:   what could not take part, a sentence each.
    """

    recipe: Recipe
    contenders: dict[str, tuple[Method, Worth]]
    folds: list[Parts]
    people: int
    corner: str | None
    trials: dict[str, int]
    left_out: list[str] = field(default_factory=list)

    def rivals(self, n_people: int, n_items: int) -> dict[str, tuple[Method, Worth]]:
        """Whom to fit for a contest, best on validation first: all, or the best of a large one.

        The formula's own item-item part is fitted with it, and is not repeated here.
        """
        own = (self.recipe.items, self.recipe.worth)
        others = {name: chosen for name, chosen in self.contenders.items() if chosen != own}
        if n_people * n_items > MOST_CELLS:
            return dict(list(others.items())[:FEW_RIVALS])
        return others


def choose(
    split: Split,
    known: Known,
    budget: Budget,
    k: int,
    seed: int,
    pool: Executor,
    progress: Progress = lambda _: None,
    spaces: Sequence[Space] = SPACES,
    hybrid_space: HybridSpace = HybridSpace(),  # noqa: B008 - frozen
) -> Chosen:
    """Choose everything by the late known rows; the hidden ones are never looked at."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    budget = budget.begin()
    exam = Exam.of(split.known_early, split.known_late, known.like_from, k, seed)
    levels = Levels.of(known.scale, split.known.rating)
    lesson = Lesson(split.known_early, exam)
    # Whatever the levels below are worth, the highest always counts.
    clearest = lesson.worth(levels.clearest())
    if not len(exam) or not clearest.nnz:
        return _untuned(levels, hybrid_space)
    spaces, left_out = suited(spaces, split.known.matrix(levels.clearest()))
    families = study_families(spaces, levels, lesson, budget, FAMILIES_SHARE, seed, pool, progress)
    large = len(split.asked) * len(split.known.items) > MOST_CELLS
    if large and len(families) > FEW_RIVALS + 1:
        left_out.append(f"the contest is held with the {FEW_RIVALS} best others alone")
    left_out += [
        f"{family.space.name} takes too much memory, and is left out"
        for family in families
        if not family.champion
    ]
    best = _best_served(families)
    worth = best.worth
    if known.scale.half_life is None and budget.allows(0, HYBRID_SHARE):
        progress("half-life")
        worth = choose_half_life(best.method, worth, lesson)
    bench = Workbench(
        lesson.worth(worth),
        exam,
        _item_scores(best.method, lesson, worth),
        known.item_features,
        known.user_features,
        seed,
    )
    hybrids = study_hybrids(bench, budget, HYBRID_SHARE, pool, progress, hybrid_space)
    items, exponent, share = _best_blend(families, best, worth, hybrids, bench, lesson)
    recipe = Recipe(
        worth=worth,
        items=cast("ItemModel", items),
        hybrid=hybrids.settings,
        seeds=len(hybrids.seeds),
        exponent=exponent,
        blend=Blend(share),
    )
    folds = _fit_folds(split, known, recipe, seed, pool, progress)
    asked = [
        ask(split.known_early, split.known_late, known.like_from, recipe.worth, people.tolist())
        for people in (split.folds if folds else [])
    ]
    blend, people = choose_leans(folds, asked, share, k, seed, pool)
    return Chosen(
        recipe=replace(recipe, blend=blend),
        contenders={
            family.space.name: (family.method, family.worth) for family in _best_first(families)
        },
        folds=folds,
        people=people,
        corner=_corner(blend, items.name),
        trials={family.space.name: family.trials for family in families}
        | {"LightFM": hybrids.trials},
        left_out=left_out,
    )


def _untuned(levels: Levels, space: HybridSpace) -> Chosen:
    """Defaults, where nothing can be asked."""
    recipe = Recipe(worth=levels.clearest(), hybrid=space.first[0])
    return Chosen(recipe, {}, [], 0, None, {})


def _best_first(families: Sequence[Family]) -> list[Family]:
    tried = [family for family in families if family.champion]
    return sorted(tried, key=lambda family: -float(family.champion.ndcg.mean()))


def _best_served(families: Sequence[Family]) -> Family:
    best = Champion[Family]()
    for family in families:
        if family.space.served and family.champion:
            best.meet(family, family.champion.ndcg)
    return best.winner


def _item_scores(method: Method, lesson: Lesson, worth: Worth) -> ScoreMatrix:
    """The standardised scores of the exam's people."""
    rows = lesson.worth(worth)
    people = lesson.exam.user_idx
    return standardised(batch_scores(method.fit(rows), rows[people], people))


def _best_blend(
    families: Sequence[Family],
    best: Family,
    worth: Worth,
    hybrids: HybridFindings,
    bench: Workbench,
    lesson: Lesson,
) -> tuple[Method, float, float]:
    """The item-item model and the fold-in's exponent that go best with each other, and the model's
    share.

    Which is best alone need not be best in company; each takes part with its own best settings.
    """
    tastes = {exponent: bench.taste(hybrids.seeds, exponent) for exponent in EXPONENTS}
    pairs = Champion[tuple[Method, Workbench, float]]()
    for family in [best, *(family for family in families if family is not best)]:
        if family.space.served and family.champion:
            method, other = family.method, bench
            if family is not best:
                try:
                    other = replace(bench, items=_item_scores(method, lesson, worth))
                except MemoryError:  # more items count by this worth than by the family's own
                    continue
            for exponent, taste in tastes.items():
                pairs.meet((method, other, exponent), other.best(taste))
    method, chosen, exponent = pairs.winner
    return method, exponent, chosen.sure_share(tastes[exponent])


def _fit_folds(
    split: Split, known: Known, recipe: Recipe, seed: int, pool: Executor, progress: Progress
) -> list[Parts]:
    """For each group of people, everything fitted to the known rows of all others; nothing at all
    where one group's others hold nothing to learn from.
    """
    fitting = Fitting(recipe, known, seed, progress, "people held out")
    fitted = list(pool.map(fitting.fit, split.others))
    return [one.parts for one in fitted if one is not None] if all(fitted) else []


def _corner(blend: Blend, items: str) -> str | None:
    if np.isinf(blend.lean_items) and np.isinf(blend.lean_taste):
        return "popularity"
    return {0.0: "LightFM", 1.0: items}.get(blend.share)
