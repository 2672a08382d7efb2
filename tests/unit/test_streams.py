"""Bytes of a file as text, whatever it is written in and compressed with."""

import gzip
import os
from pathlib import Path

import pytest

from tests.commands import write
from tests.reading import HEAD, refusal, rows_read
from toppicks.errors import InputError
from toppicks.ingest.cleaning import read_interactions
from toppicks.ingest.tables.streams import CHUNK, LONGEST_LINE, Text

ROWS = [("u", "é", 3.0), ("v", "日本", 4.0)]
UNICODE = f"{HEAD}u,é,3\nv,日本,4\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("gzipped", [False, True])
def test_unicode_is_read_however_it_is_encoded(
    tmp_path: Path, encoding: str, gzipped: bool
) -> None:
    content = UNICODE.encode(encoding)
    assert rows_read(tmp_path, gzip.compress(content) if gzipped else content) == ROWS


@pytest.mark.parametrize(
    ("encoding", "text", "said"),
    [
        ("latin-1", "Zoë", "Windows-1252"),
        ("cp1252", "Don\u2019t", "Windows-1252"),
        ("latin-1", "\x81ÿ", "Latin-1"),
        ("utf-8", "Zoë", "UTF-8"),
        ("utf-16", "Zoë", "UTF-16-LE"),
    ],
)
def test_the_encoding_is_found_by_what_the_file_holds(
    tmp_path: Path, encoding: str, text: str, said: str
) -> None:
    found = Text.of(write(tmp_path / "t", f"{text},x\n".encode(encoding)))
    assert found.said == said
    assert found.head() == f"{text},x\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "utf-32"])
@pytest.mark.parametrize("shift", range(5))
def test_letters_survive_the_borders_of_chunks(tmp_path: Path, encoding: str, shift: int) -> None:
    letter = "é" if encoding == "latin-1" else "🎬"
    # Four shifts of one byte: some letter is cut in two by the border, wherever its bytes begin.
    text = "x" * shift + "\n" + (letter * 100 + "\n") * (CHUNK // 100)
    path = write(tmp_path / "t", text.encode(encoding))
    assert b"".join(Text.of(path).chunks()).decode() == text


def test_a_letter_that_is_no_utf_8_in_a_later_chunk_is_latin_1(tmp_path: Path) -> None:
    text = "x\n" * CHUNK + "é\n"
    path = write(tmp_path / "t", text.encode("latin-1"))
    assert Text.of(path).encoding == "cp1252"


def test_a_file_that_is_partly_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    lines = "é,b,4\n" * 300_000
    content = f"{HEAD}{lines}".encode() + b"\xe9,a,3\n" + lines.encode()
    assert "line 300002 is not UTF-8, although other lines are" in refusal(tmp_path, content)


def test_half_a_letter_at_the_end_is_refused(tmp_path: Path) -> None:
    assert "line 3 is not UTF-8" in refusal(tmp_path, f"{HEAD}é,a,3\né,é".encode()[:-1])


def test_a_line_as_long_as_may_be_is_read_and_a_longer_one_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "t", "x" * LONGEST_LINE + "\nx\n")
    assert sum(map(len, Text.of(path).chunks())) == LONGEST_LINE + 3
    write(path, "x" * (LONGEST_LINE + CHUNK) + "\n")
    with pytest.raises(InputError, match="has a line longer than 15 MB"):
        Text.of(path)


def test_gzipped_files_are_read_in_all_their_members(tmp_path: Path) -> None:
    content = gzip.compress(f"{HEAD}u,a,3\n".encode()) + gzip.compress(b"v,b,4\n")
    assert rows_read(tmp_path, content, "any.name") == [("u", "a", 3), ("v", "b", 4)]


def test_a_gzip_that_ends_early_is_refused(tmp_path: Path) -> None:
    lines = "".join(f"u{n},i{n * 7919},3\n" for n in range(20_000))
    whole = gzip.compress((HEAD + lines).encode())
    assert "cannot be read" in refusal(tmp_path, whole[: len(whole) // 2], "r.csv.gz")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no.csv: no such file; name a file with the columns"):
        read_interactions([tmp_path / "no.csv"])


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a file"):
        read_interactions([tmp_path])


def test_a_name_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read .*File name too long"):
        read_interactions([tmp_path / ("x" * 300)])


def test_a_pipe_is_refused_and_not_read_in_part(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{HEAD}u,a,1\n".encode())
    os.close(writing)
    try:
        with pytest.raises(InputError, match="is a pipe or a device"):
            read_interactions([Path(f"/dev/fd/{reading}")])
    finally:
        os.close(reading)
