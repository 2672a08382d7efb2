"""Pictures of a training run's report."""

import math
from collections.abc import Callable, Mapping, Sequence
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from toppicks.evaluation.plot_style import (
    ACCENT,
    HEIGHT,
    LINE,
    SECOND,
    SOFT,
    UNITS_PER_INCH,
    name_line,
    new_figure,
    one_plot,
    our_style,
    plain,
    to_svg,
)
from toppicks.labels import Box, place_labels

Report = Mapping[str, Any]
Row = Mapping[str, Any]

# Of how well-known an item is, for the eye; the axis itself is log10(1 + ratings).
RATINGS_NAMED = [0, *(step * 10**power for power in range(7) for step in (1, 2, 5))]

# Letters on a line of a dot's name; a longer one takes several lines.
NAME_WIDTH = 18


def draw_plots(report: Report) -> dict[str, str]:
    """SVG texts by name, of a report in plain values; what was not measured has none.

    `curves` (by epoch), `lengths` (quality by history length), `reliability` (of the match),
    `coverage` (against accuracy), `bias` (towards the popular), `worth` (of feedback). The same
    report gives the same bytes.
    """
    plots: dict[str, Callable[[Report], Figure | None]] = {
        "curves": _curves,
        "lengths": _lengths,
        "reliability": _reliability,
        "coverage": _coverage,
        "bias": _bias,
        "worth": _worth,
    }
    with our_style():
        figures = {name: plot(report) for name, plot in plots.items()}
        return {name: to_svg(figure) for name, figure in figures.items() if figure}


def _curves(report: Report) -> Figure | None:
    measures = {
        name: rows
        for name in ("auc", "ndcg")
        # A single point is no curve.
        if len(rows := _measured(report.get("curves"), "epoch", f"train_{name}", f"test_{name}"))
        > 1
    }
    if not measures:
        return None
    figure = new_figure(HEIGHT * 0.35 + HEIGHT * 0.5 * len(measures))
    axes = figure.subplots(len(measures), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (name, rows) in zip(axes, measures.items(), strict=True):
        _curve(axis, rows, f"train_{name}", f"test_{name}")
        axis.set_ylabel("AUC" if name == "auc" else _ndcg(report))
    axes[-1].set_xlabel("epoch")
    axes[-1].xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    best = report.get("best_epoch")
    if best is not None:
        for axis in axes:
            axis.axvline(best, color=SECOND, linewidth=1.6, linestyle=":")
        axes[0].set_title(f"best: epoch {best}", color=SECOND, fontsize=13)
    return figure


def _curve(axis: Axes, rows: Sequence[Row], train: str, test: str) -> None:
    epochs = [row["epoch"] for row in rows]
    for key, name, colour, style in ((train, "seen", SOFT, "--"), (test, "hidden", ACCENT, "-")):
        values = [row[key] for row in rows]
        axis.plot(epochs, values, style, color=colour)
        name_line(axis, name, epochs[-1], values[-1], colour)
    axis.set_xmargin(0.02)
    axis.yaxis.set_major_locator(MaxNLocator(4))


def _lengths(report: Report) -> Figure | None:
    rows = _measured(report.get("people"), "served", "popularity")
    if not rows:
        return None
    figure, axis = one_plot()
    places = range(len(rows))
    for key, name, colour, style in (
        ("popularity", "popularity", SOFT, "o--"),
        ("served", "as served", ACCENT, "o-"),
    ):
        values = [row[key] for row in rows]
        axis.plot(places, values, style, color=colour)
        name_line(axis, name, places[-1], values[-1], colour)
    lengths = [row.get("length") for row in rows]
    axis.set_xticks(places, ["all" if length is None else str(length) for length in lengths])
    axis.set_xlabel("likes known of somebody")
    axis.set_ylabel(_ndcg(report))
    axis.set_ylim(bottom=0)
    return figure


def _reliability(report: Report) -> Figure | None:
    rows = _measured((report.get("reliability") or {}).get("bins"), "chance", "liked", "n")
    if not rows:
        return None
    figure, axis = one_plot(HEIGHT * 1.15)
    said, liked = [row["chance"] for row in rows], [row["liked"] for row in rows]
    most = max(1, *(row["n"] for row in rows))
    sizes = [25 + 175 * row["n"] / most for row in rows]
    axis.plot([0, 1], [0, 1], "--", color=SOFT, linewidth=1.4)
    axis.scatter(said, liked, sizes, color=ACCENT, linewidth=0)
    shown = max(0, min(said + liked) - 0.08), min(1, max(said + liked) + 0.08)
    axis.set(xlim=shown, ylim=shown, xlabel="match that was said", ylabel="share that liked it")
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(6))
        side.set_major_formatter(PercentFormatter(1, symbol="\u00a0%"))
    return figure


def _coverage(report: Report) -> Figure | None:
    rows = _measured(report.get("holdout"), "coverage", "ndcg")
    if not rows:
        return None
    figure, axis = one_plot(HEIGHT * 1.25)
    for row in rows:
        axis.plot(row["coverage"], row["ndcg"], "o", color=_colour(row))
    axis.margins(0.16, 0.14)
    axis.set(xlabel="share of the catalogue that is recommended", ylabel=_ndcg(report))
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.xaxis.set_major_formatter(PercentFormatter(1, symbol="\u00a0%"))
    _name_dots(figure, axis, rows)
    return figure


