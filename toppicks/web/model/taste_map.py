"""The map of taste as it is drawn: dots with colours, links and labels."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toppicks.labels import Box, place_labels
from toppicks.site_words import IMAGE_FIELD
from toppicks.web.cards.cards import Cards
from toppicks.web.cards.wording import isolated
from toppicks.web.model.report import MapPlaces

# In units of the SVG; static/style/model.css says how large a unit is shown.
WIDTH, HEIGHT, MARGIN = 1000, 640, 14
SMALLEST, LARGEST = 2.6, 8.0
# The largest that the style sheet shows labels in; on wide screens they are smaller.
LETTER_HEIGHT, LETTER_WIDTH, WIDE_LETTER_WIDTH = 17, 8.9, 16
LONGEST_LABEL = 32
LINKED, LABELLED = 300, 40
# The best-known items that do not get a label in a crowd make room for a few that follow.
LABELS_TRIED = 2 * LABELLED
HUES = 8
# More kinds than this are no kinds: names, say, or descriptions.
MOST_KINDS = 60
_NO_KINDS = frozenset({"genres", "title", IMAGE_FIELD})


@dataclass(frozen=True)
class Dot:
    """An item on the map.

    hue: 1 to 8, or 0 for all other kinds. kind: what the hue stands for, as the item has it.
    """

    item_id: str
    title: str
    year: int | None
    kind: str
    x: float
    y: float
    radius: float
    hue: int

    @property
    def name(self) -> str:
        """Title, year and kind, as far as they are known."""
        year = f" ({self.year})" if self.year else ""
        kind = f", {isolated(self.kind)}" if self.kind else ""
        return f"{isolated(self.title)}{year}{kind}"


@dataclass(frozen=True)
class Label:
    """A title beside its dot.

    anchor: what of it is at x, as SVG has it: `start`, `middle` or `end`. Its middle is at y. So
    it stays close to its dot when it is shown smaller than there was room for.
    """

    item_id: str
    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Kind:
    """A colour of the legend; `named` are the linked items of it, by title."""

    name: str
    hue: int
    n: int
    named: list[Dot]


@dataclass(frozen=True)
class TasteMap:
    """dots: without a link, the least known first. linked: likewise, on top of them."""

    dots: list[Dot]
    linked: list[Dot]
    labels: list[Label]
    kinds: list[Kind]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def n(self) -> int:
        return len(self.dots) + len(self.linked)


def draw_map(places: MapPlaces, cards: Cards) -> TasteMap | None:
    """The map of a report, by the catalogue of its model; None where there is none."""
    n_items, deleted = len(cards.model.items), cards.catalogue.deleted
    known = {
        item_idx: (x, y)
        for item_idx, x, y in zip(places.item_idx, places.x, places.y, strict=False)
        if 0 <= item_idx < n_items and item_idx not in deleted and 0 <= x <= 1 and 0 <= y <= 1
    }
    if not known:
        return None
    best_known = sorted(known, key=lambda item_idx: -cards.model.n_ratings[item_idx])
    kinds = _kinds(cards.model.fields, best_known)
    hues = _hues(kinds)
    most = max(1, int(cards.model.n_ratings[best_known[0]]))
    dots = [
        _dot(cards, item_idx, known[item_idx], kind, hues.get(kind, 0), most)
        for item_idx, kind in zip(best_known, kinds, strict=True)
    ]
    linked, others = dots[:LINKED], dots[LINKED:]
    return TasteMap(others[::-1], linked[::-1], _labels(dots), _legend(dots, linked, hues))


def _dot(
    cards: Cards, item_idx: int, place: tuple[float, float], kind: str, hue: int, most: int
) -> Dot:
    card = cards.item(item_idx)
    share = int(cards.model.n_ratings[item_idx]) / most
    return Dot(
        item_id=card.item_id,
        title=card.title,
        year=card.year,
        kind=kind,
        x=round(MARGIN + place[0] * (WIDTH - 2 * MARGIN), 1),
        y=round(MARGIN + (1 - place[1]) * (HEIGHT - 2 * MARGIN), 1),
        radius=round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt(share), 1),
        hue=hue,
    )


def _kinds(fields: Mapping[str, Sequence[Any]], items: Sequence[int]) -> list[str]:
    """What kind each item is: the first of its genres, or of whatever else the data sorts by."""
    genres = [name for name in fields if name == "genres"]
    for name in genres + [name for name in fields if name not in _NO_KINDS]:
        kinds = [_kind(fields[name][item_idx]) for item_idx in items]
        if 1 < len(set(kinds) - {""}) <= min(MOST_KINDS, max(2, len(items) // 4)):
            return kinds
    return [""] * len(items)


def _kind(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else ""


def _hues(kinds: Sequence[str]) -> dict[str, int]:
    """The most frequent kinds have a hue of their own; where there are no kinds, all share one."""
    counts = Counter(kind for kind in kinds if kind)
    ranked = sorted(counts, key=lambda kind: (-counts[kind], kind))
    return {kind: hue for hue, kind in enumerate(ranked[:HUES] or [""], start=1)}


def _legend(dots: Sequence[Dot], linked: Sequence[Dot], hues: Mapping[str, int]) -> list[Kind]:
    """One entry for each hue, and one for whatever has none."""
    names = {hue: kind for kind, hue in hues.items()} | {0: "other"}
    counts = Counter(dot.hue for dot in dots)
    return [
        Kind(name, hue, counts[hue], _by_title(dot for dot in linked if dot.hue == hue))
        for hue, name in names.items()
        if counts[hue]
    ]


def _by_title(dots: Any) -> list[Dot]:
    return sorted(dots, key=lambda dot: (dot.title.casefold(), dot.item_id))


def _labels(dots: Sequence[Dot]) -> list[Label]:
    """Titles of the best-known items, as many as find a place."""
    tried = dots[:LABELS_TRIED]
    texts = [_shortened(dot.title) for dot in tried]
    placed = place_labels(
        [(dot.x, dot.y) for dot in tried],
        [(_width(text), LETTER_HEIGHT) for text in texts],
        Box(2, 2, WIDTH - 2, HEIGHT - 2),
        distances=(9, 13),
        radius=3,
        others=[(dot.x, dot.y) for dot in dots[LABELS_TRIED:]],
    )
    labels = [
        _label(dot, text, box) for dot, text, box in zip(tried, texts, placed, strict=True) if box
    ]
    return labels[:LABELLED]


def _label(dot: Dot, text: str, box: Box) -> Label:
    x, anchor = (box.x0 + box.x1) / 2, "middle"
    if box.x0 >= dot.x:
        x, anchor = box.x0, "start"
    elif box.x1 <= dot.x:
        x, anchor = box.x1, "end"
    return Label(dot.item_id, text, round(x, 1), round((box.y0 + box.y1) / 2, 1), anchor)


def _shortened(title: str) -> str:
    """A long title without what is in brackets at its end, then as many words as fit."""
    if len(title) <= LONGEST_LABEL:
        return title
    title = re.sub(r"(?<=\S)\s*\([^()]*\)$", "", title)
    if len(title) <= LONGEST_LABEL:
        return title
    return f"{title[:LONGEST_LABEL].rpartition(' ')[0] or title[:LONGEST_LABEL]}…"


def _width(text: str) -> float:
    """At least as wide as a browser draws it."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return (len(text) - wide) * LETTER_WIDTH + wide * WIDE_LETTER_WIDTH
