"""What must become of each file in `tests/corpus`."""

from collections.abc import Mapping

from tests.hostile.outcome import Outcome, Reads, Refused

KEPT: Mapping[str, Outcome] = {
    "all-rows-blank.csv": Refused("no row can be used (no user: 2, e.g. ,,); mend the file"),
    "american-dates.csv": Reads(
        [("u", "a", 1), ("u", "b", 2)], notes=["'date' does not hold the time"]
    ),
    "an-array.json": Refused("is one JSON list; write one object a line (JSON lines)"),
    "backslash-quotes.csv": Reads([("v", "b", 4)], {"text after a closing quote": (1, "line 2")}),
    "bars.txt": Reads([("u", "a", 3), ("v", "b", 4)]),
    "blank-lines-between.csv": Reads(
        [("u", "a", 3), ("v", "b", 4)], {"too few cells, the header has 3": (1, "line 7")}
    ),
    "blank-lines.csv": Refused(
        "is empty or has no rows; expected a header line and rows beneath it"
    ),
    "bom-alone.csv": Refused("is empty or has no rows; expected a header line and rows beneath it"),
    "bom-crlf.jsonl": Reads([("u", "a", 3), ("v", "b", 4)]),
    "bom-in-the-middle.csv": Reads(
        [("u", "a", 3), ("v", "b", 4)], {"rating is no finite number": (1, "line 3")}
    ),
    "bom-quoted.csv": Reads([("u", "a", 3)]),
    "bom.csv": Reads([("u", "a", 3)]),
    "broken.jsonl": Reads(
        [("u", "a", 3), ("y", "e", 2)], {"no JSON object, or one that repeats a key": (7, "line 2")}
    ),
    "compact-dates.csv": Reads(
        [("u", "c", 3, 1577750400), ("u", "a", 1, 1577923200), ("u", "b", 2, 1582934400)],
        notes=["times in ISO 8601 without zone"],
    ),
    "content-tells-the-user.csv": Reads(30, notes=["the user column is 'who', by what it holds"]),
    "control-characters.csv": Reads(
        [("x", "d", 4), ("y", "e", 5)],
        {"user that is no id": (2, "line 2"), "item that is no id": (1, "line 3")},
    ),
    "cr-only.csv": Reads(
        [("u", "a", 3), ("w", "c", 4)], {"too few cells, the header has 3": (1, "line 3")}
    ),
    "csv.json": Reads([("u", "a", 3)]),
    "decimal-commas-in-quotes.csv": Reads(
        [("v", "b", 4)], {"rating is no finite number": (1, "line 2")}
    ),
    "decimal-commas.tsv": Reads([("u", "a", 4.5), ("v", "b", 0.125), ("w", "c", 3)]),
    "dot-ids.csv": Reads(
        [("v", "...", 3)],
        {"user that is no id": (1, "line 2"), "item that is no id": (1, "line 3")},
    ),
    "doubled-quotes.csv": Reads([("u", 'say "x"', 3), ("v", '"', 4), ("w", '","', 5)]),
    "dwell.csv": Reads(
        [("u", "a", 7), ("x", "a", 2), ("z", "b", 7)],
        {"dwell time is no number of seconds": (3, "line 3")},
    ),
    "empty.csv": Refused("is empty or has no rows; expected a header line and rows beneath it"),
    "events-unknown.csv": Reads(
        20,
        {"further rows of the same user and item": (20, "line 2")},
        notes=["'action' does not hold the event"],
    ),
    "events.csv": Reads(
        [("u", "a", 7, 3), ("v", "b", 3, 4), ("x", "d", 7, 6)],
        {
            "event of an unknown kind": (1, "line 6"),
            "further events of the same user and item": (2, "line 2"),
        },
    ),
    "every-row-too-long.csv": Refused(
        "no row can be used (too many cells, the header has 3: 2, e.g. 1,u,a,3)"
    ),
    "first-row-too-long.csv": Reads(
        [("v", "b", 4)], {"too many cells, the header has 3": (1, "line 2")}
    ),
    "header-alone-with-trailing-separator.csv": Refused(
        "no row can be used (too few cells, the header has 4: 2, e.g. u,a,3); m"
    ),
    "header-only.csv": Refused("has a header but no rows; add some"),
    "header-with-trailing-separator.csv": Reads([("u", "a", 3), ("v", "b", 4)]),
    "header-without-end.csv": Refused("has a header but no rows; add some"),
    "ids-like-nothing.csv": Reads(
        [("NA", "null", 1), ("N/A", "NULL", 3), ("nan", "None", 2), ("True", "#N/A", 4)],
        {"no user": (3, "line 6"), "no item": (1, "line 8")},
    ),
    "ids-like-numbers.csv": Reads(
        [
            ("7", "007", 2),
            ("-0", "+1", 2),
            ("007", "7", 1),
            ("0x1", "1.0", 1),
            ("1e5", "100000", 3),
            ("100000", "1e5", 4),
            ("1234567890123456789", "1234567890123456788", 5),
        ],
        notes=["user ids that look alike", "item ids that look alike"],
    ),
    "infinities.csv": Reads([("ok", "g", 4)], {"rating is no finite number": (6, "line 2")}),
    "iso-that-is-none.csv": Reads(
        [("u", "f", 1, -62135596800), ("u", "g", 1, 1577923200), ("u", "e", 5, 253402300799)],
        {"timestamp is no time": (4, "line 2")},
    ),
    "iso-with-zones.csv": Reads(
        [
            ("u", "d", 4, 1577923200),
            ("u", "b", 2, 1577927045),
            ("u", "a", 1, 1577934245),
            ("u", "e", 5, 1577934245),
            ("u", "c", 3, 1577954045),
        ],
        notes=["without zone"],
    ),
    "json.csv": Reads([("u", "a", 3)]),
    "latin-1-header.csv": Reads([("u", "a", 3)]),
    "latin-1.csv": Reads([("Zo\xeb", "D\xeda", 5), ("J\xfcrgen", "Am\xe9lie", 4)]),
    "line-break-in-an-id.csv": Reads([("w", "b", 4)], {"user that is no id": (1, "line 2")}),
    "line-breaks-in-notes.csv": Reads([("u", "a", 3), ("w", "b", 5)], {"no item": (1, "line 4")}),
    "lone-surrogates.jsonl": Reads(
        [("\U0001f600", "b", 4)], {"no JSON object, or one that repeats a key": (1, "line 1")}
    ),
    "long-ids.csv": Reads(
        [("v" * 200, "b", 2), ("\xe9" * 200, "c", 3)], {"user that is no id": (1, "line 2")}
    ),
    "long-numbers.csv": Reads(
        [("v", "b", 0.333333)], {"rating is no finite number": (1, "line 2")}
    ),
    "lookalikes.csv": Reads(
        [
            ("PayPal", "d", 4),
            ("paypal", "a", 1),
            ("\u0440\u0430\u0443\u0440\u0430l", "b", 2),
            ("pay\u200bpal", "c", 3),
        ],
        notes=["user ids that look alike"],
    ),
    "markup-ids.csv": Reads(
        [
            ("<b>x</b>", "<script>alert(1)</script>", 1),
            ("' OR 1=1 --", "'; DROP TABLE users;", 2),
            ("[red]x[/red]", "%00%2e", 4),
            ("../../etc/passwd", "a/b\\c", 3),
            ("=cmd|' /C calc'!A0", "{{7*7}}", 5),
        ]
    ),
    "merely-happened.csv": Reads(
        [("u", "a", 2), ("v", "b", 1)],
        {"no user": (1, "line 5"), "further rows of the same user and item": (1, "line 2")},
        notes=["users with a single row", "items with a single row"],
    ),
    "microseconds.csv": Reads([("u", "a", 1, 1577934245)]),
    "milliseconds.csv": Reads([("u", "a", 1, 1577934245), ("u", "b", 2, 1577934246)]),
    "missing-keys.jsonl": Reads(
        [("u", "a", 3), ("w", "f", 5)], {"no user": (3, "line 3"), "no item": (1, "line 2")}
    ),
    "mixed-line-ends.csv": Reads(
        [("u", "a", 3), ("v", "b", 4), ("w", "c", 5)], {"no item": (1, "line 6")}
    ),
    "mixed-units.csv": Reads(
        [
            ("u", "a", 1, 1577934245),
            ("u", "b", 2, 1577934246),
            ("u", "c", 3, 1577934247),
            ("u", "d", 4, 1577934248),
        ],
        notes=["times in milliseconds", "times in microseconds", "times in ISO 8601 with zone"],
    ),
    "nameless-columns.csv": Refused(
        "has no column 'user' but 'who', 'what', 'worth'; say which is the user"
    ),
    "names-differ-in-case.jsonl": Refused(
        "the user column could be 'user' or 'User'; say which with --user-col"
    ),
    "names-in-any-case.csv": Reads([("u", "a", 3, 1577934245)]),
    "nanoseconds.csv": Reads([("u", "a", 1, 1577934245)]),
    "negative-and-huge-times.csv": Reads(
        [("u", "a", 1, -86400), ("u", "b", 2, 0)], {"timestamp is no time": (5, "line 4")}
    ),
    "negative-plays.csv": Reads(
        [("u", "a", 7)],
        {
            "count is no finite number": (1, "line 6"),
            "further rows of the same user and item": (1, "line 2"),
            "counts that add up to nothing": (2, "line 4"),
        },
    ),
    "nested.jsonl": Reads([("u", "a", 3), ("v", "b", 4)]),
    "nfc-and-nfd.csv": Reads(
        [("\xc5", "c", 1), ("\xc5", "d", 2), ("caf\xe9", "b", 2), ("caf\xe9", "a", 3)],
        {"an earlier rating of the same user and item": (1, "line 2")},
        notes=["user ids not in NFC"],
    ),
    "no-header-of-numbers.csv": Refused(
        "has no header line, its first is '196,242,3,881250949'; add one, such "
    ),
    "no-header.csv": Refused(
        "has no header line, its first is 'u,a,3'; add one, such as user,item,r"
    ),
    "nothing-readable.csv": Refused(
        "no row can be used (rating is no finite number: 2, e.g. u,a,good); mend the f"
    ),
    "odd-numbers.csv": Reads(
        [("u", "a", 5), ("z", "f", 3)], {"rating is no finite number": (6, "line 3")}
    ),
    "odd-numbers.jsonl": Reads(
        [("q", "g", 2), ("y", "e", 1)], {"rating is no finite number": (5, "line 1")}
    ),
    "one-column.csv": Refused(
        "has no column 'item' but 'user'; say which is the item with --item-col"
    ),
    "pandas-index.csv": Reads([("u", "a", 3), ("u", "b", 5), ("v", "b", 4)]),
    "pdf.csv": Refused("is a PDF; give a table, such as a CSV file"),
    "plain.jsonl": Reads(
        [("7", "007", 4.5, 1577934245), ("7", "1234567890123456789", 3, 1577934246)]
    ),
    "pretty.json": Refused(
        'is empty or its lines are no JSON objects; expected lines like {"user"'
    ),
    "prose.txt": Refused("has no column 'user' but 'Dear all', 'column 2'; say which is the user"),
    "quote-alone-at-the-end.csv": Refused(
        "a quote in the row that begins in line 3 is never closed; mend it"
    ),
    "quote-in-the-header.csv": Refused(
        "a quote in the row that begins in line 1 is never closed; mend it"
    ),
    "quote-never-closed-at-the-end.csv": Refused(
        "a quote in the row that begins in line 3 is never closed; mend it"
    ),
    "quote-never-closed-early.csv": Refused(
        "a quote in the row that begins in line 2 is never closed; mend it"
    ),
    "quote-never-closed-late.csv": Refused(
        "a quote in the row that begins in line 4 is never closed; mend it"
    ),
    "quote-swallows-a-line.csv": Refused(
        "a quote in the row that begins in line 2 is closed some lines later, i"
    ),
    "quote-swallows-and-does-not-fit.csv": Refused(
        "in the row that begins in line 3, quotes hold other rows too; close th"
    ),
    "quote-swallows-in-a-note.csv": Refused(
        "a quote in the row that begins in line 2 is closed some lines later, i"
    ),
    "quote-swallows-into-a-cell.csv": Refused(
        "in the row that begins in line 3, quotes hold other rows too; close th"
    ),
    "repeated-header-by-case.csv": Refused(
        "the item column could be 'item' or 'Item'; say which with --item-col"
    ),
    "repeated-header.csv": Refused("has the column 'item' twice; remove or rename one"),
    "repeated-keys.jsonl": Reads(
        [("w", "b", 4)], {"no JSON object, or one that repeats a key": (1, "line 1")}
    ),
    "repeats-by-zone.csv": Reads(
        [("u", "a", 1, 1577880000)], {"an earlier rating of the same user and item": (1, "line 3")}
    ),
    "repeats-in-time.csv": Reads(
        [("u", "b", 4, 5), ("u", "a", 2, 30)],
        {"an earlier rating of the same user and item": (2, "line 2")},
    ),
    "repeats-without-times.csv": Reads(
        [("u", "b", 4), ("u", "a", 2)],
        {"an earlier rating of the same user and item": (1, "line 2")},
    ),
    "right-to-left-and-emoji.csv": Reads(
        [
            ("\U0001d518", "\u65e5\u672c", 3),
            ("\u0645\u0631\u062d\u0628\u0627", "\u202eabc\u202c", 1),
            ("\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f3ac", 2),
        ]
    ),
    "semicolons.csv": Reads([("u", "a", 3), ("v", "b,c", 4.5), ("w", "d", 4.25)]),
    "single-quotes.csv": Refused(
        "no row can be used (rating is no finite number: 1, e.g. 'u','a','3'); mend th"
    ),
    "slip-among-stars.csv": Reads(
        40, {"rating far outside the scale of the others": (1, "line 42")}
    ),
    "some-thousands.csv": Reads([("u", "a", 12), ("u", "b", 7), ("v", "a", 1234), ("v", "b", 3)]),
    "spaces-around.csv": Reads([("u", "a b", 3), ("u", "a  b", 4)]),
    "stars.csv": Reads([("u", "o/a", 1), ("u", "o/b", 1), ("v", "o/a", 1), ("w", "o/b", 1)]),
    "stray-quotes.csv": Reads([("u", '5" disk', 3), ("v", '7"" disk', 4), ("w", 'x"y"z', 5)]),
    "tabs.tsv": Reads([("u", "a", 3), ("v", "b, c", 4.5)]),
    "text-after-a-closing-quote.csv": Reads(
        [("w", "c", 5)], {"text after a closing quote": (3, "line 2")}
    ),
    "text-after-a-quote-in-the-header.csv": Refused(
        "in the header, text follows a quote that closes a name; double the quo"
    ),
    "thousands.csv": Reads(
        [("u", "a", 1234), ("u", "b", 12), ("v", "a", 1234567), ("v", "b", 2500)]
    ),
    "dotted-thousands.csv": Reads(
        [("u", "a", 6170), ("u", "b", 987), ("v", "a", 1234567), ("v", "b", 3)]
    ),
    "excel-sep.csv": Refused("its first line, 'sep=;', is for Excel alone; delete it"),
    "title-line.csv": Refused(
        "its first line, 'Export of all reviews', is no header but lines below"
    ),
    "double-colons.dat": Refused("its cells seem to be parted by '::'"),
    "returned.csv": Refused("the column 'returned' seems to tell against an item; turn it round"),
    "reaction.csv": Reads(
        [("u", "a", 7), ("v", "a", 0), ("w", "a", 7), ("w", "b", 0)],
    ),
    "verified.csv": Reads([("u", "a", 1), ("u", "b", 1), ("v", "a", 1), ("v", "b", 1)]),
    "too-many-and-few.csv": Reads(
        [("u", "a", 3), ("y", "e", 2)],
        {
            "too few cells, the header has 3": (1, "line 3"),
            "too many cells, the header has 3": (2, "line 4"),
        },
    ),
    "two-could-be-the-user.csv": Refused(
        "the user column could be 'who' or 'whom'; say which with --user-col"
    ),
    "two-ratings.csv": Refused(
        "the rating column could be 'stars' or 'score'; say which with --rating"
    ),
    "two-times.csv": Refused("the time column could be 'date' or 'ts'; say which with --time-col"),
    "utf-16-be-bare.csv": Reads([("\xdc", "a", 3)]),
    "utf-16-be-mark.csv": Reads([("\xdc", "a", 3), ("\u65e5\u672c", "b", 4)]),
    "utf-16-half.csv": Refused(
        "is not the UTF-16-LE that it begins as ('utf-16-le' codec can't decode"
    ),
    "utf-16-le-bare.csv": Reads([("\xdc", "a", 3)]),
    "utf-16-le-mark.csv": Reads([("\xdc", "a", 3), ("\u65e5\u672c", "b", 4)]),
    "utf-16-odd.csv": Refused(
        "is not the UTF-16-LE that it begins as ('utf-16-le' codec can't decode"
    ),
    "utf-32-bare.csv": Refused("is no text; give a table, such as a CSV file"),
    "utf-32-mark.csv": Reads([("\xdc", "a", 3)]),
    "utf-8-and-latin-1.csv": Refused(
        "line 4 is not UTF-8, although other lines are; save the whole file as "
    ),
    "web-page.csv": Refused("is a web page or XML; give a table, such as a CSV file"),
    "windows-1252.csv": Reads([("u", "Don\u2019t", 4), ("v", "\u20acuro", 5)]),
    "xml.csv": Refused("is a web page or XML; give a table, such as a CSV file"),
    "yes-and-no.csv": Reads(
        [("u", "a", 1), ("v", "b", 0), ("w", "c", 1)], {"rating is no finite number": (1, "line 5")}
    ),
}
