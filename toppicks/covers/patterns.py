"""Motifs that show nothing in particular: stripes, circles, confetti."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import accumulate, takewhile

from toppicks.covers.brush import ART_HEIGHT, WIDTH, Brush, disc, line, ring, shape, turn


def blinds(b: Brush) -> str:
    """Light through a venetian blind, and what it falls on."""
    pitch, angle = b.between(19, 29), b.rng.choice((-1, 1)) * b.between(3, 17)
    slats = (
        f"M-50 {y}h300v{b.between(pitch * 3 // 8, pitch * 5 // 8)}h-300z"
        for y in range(-40, 250, pitch)
    )
    light = disc(b.between(60, 140), b.between(65, 115), b.between(24, 40), b.accent)
    parts = [light, shape(slats, b.figure, turn(angle, 100, 100))]
    b.rng.shuffle(parts)  # the light before the blind, or behind it
    return "".join(parts)


def overlap(b: Brush) -> str:
    """Two circles that share a part."""
    radius, turn = b.between(42, 58), b.rng.uniform(-0.9, 0.9)
    reach = radius * b.rng.uniform(0.45, 0.75)
    x, y = b.between(90, 110), b.between(90, 112)
    dx, dy = reach * math.cos(turn), reach * math.sin(turn)
    return (
        disc(x - dx, y - dy, radius, b.figure)
        + disc(x + dx, y + dy, radius, b.accent, 0.9)
        + disc(x - dx, y - dy, radius, b.figure, 0.5)
    )


def petals(b: Brush) -> str:
    """A flower, or a star: leaves around a centre, one of them bright."""
    x, y, count = b.between(80, 120), b.between(85, 110), b.between(5, 10)
    long, wide, first = b.between(60, 92), b.between(14, 24), b.between(0, 60)
    leaf = f"M{x} {y}q{wide} {-long // 2} 0 {-long}q{-wide} {long // 2} 0 {long}z"
    bright = b.between(0, count - 1)
    leaves = (
        shape(leaf, b.accent if k == bright else b.figure, turn(first + 360 * k / count, x, y))
        for k in range(count)
    )
    return "".join(leaves) + disc(x, y, b.between(6, 12), b.accent)


def confetti(b: Brush) -> str:
    """Strokes thrown into the air."""
    width = b.between(5, 11)

    def thrown(count: int) -> Iterable[str]:
        for _ in range(count):
            x, y = b.between(0, WIDTH), b.between(0, ART_HEIGHT)
            yield f"M{x} {y}l{b.between(-14, 14)} {b.between(-14, 14)}"

    cap = f' stroke-linecap="{b.rng.choice(("round", "butt"))}"'
    return (
        line(thrown(b.between(18, 30)), b.figure, width, cap)
        + line(thrown(b.between(5, 9)), b.accent, width, cap)
        + disc(b.between(40, 160), b.between(40, 150), b.between(10, 30), b.accent)
    )


def tiles(b: Brush) -> str:
    """Quarter circles on a grid, as children lay them."""
    size = b.rng.choice((40, 50, 67))
    corners = (
        lambda x, y: f"M{x} {y}h{size}a{size} {size} 0 0 1-{size} {size}z",
        lambda x, y: f"M{x + size} {y}v{size}a{size} {size} 0 0 1-{size}-{size}z",
        lambda x, y: f"M{x + size} {y + size}h-{size}a{size} {size} 0 0 1 {size}-{size}z",
        lambda x, y: f"M{x} {y + size}v-{size}a{size} {size} 0 0 1 {size} {size}z",
    )
    cells = [(x, y) for x in range(0, WIDTH, size) for y in range(0, ART_HEIGHT + 1, size)]
    b.rng.shuffle(cells)
    loud, empty = len(cells) // 6, len(cells) // 4
    quarters = [b.rng.choice(corners)(x, y) for x, y in cells[empty:]]
    return shape(quarters[loud:], b.figure) + shape(quarters[:loud], b.accent)


def shards(b: Brush) -> str:
    """Teeth from above, sometimes from one side, and something small that glows."""
    widths = [b.between(14, 40) for _ in range(14)]
    edges = takewhile(lambda x: x < WIDTH, accumulate(widths, initial=-10))
    teeth = (
        f"M{x}-5h{w}L{x + w // 2} {b.between(60, 205)}z"
        for x, w in zip(edges, widths, strict=False)
    )
    glow = "".join(
        disc(x, b.between(150, 176), 6, b.accent)
        for x in b.rng.choice(((b.between(70, 130),), (84, 112)))
    )
    return shape(teeth, b.figure, turn(b.rng.choice((0, 0, -18, 18)), 100, 60)) + glow


def spiral(b: Brush) -> str:
    """Half circles that grow: down the staircase, out of one's mind."""
    x, y, step = b.between(80, 120), b.between(85, 120), b.rng.choice((9, 12, 15))
    sweep = b.between(0, 1)
    arcs = (
        f"a{step * k} {step * k} 0 0 {sweep} {2 * step * k * (-1) ** k} 0"
        for k in range(1, 150 // step)
    )
    turned = turn(b.between(0, 180), x, y)
    return line((f"M{x} {y}", *arcs), b.figure, step * 3 // 4, turned) + disc(x, y, 10, b.accent)


def target(b: Brush) -> str:
    """Circles in circles, each a little off."""
    x, y, drift = b.between(80, 120), b.between(85, 120), b.between(-6, 6)
    rings = range(5)
    return "".join(
        disc(x + drift * k, y - drift * k, 96 - 19 * k, b.figure, 0.4 + 0.15 * k) for k in rings
    ) + disc(x + drift * 5, y - drift * 5, b.between(9, 19), b.accent)


def waves(b: Brush) -> str:
    """Lines that swing, one of them loud."""
    pitch, swing, long = b.between(18, 26), b.between(6, 18), b.rng.choice((25, 33, 50))
    rows = range(pitch, ART_HEIGHT + 20, pitch)
    loud = b.rng.choice(rows[1:-2])

    def wave(y: int) -> str:
        return f"M-10 {y}q{long // 2}-{swing} {long} 0" + f"t{long} 0" * (210 // long)

    return line((wave(y) for y in rows if y != loud), b.figure, b.between(3, 6)) + line(
        wave(loud), b.accent, b.between(6, 10)
    )


def bars(b: Brush) -> str:
    """A song seen as loudness."""
    pitch, middle = b.rng.choice((14, 18, 23)), b.between(92, 116)
    places = range(pitch // 2, WIDTH, pitch)
    loud = set(b.rng.sample(places, 2))

    def bar(x: int) -> str:
        half = b.between(8, 78)
        return f"M{x} {middle - half}V{middle + half}"

    cap = ' stroke-linecap="round"'
    return line((bar(x) for x in places if x not in loud), b.figure, pitch // 2, cap) + line(
        (bar(x) for x in loud), b.accent, pitch // 2, cap
    )


def halves(b: Brush) -> str:
    """Two sides, and a ring that belongs to both."""
    x, lean = b.between(70, 130), b.between(-60, 60)
    y, radius = b.between(76, 120), b.between(22, 46)
    side = shape(f"M{x + lean} 0H200V300H{x - lean}z", b.figure)
    middle = x + lean * (1 - y / 150)
    if b.rng.random() < 0.5:
        return side + ring(middle, y, radius, b.accent, b.between(3, 8))
    return side + disc(middle, y, radius * 0.8, b.accent)


def bubbles(b: Brush) -> str:
    """Rising, overlapping, in all sizes."""
    return "".join(
        disc(
            b.between(0, WIDTH),
            b.between(0, 205),
            b.between(7, 44),
            b.either(),
            b.rng.choice((0.5, 0.7, 1)),
        )
        for _ in range(b.between(9, 14))
    )


def bands(b: Brush) -> str:
    """Slanted stripes, one of them loud."""
    angle, start = b.rng.choice((-52, -38, -24, 24, 38, 52)), b.between(0, 30)
    places = range(start - 90, 310, 30)
    loud = b.rng.choice(places[4:8])
    stripes = (f"M{x}-120h{b.rng.choice((5, 11, 18))}v520H{x}z" for x in places if x != loud)
    bright = f"M{loud}-120h{b.rng.choice((8, 14, 20))}v520H{loud}z"
    turned = turn(angle, 100, 110)
    return shape(stripes, b.figure, turned) + shape(bright, b.accent, turned)


def chevrons(b: Brush) -> str:
    """Arrows on their way."""
    angle, pitch, deep = (
        b.rng.choice((0, 0, 90, 180, 270, 45)),
        b.between(30, 42),
        b.between(30, 70),
    )
    places = range(-60, 260, pitch)
    loud = b.rng.choice(places[2:5])

    def chevron(y: int) -> str:
        return f"M-40 {y + deep}L100 {y}L240 {y + deep}"

    turned, width = turn(angle, 100, 105), b.between(8, pitch // 2)
    return line((chevron(y) for y in places if y != loud), b.figure, width, turned) + line(
        chevron(loud), b.accent, width, turned
    )


def rays(b: Brush) -> str:
    """A burst of light, or of something worse."""
    x, y, count = b.between(60, 140), b.between(80, 130), b.between(8, 15)
    first, half = b.rng.uniform(0, 1), math.pi / count / b.rng.choice((2, 2, 3))

    def ray(angle: float) -> str:
        edges = (angle - half, angle + half)
        ends = (f"L{x + 290 * math.cos(t):.0f} {y + 290 * math.sin(t):.0f}" for t in edges)
        return f"M{x} {y}" + "".join(ends)

    return shape((ray(first + math.tau * k / count) for k in range(count)), b.figure) + disc(
        x, y, b.between(18, 42), b.accent
    )
