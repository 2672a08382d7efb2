"""Files into tables of text: nothing is guessed, nothing is converted here."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from toppicks.errors import InputError, one_line


def read_table(path: Path, needed: Sequence[str], example: str) -> pa.Table:
    """A CSV file (plain or gzipped) as a table whose columns are all text.

    needed:  columns that must be there.
    example: a header line to show when they are not.

    Ids survive as they are written (`007`, `NA`, `1e5`); an empty cell is the empty text.
    Raises InputError, one line, where the file is missing, empty, without rows, without a
    needed column, of ragged rows, or not UTF-8.
    """
    names = column_names(path, example)
    for name in needed:
        if name not in names:
            raise no_column(path, name, names, example)
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise InputError(f"{path}: has the column {min(repeated)!r} twice; remove or rename one")
    table = _read(path, names)
    if not table.num_rows:
        raise InputError(f"{path}: has a header but no rows; add some")
    return table


def no_column(path: Path, name: str, names: Sequence[str], example: str) -> InputError:
    """What to say of a file that lacks a column."""
    return InputError(
        f"{path}: has no column {name!r} but {', '.join(map(repr, names))}; "
        f"name its columns {example}"
    )


def _read(path: Path, names: Sequence[str]) -> pa.Table:
    text = dict.fromkeys(names, pa.string())
    try:
        return pacsv.read_csv(
            path,
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(column_types=text, strings_can_be_null=False),
        )
    except (pa.ArrowException, OSError, EOFError) as error:
        raise InputError(f"{path}: cannot be read as CSV ({one_line(error)}); mend that") from None


def column_names(path: Path, example: str) -> list[str]:
    """The header line of a CSV file; raises InputError where there is none."""
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; name a CSV file with the columns {example}")
        with pacsv.open_csv(path) as reader:
            return list(reader.schema.names)
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file; name a CSV file with the columns {example}"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: its header is not UTF-8; save the file as UTF-8") from None
    except (pa.ArrowException, OSError, EOFError) as error:
        if "Empty CSV file" in str(error):
            raise InputError(
                f"{path}: is empty or has no rows; expected a header line like {example} and rows"
            ) from None
        raise InputError(f"{path}: cannot be read as CSV ({one_line(error)}); mend that") from None
