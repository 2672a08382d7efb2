"""Names beside dots that do not cover one another: for plots, and for the map of taste."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

# Towards the right first, where the eye expects a name.
_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


class Box(NamedTuple):
    """A rectangle, x0 <= x1 and y0 <= y1; which way y points is the caller's."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlaps(self, other: "Box") -> bool:
        """They share more than an edge."""
        return (
            self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1
        )

    def within(self, other: "Box") -> bool:
        return (
            other.x0 <= self.x0
            and self.x1 <= other.x1
            and other.y0 <= self.y0
            and self.y1 <= other.y1
        )


def place_labels(
    dots: Sequence[Point],
    sizes: Sequence[Point],
    room: Box,
    distances: Sequence[float],
    radius: float = 0,
    others: Sequence[Point] = (),
) -> list[Box | None]:
    """A box for the name of each dot, in turn: the first gets the best place.

    sizes: (width, height) of each name. distances: how far from its dot a name may stand.
    radius: of the dots. others: dots without a name.

    A name stands within the room and on no other name, on as few dots as possible and, of such
    places, at the first distance; None where there is none.
    """
    all_dots = np.array([*dots, *others], float).reshape(-1, 2)
    placed: list[Box | None] = []
    for dot, size in zip(dots, sizes, strict=True):
        taken = [box for box in placed if box]
        places = [
            box
            for box in _around(dot, size, distances)
            if box.within(room) and not any(map(box.overlaps, taken))
        ]
        placed.append(min(places, key=lambda box: _covered(box, all_dots, radius), default=None))
    return placed


def _around(dot: Point, size: Point, distances: Sequence[float]) -> list[Box]:
    (x, y), (width, height) = dot, size
    boxes = []
    for distance, (right, up) in product(distances, _DIRECTIONS):
        # A slanting name starts nearer, so that its corner is as far as another's edge.
        away = distance * (0.7 if right and up else 1)
        x0 = x + right * away - width * (1 - right) / 2
        y0 = y + up * away - height * (1 - up) / 2
        boxes.append(Box(x0, y0, x0 + width, y0 + height))
    return boxes


def _covered(box: Box, dots: NDArray[np.float64], radius: float) -> int:
    """How many dots a box touches."""
    inside = (dots > np.array(box[:2]) - radius) & (dots < np.array(box[2:]) + radius)
    return int(np.count_nonzero(inside.all(axis=1)))
