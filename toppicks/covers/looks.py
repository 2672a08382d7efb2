"""What each genre looks like on a cover: grounds, accents and motifs that the title picks from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from toppicks.covers import patterns, scenes
from toppicks.covers.brush import Motif


class Look(NamedTuple):
    """What a genre looks like; the title picks one of each. Colours are hexadecimal, spaced."""

    grounds: str
    accents: str
    motifs: tuple[Motif, ...]


# The most telling genre first: a film noir that is also a drama looks like a film noir.
LOOKS: dict[str, Look] = {
    "film-noir": Look("17181b 22242a 141a24", "d8d4c8 c9b27c a9b8cf",
                      (patterns.blinds, scenes.lamp, scenes.skyline)),
    "western": Look("8f4526 7a3b22 9a5420", "f3d7a0 f6e3bd ffc46b",
                    (scenes.dunes, patterns.rays, scenes.peaks)),
    "animation": Look("1a656d 1d5a86 3d4f9c", "ffd166 ff9f80 9be8c9",
                      (patterns.bubbles, patterns.tiles, patterns.petals)),
    "horror": Look("1b0f12 240d10 14131a", "e2574c ff7a45 c9d66b",
                   (patterns.shards, scenes.eye, patterns.spiral)),
    "sci-fi": Look("0f2233 12293a 1a1f42", "6fd3e3 9df0c8 ff8f6b",
                   (scenes.orbits, scenes.horizon_grid, scenes.skyline)),
    "musical": Look("3a1d4e 541a46 232a5c", "f2c14e ff9bb3 7fe0d4",
                    (patterns.waves, patterns.bars, patterns.rays)),
    "war": Look("3b3f2a 33392f 454031", "d9c58b e08e57 c2cfae",
                (patterns.bands, patterns.chevrons, patterns.rays)),
    "documentary": Look("d9d3c3 cfd6d2 e2d2bd", "2f2d28 a8452a 27566b",
                        (scenes.frames, patterns.tiles, patterns.target)),
    "fantasy": Look("2a1f3d 1f2a4a 3b1f45", "c9a7f5 8fd6ff f7c97f",
                    (patterns.petals, scenes.peaks, scenes.orbits)),
    "children": Look("2a64a3 23706c 8a3f7c", "ffe08a ffb3a0 b5f0a5",
                     (patterns.tiles, patterns.bubbles, scenes.arches)),
    "mystery": Look("1b3150 2f2a54 17403f", "b7c9e2 e6c27a 93d3c0",
                    (patterns.spiral, scenes.lamp, scenes.eye)),
    "romance": Look("5a1f33 6e2440 4a2142", "f6b9b0 ffd3a8 f08fa4",
                    (patterns.overlap, patterns.petals, patterns.waves)),
    "crime": Look("1f2f4d 401f2c 173c41", "e4b04a ef7d57 c7d3e0",
                  (scenes.skyline, patterns.blinds, scenes.stairs)),
    "thriller": Look("2d2650 14364d 4c1f2c", "ef6f53 f0c04f 7fc8d8",
                     (patterns.target, patterns.spiral, patterns.blinds)),
    "adventure": Look("2b4a3a 1f4a55 4f4223", "f0c36d ff9d6e d5e8a0",
                      (scenes.peaks, scenes.dunes, patterns.rays)),
    "comedy": Look("f0b429 f29b6c 8fcfb4", "27303f b02e4a 1f5c7a",
                   (patterns.confetti, patterns.tiles, patterns.waves, patterns.bubbles)),
    "action": Look("3a1f1b 2a2228 43240f", "ff9f45 ff6b57 ffd75e",
                   (patterns.chevrons, patterns.bands, patterns.rays)),
    "drama": Look("1d4a49 6b4327 2b4272 6e3148", "e9d8a6 f0a58a a8d0c4 d9c3e8",
                  (patterns.halves, scenes.arches, scenes.window, scenes.stairs, scenes.frames)),
}  # fmt: skip
ALIASES = {
    "science fiction": "sci-fi", "noir": "film-noir", "family": "children", "kids": "children",
    "music": "musical", "history": "documentary", "biography": "drama",
}  # fmt: skip


def look_for(genres: Sequence[str], title: str) -> Look:
    """The look of the most telling known genre; else one fixed by the first genre, or the title."""
    names = [genre.strip().casefold() for genre in genres if genre.strip()]
    known = {ALIASES.get(name, name) for name in names}
    for genre, look in LOOKS.items():
        if genre in known:
            return look
    looks = list(LOOKS.values())
    return looks[digest(names[0] if names else title) % len(looks)]


def digest(*parts: str) -> int:
    """A number that stands still between processes, which `hash()` does not."""
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
