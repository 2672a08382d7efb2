"""Draw a cover for anything that has a title: same title, genres and year, same picture.

Most data has no pictures, and fetching some would tell other sites who looks at what. So the
covers are drawn: the genre gives palette and motif, the title varies both. The SVG uses
presentation attributes alone, because the site's policy refuses styles inside a picture.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape

from toppicks.covers.brush import HEIGHT, WIDTH, Brush
from toppicks.covers.looks import digest, look_for
from toppicks.covers.titles import fit_title

# As in static/style/tokens.css.
FONT_STACK = "system-ui,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"
MARGIN = 16
TEXT_WIDTH = WIDTH - 2 * MARGIN
LEADING = 1.12
LIGHT_INK, DARK_INK = "#f6f3ec", "#1b1c1f"


def draw_cover(title: str, genres: Sequence[str], year: int | None = None) -> str:
    """An SVG picture, 200 x 300, of any title.

    Whatever the text holds, the answer is well-formed XML without style, script or reference to
    anything outside; an empty title gives the picture alone.
    """
    rng = random.Random(digest(title, *genres, str(year or "")))
    look = look_for(genres, title)
    ground, accent = (f"#{rng.choice(colours.split())}" for colours in (look.grounds, look.accents))
    figure = _mix(ground, accent, rng.uniform(0.22, 0.34))
    art = rng.choice(look.motifs)(Brush(rng, figure, accent))
    size, lines = fit_title(title, TEXT_WIDTH)
    first = HEIGHT - 20 - round((len(lines) - 1) * size * LEADING)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>{art}'
        f"{_veil(ground, first - size - 20)}"
        f"{_caption(lines, size, first, _ink_on(ground), accent)}</svg>"
    )


def _caption(lines: Sequence[str], size: int, first: int, ink: str, accent: str) -> str:
    """A short accent bar and the title under it, from the right in scripts that run that way."""
    if not lines:
        return ""
    from_right = _runs_from_right(lines[0])
    x, bar_x = (WIDTH - MARGIN, WIDTH - MARGIN - 22) if from_right else (MARGIN, MARGIN)
    spans = "".join(
        f'<tspan x="{x}" y="{first + round(row * size * LEADING)}">{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    direction = ' direction="rtl"' if from_right else ""
    return (
        f'<rect x="{bar_x}" y="{first - size - 11}" width="22" height="3" fill="{accent}"/>'
        f'<text font-family="{FONT_STACK}" font-size="{size}" font-weight="700"'
        f' fill="{ink}"{direction}>'
        f"{spans}</text>"
    )


def _runs_from_right(text: str) -> bool:
    """Whether the first character that has a direction at all runs from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((way for way in directions if way in {"L", "R", "AL"}), "L") != "L"


def _veil(ground: str, top: int) -> str:
    """The ground laid over the art from `top` down, for the title to stand on one calm colour."""
    start, end = max(top - 44, 0) / HEIGHT, max(top + 6, 0) / HEIGHT
    return (
        '<linearGradient id="v" x2="0" y2="1">'
        f'<stop offset="{start:.2f}" stop-color="{ground}" stop-opacity="0"/>'
        f'<stop offset="{end:.2f}" stop-color="{ground}" stop-opacity=".95"/></linearGradient>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#v)"/>'
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(ground: str, accent: str, share: float) -> str:
    pairs = zip(_channels(ground), _channels(accent), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (v / 255 for v in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, as WCAG 2 defines it: 1 to 21, at least 4.5 for text."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _ink_on(ground: str) -> str:
    return max((LIGHT_INK, DARK_INK), key=lambda ink: contrast(ink, ground))
