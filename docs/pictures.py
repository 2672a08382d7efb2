"""Draw the pictures of docs/how-it-works.md anew: `python docs/pictures.py`."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Rectangle

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from toppicks.evaluation.plot_style import (  # noqa: E402
    ACCENT,
    INK,
    LINE,
    SECOND,
    SOFT,
    name_line,
    one_plot,
    our_style,
    to_svg,
)
from toppicks.scoring.scorer import Blend  # noqa: E402

TARGET = ROOT / "docs" / "pictures"
# A document's page may be light where the reader's system is dark: a picture brings its own paper.
PAPER, DARK_PAPER = "#faf8f4", "#131418"
MARGIN = 0.15  # inches

# The same as on the page; a test says so.
PEOPLE = ("Ada", "Ben", "Cleo", "Dov", "Eva", "Finn")
SWEETS = ("caramel", "toffee", "fudge", "liquorice", "salmiak", "mint", "nougat")
RATINGS = np.array(
    [
        [5, 4, 5, 1, 0, 0, 0],
        [4, 5, 0, 2, 0, 1, 0],
        [5, 0, 4, 0, 1, 0, 0],
        [1, 0, 0, 5, 4, 4, 0],
        [0, 2, 0, 4, 5, 0, 0],
        [0, 0, 0, 5, 0, 4, 0],
    ]
)
BLEND = Blend(share=0.4, lean_items=2, lean_taste=0.5)


def utility_matrix() -> str:
    """A heat map: the higher the rating the fuller the colour; empty where nothing was rated."""
    figure, axes = one_plot(250)
    axes.set(xlim=(0, len(SWEETS)), ylim=(len(PEOPLE), 0))
    for person, row in enumerate(RATINGS.tolist()):
        for sweet, rating in enumerate(row):
            x, y = sweet + 0.04, person + 0.04
            if rating:
                axes.add_patch(_cell(x, y, ACCENT, fill=True, alpha=0.05 + 0.09 * rating))
                axes.text(x + 0.46, y + 0.46, str(rating), ha="center", va="center")
            else:
                axes.add_patch(_cell(x, y, LINE, fill=False, alpha=None))
    axes.set_xticks(np.arange(len(SWEETS)) + 0.5, SWEETS, fontsize=11)
    axes.set_yticks(np.arange(len(PEOPLE)) + 0.5, PEOPLE)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return _on_paper(figure)


def angle() -> str:
    """Three people as arrows in the plane of two sweets, with the angles between them."""
    figure, axes = one_plot()
    ada, ben, dov = (RATINGS[PEOPLE.index(name)][[0, 3]] for name in ("Ada", "Ben", "Dov"))
    axes.set(xlim=(0, 6), ylim=(0, 5.6), xlabel="stars for caramel", ylabel="stars for liquorice")
    axes.set_aspect("equal")
    for name, (x, y), colour in (
        ("Ada", ada, ACCENT),
        ("Ben", ben, SOFT),
        ("Dov", dov, SECOND),
    ):
        arrow = {"arrowstyle": "-|>", "color": colour, "lw": 2.2, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (x, y), (0, 0), arrowprops=arrow)
        name_line(axes, name, x, y, colour)
    for other, radius in ((ben, 4.0), (dov, 2.4)):
        start, end = (float(np.degrees(np.arctan2(y, x))) for x, y in (ada, other))
        axes.add_patch(Arc((0, 0), radius, radius, theta1=start, theta2=end, color=INK, lw=1.2))
        middle = np.radians((start + end) / 2)
        x, y = (radius / 2 + 0.15) * np.array([np.cos(middle), np.sin(middle)])
        axes.text(x, y, f"{end - start:.0f}°", va="center")
    return _on_paper(figure)


def weights() -> str:
    """What each part of the formula weighs, by the history's length."""
    figure, axes = one_plot()
    lengths = np.expm1(np.linspace(0, np.log1p(100), 120))
    parts = np.array([BLEND.weights(float(n)) for n in lengths]).T
    names = ("popularity, p", "item-item, a", "taste, c")
    for part, name, colour in zip(parts, names, (SOFT, SECOND, ACCENT), strict=True):
        axes.plot(lengths, part, color=colour)
        name_line(axes, name, lengths[-1], part[-1], colour)
    axes.set_xscale("function", functions=(np.log1p, np.expm1))
    ticks = (0, 1, 3, 10, 30, 100)
    axes.set_xticks(ticks, [str(n) for n in ticks])
    axes.minorticks_off()
    axes.set(xlim=(0, 100), ylim=(0, 1.02), xlabel="n, the history in likes", ylabel="weight")
    return _on_paper(figure)


PICTURES: dict[str, Callable[[], str]] = {
    "utility-matrix": utility_matrix,
    "angle": angle,
    "weights": weights,
}


def draw() -> dict[str, str]:
    """SVG texts by name."""
    with our_style():
        return {name: picture() for name, picture in PICTURES.items()}


def main() -> None:
    """Write every picture."""
    TARGET.mkdir(exist_ok=True)
    for name, svg in draw().items():
        path = TARGET / f"{name}.svg"
        path.write_text(svg, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


def _cell(x: float, y: float, colour: str, *, fill: bool, alpha: float | None) -> Rectangle:
    return Rectangle(
        (x, y),
        0.92,
        0.92,
        facecolor=colour if fill else "none",
        edgecolor="none" if fill else colour,
        alpha=alpha,
    )


def _on_paper(figure: Figure) -> str:
    """The picture on a ground of its own, which turns dark together with the lines on it."""
    figure.set_layout_engine("constrained", w_pad=MARGIN, h_pad=MARGIN)
    svg = to_svg(figure)
    media = "@media (prefers-color-scheme:dark){"
    paper = f'<rect class="paper" width="100%" height="100%" rx="10" fill="{PAPER}"/>'
    svg = svg.replace(media, f"{media}.paper{{fill:{DARK_PAPER}}}", 1)
    # The first definitions hold the style sheet; what stands among them is not drawn.
    return svg.replace("</defs>", f"</defs>{paper}", 1)


if __name__ == "__main__":
    main()
