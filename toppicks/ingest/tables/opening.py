"""Any file as a table of text: which kind it is shows in what it holds, not in its name."""

from pathlib import Path

from toppicks.errors import InputError
from toppicks.ingest.tables.delimited import Delimited
from toppicks.ingest.tables.json_lines import JsonLines
from toppicks.ingest.tables.parquet import MAGIC, Parquet
from toppicks.ingest.tables.streams import begins_with, check_file
from toppicks.ingest.tables.table import Table


def open_table(path: Path, example: str, header: bool = True) -> Table:
    """A CSV file (of commas, semicolons, tabs or bars), JSON lines or Parquet; text may be gzipped.

    example: a header line to show where there is no file.
    header:  whether the first line of a CSV file names the columns; else they are "1", "2", ...
    Raises InputError, one line, where the file is missing, empty or damaged.
    """
    check_file(path, example)
    start = begins_with(path, 4_096)
    if start.startswith(MAGIC):
        return Parquet(path)
    text = start.decode(
        "utf-16" if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin-1", "ignore"
    )
    first = text.lstrip("\xef\xbb\xbf\ufeff\0 \t\r\n")[:200]
    if first.startswith("{"):
        return JsonLines(path)
    if first.startswith("[") and first[1:].lstrip().startswith(("{", "[")):
        raise InputError(f"{path}: is one JSON list; write one object a line (JSON lines)")
    if first.lower().startswith(("<!doctype", "<html", "<?xml")):
        raise InputError(f"{path}: is a web page or XML; give a table, such as a CSV file")
    return Delimited(path, header)
