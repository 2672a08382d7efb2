"""The page that explains the theory: its code runs, prints what it says, and its links lead on."""

import ast
import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from bench.rig import ROOT
from docs import pictures

PAGE = ROOT / "docs" / "how-it-works.md"
TEXT = PAGE.read_text(encoding="utf-8")
PROMISE = "# ->"
_FENCED = re.compile(
    r"^```(?P<language>\w*)\n(?P<body>.*?)^```$(?P<gap>\s*)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """Code, the line of the page on which it begins, and the output that is shown below it."""

    code: str
    line: int
    shown: str


def blocks(text: str) -> Iterator[Block]:
    """Every ```python block; a ```text block belongs to the code that stands right above it."""
    code: tuple[str, int] | None = None
    end = -1
    for match in _FENCED.finditer(text):
        if match["language"] == "text":
            assert match.start() == end, f"output without code: {match[0]}"
            assert code
            yield Block(*code, match["body"])
            code = None
            continue
        if code:
            yield Block(*code, "")
        assert match["language"] == "python", f"a block in another language: {match[0]}"
        code = match["body"], text.count("\n", 0, match.start()) + 2
        end = match.end()
    if code:
        yield Block(*code, "")


def run(block: Block, namespace: dict[str, Any]) -> list[str]:
    """Run a block; where it and the page differ, a sentence each."""
    lines = block.code.splitlines()
    promised = {number for number, line in enumerate(lines, 1) if PROMISE in line}
    printed = io.StringIO()
    differences = []
    with redirect_stdout(printed):
        for statement in ast.parse(block.code).body:
            number = statement.end_lineno or 0
            source = ast.get_source_segment(block.code, statement) or ""
            if number in promised and isinstance(statement, ast.Expr):
                value = repr(eval(source, namespace))
                expected = lines[number - 1].split(PROMISE, 1)[1].strip()
                if value != expected:
                    differences.append(f"{source} -> {value}, on the page {expected}")
                promised.discard(number)
            else:
                exec(compile(source, f"{PAGE.name}:{block.line}", "exec"), namespace)
    assert not promised, f"line {block.line}: a result is promised of what is no expression"
    if printed.getvalue() != block.shown:
        differences.append(f"printed\n{printed.getvalue()}on the page\n{block.shown}")
    return [f"line {block.line}: {difference}" for difference in differences]


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], list[str]]:
    """What the blocks left behind, run in order from the repository's root; and what differed."""
    namespace: dict[str, Any] = {}
    differences: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for block in blocks(TEXT):
            differences += run(block, namespace)
    return namespace, differences


def test_every_block_prints_what_the_page_shows(ran: tuple[dict[str, Any], list[str]]) -> None:
    assert "\n".join(ran[1]) == ""


def test_every_block_shows_something() -> None:
    silent = [block.line for block in blocks(TEXT) if not (block.shown or PROMISE in block.code)]
    assert len(list(blocks(TEXT))) >= 12
    assert silent == []


def test_the_pictures_show_the_world_of_the_page(ran: tuple[dict[str, Any], list[str]]) -> None:
    page = ran[0]
    assert tuple(page["people"]) == pictures.PEOPLE
    assert tuple(page["sweets"]) == pictures.SWEETS
    np.testing.assert_array_equal(page["ratings"], pictures.RATINGS)
    assert page["blend"] == pictures.BLEND


def test_every_picture_is_as_the_script_draws_it() -> None:
    drawn = pictures.draw()
    assert {path.stem for path in pictures.TARGET.iterdir()} == set(drawn)
    for name, svg in drawn.items():
        stored = (pictures.TARGET / f"{name}.svg").read_text(encoding="utf-8")
        assert _texts(stored) == _texts(svg), f"{name}: run python docs/pictures.py"
        assert f"pictures/{name}.svg)" in TEXT


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_is_readable_in_light_and_dark(name: str) -> None:
    svg = (pictures.TARGET / f"{name}.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    assert "prefers-color-scheme:dark" in svg
    assert f".paper{{fill:{pictures.DARK_PAPER}}}" in svg
    assert svg.count('class="paper"') == 1
    # Whatever is painted says by its class what it is in the dark.
    painted = re.findall(r'<[^>]* (?:fill|stroke)="#[^>]*>', svg)
    assert painted
    assert [element for element in painted if "class=" not in element] == []


def test_every_link_leads_somewhere() -> None:
    prose = _FENCED.sub("", TEXT)
    links = re.findall(r"(!?)\[([^]]+)\]\(([^)#]*)#?([^)]*)\)", prose)
    assert len(links) > len(pictures.PICTURES)
    for picture, text, path, anchor in links:
        if path.startswith("http"):
            continue
        target = PAGE.parent / path if path else PAGE
        assert target.is_file(), f"{PAGE.name} links {path}"
        if anchor:
            assert anchor in _anchors(target), f"{path}#{anchor}"
        # A picture's text is for who cannot see it, so it says what is there to be seen.
        assert not picture or len(text) > 30


def _anchors(path: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _texts(svg: str) -> list[str]:
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.text]
