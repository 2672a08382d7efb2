"""Motifs that show something: a lamp, roofs, mountains, a door."""

from __future__ import annotations

import math
from itertools import accumulate, repeat, takewhile

from toppicks.covers.brush import NEARER, WIDTH, Brush, disc, line, ring, shape, turn


def orbits(b: Brush) -> str:
    """A sun, its paths, one bright planet."""
    x, y, gap = b.between(60, 140), b.between(75, 120), b.rng.choice((18, 23, 28))
    radii = range(32, 170, gap)
    angle, path = b.rng.uniform(0, math.tau), radii[b.between(1, 3)]
    return (
        "".join(ring(x, y, radius, b.figure, b.rng.choice((1, 2, 2, 6))) for radius in radii)
        + disc(x, y, b.between(14, 22), b.figure)
        + disc(x + path * math.cos(angle), y + path * math.sin(angle), b.between(7, 12), b.accent)
    )


def horizon_grid(b: Brush) -> str:
    """A plain of lines running to a vanishing point, a sun above it."""
    x, y = b.between(60, 140), b.between(108, 138)
    fan = (f"M{x} {y}L{x + reach} 300" for reach in range(-420, 421, 70))
    rungs = (f"M0 {y + drop}H200" for drop in (0, 8, 20, 38, 64))
    return disc(x, y - b.between(4, 34), b.between(30, 50), b.accent) + (
        f'<path d="M0 {y}H200V300H0z" fill="{b.figure}" fill-opacity=".45"/>'
        + line((*fan, *rungs), b.figure, 2)
    )


def lamp(b: Brush) -> str:
    """A street lamp's cone of light."""
    x, y, spread = b.between(55, 145), b.between(30, 64), b.between(52, 84)
    lean = b.between(-26, 26)
    return (
        line(f"M{x} 0V{y}", b.figure, 4)
        + shape(f"M{x} {y}L{x + lean - spread} 236H{x + lean + spread}z", b.figure)
        + shape(f"M{x} {y}L{x + lean - spread // 3} 236H{x + lean + spread // 3}z", b.accent,
                 ' fill-opacity=".3"')
        + disc(x, y, b.between(9, 14), b.accent)
    )  # fmt: skip


def skyline(b: Brush) -> str:
    """Two rows of roofs before a moon."""

    def roofs(low: int, high: int) -> str:
        widths = accumulate(b.between(18, 38) for _ in range(12))
        edges = takewhile(lambda x: x < WIDTH, widths)
        return "M0 300V120" + "".join(f"V{b.between(low, high)}H{x}" for x in edges) + "H200V300z"

    return (
        disc(b.between(45, 155), b.between(48, 84), b.between(20, 36), b.accent)
        + shape(roofs(66, 140), b.figure)
        + shape(roofs(112, 176), "#000", NEARER)
    )


def dunes(b: Brush) -> str:
    """A low sun behind rolling ground."""
    x, y = b.between(50, 150), b.between(88, 140)

    def hill(top: int) -> str:
        left, right = top + b.between(-9, 9), top + b.between(-9, 9)
        return f"M0 {left}Q{b.between(30, 170)} {top - b.between(12, 46)} 200 {right}V300H0z"

    return disc(x, y, b.between(32, 56), b.accent) + "".join(
        shape(hill(128 + 24 * k), b.figure, f' fill-opacity=".{6 + k}"') for k in range(3)
    )


def peaks(b: Brush) -> str:
    """Two ranges of mountains before a sun."""

    def range_of(top: int) -> str:
        start = b.between(-60, -20)
        steps = takewhile(
            lambda x: x < WIDTH + 60, accumulate(repeat(b.between(58, 84)), initial=start)
        )
        return (
            f"M{start} 300"
            + "".join(
                f"L{x} {top + b.between(50, 70)}L{x + b.between(24, 38)} {top + b.between(0, 34)}"
                for x in steps
            )
            + "V300z"
        )

    return (
        disc(b.between(40, 160), b.between(40, 80), b.between(14, 30), b.accent)
        + shape(range_of(72), b.figure)
        + shape(range_of(122), "#000", NEARER)
    )


def eye(b: Brush) -> str:
    """Something that looks back."""
    x, y, half, lid = 100, b.between(88, 116), b.between(74, 92), b.between(52, 84)
    gaze = b.between(-20, 20)
    almond = f"M{x - half} {y}Q{x} {y - lid} {x + half} {y}Q{x} {y + lid} {x - half} {y}z"
    iris = lid * 0.42
    return (
        line(almond, b.figure, b.between(3, 9))
        + disc(x + gaze, y, iris, b.figure)
        + disc(x + gaze, y, iris * b.rng.uniform(0.3, 0.6), b.accent)
    )


def arches(b: Brush) -> str:
    """A door in a door in a door."""
    x, top, gap = b.between(80, 120), b.between(28, 52), b.between(17, 24)
    widest = b.between(70, 86)

    def arch(half: int, drop: int) -> str:
        return f"M{x - half} 300V{top + drop + half}a{half} {half} 0 0 1 {2 * half} 0V300z"

    insets = range(0, widest - 12, gap)
    doors = (
        shape(arch(widest - k, k), b.figure, f' fill-opacity=".{35 + k // 2}"') for k in insets[:-1]
    )
    return "".join(doors) + shape(
        arch(widest - insets[-1], insets[-1]), b.accent, ' fill-opacity=".9"'
    )


def window(b: Brush) -> str:
    """A window's light on a wall."""
    x, y, pane = b.between(44, 76), b.between(34, 56), b.between(30, 40)
    high, skew = b.between(44, 58), b.rng.choice((-1, 1)) * b.between(6, 20)
    lit = b.between(0, 3)
    panes = [
        f"M{x + column * (pane + 7)} {y + row * (high + 7) + column * skew}"
        f"l{pane} {skew}v{high}l-{pane} {-skew}z"
        for row in range(2)
        for column in range(2)
    ]
    return shape(panes[:lit] + panes[lit + 1 :], b.figure) + shape(panes[lit], b.accent)


def stairs(b: Brush) -> str:
    """Up or down, with somebody waiting on a step."""
    run, rise = b.between(24, 40), b.between(16, 28)
    steps = WIDTH // run + 1
    bottom, standing = b.between(190, 215), b.between(1, steps - 2)
    path = f"M0 300V{bottom}" + f"h{run}v-{rise}" * steps + "V300z"
    mirror = ' transform="matrix(-1 0 0 1 200 0)"' if b.rng.random() < 0.5 else ""
    radius = b.between(9, min(16, run // 2))
    person = disc(run * (standing + 0.5), bottom - rise * standing - radius, radius, b.accent)
    return f"<g{mirror}>{shape(path, b.figure)}{person}</g>"


def frames(b: Brush) -> str:
    """Pictures lying on pictures."""
    x, y, angle = b.between(88, 112), b.between(92, 112), b.between(-16, 16)
    spin = b.between(5, 16) * b.rng.choice((-1, 1))
    half = b.between(44, 62)
    sheet = f"M{x - half} {y - half}h{2 * half}v{2 * half}h-{2 * half}z"
    lens = disc(x, y, half * b.rng.uniform(0.25, 0.5), b.accent)
    return (
        "".join(
            shape(sheet, b.figure, f' fill-opacity=".{4 + 2 * k}"' + turn(angle + spin * k, x, y))
            for k in range(3)
        )
        + lens
    )
