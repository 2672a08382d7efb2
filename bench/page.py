"""Sections of docs/quality.md: one a data set, each with its own date and machine."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.runs import Run, together
from toppicks.evaluation.significance import Comparison, best_of, bootstrap_interval, paired

INTRODUCTION = """# How good are the picks?

Written by `python bench/quality.py --write`; not to be edited by hand. Every run chooses its
settings on validation rows within a budget, and is judged once, on the whole catalogue. Popularity
comes first: it proves the protocol. * takes part to compare with, and could not be served.

What a run chooses has never seen a hidden row. What there is to choose from has: the forms of the
formula, of the graph filter and of some rules came from runs on these very splits whose figures
were looked at; docs/decisions.md says which.
"""


@dataclass(frozen=True)
class Published:
    """What others wrote down for the same split, by metric."""

    name: str
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Exhibit:
    """What is shown of one data set.

    title:     its heading.   protocol: how it is split and asked about, in a sentence or two.
    goals:     what is to be reached by what is served, by metric.
    """

    title: str
    protocol: str
    k: int = 10
    published: Sequence[Published] = ()
    goals: Mapping[str, float] | None = None


@dataclass(frozen=True)
class _Mean:
    """A contender over all runs; what `best_of` chooses from."""

    name: str
    role: str
    ndcg: float


def section(exhibit: Exhibit, runs: Sequence[Run], budget: float | None) -> str:
    """One data set's part of the page."""
    parts = [f"## {exhibit.title}", exhibit.protocol, _circumstances(runs, budget)]
    parts.append(_table(exhibit, runs))
    verdict = _verdict(runs)
    parts.append(verdict)
    if exhibit.goals:
        parts.append(_goals(exhibit, runs))
    if len(runs) > 1:
        parts.append(_by_seed(runs))
    parts += [part for part in (_lengths(runs), _cold(runs)) if part]
    return "\n\n".join(parts) + "\n"


def merged(page: str, sections: Mapping[str, str], order: Sequence[str]) -> str:
    """The page with these sections new, by title; the others stay, in the order given."""
    old = {
        part.partition("\n")[0]: f"## {part.rstrip()}\n"
        for part in ("\n" + page).split("\n## ")[1:]
    }
    kept = {**old, **sections}
    return "\n".join([INTRODUCTION, *(kept[title] for title in order if title in kept)])


def _circumstances(runs: Sequence[Run], budget: float | None) -> str:
    seeds = ", ".join(str(run.seed) for run in runs)
    allowed = "the default" if budget is None else f"{budget:g} s"
    seconds, memory = max(run.seconds for run in runs), max(run.memory_mb for run in runs)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}; seed{'s' * (len(runs) > 1)} {seeds}; "
        f"budget for tuning: {allowed}. A run took {seconds:,.0f} s and {memory:,.0f} MB at the "
        "most."
    )


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{cores} cores, {memory:.0f} GB of memory, Python {platform.python_version()}"


def _table(exhibit: Exhibit, runs: Sequence[Run]) -> str:
    """Popularity first, our own contenders, what is published, and what is served last."""
    k = exhibit.k
    metrics = ("ndcg", "recall", "hit_rate", "coverage")
    headings = [f"nDCG@{k}", f"recall@{k}", f"hit rate@{k}", "coverage"]
    lines = [_row(["", *headings]), _row(["---"] * (len(headings) + 1))]
    contenders = _contenders(runs)
    for row in contenders:
        if row["role"] == "served":
            lines += [
                _row([f"{one.name}, published", *(_figure(one.figures.get(m)) for m in metrics)])
                for one in exhibit.published
            ]
        name = row["name"] + (" *" if row["role"] == "reference" else "")
        bold = "**" if row["role"] == "served" else ""
        figures = [_figure(row[metric]) for metric in metrics]
        lines.append(_row([f"{bold}{cell}{bold}" for cell in [name, *figures]]))
    return "\n".join(lines)


