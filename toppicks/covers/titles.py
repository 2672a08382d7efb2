"""Break a title into lines that fit on its cover, whatever the title is made of.

The server does not know which font the reader has, so widths are estimates for the widest of the
usual ones: in the others the lines are a little shorter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

LONGEST_TITLE = 160  # more than fits at the smallest size; bounds the work on hostile titles
TYPE_SIZES = ((24, 3), (21, 4), (18, 5), (15, 6), (13, 7))  # size, and the lines that it may fill


def fit_title(title: str, width: int) -> tuple[int, list[str]]:
    """The largest type size at which the title fits into `width` pixels, and its lines.

    Cut with an ellipsis if it fits at none; no lines if nothing of it can be printed.
    """
    words = _printable(title).split()
    for size, most in TYPE_SIZES:
        lines = list(_wrap(words, width / size, breakable=size <= 15))
        if len(lines) <= most and all(text_width(line) <= width / size for line in lines):
            return size, lines
    shown = [
        line if text_width(line) <= width / size else _shorten(line, width / size)
        for line in lines[:most]
    ]
    if len(lines) > most:
        shown[-1] = _shorten(shown[-1], width / size)
    return size, shown


def text_width(text: str) -> float:
    """How wide text runs, in em, in the widest of the usual bold system fonts (DejaVu Sans)."""
    return sum(_advance(char) for char in text)


# Widths in em; whatever is in none of these is a lower-case letter or a digit.
_WIDTHS = (
    dict.fromkeys("iljI.,:;'|! ", 0.4)
    | dict.fromkeys('frt()[]/-"', 0.53)
    | dict.fromkeys("mwMW@%&—…", 1.11)
    | dict.fromkeys("OQ#+<>=~^±\u00d7÷", 0.85)
    | {"\ufdfd": 11.0, "\u2e3a": 2.0, "\u2e3b": 3.0}  # very broad, and Unicode decomposes none
)


def _advance(char: str) -> float:
    if char in _WIDTHS:
        return _WIDTHS[char]
    # A ligature such as U+FDFA is one character and a whole sentence: measure what it stands for.
    parts = unicodedata.normalize("NFKC", char)
    if len(parts) > 1:
        return sum(_advance(part) for part in parts if part != char)
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.3 if category == "So" else 1.0
    return 0.85 if char.isupper() else 0.72


def _printable(title: str) -> str:
    """Without what XML 1.0 forbids, and without the controls that turn the reading direction."""
    shown = "".join(
        " " if char.isspace() else char
        for char in title
        if char.isspace() or not _is_forbidden(char)
    )
    return shown.strip()[:LONGEST_TITLE]


def _is_forbidden(char: str) -> bool:
    code = ord(char)
    turns_direction = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    return turns_direction or unicodedata.category(char) in {"Cc", "Cs"} or code & 0xFFFE == 0xFFFE


# A base character with all that belongs to it: marks, selectors, skin tones, joined emoji.
_CLUSTER = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|"
    ".(?:[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e\u20d0-\u20ff"
    "\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*"
)


def _wrap(words: Sequence[str], width: float, *, breakable: bool) -> Iterator[str]:
    """Lines of at most `width` em; words longer than a line are cut only if `breakable`."""
    line = ""
    for word in words:
        *full, rest = _pieces(word, width) if breakable or _breaks_anywhere(word) else [word]
        for piece in (*full, rest):
            joined = f"{line} {piece}" if line else piece
            if text_width(joined) <= width:
                line = joined
            else:
                if line:
                    yield line
                line = piece
    if line:
        yield line


def _breaks_anywhere(word: str) -> bool:
    """Whether a script is written without spaces, so that any character may begin a line."""
    return any(unicodedata.east_asian_width(char) in "WF" for char in word)


def _pieces(word: str, width: float) -> list[str]:
    pieces = [""]
    for cluster in _CLUSTER.findall(word):
        if pieces[-1] and text_width(pieces[-1] + cluster) > width:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def _shorten(line: str, width: float) -> str:
    clusters = _CLUSTER.findall(line)
    while clusters and text_width("".join(clusters) + "…") > width:
        clusters.pop()
    return "".join(clusters).rstrip() + "…"
