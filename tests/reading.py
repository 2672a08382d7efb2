"""Files as tests write them, and what was read from them as plain rows."""

from pathlib import Path

import pytest

from tests.commands import write
from toppicks.errors import InputError
from toppicks.ingest.account import Account
from toppicks.ingest.cleaning import Gathered, read_interactions
from toppicks.ingest.columns.names import NamedColumns
from toppicks.ingest.interactions import Interactions

HEAD = "user,item,rating\n"
TIMED = "user,item,rating,timestamp\n"
Row = tuple[str, str, float]


def gathered(tmp_path: Path, content: str | bytes, name: str = "r.csv", **named: str) -> Gathered:
    """What is read from a file with this content. named: columns by role."""
    return read_interactions([write(tmp_path / name, content)], NamedColumns.of(**named))


def rows_read(tmp_path: Path, content: str | bytes, name: str = "r.csv", **named: str) -> list[Row]:
    return rows_of(gathered(tmp_path, content, name, **named).interactions)


def rows_of(interactions: Interactions) -> list[Row]:
    """(user, item, number) in order."""
    return [
        (interactions.users[user], interactions.items[item], float(rating))
        for user, item, rating in zip(
            interactions.user_idx.tolist(),
            interactions.item_idx.tolist(),
            interactions.rating.tolist(),
            strict=True,
        )
    ]


def times_read(tmp_path: Path, content: str | bytes) -> list[int]:
    timestamp = gathered(tmp_path, content).interactions.timestamp
    assert timestamp is not None
    return [int(time) for time in timestamp]


def left_out(account: Account) -> dict[str, tuple[int, str]]:
    """Reason, up to a colon -> how many rows, and the place of the example."""
    return {one.reason.split(":")[0]: (one.rows, one.where) for one in account.removed}


def refusal(tmp_path: Path, content: str | bytes, name: str = "r.csv", **named: str) -> str:
    """The one line with which a file with this content is refused."""
    path = write(tmp_path / name, content)
    with pytest.raises(InputError) as raised:
        read_interactions([path], NamedColumns.of(**named))
    text = str(raised.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text
