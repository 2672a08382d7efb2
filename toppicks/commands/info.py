"""`model.py info`: what a model file is."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from toppicks import artifact
from toppicks.artifact import Artifact
from toppicks.commands import options
from toppicks.commands.terminal import open_console, printable
from toppicks.errors import ArtifactError, one_line
from toppicks.evaluation.report import contest_table, worths_of
from toppicks.trained import TrainedModel


@click.command("info")
@options.model
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def info_command(model: Path, as_json: bool) -> None:
    """Say when and from what a model was trained, what was chosen, and how good it is."""
    loaded = artifact.load(model)
    try:
        told = told_of(loaded)
        if as_json:
            click.echo(json.dumps(told, indent=2, allow_nan=False))
        else:
            _print(told, open_console())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtifactError(
            f"{model}: does not say what it is ({one_line(error)}); train it anew"
        ) from error


def told_of(loaded: Artifact) -> dict[str, Any]:
    """What a model says of itself, as plain values."""
    trained = TrainedModel.from_artifact(loaded)
    about, report = trained.about, trained.about["report"]
    return {
        "version": loaded.version,
        "format": loaded.format,
        "trained_at": about["trained_at"],
        "trained_from": about["trained_from"],
        "users": len(trained.users),
        "items": len(trained.items),
        "interactions": len(trained.histories.item_idx),
        "like_from": trained.histories.like_from,
        "settings": about["settings"],
        "k": report["k"],
        "asked": report["asked"],
        "by_time": report["by_time"],
        "seconds": report["seconds"],
        "holdout": report["holdout"],
        "comparison": report["comparison"],
        "worth": report["worth"],
        "half_life_days": report["half_life_days"],
        "feedback": report["feedback"],
    }


def _print(told: dict[str, Any], console: Console) -> None:
    say = partial(console.print, soft_wrap=True)
    files = ", ".join(map(printable, told["trained_from"]))
    say(f"version {told['version']}, format {told['format']}")
    say(f"trained {printable(told['trained_at'])} from {files}")
    say(
        f"{told['users']:,} users, {told['items']:,} items, {told['interactions']:,} interactions; "
        f"{printable(told['feedback']['positive'])}"
    )
    worths = worths_of(told["worth"], told["feedback"]["kind"], told["half_life_days"])
    say(printable(worths))
    say("chosen: " + ", ".join(_settings(told["settings"])))
    if not told["holdout"]:
        say("Nobody liked anything that could be hidden: how good the picks are is not known.")
        return
    hidden = "last rows by time" if told["by_time"] else "random rows"
    say()
    say(f"Everybody's {hidden}, hidden and asked for: {told['asked']:,} people", style="bold")
    rows = [row | {"name": printable(row["name"])} for row in told["holdout"]]
    console.print(contest_table(rows, told["k"]))


def _settings(settings: Mapping[str, Any]) -> list[str]:
    """Each with its name; of a group of them, each with the group's too."""
    told = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            told += [f"{printable(name)}.{one}" for one in _settings(value)]
        else:
            told.append(f"{printable(name)} {_short(value)}")
    return told


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else printable(value)
