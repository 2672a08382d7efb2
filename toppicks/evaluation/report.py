"""What a training run found out, as plain values for the artifact and as tables to read."""

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from toppicks.evaluation.contest import K
from toppicks.evaluation.judging import Judgement, LengthRow
from toppicks.ingest.cleaning import Account


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
    console.print(f"{account.rows_in:,} rows read, {account.rows_used:,} used")
    for removed in account.removed:
        console.print(f"  {removed.rows:,} left out: {removed.reason}, e.g. {removed.example}")


def print_report(report: Report, console: Console) -> None:
    """The two tables, popularity first in both."""
    judgement = report.judgement
    if not judgement.holdout:
        console.print("Too few ratings to hide any: nothing is known of how good the picks are.")
        return
    hidden = "last 20 % by time" if report.by_time else "random 20 %"
    table = Table(
        title=f"Everybody's {hidden}, hidden: {judgement.asked:,} people, the whole catalogue, "
        f"a like is {report.like_from:g} or more, seed {report.seed}",
        title_justify="left",
    )
    table.add_column("")
    for heading in (f"nDCG@{K}", f"recall@{K}", "coverage"):
        table.add_column(heading, justify="right")
    for row in judgement.holdout:
        table.add_row(row.name, f"{row.ndcg:.4f}", f"{row.recall:.4f}", f"{row.coverage:.1%}")
    console.print(table)
    if judgement.people:
        console.print(_people_table(judgement))
    if judgement.calibration_error is not None:
        console.print(f"match: off by {judgement.calibration_error:.1%} on people it has not seen")


def _people_table(judgement: Judgement) -> Table:
    table = Table(
        title=f"People held out altogether: nDCG@{K} by how much is known of them "
        f"(popularity and taste weigh the same at {judgement.choice.lean:g} likes)",
        title_justify="left",
    )
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
