"""Covers: well-formed whatever the title, the same each time, and the title fits on them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toppicks.covers.brush import HEIGHT, WIDTH
from toppicks.covers.drawing import (
    DARK_INK,
    FONT_STACK,
    LIGHT_INK,
    MARGIN,
    TEXT_WIDTH,
    contrast,
    draw_cover,
)
from toppicks.covers.looks import LOOKS
from toppicks.covers.titles import fit_title, text_width

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {
    "svg", "g", "rect", "circle", "path", "linearGradient", "stop", "text", "tspan",
}  # fmt: skip

# Advances of DejaVu Sans Bold in thousandths of an em, measured in Chromium: the widest of the
# usual system fonts, and an oracle that knows nothing of the estimate under test.
DEJAVU_BOLD = {
    char: advance / 1000
    for advance, chars in {
        306: "'", 343: "ijl", 348: " ", 365: "/\\|", 372: "IJ", 380: ",.", 400: ":;", 415: "-",
        435: "f", 456: "!", 457: "()[]", 478: "t", 493: "r", 500: "_`", 521: '"', 523: "*",
        580: "?", 582: "z", 593: "c", 595: "s", 637: "L", 645: "x", 652: "vy", 665: "k", 675: "a",
        678: "e", 682: "T", 683: "EF", 687: "o", 696: "$0123456789", 712: "hnu{}", 716: "bdgpq",
        720: "S", 724: "Y", 725: "Z", 733: "P", 734: "C", 762: "B", 770: "R", 771: "X", 774: "AV",
        775: "K", 812: "U", 821: "G", 830: "D", 837: "HN", 838: "#+<=>^~", 850: "OQ", 872: "&",
        924: "w", 995: "M", 1000: "@", 1002: "%", 1042: "m", 1103: "W",
    }.items()
    for char in chars
}  # fmt: skip

ANY_TEXT = st.text(st.characters(), max_size=320)  # control characters and surrogates included
ASCII_TEXT = st.text(st.sampled_from(sorted(DEJAVU_BOLD)), max_size=320)
GENRES = st.lists(st.one_of(st.sampled_from(sorted(LOOKS)), ANY_TEXT), max_size=4)
YEARS = st.one_of(st.none(), st.integers(1870, 2100))
TITLES = (
    "The Shawshank Redemption",
    "Heat",
    "Twelve Monkeys",
    "Before the Rain",
    "Amélie",
    "Tampopo",
)


def elements(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg.encode("utf-8")).iter())


def shown_lines(svg: str) -> list[str]:
    return [span.text or "" for span in elements(svg) if span.tag == f"{SVG}tspan"]


def without_text(svg: str) -> str:
    return re.sub(r"<text.*</text>", "", svg)


@given(ANY_TEXT, GENRES, YEARS)
@example("", [], None)
@example("&<>\"'", ["&<>\"'"], 0)
@example("\x00\x0b\ud800\ufffe\uffff\U0001ffff", ["\ud800"], None)
@example("七人の侍は黒澤明監督による日本の時代劇映画である", ["Drama"], 1954)
@example("لورنس العرب", ["Adventure"], 1962)
@example("👩‍👩‍👧‍👦🇨🇦 🎬" * 20, ["Comedy"], 2020)
@example("a\u200d" * 150, [], None)  # one cluster, wider than any line
@example("\ufdfd" * 12, [], None)  # each is one character, and a whole sentence
def test_any_text_gives_an_inert_picture(title: str, genres: list[str], year: int | None) -> None:
    for element in elements(draw_cover(title, genres, year)):
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for name, value in element.attrib.items():
            assert name not in {"style", "class", "href"}
            assert not name.startswith(("on", "{"))
            assert "url(" not in value or value == "url(#v)"
            assert "http" not in value


@given(ANY_TEXT, GENRES, YEARS)
def test_same_words_same_picture(title: str, genres: list[str], year: int | None) -> None:
    assert draw_cover(title, genres, year) == draw_cover(title, list(genres), year)


def test_same_picture_in_another_process() -> None:
    call = "draw_cover('Heat', ['New'], 1995)"
    code = f"from toppicks.covers import draw_cover; print(ascii({call}))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == ascii(draw_cover("Heat", ["New"], 1995))


@pytest.mark.parametrize("genre", sorted(LOOKS))
def test_siblings_are_not_twins(genre: str) -> None:
    """Without their titles, pictures of one genre still differ: the art follows the title."""
    assert len({without_text(draw_cover(title, [genre])) for title in TITLES}) == len(TITLES)


def test_a_remake_looks_different() -> None:
    assert draw_cover("Sabrina", ["Romance"], 1954) != draw_cover("Sabrina", ["Romance"], 1995)


@pytest.mark.parametrize("title", TITLES)
def test_the_most_telling_genre_decides(title: str) -> None:
    ground = re.search(r'fill="(#\w+)"', draw_cover(title, ["Drama", "Film-Noir"]))
    assert ground is not None
    assert ground[1].removeprefix("#") in LOOKS["film-noir"].grounds.split()


def test_an_unknown_genre_has_one_palette() -> None:
    def grounds(genre: str) -> set[str]:
        pictures = [draw_cover(f"Title {k}", [genre]) for k in range(30)]
        return {found[1] for p in pictures if (found := re.search(r'fill="#(\w+)"', p))}

    families = [grounds(genre) for genre in ("Chocolate", "Rust", "Caramel", "Compilers")]
    known = [set(look.grounds.split()) for look in LOOKS.values()]
    assert all(any(family <= palette for palette in known) for family in families)
    assert len({frozenset(family) for family in families}) > 1  # not one look for all of them


@given(ASCII_TEXT)
@example("W" * 300)
@example("i" * 300)
@example("Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft")
def test_lines_fit_in_the_widest_usual_font(title: str) -> None:
    size, lines = fit_title(title, TEXT_WIDTH)
    for line in lines:
        assert sum(DEJAVU_BOLD[char] for char in line if char != "…") * size <= TEXT_WIDTH


@given(ANY_TEXT)
@example("a\u200d" * 150)
@example("\ufdfd" * 12)
@example("W" * 300)
def test_lines_keep_to_the_budget(title: str) -> None:
    size, lines = fit_title(title, TEXT_WIDTH)
    assert all(text_width(line) * size <= TEXT_WIDTH + 1e-6 for line in lines)
    assert len(lines) * size * 1.12 <= HEIGHT / 2  # the upper half is the picture's


@given(ASCII_TEXT.filter(lambda text: len(text) <= 40))
def test_short_titles_are_shown_whole(title: str) -> None:
    shown = "".join(shown_lines(draw_cover(title, [])))
    assert shown.replace(" ", "") == title.replace(" ", "")


def test_words_are_kept_whole_where_they_fit() -> None:
    title = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"
    assert " ".join(shown_lines(draw_cover(title, ["Comedy"]))) == title


def test_a_word_is_rather_set_smaller_than_cut() -> None:
    assert fit_title("Extraordinary", TEXT_WIDTH)[1] == ["Extraordinary"]


@pytest.mark.parametrize("ligature", ["\ufdfa", "\ufdfd"])
def test_a_ligature_is_as_wide_as_what_it_stands_for(ligature: str) -> None:
    assert text_width(ligature) > 10


def test_long_titles_end_in_an_ellipsis() -> None:
    lines = shown_lines(draw_cover("word " * 60, []))
    assert lines[-1].endswith("…")
    assert not any("…" in line for line in lines[:-1])


def test_a_title_from_the_right_starts_at_the_right() -> None:
    (text,) = [e for e in elements(draw_cover("«لورنس العرب»", [])) if e.tag == f"{SVG}text"]
    assert text.get("direction") == "rtl"
    assert text[0].get("x") == str(WIDTH - MARGIN)


@pytest.mark.parametrize("genre", sorted(LOOKS))
def test_titles_are_readable_on_every_ground(genre: str) -> None:
    for ground in LOOKS[genre].grounds.split():
        assert max(contrast(f"#{ground}", ink) for ink in (LIGHT_INK, DARK_INK)) >= 4.5


def test_ink_is_the_one_that_reads() -> None:
    for genre, ink in (("Comedy", DARK_INK), ("Horror", LIGHT_INK)):
        (text,) = [e for e in elements(draw_cover("Heat", [genre])) if e.tag == f"{SVG}text"]
        assert text.get("fill") == ink


def test_pictures_are_light() -> None:
    sizes = [
        len(draw_cover(f"{t} {k}", [g]).encode()) for g in LOOKS for t in TITLES for k in range(10)
    ]
    assert sum(sizes) / len(sizes) < 1500
    assert max(sizes) < 2500


def test_cover_and_page_use_the_same_fonts() -> None:
    css = (ROOT / "static" / "style" / "tokens.css").read_text(encoding="utf-8")
    stack = re.search(r"--sans: (.+);", css)
    assert stack is not None
    assert stack[1].replace('"', "").replace(", ", ",") == FONT_STACK
