"""What must become of each hostile file that is made."""

from collections.abc import Mapping

from tests.hostile.outcome import Outcome, Reads, Refused

MADE_OUTCOMES: Mapping[str, Outcome] = {
    "gzipped.csv": Reads([("u", "a", 3)]),
    "members.csv.gz": Reads([("u", "a", 3), ("v", "b", 4)]),
    "utf-16.csv.gz": Reads([("\xfc", "a", 3)]),
    "lines.jsonl.gz": Reads([("u", "a", 3)]),
    "truncated.csv.gz": Refused("cannot be read (Compressed file ended"),
    "wrong-sum.csv.gz": Refused("cannot be read (CRC check failed"),
    "rubbish-behind.csv.gz": Refused(
        "cannot be read (Not a gzipped file (b'ru')); is it whole, and may you "
    ),
    "zeros-behind.csv.gz": Reads([("u", "a", 3)]),
    "twice.csv.gz": Refused("is gzipped twice; unpack it once"),
    "no-gzip.csv.gz": Reads([("u", "a", 3)]),
    "empty.csv.gz": Refused("is empty or has no rows; expected a header line and rows beneath it"),
    "bomb-of-zeros.csv.gz": Refused("is no text; give a table, such as a CSV file"),
    "bomb-of-letters.csv.gz": Refused("has a line longer than 15 MB; is it a table?"),
    "ten-megabyte-note.csv": Reads([("u", "a", 3), ("v", "b", 4), ("w", "c", 5)]),
    "ten-megabyte-id.csv": Reads(
        [("u", "a", 3), ("w", "c", 5)], {"user that is no id": (1, "line 3")}
    ),
    "ten-megabyte-quoted-note.csv": Reads([("u", "a", 3), ("v", "b", 4), ("w", "c", 5)]),
    "fifty-megabyte-line.csv": Refused("has a line longer than 15 MB; is it a table?"),
    "fifty-megabyte-line.jsonl": Refused("has a line longer than 15 MB; is it a table?"),
    "open-quote-before-fifty-megabytes.csv": Refused(
        "the row that begins in line 3 is longer than 15 MB; is a quote not clo"
    ),
    "a-column-for-each-item.csv": Refused(
        "has 5,001 columns; expected a row for each time that somebody did some"
    ),
    "100000-columns.csv": Refused(
        "its first line is longer than 256 kB; is it a table with a header line"
    ),
    "many-widths.csv": Reads(
        [("u", "a", 3)], {"too many cells, the header has 3": (2000, "line 3")}
    ),
    "quotes-in-the-midst.csv": Reads(120000),
    "broken-quote-in-the-second-block.csv": Reads(
        [("u", "a", 3), ("w", "last", 4)],
        {
            "text after a closing quote": (1, "line 300002"),
            "an earlier rating of the same user and item": (299999, "line 2"),
        },
    ),
    "deep.jsonl": Reads(
        [("u", "a", 3), ("w", "b", 1)], {"no JSON object, or one that repeats a key": (1, "line 2")}
    ),
    "latin-1-late.csv": Reads(200001),
    "workbook.csv": Refused(
        "is a zip archive or an Excel workbook; unpack it, or save the sheet as"
    ),
    "empty-archive.csv": Refused("is an empty zip archive; give a table, such as a CSV file"),
    "database.csv": Refused("is an SQLite database; export the table as CSV"),
    "archive.tar.gz": Refused("is no text; give a table, such as a CSV file"),
    "pickle-2.csv": Refused("is a pickle, which could run code; save the table as CSV or Parquet"),
    "pickle-5.csv": Refused("is a pickle, which could run code; save the table as CSV or Parquet"),
    "old-workbook.csv": Refused("is an Excel workbook; save the sheet as CSV"),
    "picture.csv": Refused("is no text; give a table, such as a CSV file"),
    "noise.csv": Refused("is no header but lines below have columns"),
    "xz.csv": Refused("is compressed with xz; unpack it, or compress it with gzip"),
    "folder.csv": Refused("is a folder; name a file with the columns user,item,rating,timestamp"),
    "pipe.csv": Refused("is a pipe or a device, and no file; name a file with the columns user,"),
    "loop.csv": Refused("no such file; name a file with the columns user,item,rating,timestamp"),
    "device.csv": Refused("is a pipe or a device, and no file; name a file with the columns user,"),
    "nowhere.csv": Refused("no such file; name a file with the columns user,item,rating,timestamp"),
    "missing.csv": Refused("no such file; name a file with the columns user,item,rating,timestamp"),
    "with space, 'quotes' and \"more\".csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "two\nlines.csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "\U0001f3ac.csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "-rf.csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "[red]x.csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "no-\udcff-text.csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "\x1b[31m.csv": Reads([("u", "a", 3)], {"no item": (1, "line 3")}),
    "plain.parquet": Reads([("u", "a", 3), ("v", "b", 4)]),
    "categories.parquet": Reads([("u", "007", 1), ("u", "NA", 3)], {"no user": (1, "row 2")}),
    "decimals.parquet": Reads([("7", "a", 4.5)], {"rating is no finite number": (1, "row 2")}),
    "ids-as-floats.parquet": Reads(
        [("1", "10", 4.1), ("12345678", "12", 0.5)],
        {"no user": (2, "row 2"), "rating is no finite number": (1, "row 5")},
    ),
    "large-ids.parquet": Reads(
        [
            ("9223372036854775808", "1234567890123456789", 4),
            ("18446744073709551615", "-9223372036854775808", 3.5),
        ]
    ),
    "times-s.parquet": Reads(
        [("u", "a", 1, 1577934245), ("w", "c", 3, -1)], {"timestamp is no time": (1, "row 2")}
    ),
    "times-ms.parquet": Reads(
        [("u", "a", 1, 1577934245), ("w", "c", 3, -1)], {"timestamp is no time": (1, "row 2")}
    ),
    "times-us.parquet": Reads(
        [("u", "a", 1, 1577934245), ("w", "c", 3, -1)], {"timestamp is no time": (1, "row 2")}
    ),
    "times-ns.parquet": Reads(
        [("u", "a", 1, 1577934245), ("w", "c", 3, -1)], {"timestamp is no time": (1, "row 2")}
    ),
    "times-with-zone.parquet": Reads([("u", "a", 1, 1577934245)]),
    "times-beyond-all-years.parquet": Reads(
        [("u", "a", 1), ("v", "b", 2), ("w", "c", 3)], notes=["'time' does not hold the time"]
    ),
    "days.parquet": Reads([("u", "a", 1, 1577923200), ("v", "b", 2, -31536000)]),
    "lists-and-structs.parquet": Reads([("u", "a", 1), ("v", "b", 2), ("w", "a", 3)]),
    "ids-as-bytes.parquet": Reads([("u", "aa", 1), ("\xe9", "bb", 2), ("\\xff", "cc", 3)]),
    "no-utf-8.parquet": Refused("cannot be read as Parquet (Invalid UTF8"),
    "no-rows.parquet": Refused("has a header but no rows; add some"),
    "no-columns.parquet": Refused("has no columns; expected a row for each interaction"),
    "dots-in-names.parquet": Reads([("u", "a", 1), ("v", "b", 0)]),
    "repeated-name.parquet": Refused("has the column 'item' twice; remove or rename one"),
    "truncated.parquet": Refused("cannot be read as Parquet ("),
    "header-of-parquet.parquet": Refused("cannot be read as Parquet ("),
    "spoilt.parquet": Refused("cannot be read as Parquet ("),
    "gzipped.parquet.gz": Refused(
        "is Parquet within gzip; unpack it (Parquet is compressed by itself)"
    ),
    "parquet.csv": Reads([("u", "a", 3), ("v", "b", 4)]),
}