def _name_dots(figure: Figure, axis: Axes, rows: Sequence[Row]) -> None:
    """A name beside each dot, on no other name, and on a dot only where there is no other way."""
    figure.draw_without_rendering()  # the layout, which says where the dots are
    figure.set_layout_engine("none")
    scale = figure.dpi / UNITS_PER_INCH
    points = [(row["coverage"], row["ndcg"]) for row in rows]
    dots = [(float(x), float(y)) for x, y in axis.transData.transform(points) / scale]
    names = [_dots_name(axis, row) for row in rows]
    boxes = [name.get_window_extent() for name in names]
    sizes = [(box.width / scale + 4, box.height / scale) for box in boxes]
    inside = axis.get_window_extent()
    room = Box(
        inside.x0 / scale + 2,
        inside.y0 / scale + 2,
        figure.bbox.width / scale,
        inside.y1 / scale,
    )
    placed = place_labels(dots, sizes, room, distances=(8, 14, 22, 32, 44, 58, 74, 92), radius=5)
    for name, (x, y), box in zip(names, dots, placed, strict=True):
        name.set_visible(box is not None)
        if box:
            name.set_position((box.x0 + 2 - x, box.y0 - y))


def _dots_name(axis: Axes, row: Row) -> Any:
    return axis.annotate(
        fill(plain(row.get("name")), NAME_WIDTH),
        (row["coverage"], row["ndcg"]),
        (0, 0),
        textcoords="offset points",
        va="bottom",
        linespacing=1,
        fontsize=12,
        fontweight="bold" if row.get("role") == "served" else "normal",
        color=_colour(row),
        arrowprops={"arrowstyle": "-", "color": SOFT, "lw": 0.7, "shrinkA": 1, "shrinkB": 6},
    )


def _colour(row: Row) -> str:
    return {"served": ACCENT, "reference": SOFT, "baseline": SOFT}.get(row.get("role", ""), SECOND)


def _bias(report: Report) -> Figure | None:
    rows = _measured(report.get("bias"), "own", "recommended")
    if not rows:
        return None
    did, many = ("rated", "ratings") if _is_rated(report) else ("chose", "choices")
    figure, axis = one_plot(110 + 50 * len(rows))
    places = range(len(rows))
    own, recommended = [row["own"] for row in rows], [row["recommended"] for row in rows]
    axis.hlines(places, own, recommended, color=LINE, linewidth=5)
    axis.plot(own, places, "o", color=SECOND, label=f"what they {did}", markersize=9)
    axis.plot(recommended, places, "o", color=ACCENT, label="what we recommend", markersize=9)
    axis.set_yticks(places, [plain(row.get("segment")) for row in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    low, high = min(own + recommended) - 0.3, max(own + recommended) + 0.3
    named = [count for count in RATINGS_NAMED if low <= math.log10(1 + count) <= high]
    shown = named[:: 1 + len(named) // 6]
    axis.set_xticks([math.log10(1 + count) for count in shown], [f"{count:,}" for count in shown])
    axis.set(xlim=(low, high), xlabel=f"{many} that such an item has")
    axis.grid(visible=False, axis="y")
    figure.legend(loc="outside upper center", ncols=2, frameon=False, handletextpad=0.2)
    return figure


def _worth(report: Report) -> Figure | None:
    rows = _measured(report.get("worth"), "worth")
    if len(rows) < 2:  # nothing to compare
        return None
    figure, axis = one_plot(HEIGHT * 0.8)
    places = range(len(rows))
    bars = axis.bar(places, [row["worth"] for row in rows], width=0.62, color=ACCENT)
    axis.bar_label(bars, [f"{row['worth']:.2g}" for row in rows], padding=3)
    kind = (report.get("feedback") or {}).get("kind", "rating")
    axis.set_xticks(places, _levels(rows))
    # Names of kinds say for themselves what they are.
    axis.set_xlabel({"event": "", "presence": "times"}.get(kind, kind))
    axis.set(ylim=(0, 1.15), yticks=(0, 0.5, 1), ylabel="worth as a sign of taste")
    axis.grid(visible=False, axis="x")
    return figure


def _is_rated(report: Report) -> bool:
    return bool((report.get("feedback") or {}).get("kind", "rating") == "rating")


def _levels(rows: Sequence[Row]) -> list[str]:
    """The name of each level, or its ratings: "below 3", "3 to below 4", "4 or more"."""
    starts = [row.get("from") for row in rows]
    names = []
    for row, start, end in zip(rows, starts, [*starts[1:], None], strict=True):
        if row.get("name"):
            names.append(plain(row["name"]))
            continue
        upper = "" if end is None else f"below {end:g}"
        lower = "" if start is None else f"{start:g} or more" if end is None else f"{start:g} to "
        names.append(lower + upper)
    return names


def _measured(rows: Sequence[Row] | None, *keys: str) -> list[Row]:
    """Those rows of which everything that is to be drawn was measured."""
    return [row for row in rows or () if all(row.get(key) is not None for key in keys)]


def _ndcg(report: Report) -> str:
    return f"nDCG@{report.get('k') or 10}"
