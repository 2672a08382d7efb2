"""What the covers' motifs draw with: a brush, and the few SVG elements that they need.

A motif is a function from a `Brush` to SVG elements that fill the upper two thirds of a
200 x 300 picture. Positions are whole numbers and shapes of one colour share one path, because a
page carries dozens of covers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 200, 300
ART_HEIGHT = 200  # below this the title stands, and the figures fade into the ground
NEARER = ' fill-opacity=".28"'  # black laid over the figure: the same colour, closer


@dataclass(frozen=True)
class Brush:
    """What a motif draws with: a quiet colour, a loud one, and the title's own dice."""

    rng: random.Random
    figure: str
    accent: str

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self.rng.randint(low, high)

    def either(self) -> str:
        """Mostly the quiet colour: the accent stays rare, so that it stays loud."""
        return self.rng.choice((self.figure, self.figure, self.figure, self.accent))


Motif = Callable[[Brush], str]


def disc(x: float, y: float, radius: float, fill: str, opacity: float = 1) -> str:
    """A filled circle."""
    faded = "" if opacity == 1 else f' fill-opacity="{opacity:.2g}"'
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{fill}"{faded}/>'


def ring(x: float, y: float, radius: float, stroke: str, width: int) -> str:
    """An empty circle."""
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="none"'
        f' stroke="{stroke}" stroke-width="{width}"/>'
    )


def shape(points: str | Iterable[str], fill: str, extra: str = "") -> str:
    """A filled path."""
    return f'<path d="{"".join(points)}" fill="{fill}"{extra}/>'


def line(points: str | Iterable[str], stroke: str, width: int, extra: str = "") -> str:
    """A drawn path."""
    return (
        f'<path d="{"".join(points)}" fill="none" stroke="{stroke}" stroke-width="{width}"{extra}/>'
    )


def turn(angle: float, x: float, y: float) -> str:
    """The attribute that turns an element by `angle` degrees around a point."""
    return f' transform="rotate({angle:.0f} {x:.0f} {y:.0f})"'
