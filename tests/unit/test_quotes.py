"""Quotes: what is never closed, what swallows rows, and what follows a closing one."""

import csv
import io
import random
from pathlib import Path

import pytest

from toppicks.errors import InputError
from toppicks.ingest.tables.quotes import BROKEN, Quotes

PATH = Path("r.csv")


def _checked(text: str, chunk: int = 1_000_000) -> str:
    content = text.encode()
    parts = [content[at : at + chunk] for at in range(0, len(content), chunk)]
    return b"".join(Quotes(PATH, ",", 2).checked(parts)).decode()


def _is_strict(text: str) -> bool:
    """Whether Python's strict reader takes it."""
    try:
        list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return False
    return True


def test_what_a_strict_reader_takes_passes_as_it_is_and_nothing_else_does() -> None:
    rng = random.Random(1)
    found = {True: 0, False: 0}
    for _ in range(6_000):
        text = "a,b\n" + "".join(rng.choice('"",,\n\nab\r') for _ in range(rng.randrange(1, 22)))
        text += "\n"
        try:
            passed = _checked(text) == text
        except InputError:
            passed = False
        strict = _is_strict(text)
        assert passed == strict, text
        found[strict] += 1
    assert min(found.values()) > 1_000


@pytest.mark.parametrize("chunk", [1, 2, 3, 7])
def test_how_a_file_comes_in_pieces_makes_no_difference(chunk: int) -> None:
    rng = random.Random(chunk)
    for _ in range(1_000):
        text = "a,b\n" + "".join(rng.choice('"",,\n\nab\r') for _ in range(rng.randrange(1, 22)))
        outcomes = []
        for size in (chunk, 1_000):
            try:
                outcomes.append(_checked(text, size))
            except InputError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1], text


def test_a_row_with_text_after_a_closing_quote_gets_a_cell_too_many() -> None:
    quotes = Quotes(PATH, ",", 2)
    text = b'a,b\n1,"x"y\n2,"z"\n"p"q,"r"s\n'
    assert b"".join(quotes.checked([text])).decode() == (
        f'a,b\n{BROKEN},{BROKEN},{BROKEN}\n2,"z"\n{BROKEN},{BROKEN},{BROKEN}\n'
    )
    assert quotes.first == '1,"x"y\n'
    assert quotes.seen


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', "the row that begins in line 3 is never closed"),
        ('a,b\r\n1,2\r\n3,"4\r\n5,6', "the row that begins in line 3 is never closed"),
        ('a,b\r1,2\r"3,4', "the row that begins in line 3 is never closed"),
        ('a,b\n1,2\n3,"4\n5,"6"\n', "the row that begins in line 3 is closed some lines later"),
        ('"a"x,b\n1,2\n', "in the header, text follows a quote"),
    ],
)
def test_a_quote_that_makes_a_file_unreadable_is_said_with_its_line(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        _checked(text)


def test_doubled_quotes_and_quotes_in_the_midst_are_left_alone() -> None:
    text = 'a,b\n"say ""x""",5" disk\n"""",""\n"one\n\n""two""",x""\n'
    assert _checked(text) == text
    assert _checked(text, 1) == text


def test_no_quote_is_no_work() -> None:
    quotes = Quotes(PATH, ",", 2)
    assert b"".join(quotes.checked([b"a,b\n1", b",2\n3,4"])) == b"a,b\n1,2\n3,4\n"
    assert not quotes.seen
