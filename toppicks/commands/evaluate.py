"""`model.py evaluate`: how good it is on a split of the caller's."""

import csv
import json
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from toppicks.commands import options
from toppicks.commands.accounts import print_account, print_accounts
from toppicks.commands.terminal import open_console, working
from toppicks.evaluating import Evaluation, evaluate, gather_split
from toppicks.evaluation.report import chosen_of, standings_table, verdict_of
from toppicks.recommenders.memory import peak_bytes
from toppicks.training import Trainer
from toppicks.writing import check_writable, whole_file


@click.command("evaluate")
@options.ratings
@click.option("--test", type=options.FILE, help="File like --ratings: what to be asked about.")
@options.items
@options.users
@options.columns
@options.feedback
@options.drive
@options.like_from
@click.option("--k", type=click.IntRange(1, 1_000), default=10, show_default=True)
@options.budget
@options.trials
@options.seed
@click.option("--json", "json_path", type=options.FILE, help="Where the figures go, as JSON.")
@click.option(
    "--by-user", type=options.FILE, help="Where each person's nDCG goes, as CSV, by contender."
)
def evaluate_command(
    ratings: tuple[Path, ...],
    test: Path | None,
    items: Path | None,
    users: Path | None,
    feedback: Path | None,
    drive: str | None,
    like_from: float | None,
    k: int,
    budget: float | None,
    trials: int | None,
    seed: int,
    json_path: Path | None,
    by_user: Path | None,
    **named: str | None,
) -> None:
    """Learn from one file, and be asked about what the same people liked in another.

    Everything is chosen on the training file alone. Nothing is written but --json and --by-user.
    """
    if not ratings or not test:
        raise click.UsageError("evaluate needs --ratings and --test; name both files")
    allowed = options.budget_of(budget, trials)
    for path, option in ((json_path, "--json"), (by_user, "--by-user")):
        if path:
            check_writable(path, option)
    console = open_console()
    source = options.source_of(ratings, items, users, feedback, drive, None, **named)
    split = gather_split(source, test, like_from)
    console.print("To learn from:")
    print_accounts(split.materials.accounts, console)
    console.print("To be asked:")
    print_account(split.account, console)
    with working(console) as progress:
        found = evaluate(split, Trainer(seed, allowed, progress=progress), k)
    _print(found, console)
    if json_path:
        _write_json(found, json_path)
    if by_user:
        _write_by_user(found, by_user)


def _print(found: Evaluation, console: Console) -> None:
    """The table, popularity first, what it says, and what was chosen."""
    say = partial(console.print, soft_wrap=True)
    materials = found.split.materials
    for sentence in found.chosen.left_out:
        say(sentence)
    say()
    say(f"What is liked in {found.split.test.name}, asked for", style="bold")
    strangers = f" ({found.strangers:,} of them strangers)" if found.strangers else ""
    say(
        f"{len(found.questions):,} people{strangers}, all of {len(materials.catalogue.items):,} "
        f"items; {materials.known.scale.positive}; seed {found.seed}"
    )
    console.print(standings_table(found.standings, found.k))
    if found.comparison:
        say(verdict_of(found.comparison))
    chosen = found.chosen
    say(chosen_of(chosen.recipe, materials.known.scale, chosen.corner, chosen.trials))
    say(f"in {found.seconds:.0f} s, with {peak_bytes() / 1e6:,.0f} MB of memory")


def _write_json(found: Evaluation, path: Path) -> None:
    plain = found.to_plain() | {"peak_memory_mb": round(peak_bytes() / 1e6, 1)}
    with whole_file(path, "--json") as file:
        file.write(json.dumps(plain, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def _write_by_user(found: Evaluation, path: Path) -> None:
    figures = [standing.by_person["ndcg"].tolist() for standing in found.standings]
    with whole_file(path, "--by-user") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["user_id", *(standing.name for standing in found.standings)])
        for user_id, *row in zip(found.user_ids, *figures, strict=True):
            writer.writerow([user_id, *(f"{figure:.6f}" for figure in row)])
