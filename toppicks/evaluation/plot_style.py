"""How plots look: figures in our style, and SVG that is readable in light and in dark."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# In SVG units: the page shows 440 of them in about 330 to 560 pixels.
WIDTH, HEIGHT = 440, 310
UNITS_PER_INCH = 72

# Each colour stands for one role, and is found again in the finished SVG by its value: so no two
# may be the same. They are those of static/style/tokens.css.
INK, SOFT, LINE = "#1d1e22", "#5d5f68", "#dcd7cd"
ACCENT, SECOND = "#b4491f", "#2c6fb0"
_DARK = {
    INK: ("ink", "#f1efe9"),
    SOFT: ("soft", "#a9abb4"),
    LINE: ("line", "#3a3d45"),
    ACCENT: ("accent", "#f08a5d"),
    SECOND: ("second", "#6fb1f0"),
}
_STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 13,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "text.color": INK,
    "text.parse_math": False,  # a name may hold a dollar
    "lines.linewidth": 2.2,
    "lines.markersize": 7,
    # Text stays text: sharp, small, and in the reader's own font.
    "svg.fonttype": "none",
    "svg.hashsalt": "top picks",  # the same report gives the same bytes
}
_NO_METADATA: dict[str, Any] = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@contextmanager
def our_style() -> Iterator[None]:
    """Figures that are made and written within look as ours do."""
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # A letter that this machine's font lacks is drawn by the reader's.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def new_figure(height: float = HEIGHT) -> Figure:
    """height: in SVG units."""
    return Figure((WIDTH / UNITS_PER_INCH, height / UNITS_PER_INCH), layout="constrained")


def one_plot(height: float = HEIGHT) -> tuple[Figure, Axes]:
    """A figure of a single plot; height: in SVG units."""
    figure = new_figure(height)
    return figure, figure.subplots()


def name_line(axis: Axes, name: str, x: float, y: float, colour: str) -> None:
    """The name of a line, at its end (x, y)."""
    axis.annotate(name, (x, y), (8, 0), textcoords="offset points", va="center", color=colour)


def plain(value: Any) -> str:
    """What XML can hold of a text."""
    return "".join(letter for letter in str(value or "") if letter.isprintable())


def to_svg(figure: Figure) -> str:
    """The figure as an SVG element that says its colours for light and for dark."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=_NO_METADATA)
    return adapted(file.getvalue())


def adapted(svg: str) -> str:
    """Matplotlib's SVG with its inline styles taken apart.

    Colours and lines become attributes, which hold even where a strict policy refuses all styles
    (the picture opened by itself), and classes, which the one style sheet in it turns dark.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(
        r'<style type="text/css">.*?</style>', f"<style>{_dark_sheet()}</style>", svg, count=1
    )
    svg = re.sub(r' style="([^"]*)"', _as_attributes, svg)
    svg = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', svg, count=2)
    return svg.replace("<svg ", f'<svg font-family="{_FONT}" stroke-linejoin="round" ', 1)


def _dark_sheet() -> str:
    rules = "".join(
        f".{kind}-{role}{{{kind}:{dark}}}"
        for role, dark in _DARK.values()
        for kind in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"


def _as_attributes(style: re.Match[str]) -> str:
    attributes, classes = "", []
    for declaration in style[1].split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name and name != "font-family":  # the picture's own, for all texts
            attributes += f' {name}="{value}"'
        if name in {"fill", "stroke"} and value in _DARK:
            classes.append(f"{name}-{_DARK[value][0]}")
    return attributes + (f' class="{" ".join(classes)}"' if classes else "")
