"""What a training run found out, as plain values for the artifact and as tables to read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from toppicks.evaluation.contest import K, Standing
from toppicks.evaluation.judging import Judgement
from toppicks.evaluation.people import LengthRow
from toppicks.evaluation.significance import Comparison
from toppicks.evaluation.tradeoffs import Tradeoff
from toppicks.ingest.account import Account
from toppicks.ingest.feedback.scale import Scale
from toppicks.ingest.metadata.summaries import Summaries
from toppicks.recommenders.formula import Recipe
from toppicks.scoring.worth import DAY, Worth


@dataclass(frozen=True)
class Report:
    """Everything that a training run says about itself.

    accounts: what became of every row of each kind of file.
    people: how many chose when popularity leads; 0 if there were too few.
    corner: the one part that is served, where no blend was clearly better; None for a true blend.
    trials: by method, how many settings were tried. seconds: of the whole run.
    features: what each column of metadata was made into.
    """

    accounts: Mapping[str, Account]
    seed: int
    by_time: bool
    scale: Scale
    recipe: Recipe
    judgement: Judgement
    people: int = 0
    corner: str | None = None
    trials: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0
    features: Summaries = field(default_factory=Summaries)

    def to_plain(self) -> dict[str, Any]:
        """Dicts, lists, strings and finite numbers only, for the artifact's header."""
        judgement = self.judgement
        plain: dict[str, Any] = finite(
            {
                "k": K,
                "seed": self.seed,
                "by_time": self.by_time,
                "like_from": self.scale.like_from,
                "feedback": {
                    "kind": self.scale.kind,
                    "drive": self.scale.drive,
                    "positive": self.scale.positive,
                },
                "seconds": self.seconds,
                "trials": sum(self.trials.values()),
                "trials_by_method": dict(self.trials),
                "left_out": list(self.left_out),
                "account": self.accounts["feedback"].to_plain(),
                "accounts": {name: one.to_plain() for name, one in self.accounts.items()},
                "features": {
                    "items": [asdict(one) for one in self.features.items],
                    "users": [asdict(one) for one in self.features.users],
                },
                "choice": plain_recipe(self.recipe)
                | {"corner": self.corner, "people": self.people},
                "worth": plain_worth(self.recipe.worth, self.scale),
                "half_life_days": self.recipe.worth.half_life / DAY,
                "asked": judgement.asked,
                "holdout": [standing.to_plain() for standing in judgement.holdout],
                "comparison": judgement.comparison and plain_comparison(judgement.comparison),
                "bias": [dict(segment) for segment in judgement.bias],
                "time_cut": {
                    "people": judgement.time_cut_people,
                    "standings": [standing.to_plain() for standing in judgement.time_cut],
                },
                "people": [asdict(row) for row in judgement.people],
                "cold_items": _plain_cold(judgement),
                "curves": [asdict(point) for point in judgement.curves],
                "best_epoch": self.recipe.hybrid.epochs,
                "tradeoffs": [asdict(one) for one in judgement.tradeoffs],
                "reliability": judgement.reliability and asdict(judgement.reliability),
            }
        )
        return plain


def plain_recipe(recipe: Recipe) -> dict[str, Any]:
    """What was chosen, by name."""
    return {
        "items": recipe.items.name,
        "settings": dict(vars(recipe.items)),
        "hybrid": dict(vars(recipe.hybrid)),
        "seeds": recipe.seeds,
        "exponent": recipe.exponent,
        **vars(recipe.blend),
    }


def plain_comparison(comparison: Comparison) -> dict[str, Any]:
    """Its figures and its verdict."""
    return asdict(comparison) | {"verdict": comparison.verdict}


def plain_worth(worth: Worth, scale: Scale) -> list[dict[str, Any]]:
    """Each level: from which number on it holds, or its name, and what it is worth."""
    return [
        {"from": start, "worth": value, "name": scale.name_of(start)}
        for start, value in zip(worth.starts, worth.values, strict=True)
    ]


