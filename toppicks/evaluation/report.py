"""What a training run found out, as plain values for the artifact and as tables to read."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from toppicks.evaluation.contest import K
from toppicks.evaluation.judging import Judgement
from toppicks.evaluation.people import LengthRow
from toppicks.ingest.cleaning import Account
from toppicks.recommenders.formula import Choice


@dataclass(frozen=True)
class Report:
    """Everything that a training run says about itself."""

    account: Account
    seed: int
    by_time: bool
    like_from: float
    judgement: Judgement

    def to_plain(self) -> dict[str, Any]:
        """Dicts, lists, strings and numbers only, for the artifact's header."""
        judgement = self.judgement
        return {
            "k": K,
            "seed": self.seed,
            "by_time": self.by_time,
            "like_from": self.like_from,
            "account": asdict(self.account)
            | {"removed": [asdict(removed) for removed in self.account.removed]},
            "choice": asdict(judgement.choice),
            "holdout": [asdict(standing) for standing in judgement.holdout],
            "asked": judgement.asked,
            "people": [asdict(row) for row in judgement.people],
            "calibration_error": judgement.calibration_error,
        }


def print_account(account: Account, console: Console) -> None:
    """How many rows came in, how many are used, and why the others are not."""
    say = partial(console.print, soft_wrap=True)
    say(f"{account.rows_in:,} rows read, {account.rows_used:,} used")
    for removed in account.removed:
        say(f"  {removed.rows:,} left out: {removed.reason}, e.g. {removed.example}")


def print_report(report: Report, console: Console) -> None:
    """The two tables, popularity first in both, and what a match is worth."""
    say = partial(console.print, soft_wrap=True)
    judgement = report.judgement
    if not judgement.holdout:
        say("Nobody liked anything that could be hidden: how good the picks are is not known.")
        return
    hidden = "last 20 % by time" if report.by_time else "random 20 %"
    say()
    say(f"Everybody's {hidden}, hidden and asked for", style="bold")
    say(
        f"{judgement.asked:,} people, the whole catalogue; "
        f"a like is {report.like_from:g} or more; seed {report.seed}"
    )
    console.print(_holdout_table(judgement))
    if judgement.people:
        say("People held out altogether, by how much is known of them", style="bold")
        say(f"nDCG@{K}; {_lean(judgement.choice)}")
        console.print(_people_table(judgement))
    if judgement.calibration_error is not None:
        say(
            f"The match is off by {judgement.calibration_error:.1%}: "
            "in ten groups of ratings of people it has not seen"
        )


def _lean(choice: Choice) -> str:
    weigh = f"popularity and taste weigh the same at {choice.lean:g} likes"
    if choice.lean == float("inf"):
        weigh = "nothing was better than popularity, so popularity is served"
    return (
        f"{weigh}, as {choice.people:,} people chose by earlier likes" if choice.people else weigh
    )


def _holdout_table(judgement: Judgement) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("")
    for heading in (f"nDCG@{K}", f"recall@{K}", "coverage"):
        table.add_column(heading, justify="right")
    for row in judgement.holdout:
        style = "bold" if row is judgement.holdout[-1] else None
        table.add_row(
            row.name, f"{row.ndcg:.4f}", f"{row.recall:.4f}", f"{row.coverage:.1%}", style=style
        )
    return table


def _people_table(judgement: Judgement) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for heading in ("likes known", "people", "popularity", "as served", ""):
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


def _verdict(row: LengthRow) -> str:
    if row.served == row.popularity:
        return "the same"
    return "better" if row.served > row.popularity else "WORSE"
