"""Hostile files that are too large, or too binary, to be kept: each is made where it is wanted."""

import gzip
import io
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

HEAD = b"user,item,rating\n"
Make = Callable[[Path], object]
MADE: dict[str, Make] = {}


def made(name: str) -> Callable[[Make], Make]:
    """Enters a maker under the name of its file."""

    def enter(make: Make) -> Make:
        MADE[name] = make
        return make

    return enter


def _bytes(name: str, content: Callable[[], bytes]) -> None:
    MADE[name] = lambda path: path.write_bytes(content())


def _rows(n: int) -> bytes:
    return b"".join(b"u%d,i%d,%d\n" % (row % 97, row, row % 5 + 1) for row in range(n))


# Compressed, and only half.
_bytes("gzipped.csv", lambda: gzip.compress(HEAD + b"u,a,3\n"))
_bytes("members.csv.gz", lambda: gzip.compress(HEAD + b"u,a,3\n") + gzip.compress(b"v,b,4\n"))
_bytes(
    "utf-16.csv.gz", lambda: gzip.compress((HEAD + "ü,a,3\n".encode()).decode().encode("utf-16"))
)
_bytes("lines.jsonl.gz", lambda: gzip.compress(b'{"user": "u", "item": "a", "rating": 3}\n'))
_bytes("truncated.csv.gz", lambda: gzip.compress(HEAD + _rows(20_000))[:-3_000])
_bytes("wrong-sum.csv.gz", lambda: gzip.compress(HEAD + b"u,a,3\n")[:-8] + b"\0" * 8)
_bytes("rubbish-behind.csv.gz", lambda: gzip.compress(HEAD + b"u,a,3\n") + b"rubbish")
_bytes("zeros-behind.csv.gz", lambda: gzip.compress(HEAD + b"u,a,3\n") + b"\0" * 512)
_bytes("twice.csv.gz", lambda: gzip.compress(gzip.compress(HEAD + b"u,a,3\n")))
_bytes("no-gzip.csv.gz", lambda: HEAD + b"u,a,3\n")
_bytes("empty.csv.gz", lambda: gzip.compress(b""))


@made("bomb-of-zeros.csv.gz")
def _bomb_of_zeros(path: Path) -> None:
    _bomb(path, b"\0" * (1 << 20))


@made("bomb-of-letters.csv.gz")
def _bomb_of_letters(path: Path) -> None:
    _bomb(path, b"a" * (1 << 20))


def _bomb(path: Path, block: bytes, blocks: int = 400) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEAD if block[:1] != b"\0" else b"")
        for _ in range(blocks):
            file.write(block)


# Large.
_bytes("ten-megabyte-note.csv", lambda: (
    b"user,item,rating,note\nu,a,3,short\nv,b,4," + b"x" * 10_000_000 + b"\nw,c,5,\n"
))  # fmt: skip
_bytes("ten-megabyte-id.csv", lambda: HEAD + b"u,a,3\n" + b"x" * 10_000_000 + b",b,4\nw,c,5\n")
_bytes("ten-megabyte-quoted-note.csv", lambda: (
    b'user,item,rating,note\nu,a,3,short\nv,b,4,"' + b'x,""\n' * 2_000_000 + b'"\nw,c,5,\n'
))  # fmt: skip
_bytes("fifty-megabyte-line.csv", lambda: HEAD + b"u,a,3\n" + b"u,a," * 12_500_000 + b"\n")
_bytes("fifty-megabyte-line.jsonl", lambda: (
    b'{"user": "u", "item": "a", "note": "' + b"x" * 50_000_000 + b'"}\n'
))  # fmt: skip
_bytes("open-quote-before-fifty-megabytes.csv", lambda: (
    HEAD + b'u,a,3\nv,"b,4\n' + b"w,c,5\n" * 8_000_000
))  # fmt: skip
_bytes("a-column-for-each-item.csv", lambda: (
    b"user," + b",".join(b"i%d" % n for n in range(5_000)) + b"\nu" + b",1" * 5_000 + b"\n"
))  # fmt: skip
_bytes("100000-columns.csv", lambda: (
    b",".join(b"column%d" % n for n in range(100_000)) + b"\n" + b",".join([b"1"] * 100_000) + b"\n"
))  # fmt: skip
_bytes("many-widths.csv", lambda: HEAD + b"u,a,3\n" + b"".join(
    b"u,a,3" + b",x" * (n % 700 + 1) + b"\n" for n in range(2_000)
))  # fmt: skip
_bytes("quotes-in-the-midst.csv", lambda: HEAD + b"".join(
    b'u%d,%d" disk,3\nv%d,"%d"" disk",4\n' % (n, n, n, n) for n in range(60_000)
))  # fmt: skip
_bytes("broken-quote-in-the-second-block.csv", lambda: (
    b"user,item,rating,note\n"
    + (b"u,a,3," + b"x" * 60 + b"\n") * 300_000 + b'v,"x"y,3,\n' + b'w,"last",4,\n'
))  # fmt: skip
_bytes("deep.jsonl", lambda: (
    b'{"user": "u", "item": "a", "rating": 3}\n{"user": "v", "item": ' + b"[" * 100_000 + b"\n"
    b'{"user": "w", "item": "b", "rating": 1, "note": ' + b"[" * 900 + b"]" * 900 + b"}\n"
))  # fmt: skip
_bytes("latin-1-late.csv", lambda: HEAD + _rows(200_000) + "é,a,3\n".encode("latin-1"))


# What is no table at all.
@made("workbook.csv")
def _workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")


@made("empty-archive.csv")
def _empty_archive(path: Path) -> None:
    zipfile.ZipFile(path, "w").close()


@made("database.csv")
def _database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("create table ratings (user, item, rating)")
    database.close()


@made("archive.tar.gz")
def _tar(path: Path) -> None:
    import tarfile

    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("ratings.csv")
        member.size = len(HEAD)
        archive.addfile(member, io.BytesIO(HEAD))


_bytes("pickle-2.csv", lambda: b"\x80\x02}q\x00.")
_bytes("pickle-5.csv", lambda: b"\x80\x05\x95\x0b\x00\x00\x00\x00\x00\x00\x00}\x94.")
_bytes("old-workbook.csv", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
_bytes("picture.csv", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0")
_bytes("noise.csv", lambda: bytes((n * n * 31 + n * 17) % 256 for n in range(5_000)))
_bytes("xz.csv", lambda: b"\xfd7zXZ\0" + b"\0" * 64)


# What is no file at all.
MADE["folder.csv"] = lambda path: path.mkdir()
MADE["pipe.csv"] = os.mkfifo
MADE["loop.csv"] = lambda path: path.symlink_to(path)
MADE["device.csv"] = lambda path: path.symlink_to("/dev/zero")
MADE["nowhere.csv"] = lambda path: path.symlink_to(path.parent / "missing")
MADE["missing.csv"] = lambda path: None

# Names that are odd themselves.
for _name in ("with space, 'quotes' and \"more\".csv", "two\nlines.csv", "🎬.csv", "-rf.csv",
              "[red]x.csv", os.fsdecode(b"no-\xff-text.csv"), "\x1b[31m.csv"):  # fmt: skip
    _bytes(_name, lambda: HEAD + b"u,a,3\nv,,4\n")