def _plain_cold(judgement: Judgement) -> dict[str, Any] | None:
    cold = judgement.cold_items
    if cold is None:
        return None
    standings = [{"name": name, "ndcg": value} for name, value in cold.ndcg.items()]
    return {
        "items": cold.items,
        "people": cold.people,
        "standings": standings,
        "share_relevant": cold.share_relevant,
        "share_top": cold.share_top,
        "recall_at_100": cold.recall_top,
    }


def finite(value: Any) -> Any:
    """The same with None for what is no finite number, and plain types throughout."""
    if isinstance(value, Mapping):
        return {name: finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def print_report(report: Report, console: Console) -> None:
    """The tables, popularity first in each, what was chosen, and what a match is worth."""
    say = partial(console.print, soft_wrap=True)
    judgement = report.judgement
    for sentence in report.left_out:
        say(sentence)
    if not judgement.holdout:
        say("Nobody liked anything that could be hidden: how good the picks are is not known.")
        return
    hidden = "last 20 % by time" if report.by_time else "random 20 %"
    say()
    say(f"Everybody's {hidden}, hidden and asked for", style="bold")
    say(
        f"{judgement.asked:,} people, the whole catalogue; "
        f"{report.scale.positive}; seed {report.seed}"
    )
    console.print(standings_table(judgement.holdout))
    if judgement.comparison:
        say(verdict_of(judgement.comparison))
    say(chosen_of(report.recipe, report.scale, report.corner, report.trials))
    if judgement.time_cut:
        people = f"{judgement.time_cut_people:,} people"
        say()
        say("One cut in time: nothing is known of what anybody did after it", style="bold")
        say(f"{people} who were there before and after it")
        console.print(standings_table(judgement.time_cut))
    if judgement.people:
        say("People held out altogether, by how much is known of them", style="bold")
        say(f"nDCG@{K}; {_lean(report)}")
        console.print(_people_table(judgement))
    if judgement.cold_items:
        cold = judgement.cold_items
        figures = ", ".join(f"{name} {value:.4f}" for name, value in cold.ndcg.items())
        say("Items that nobody has rated", style="bold")
        say(f"{cold.items:,} held out and ranked among themselves, nDCG@{K}: {figures}")
    _print_tradeoffs(judgement.tradeoffs, console)
    if judgement.reliability is not None:
        say(
            f"The match is off by {judgement.reliability.error:.1%}: "
            "in ten groups of ratings of people it has not seen"
        )


def standings_table(standings: Sequence[Standing], k: int = K) -> Table:
    """Popularity first; what is served last and bold; references are marked."""
    return contest_table([standing.to_plain() for standing in standings], k)


def contest_table(standings: Sequence[Mapping[str, Any]], k: int = K) -> Table:
    """The same of plain figures, as the model file and `evaluate --json` hold them."""
    # Without padding at the edges, the longest name fits beside the figures in 80 columns.
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for heading in (f"nDCG@{k}", "95 %", "recall", "coverage", "diversity"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in standings:
        table.add_row(
            row["name"] + (" *" if row["role"] == "reference" else ""),
            _figure(row["ndcg"], ".4f"),
            f"{_figure(row['ndcg_low'], '.3f')}-{_figure(row['ndcg_high'], '.3f')}",
            _figure(row["recall"], ".4f"),
            _figure(row["coverage"], ".1%"),
            _figure(row["diversity"], ".2f"),
            style="bold" if row["role"] == "served" else None,
        )
    if any(row["role"] == "reference" for row in standings):
        table.caption = "* takes part to compare with; could not be served"
        table.caption_justify = "left"
    return table


def _figure(value: float | None, form: str) -> str:
    """A dash for what could not be measured."""
    return "-" if value is None or not math.isfinite(value) else format(value, form)


def verdict_of(comparison: Comparison) -> str:
    """One honest sentence."""
    gain = f"{comparison.gain:+.4f} ({comparison.low:+.4f} to {comparison.high:+.4f})"
    verdicts = {
        "better": f"What is served is better than the best other, {comparison.against}",
        "level": f"What is served is level with the best other, {comparison.against}",
        "worse": f"What is served is WORSE than the best other, {comparison.against}",
    }
    return f"{verdicts[comparison.verdict]}: {gain}, p = {comparison.p:.3f}"


def chosen_of(recipe: Recipe, scale: Scale, corner: str | None, trials: Mapping[str, int]) -> str:
    """What was chosen, in one sentence."""
    blend = recipe.blend
    half_life = finite(recipe.worth.half_life / DAY)
    told = worths_of(finite(plain_worth(recipe.worth, scale)), scale.kind, half_life)
    parts = f"{blend.share:.0%} {recipe.items.name} and {1 - blend.share:.0%} LightFM"
    if corner:
        parts = f"{corner} alone: no blend was clearly better"
    seeds = f" ({recipe.seeds} seeds)" if recipe.seeds > 1 and blend.share < 1 else ""
    return f"Chosen on validation rows, in {sum(trials.values())} trials: {parts}{seeds}; {told}"


def worths_of(levels: Sequence[Mapping[str, Any]], kind: str, half_life_days: float | None) -> str:
    """What each level is worth, and how fast it fades, of plain figures.

    levels: as by `plain_worth`, finite.   half_life_days: None where nothing fades.
    """
    what = {"rating": "a rating", "count": "a count"}.get(kind, "a row")
    worths = ", ".join(map(_level_of, levels))
    told = f"{what} is worth {worths}" if len(levels) > 1 else "every row is worth the same"
    if half_life_days is not None:
        told += f", half of it after {_days(half_life_days)}"
    return told


def _level_of(level: Mapping[str, Any]) -> str:
    worth = f"{level['worth']:.2f}"
    if level["name"]:
        return f"{level['name']} {worth}"
    return f"{worth} below" if level["from"] is None else f"{worth} from {level['from']:g}"


def _days(days: float) -> str:
    """A length of time as it is read: 1.5 days, 1,234 days."""
    return f"{days:,.0f} days" if days >= 10 else f"{days:.2g} days"


def _lean(report: Report) -> str:
    blend = report.recipe.blend
    weigh = (
        f"half of each part's weight is reached at {blend.lean_items:g} "
        f"({report.recipe.items.name}) and {blend.lean_taste:g} likes (LightFM)"
    )
    if report.corner == "popularity":
        weigh = "nothing was better than popularity, so popularity is served"
    return (
        f"{weigh}, as {report.people:,} people chose by earlier likes" if report.people else weigh
    )


def _people_table(judgement: Judgement) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for heading in ("items known", "people", "popularity", "as served", ""):
        table.add_column(heading, justify="right")
    for row in judgement.people:
        table.add_row(
            "all" if row.length is None else str(row.length),
            f"{row.people:,}",
            f"{row.popularity:.4f}",
            f"{row.served:.4f}",
            _verdict(row),
        )
    return table


def _print_tradeoffs(tradeoffs: Sequence[Tradeoff], console: Console) -> None:
    """What novelty and diversity cost and give; nothing where that was not measured."""
    if not tradeoffs:
        return
    people = f"{tradeoffs[0].people:,} people"
    console.print("Picks turned to what is less known, or less alike", style="bold")
    console.print(f"{people}; novelty in bits; neither is turned unless somebody asks for it")
    table = Table(box=SIMPLE_HEAD)
    table.add_column("")
    for heading in (f"nDCG@{K}", "coverage", "novelty", "diversity"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in tradeoffs:
        table.add_row(
            f"{row.turned} {row.by:g}" if row.turned else "neither",
            _figure(row.ndcg, ".4f"),
            _figure(row.coverage, ".1%"),
            _figure(row.novelty, ".2f"),
            _figure(row.diversity, ".2f"),
        )
    console.print(table)


def _verdict(row: LengthRow) -> str:
    if row.served == row.popularity:
        return "the same"
    return "better" if row.served > row.popularity else "WORSE"