def _contenders(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Means over the runs, of those that took part in all of them."""
    tables = [{row["name"]: row for row in run.contenders} for run in runs]
    return [
        {
            "name": row["name"],
            "role": row["role"],
            **{
                metric: float(np.mean([table[row["name"]][metric] for table in tables]))
                for metric in ("ndcg", "recall", "hit_rate", "coverage")
            },
        }
        for row in runs[0].contenders
        if all(row["name"] in table for table in tables)
    ]


def _verdict(runs: Sequence[Run]) -> str:
    """What is served against the best of the others, person by person."""
    contenders = _contenders(runs)
    best = best_of([_Mean(row["name"], row["role"], row["ndcg"]) for row in contenders])
    served = contenders[-1]["name"]
    if not all(run.by_user for run in runs):
        verdicts = [run.comparison["verdict"] for run in runs if run.comparison]
        told = ", ".join(f"{verdicts.count(one)} x {one}" for one in dict.fromkeys(verdicts))
        gain = contenders[-1]["ndcg"] - best.ndcg
        return (
            f"What is served less the best other over all runs, {best.name}: {gain:+.4f}. Against "
            f"each run's own best other, by a paired test over people: {told}."
        )
    people = together(runs)
    found = paired(people[served], people[best.name], best.name)
    low, high = bootstrap_interval(people[served])
    mean = "each person's mean over the seeds, " if len(runs) > 1 else ""
    return (
        f"What is served is {_said(found)} the best other, {best.name}: {found.gain:+.4f} "
        f"({found.low:+.4f} to {found.high:+.4f}), p = {found.p:.4f} ({mean}"
        f"{len(people[served]):,} people, sign-flip test); its nDCG's 95 % interval "
        f"is {low:.4f} to {high:.4f}."
    )


def _said(found: Comparison) -> str:
    return {"better": "better than", "level": "level with", "worse": "WORSE than"}[found.verdict]


def _goals(exhibit: Exhibit, runs: Sequence[Run]) -> str:
    served = _contenders(runs)[-1]
    names = {"ndcg": f"nDCG@{exhibit.k}", "recall": f"recall@{exhibit.k}"}
    told = [
        f"{names[metric]} {goal:g}: {'reached' if served[metric] >= goal else 'NOT reached'} "
        f"({served[metric]:.4f})"
        for metric, goal in (exhibit.goals or {}).items()
    ]
    return "To reach: " + "; ".join(told) + "."


def _by_seed(runs: Sequence[Run]) -> str:
    """A line a seed: popularity, the best other, what is served, and how sure the difference is."""
    lines = [_row(["seed", "popularity", "best other", "", "as served", ""]), _row(["---"] * 6)]
    for run in runs:
        others = [row for row in run.contenders if row["role"] != "served"]
        best = max(others, key=lambda row: float(row["ndcg"]))
        verdict = run.comparison["verdict"] if run.comparison else ""
        cells = [run.seed, _figure(others[0]["ndcg"]), best["name"], _figure(best["ndcg"])]
        lines.append(_row([*cells, _figure(run.contenders[-1]["ndcg"]), verdict]))
    return "\n".join(lines)


def _lengths(runs: Sequence[Run]) -> str:
    """People held out altogether, by how much is known of them: means over training runs."""
    tables = [
        {row["length"]: row for row in run.report["people"]}
        for run in runs
        if isinstance(run.report.get("people"), list)
    ]
    if not tables or not tables[0]:
        return ""
    lines = [_row(["items known", "popularity", "as served"]), _row(["---"] * 3)]
    for length in tables[0]:
        if all(length in table for table in tables):
            figures = [
                _figure(float(np.mean([table[length][name] for table in tables])))
                for name in ("popularity", "served")
            ]
            lines.append(_row(["all" if length is None else length, *figures]))
    return "People held out altogether, by how much is known of them:\n\n" + "\n".join(lines)


def _cold(runs: Sequence[Run]) -> str:
    """Items held out, ranked among themselves: means over training runs."""
    tables = [
        {row["name"]: row["ndcg"] for row in run.report["cold_items"]["standings"]}
        for run in runs
        if run.report.get("cold_items")
    ]
    if not tables:
        return ""
    told = [
        f"{name} {np.mean([table[name] for table in tables]):.4f}"
        for name in tables[0]
        if all(name in table for table in tables)
    ]
    return (
        "A tenth of the items held out, ranked among themselves, nDCG@10: " + ", ".join(told) + "."
    )


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def write(path: Path, sections: Mapping[str, str], order: Sequence[str]) -> None:
    """Bring the page up to date."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(merged(page, sections, order), encoding="utf-8")
